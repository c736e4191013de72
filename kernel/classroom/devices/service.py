"""Keeps device checks (设备与网络检测): who measured, where, judged by what. Never changes one that is kept."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from kernel.classroom.devices import queries, rules, thresholds, wording
from kernel.classroom.devices.lanes import Run
from kernel.classroom.devices.measures import Browser, Measures
from kernel.classroom.devices.models import DeviceCheck
from kernel.classroom.devices.schemas import DeviceCheckKept, JudgementView, PlaceIn
from kernel.classroom.models import CohortState
from kernel.errors import Conflict, FieldError, Invalid, TooMany
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

DEVICE_CHECK = table_of(DeviceCheck)
CHECKS_OF_A_SEAT = 30
"""Within the hour: more than anybody presses, less than fills a disk."""
_HOUR = timedelta(hours=1)


def judge(measures: Measures) -> JudgementView:
    """Returns what may be said of measurements so far; nothing is kept."""
    limits = thresholds.load(thresholds.CURRENT)
    judgement = rules.judge(measures, limits)
    return JudgementView(
        verdict=judgement.verdict,
        findings=[queries.view_finding(finding) for finding in judgement.findings],
        rules=limits.version,
        rules_label=limits.label,
    )


def check_measures(measures: Measures, run: Run) -> None:
    """Passes when the figures are complete and do not contradict what the server saw of the test.

    Raises:
        Invalid: with a pointer to each figure that is absent or cannot be.

    """
    missing = [FieldError(f"/measures/{name}", "kernel.devices.not_measured") for name in rules.find_missing(measures)]
    implausible = rules.find_implausible(measures, run.served)
    forged = [FieldError(f"/measures/{pointer}", "kernel.devices.implausible") for pointer in implausible]
    if missing or forged:
        raise Invalid("kernel.request.invalid", errors=[*missing, *forged])


async def keep_own(uow: UnitOfWork, *, run: Run, measures: Measures) -> DeviceCheckKept:
    """Keeps a check of the seat of the learner who is signed in.

    Raises:
        Unauthorised: he has no seat.
        Conflict: the class is over, or the test has been kept for another place.
        TooMany: this place has been checked too often within the hour.

    """
    cohort = await queries.view_own_place(uow)
    return await _keep(uow, cohort=cohort, seat_number=cohort.number, run=run, measures=measures)


async def keep_at(uow: UnitOfWork, *, place: PlaceIn, run: Run, measures: Measures) -> DeviceCheckKept:
    """Keeps a check of a place that was typed. Needs the system scope.

    Raises:
        NotFound: no class has this code.
        Conflict: the class is over, or the test has been kept for another place.
        TooMany: this place has been checked too often within the hour.

    """
    cohort = await queries.access_by_code(uow, place.code)
    return await _keep(uow, cohort=cohort, seat_number=place.seat_number, run=run, measures=measures)


async def _keep(uow: UnitOfWork, *, cohort: Any, seat_number: int, run: Run, measures: Measures) -> DeviceCheckKept:
    if cohort.state == CohortState.CLOSED:
        raise Conflict("kernel.devices.class_over")
    if await queries.count_recent(uow, cohort.id, seat_number, within=_HOUR) >= CHECKS_OF_A_SEAT:
        raise TooMany("kernel.devices.too_many_checks")
    limits = thresholds.load(thresholds.CURRENT)
    judgement = rules.judge(measures, limits)
    # The test names the record, so that sending it again after a lost answer keeps it once and says the same.
    await uow.execute(
        insert(DEVICE_CHECK).on_conflict_do_nothing(index_elements=["id"]),
        {
            "id": run.check_id,
            "institution_id": cohort.institution_id,
            "region_code": cohort.region_code,
            "cohort_id": cohort.id,
            "seat_number": seat_number,
            "account_id": uow.actor.account_id,
            "verdict": judgement.verdict,
            "measures": measures.model_dump(mode="json"),
            "findings": [asdict(finding) for finding in judgement.findings],
            "rules": limits.version,
            "browser": "" if measures.browser is None else _browser_words(measures.browser),
            "at": uow.now.at,
        },
    )
    row = await queries.find_check(uow, run.check_id, cohort.id)
    if row is None or row.seat_number != seat_number:
        raise Conflict("kernel.devices.kept_elsewhere")
    return DeviceCheckKept(cohort_name=cohort.name, check=queries.view_of(row))


def _browser_words(browser: Browser) -> str:
    """Returns a browser as a record names it; of our own words only, nothing the browser said of itself."""
    name = wording.say(f"browser_name.{browser.name.value}")
    return f"{name} {browser.version} · {wording.say(f'system_name.{browser.system.value}')}"
