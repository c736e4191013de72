"""A class from nothing: planned, its roster imported, a seat claimed on a phone, a machine checked, opened, run, one reset."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from kernel.clock import SystemClock
from tests.e2e.people import LAN_NAME, PC, PHONE, Browsers, Person
from tests.e2e.registering import register
from tests.faults.installation import Installation
from tests.kernel.classroom.roster.workbooks import book, row_of
from tests.people import Made, people

pytestmark = pytest.mark.e2e

STORY = "class"
LEARNERS = list(people(30, start=70_000))
CHINA = timedelta(hours=8)


def plan(lecturer: Person) -> str:
    """The lecturer plans a class in three steps and returns its code."""
    lecturer.page.goto("/teach/classes")
    lecturer.sees("开一个班")
    lecturer.press("开一个班")
    lecturer.fill("班级名称", "2026 年第 4 期 网创（电商）13 班")
    lecturer.fill("开课日期", (SystemClock().now() + CHINA).date().isoformat())
    lecturer.look("01-plan")
    lecturer.press("下一步")
    lecturer.sees("56 课时")
    lecturer.look("02-timetable")
    lecturer.press("建好这个班")
    lecturer.sees("班级建好了")
    lecturer.look("03-made")
    code = re.search(r"班级码 (\w{6})", lecturer.page.locator("body").inner_text())
    assert code is not None
    return code.group(1)


def hand_in(lecturer: Person, content: bytes) -> None:
    """Chooses a workbook as if it were picked from a folder."""
    file: Any = {"name": "名册.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    lecturer.page.locator("input[type=file]").first.set_input_files(file)


def import_roster(lecturer: Person) -> None:
    """A workbook with mistakes first, then the mended one."""
    lecturer.press("导入名册")
    lecturer.sees("先核对，再导入")
    wrong = [row_of(person) for person in LEARNERS]
    wrong[2][1] = wrong[2][1][:-1] + ("0" if wrong[2][1][-1] != "0" else "1")
    wrong[5][2] = "12345"
    wrong[8][0] = ""
    hand_in(lecturer, book(wrong))
    lecturer.sees("3 行有错，改好再上传")
    lecturer.look("04-mistakes", whole=True)
    lecturer.press("重新上传")
    hand_in(lecturer, book([row_of(person) for person in LEARNERS]))
    lecturer.sees("没有错，可以导入")
    lecturer.press("导入 30 人")
    lecturer.sees("已导入 30 人")
    lecturer.look("05-imported")


def read_pin(lecturer: Person, learner: Made) -> str:
    """The lecturer reads one learner's PIN from the list."""
    lecturer.page.goto("/teach/seats")
    lecturer.sees(learner.name)
    lecturer.look("06-list")
    lecturer.page.get_by_role("button", name=learner.name).first.click()
    lecturer.press("看 PIN")
    pin = str(lecturer.page.locator(".secret .big").inner_text())
    lecturer.press("知道了")
    return pin


def claim(learner: Person, code: str, pin: str) -> None:
    """The learner claims his seat on his phone and waits for the class."""
    learner.page.get_by_label("班级码").fill(code)
    learner.page.get_by_label("PIN").press_sequentially(pin.replace("-", ""))
    learner.press("下一步")
    learner.fill("设置密码", "shanhuo2026")
    learner.press("认领这个席位")
    learner.page.wait_for_url("**/lobby")
    learner.look("07-lobby")
    learner.has_room()


def check_machine(learner: Person) -> None:
    """The learner's phone is checked."""
    learner.page.goto("/check")
    learner.sees("开始检测")
    learner.press("开始检测")
    learner.page.get_by_text(re.compile("可以上课|不能上课|能上课")).first.wait_for(timeout=60_000)
    learner.look("08-check", whole=True)


@pytest.fixture
def numbers() -> list[bytes]:
    """Returns what must stay inside: ID numbers and phones of the roster."""
    return [secret.encode() for person in LEARNERS for secret in (person.id_number, person.phone)]


class TestClass:
    def test_comes_from_a_roster_to_the_first_lesson(self, browsers: Browsers) -> None:
        lecturer = browsers.seat("林老师", PC, host=LAN_NAME, story=STORY)
        code = plan(lecturer)
        import_roster(lecturer)
        pin = read_pin(lecturer, LEARNERS[0])
        learner = browsers.visit("/claim", PHONE, host=LAN_NAME, story=STORY)
        claim(learner, code, pin)
        check_machine(learner)
        learner.page.goto("/lobby")
        lecturer.page.goto("/teach")
        lecturer.sees("开班前")
        lecturer.look("09-before")
        lecturer.press("开班")
        lecturer.sees("还没齐，也可以先开")
        lecturer.look("10-open")
        lecturer.page.get_by_role("dialog").get_by_role("button", name="开班", exact=True).click()
        learner.page.wait_for_url("**/shop", timeout=20_000)
        learner.look("11-shop")
        self.run_the_clock(lecturer)
        self.open_shop(learner)
        self.reset(lecturer, learner)
        trouble = [*lecturer.trouble, *learner.trouble]
        assert [line for line in trouble if "503" not in line or "/mall/wallet" not in line] == []

    def run_the_clock(self, lecturer: Person) -> None:
        lecturer.page.goto("/teach")
        lecturer.page.get_by_role("button", name=re.compile("^开始")).click()
        expect(lecturer.page.get_by_role("button", name=re.compile("暂停"))).to_be_visible()
        lecturer.page.get_by_role("button", name="60×").click()
        expect(lecturer.page.get_by_role("button", name="60×")).to_have_attribute("aria-pressed", "true")
        lecturer.look("12-running")
        lecturer.page.get_by_role("button", name=re.compile("暂停")).click()
        expect(lecturer.page.get_by_role("button", name=re.compile("^开始"))).to_be_visible()

    def open_shop(self, learner: Person) -> None:
        register(learner, "十三班山货")
        learner.look("13-desk")

    def reset(self, lecturer: Person, learner: Person) -> None:
        lecturer.page.goto("/teach")
        lecturer.sees("十三班山货")
        lecturer.look("14-wall", whole=True)
        lecturer.page.goto("/teach/seats")
        lecturer.page.get_by_role("link", name=LEARNERS[0].name).first.click()
        lecturer.sees("重置店铺")
        lecturer.look("15-learner")
        lecturer.press("重置店铺")
        lecturer.fill("原因", "店名填错了，想从头来")
        lecturer.look("16-reset")
        lecturer.page.get_by_role("dialog").get_by_role("button", name=re.compile("重置")).click()
        learner.page.goto("/desk")
        learner.sees("店名填错了，想从头来")
        learner.look("17-after")


class TestInstallation:
    def test_keeps_full_numbers_out_of_logs_metrics_and_backups(
        self, installation: Installation, numbers: list[bytes]
    ) -> None:
        """After the lesson above: what the running processes have written down."""
        files = [path for path in installation.data_dir.rglob("*") if path.is_file() and "postgres" not in path.parts]
        files += [path for path in self.backups(installation) if path.is_file()]
        assert [path for path in files if path.suffix == ".log"] != []
        for path in files:
            content = path.read_bytes()
            assert [number for number in numbers if number in content] == [], path.name
        metrics = httpx.get(f"{installation.url}/metrics").content
        assert [number for number in numbers if number in metrics] == []
        assert b"python_info" in metrics

    def backups(self, installation: Installation) -> Iterator[Path]:
        for folder in (installation.data_dir.parent / "backups", installation.data_dir / "backups"):
            if folder.is_dir():
                yield from folder.rglob("*")
