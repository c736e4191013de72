"""How long a roster of 20 000 takes from upload to seats, beside the floor: reading the workbook and nothing else.

Run: `python -m loadtests.roster [rows]`. Starts its own throw-away database. Prints seconds and peak memory; judges nothing.
"""

import asyncio
import resource
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path
from uuid import UUID

from openpyxl import Workbook
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from app.embedded import postgres
from kernel.actor import Actor, ActorKind
from kernel.classroom import service as classroom
from kernel.classroom.roster import queries, service, work
from kernel.classroom.roster.receive import Upload
from kernel.classroom.rules import SEATS_AT_MOST
from kernel.crypto import keyfile
from kernel.crypto.keyring import Keyring
from kernel.database import migrate
from kernel.ids import new_id
from kernel.runtime import Runtime
from kernel.settings import Settings
from tests.people import people

HEADINGS = ("班级", "姓名", "身份证号", "手机号", "性别", "文化程度", "人员类别", "座位号")
KIB = 1024


def workbook(rows: int) -> bytes:
    """Returns the workbook of an institution with so many learners, thirty to a class."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(HEADINGS)
    for place, person in enumerate(people(rows)):
        name, seat = f"网创 {place // SEATS_AT_MOST + 1:03d} 班", place % SEATS_AT_MOST + 1
        sheet.append([name, person.name, person.id_number, person.phone, person.gender, "大专", "返乡", seat])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


class Watch:
    """Says how long each step took."""

    def __init__(self) -> None:
        self.before = time.perf_counter()

    def lap(self, what: str) -> None:
        """Prints the seconds since the last lap, and the peak memory of this process and of those it started."""
        seconds = time.perf_counter() - self.before
        own, children = (
            resource.getrusage(whose).ru_maxrss // KIB for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        print(f"{what:<44}{seconds:8.2f} s   peak {own} MiB, started processes {children} MiB")  # noqa: T201
        self.before = time.perf_counter()


async def measure(settings: Settings, content: bytes, watch: Watch) -> None:
    """Hands in, checks, imports and takes back."""
    runtime = Runtime.open(settings, application_name="loadtest")
    async with runtime.enter_system() as uow:
        institution_id = await classroom.add_institution(uow, region_code="610100", name="测速培训学校")
        home = await classroom.add_cohort(uow, institution_id=institution_id, region_code="610100", name="占位班")
        uow.actor = Actor(ActorKind.INSTITUTION, account_id=new_id(), institution_id=institution_id)
        upload = Upload("名册.xlsx", content)
        import_id = await service.hand_in(uow, runtime.keyring, home, None, upload)
    watch.lap("upload kept")
    await work.work_off(runtime)
    watch.lap("checked (preview is there)")
    async with runtime.enter_system() as uow:
        await queries.list_rows(uow, import_id, only_wrong=False, page=100, size=50)
    watch.lap("one page of the preview")
    async with runtime.enter_system() as uow:
        await service.agree(uow, import_id)
    await work.work_off(runtime)
    watch.lap("imported")
    await _report(runtime, import_id)
    async with runtime.enter_system() as uow:
        await service.undo(uow, import_id)
    watch.lap("undone")
    await runtime.close()


async def _report(runtime: Runtime, import_id: UUID) -> None:
    async with runtime.enter_system() as uow:
        row = await queries.access_import(uow, import_id)
        seats = (await uow.execute(text("SELECT count(*) FROM kernel_seat"))).scalar_one()
    print(f"    {row.state}, {seats} seats, {row.summary.get('new_class_count')} classes, {row.rows_wrong} wrong rows")  # noqa: T201


def main() -> None:
    """Measures once."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    content = workbook(rows)
    print(f"{rows} rows, {len(content) // KIB} KiB")  # noqa: T201
    watch = Watch()
    CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    watch.lap("floor: reading alone")
    with postgres.throwaway() as cluster, tempfile.TemporaryDirectory() as folder:
        migrate.upgrade(cluster.urls.owner, app_role=migrate.app_role_of(cluster.urls.app))
        keys = Path(folder) / "throwaway.keys"
        keyfile.write_new(keys, Keyring.generate("0123456789abcdef").as_text())
        settings = Settings(_env_file=None, database_url=cluster.urls.app, data_dir=Path(folder), key_file=keys)
        watch.lap("(database started)")
        asyncio.run(measure(settings, content, watch))


if __name__ == "__main__":
    main()
