"""Judges a machine by its measurements: pure. The browser measures, the server judges."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from kernel.classroom.devices.measures import (
    Browser,
    BrowserName,
    Download,
    Hardware,
    Latency,
    Measures,
    Media,
    MediaState,
    Storage,
    Upload,
)
from kernel.classroom.devices.thresholds import Level, Thresholds

FASTEST_KBIT = 10_000_000
"""Ten gigabits a second: no classroom machine is faster, so a report above it is made up."""

_WORST_FIRST = (Level.FAIL, Level.WARN, Level.NOTE)

REQUIRED = ("latency", "download", "upload", "socket", "clock_offset_ms", "browser", "screen", "storage", "hardware")
"""What a record cannot be without. Camera and microphone need a click, so they may be absent."""


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105  a verdict, no password
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about a machine. The code's first name is the part it belongs to (`download.slow`)."""

    code: str
    level: Level
    params: dict[str, str | int] = field(default_factory=dict)

    @property
    def part(self) -> str:
        return self.code.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Served:
    """What the server itself knows of a test: bytes it let pass, and how long ago the test began."""

    download_bytes: int
    upload_bytes: int
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class RoomFigures:
    """A room's sums over the newest check of each seat."""

    checked: int
    passed: int
    warned: int
    failed: int
    download_sum_kbit: int
    download_least_kbit: int | None
    upload_sum_kbit: int
    latency_most_ms: int | None


def rate_kbit(transfer: Download | Upload) -> int:
    """Returns kilobits a second, rounded down."""
    return transfer.bytes * 8 // transfer.ms


def megabits(kbit: int) -> str:
    """Returns a rate as people say it: megabits a second with one decimal, rounded down."""
    return f"{kbit // 1000}.{kbit % 1000 // 100}"


def judge(measures: Measures, limits: Thresholds) -> Judgement:
    """Returns the verdict on what has been measured so far, the worst first; what is null is not judged."""
    findings = tuple(sorted(_findings(measures, limits), key=lambda finding: _WORST_FIRST.index(finding.level)))
    levels = {finding.level for finding in findings}
    if Level.FAIL in levels:
        return Judgement(Verdict.FAIL, findings)
    return Judgement(Verdict.WARN if Level.WARN in levels else Verdict.PASS, findings)


def find_missing(measures: Measures) -> list[str]:
    """Returns the parts without which a check is not complete."""
    return [name for name in REQUIRED if getattr(measures, name) is None]


def find_implausible(measures: Measures, served: Served) -> list[str]:
    """Returns pointers, inside the measures, to figures that contradict what the server saw or what is possible."""
    down, up = measures.download, measures.upload
    wrong = []
    for name, transfer, most in (("download", down, served.download_bytes), ("upload", up, served.upload_bytes)):
        if transfer is None:
            continue
        if transfer.bytes > most:
            wrong.append(f"{name}/bytes")
        if transfer.ms > served.elapsed_ms or rate_kbit(transfer) > FASTEST_KBIT:
            wrong.append(f"{name}/ms")
    return wrong


def sum_up(checks: Iterable[tuple[Verdict, Measures]]) -> RoomFigures:
    """Returns a room's figures.

    Machines are measured a few at a time, so the sum says what each seat had, added up; it does not measure the room's line.
    """
    rows = list(checks)
    verdicts = [verdict for verdict, _ in rows]
    down = [rate_kbit(measures.download) for _, measures in rows if measures.download is not None]
    up = [rate_kbit(measures.upload) for _, measures in rows if measures.upload is not None]
    latency = [measures.latency.median_ms for _, measures in rows if measures.latency is not None]
    return RoomFigures(
        checked=len(rows),
        passed=verdicts.count(Verdict.PASS),
        warned=verdicts.count(Verdict.WARN),
        failed=verdicts.count(Verdict.FAIL),
        download_sum_kbit=sum(down),
        download_least_kbit=min(down, default=None),
        upload_sum_kbit=sum(up),
        latency_most_ms=max(latency, default=None),
    )


def _findings(measures: Measures, limits: Thresholds) -> Iterator[Finding]:
    if measures.latency is not None:
        yield from _of_latency(measures.latency, limits)
    if measures.download is not None:
        yield from _of_rate("download", measures.download, limits.download_good_kbit, limits.download_bad_kbit, limits)
    if measures.upload is not None:
        yield from _of_rate("upload", measures.upload, limits.upload_good_kbit, limits.upload_bad_kbit, limits)
    yield from _of_socket(measures, limits)
    yield from _of_media(measures.media, limits)
    offset = measures.clock_offset_ms
    if offset is not None and abs(offset) > limits.clock_good_ms:
        yield _plain("clock.off", limits, seconds=abs(offset) // 1000)
    if measures.browser is not None:
        yield from _of_browser(measures.browser, limits)
    screen = measures.screen
    if screen is not None and not screen.touch and screen.width < limits.screen_good_width:
        yield _plain("screen.narrow", limits, width=screen.width, need=limits.screen_good_width)
    if measures.storage is not None:
        yield from _of_storage(measures.storage, limits)
    if measures.hardware is not None:
        yield from _of_hardware(measures.hardware, limits)


def _plain(code: str, limits: Thresholds, **params: str | int) -> Finding:
    return Finding(code, limits.levels[code], params)


def _of_latency(latency: Latency, limits: Thresholds) -> Iterator[Finding]:
    if latency.median_ms > limits.latency_good_ms:
        level = Level.FAIL if latency.median_ms > limits.latency_bad_ms else Level.WARN
        yield Finding("latency.slow", level, {"ms": latency.median_ms, "need": limits.latency_good_ms})
    if latency.jitter_ms > limits.jitter_good_ms:
        yield _plain("latency.uneven", limits, ms=latency.jitter_ms)
    if latency.lost > 0:
        yield _plain("latency.lost", limits, lost=latency.lost)


def _of_rate(part: str, transfer: Download | Upload, good: int, bad: int, limits: Thresholds) -> Iterator[Finding]:
    rate = rate_kbit(transfer)
    if transfer.bytes == 0:
        yield _plain(f"{part}.failed", limits)
    elif rate < good:
        level = Level.FAIL if rate < bad else Level.WARN
        yield Finding(f"{part}.slow", level, {"mbit": megabits(rate), "need": megabits(good)})


def _of_socket(measures: Measures, limits: Thresholds) -> Iterator[Finding]:
    socket = measures.socket
    if socket is None:
        return
    if not socket.connected:
        yield _plain("socket.blocked", limits)
    elif socket.round_trip_ms > limits.socket_good_ms:
        yield _plain("socket.slow", limits, ms=socket.round_trip_ms)


def _of_media(media: Media | None, limits: Thresholds) -> Iterator[Finding]:
    if media is None:
        yield _plain("camera.skipped", limits)
        return
    if media.camera is not MediaState.OK:
        yield _plain(f"camera.{media.camera.value}", limits)
    # Where the browser hides both, one sentence is enough.
    if media.microphone not in {MediaState.OK, MediaState.INSECURE}:
        yield _plain(f"microphone.{media.microphone.value}", limits)


def _of_browser(browser: Browser, limits: Thresholds) -> Iterator[Finding]:
    least = limits.browsers.get(browser.name)
    if browser.missing:
        yield _plain("browser.missing", limits)
    elif least is not None and browser.version < least:
        yield _plain("browser.old", limits, version=browser.version, need=least)
    elif browser.name is BrowserName.OTHER:
        yield _plain("browser.unknown", limits)
    if browser.in_app:
        yield _plain("browser.in_app", limits)


def _of_storage(storage: Storage, limits: Thresholds) -> Iterator[Finding]:
    if not storage.cookies:
        yield _plain("storage.cookies", limits)
    if not storage.local:
        yield _plain("storage.local", limits)


def _of_hardware(hardware: Hardware, limits: Thresholds) -> Iterator[Finding]:
    if hardware.memory_gb is not None and hardware.memory_gb < limits.good_memory_gb:
        yield _plain("hardware.memory", limits, need=limits.good_memory_gb)
    if hardware.cores is not None and hardware.cores < limits.good_cores:
        yield _plain("hardware.cores", limits)
