"""When a backup is due, what its file is called, and which old ones may go. Pure; all numbers are 示例."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

PAUSE_EVERY = timedelta(minutes=5)
"""At most one backup in this time, however often a class is paused."""
RETRY_AFTER = timedelta(minutes=15)
"""How long a failed backup is left alone, unless somebody asks."""
OLDEST_GOOD = timedelta(hours=24)
"""A last good backup older than this is made anew, and the lecturer is warned."""
NIGHT_HOUR_UTC = 19
"""03 o'clock in Beijing: a machine that runs at night makes its backup then, one that sleeps when it wakes."""
KEEP_ALL = timedelta(hours=24)
KEEP_ALL_AT_MOST = 48
KEEP_DAYS = 14
KEEP_WEEKS = 8

_NAME = re.compile(r"kaidian-(?P<installation>[0-9a-f]{16})-(?P<at>\d{8}T\d{6})Z\.backup")
_STAMP = "%Y%m%dT%H%M%S"


class Trigger(StrEnum):
    """Why a backup is made."""

    PAUSE = "pause"
    NIGHT = "night"
    ASKED = "asked"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Copy:
    """One finished backup by its name."""

    name: str
    at: datetime


def name_of(installation_id: str, at: datetime) -> str:
    """Returns the file name of a backup made at a real moment."""
    return f"kaidian-{installation_id}-{at.astimezone(UTC).strftime(_STAMP)}Z.backup"


def copies_in(names: Iterable[str], installation_id: str | None) -> list[Copy]:
    """Returns the backups of an installation (of any, if None) among file names, newest first."""
    found = [(_NAME.fullmatch(name), name) for name in names]
    copies = [
        Copy(name, datetime.strptime(match["at"], _STAMP).replace(tzinfo=UTC))
        for match, name in found
        if match is not None and installation_id in {None, match["installation"]}
    ]
    return sorted(copies, key=lambda copy: (copy.at, copy.name), reverse=True)


def due(
    now: datetime, *, last_good: datetime | None, last_try: datetime | None, last_pause: datetime | None
) -> Trigger | None:
    """Returns why a backup should be made now, or None.

    `last_good` and `last_try` are when a run began; `last_pause` is when a class last came to stand still.
    """
    wait = PAUSE_EVERY if last_good is not None and last_try == last_good else RETRY_AFTER
    if last_try is not None and now - last_try < wait:
        return None
    if last_pause is not None and (last_good is None or last_pause > last_good):
        return Trigger.PAUSE
    if last_good is None or last_good < _last_night(now) or now - last_good >= OLDEST_GOOD:
        return Trigger.NIGHT
    return None


def _last_night(now: datetime) -> datetime:
    tonight = now.astimezone(UTC).replace(hour=NIGHT_HOUR_UTC, minute=0, second=0, microsecond=0)
    return tonight if tonight <= now else tonight - timedelta(days=1)


def to_remove(copies: Iterable[Copy], now: datetime) -> list[Copy]:
    """Returns which backups have served their time, oldest first; never the newest.

    Kept are all of the last 24 hours up to a number, then the newest of each day for two weeks, then of each week.
    """
    newest_first = sorted(copies, key=lambda copy: (copy.at, copy.name), reverse=True)
    recent = [copy for copy in newest_first if now - copy.at < KEEP_ALL][:KEEP_ALL_AT_MOST]
    days = _newest_of_each(newest_first, lambda copy: copy.at.date().toordinal())[:KEEP_DAYS]
    weeks = _newest_of_each(newest_first, lambda copy: copy.at.date().toordinal() // 7)[:KEEP_WEEKS]
    today, spans = now.date().toordinal(), (KEEP_DAYS, KEEP_WEEKS * 7)
    kept = {copy.name for copy in (*newest_first[:1], *recent)}
    for chosen, span in zip((days, weeks), spans, strict=True):
        kept |= {copy.name for copy in chosen if today - copy.at.date().toordinal() < span}
    return [copy for copy in reversed(newest_first) if copy.name not in kept]


def _newest_of_each(newest_first: list[Copy], period: Callable[[Copy], int]) -> list[Copy]:
    newest: dict[int, Copy] = {}
    for copy in newest_first:
        newest.setdefault(period(copy), copy)
    return list(newest.values())
