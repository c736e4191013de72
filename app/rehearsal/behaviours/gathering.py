"""A class comes together: planned, its roster imported, seats claimed with code and PIN, opened, its clock started."""

import asyncio
from datetime import date
from io import BytesIO

from openpyxl import Workbook

from app.rehearsal.people import Invented
from app.rehearsal.stage import Learner, Stage

HEADINGS = ("姓名*", "身份证号*", "手机号*", "性别", "文化程度", "人员类别", "座位号")
SHEET = "名册"
PASSWORD = "caipai-2026"  # noqa: S105  of people who do not exist
POLL_SECONDS = 0.3
POLLS = 200


class NotImported(Exception):  # noqa: N818  reads as the sentence it is
    """The roster was not taken as it should be."""


async def plan(stage: Stage, *, name: str, starts_on: date) -> tuple[str, str]:
    """Plans the class, imports its roster and returns its id and code."""
    planned = await stage.teaching.plan_class(name, starts_on)
    await stage.teaching.enter(planned["id"])
    roster = workbook([learner.person for learner in stage.learners])
    handed = await stage.teaching.hand_in_roster(planned["id"], roster)
    await _reach(stage, handed["id"], "checked")
    await stage.teaching.import_roster(handed["id"])
    await _reach(stage, handed["id"], "imported")
    return planned["id"], planned["code"]


async def claim_seats(stage: Stage, cohort_id: str, class_code: str) -> None:
    """Prints the PINs and lets each learner claim the seat that bears his name."""
    slips = (await stage.teaching.print_pins(cohort_id))["slips"]
    pins = {slip["name"]: slip["pin"] for slip in slips}

    async def claim(learner: Learner) -> None:
        await learner.door.claim(class_code, pins[learner.person.name], PASSWORD)
        stage.done["claimed"] += 1

    await stage.everyone(claim)


async def begin(stage: Stage, cohort_id: str) -> None:
    """Opens the class and starts its clock."""
    await stage.teaching.open_class(cohort_id)
    await stage.teaching.start_clock()


def workbook(people: list[Invented]) -> bytes:
    """Returns the roster as a lecturer would hand it in."""
    book = Workbook()
    [sheet] = book.worksheets
    sheet.title = SHEET
    sheet.append(list(HEADINGS))
    for person in people:
        sheet.append([person.name, person.id_number, person.phone, person.gender, "大专", "返乡", None])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


async def _reach(stage: Stage, import_id: str, state: str) -> None:
    for _ in range(POLLS):
        row = await stage.teaching.read_import(import_id)
        if row["state"] == state and row["rows_wrong"] == 0:
            return
        if row["state"] == "unreadable" or row["rows_wrong"]:
            break
        await asyncio.sleep(POLL_SECONDS)
    raise NotImported(f"the roster is {row['state']}, {row['rows_wrong']} rows wrong, not {state}")
