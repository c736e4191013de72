"""Reads of device checks. The newest check of a place is the one that counts, that of its learner before a stranger's.

Whoever knows the class code may check any place without signing in, so such a check never takes the place of one that the
learner who sits there has made himself. All stay as evidence.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.classroom.devices import wording
from kernel.classroom.devices.measures import Measures
from kernel.classroom.devices.rules import Finding, RoomFigures, Verdict, rate_kbit, sum_up
from kernel.classroom.devices.schemas import DeviceCheckView, DeviceRoom, DeviceSeat, FindingView, RoomFiguresView
from kernel.classroom.devices.thresholds import CURRENT, Level, load
from kernel.classroom.rules import SEATS_AT_MOST, tidy_code
from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork

_BY_CODE = text("SELECT id, institution_id, region_code, name, state FROM kernel_cohort WHERE code = :code")
_OWN = text("""
    SELECT c.id, c.institution_id, c.region_code, c.name, c.state, s.number
      FROM kernel_seat s JOIN kernel_cohort c ON c.id = s.cohort_id
     WHERE s.id = :seat_id
""")
_COLUMNS = "d.id, d.seat_number, d.verdict, d.findings, d.measures, d.rules, d.browser, d.account_id, d.at"
_ONE = text(f"SELECT {_COLUMNS} FROM kernel_device_check d WHERE d.id = :id AND d.cohort_id = :cohort_id")
_RECENT = text("""
    SELECT count(*) FROM kernel_device_check
     WHERE cohort_id = :cohort_id AND seat_number = :seat_number AND at > :since
       AND account_id IS NOT DISTINCT FROM :account_id
""")
_NEWEST = text(f"""
    SELECT DISTINCT ON (d.seat_number) {_COLUMNS}
      FROM kernel_device_check d
      LEFT JOIN kernel_seat s ON s.cohort_id = d.cohort_id AND s.number = d.seat_number AND s.withdrawn_at IS NULL
     WHERE d.cohort_id = :cohort_id ORDER BY d.seat_number, (d.account_id = s.account_id) IS TRUE DESC, d.id DESC
""")
_ROOM = text("""
    SELECT c.id, c.name, c.code, i.name AS institution_name
      FROM kernel_cohort c LEFT JOIN kernel_institution i ON i.institution_id = c.institution_id
     WHERE c.id = :cohort_id
""")
_NAMES = text("""
    SELECT number, display_name FROM kernel_seat WHERE cohort_id = :cohort_id AND withdrawn_at IS NULL ORDER BY number
""")


async def access_by_code(uow: UnitOfWork, code: str) -> Any:
    """Returns the class of a typed class code. Needs the system scope.

    Raises:
        NotFound: no class has it.

    """
    row = (await uow.execute(_BY_CODE, {"code": tidy_code(code)})).one_or_none()
    if row is None:
        raise NotFound("kernel.devices.code_unknown")
    return row


async def view_own_place(uow: UnitOfWork) -> Any:
    """Returns the class and seat number of the learner who is signed in."""
    return (await uow.execute(_OWN, {"seat_id": uow.actor.seat})).one()


async def find_check(uow: UnitOfWork, check_id: UUID, cohort_id: UUID) -> Any:
    """Returns a check of a class, or `None`."""
    return (await uow.execute(_ONE, {"id": check_id, "cohort_id": cohort_id})).one_or_none()


async def count_recent(uow: UnitOfWork, cohort_id: UUID, seat_number: int, *, within: timedelta) -> int:
    """Returns how many checks of a place this person has made lately; of strangers, all of them together."""
    params = {
        "cohort_id": cohort_id,
        "seat_number": seat_number,
        "since": uow.now.at - within,
        "account_id": uow.actor.account_id,
    }
    return int((await uow.execute(_RECENT, params)).scalar_one())


async def view_room(uow: UnitOfWork, cohort_id: UUID) -> DeviceRoom:
    """Returns the thirty places of a class that this person may see.

    Raises:
        NotFound: there is no such class, or it is hidden from him.

    """
    room = (await uow.execute(_ROOM, {"cohort_id": cohort_id})).one_or_none()
    if room is None:
        raise NotFound("kernel.classroom.class_not_found")
    names = {row.number: row.display_name for row in await uow.execute(_NAMES, {"cohort_id": cohort_id})}
    rows = await uow.execute(_NEWEST, {"cohort_id": cohort_id})
    checks = {row.seat_number: view_of(row) for row in rows}
    limits = load(CURRENT)
    return DeviceRoom(
        cohort_id=room.id,
        cohort_name=room.name,
        code=room.code,
        institution_name=room.institution_name or "",
        seats=[
            DeviceSeat(number=number, learner_name=names.get(number), check=checks.get(number))
            for number in range(1, SEATS_AT_MOST + 1)
        ],
        figures=_figures(sum_up((check.verdict, check.measures) for check in checks.values())),
        room_reference_kbit=limits.room_reference_kbit,
        room_source=limits.room_source,
        rules=limits.version,
        rules_label=limits.label,
        read_at=uow.now.at,
    )


def view_of(row: Any) -> DeviceCheckView:
    """Returns a row as it is shown, its findings in words."""
    measures = Measures.model_validate(row.measures)
    return DeviceCheckView(
        id=row.id,
        seat_number=row.seat_number,
        verdict=Verdict(row.verdict),
        findings=[
            view_finding(Finding(found["code"], Level(found["level"]), found["params"])) for found in row.findings
        ],
        measures=measures,
        download_kbit=None if measures.download is None else rate_kbit(measures.download),
        upload_kbit=None if measures.upload is None else rate_kbit(measures.upload),
        rules=row.rules,
        browser=row.browser,
        signed_in=row.account_id is not None,
        at=row.at,
    )


def view_finding(finding: Finding) -> FindingView:
    """Returns a finding in words."""
    words = wording.of_finding(finding.code, finding.params)
    return FindingView(part=finding.part, code=finding.code, level=finding.level, title=words.title, cure=words.detail)


def _figures(figures: RoomFigures) -> RoomFiguresView:
    return RoomFiguresView(
        checked=figures.checked,
        passed=figures.passed,
        warned=figures.warned,
        failed=figures.failed,
        download_sum_kbit=figures.download_sum_kbit,
        download_least_kbit=figures.download_least_kbit,
        upload_sum_kbit=figures.upload_sum_kbit,
        latency_most_ms=figures.latency_most_ms,
    )
