"""A late joiner: added by hand, handed a PIN, in the mall on his phone a minute later; then the claim is undone."""

import pytest
from playwright.sync_api import expect

from tests.e2e.people import LAN_NAME, PC, PHONE, Browsers, Person

pytestmark = pytest.mark.e2e

NAME = "钱来迟"
STORY = "claim"


def add_by_hand(lecturer: Person) -> str:
    """The lecturer puts a learner on the list and reads his PIN."""
    lecturer.page.goto("/teach/seats")
    lecturer.sees("加一名学员")
    lecturer.press("加一名学员")
    lecturer.fill("姓名", NAME)
    lecturer.look("1-add")
    lecturer.press("加入名单")
    lecturer.sees("开班后加入")
    handle(lecturer)
    lecturer.sees("看 PIN")
    lecturer.press("看 PIN")
    lecturer.sees(f"{NAME} 的 PIN")
    pin = str(lecturer.page.locator(".secret .big").inner_text())
    lecturer.look("2-pin")
    lecturer.press("知道了")
    return pin


def handle(lecturer: Person) -> None:
    """Opens what can be done to his seat."""
    lecturer.page.get_by_role("button", name=NAME).click()


def claim(learner: Person, code: str, pin: str) -> None:
    """The learner claims the seat as the page leads him."""
    learner.page.goto(f"/claim?c={code.lower()}")
    expect(learner.page.get_by_label("班级码")).to_have_value(code)
    learner.page.get_by_label("PIN").press_sequentially(pin.replace("-", ""))
    expect(learner.page.get_by_label("PIN")).to_have_value(pin)
    learner.look("3-pin-typed")
    learner.has_room()
    learner.press("下一步")
    learner.sees("你是 钱*迟")
    learner.fill("设置密码", "shanhuo2026")
    learner.look("4-is-that-you")
    learner.press("认领这个席位")


class TestClaim:
    def test_leads_from_a_pin_to_the_mall_and_can_be_undone(self, browsers: Browsers) -> None:
        lecturer = browsers.seat("林老师", PC, host=LAN_NAME, story=STORY)
        learner = browsers.visit("/claim", PHONE, host=LAN_NAME, story=STORY)
        pin = add_by_hand(lecturer)
        claim(learner, lecturer.page.locator("b.code").inner_text(), pin)
        learner.page.wait_for_url("**/shop")
        learner.look("5-mall")
        handle(lecturer)
        lecturer.sees("撤销认领")  # the list looks for claims every three seconds
        lecturer.press("撤销认领")
        lecturer.fill("原因", "同学拿错了条子")
        lecturer.look("6-undo")
        lecturer.press("撤销认领")
        lecturer.sees("已撤销，PIN 已换新")
        learner.page.goto("/shop")
        learner.page.wait_for_url("**/login**")
        handle(lecturer)
        lecturer.sees("移出班级")
        lecturer.press("移出班级")
        lecturer.page.get_by_role("dialog").get_by_role("button", name="移出班级").click()
        lecturer.sees("已移出班级")
        # He may be in the mall before his wallet is; the page waits and asks again.
        trouble = [*lecturer.trouble, *learner.trouble]
        assert [line for line in trouble if "503" not in line or "/mall/wallet" not in line] == []
