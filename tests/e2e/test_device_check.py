"""Machines are checked before class, at their number, by whoever sits there, and the lecturer sees it."""

import pytest
from playwright.sync_api import expect

from tests.e2e.people import LAN_NAME, PC, PHONE, Browsers

pytestmark = pytest.mark.e2e

_CODE = """async () => {
  const { cohort } = await (await fetch('/api/v1/session')).json()
  return (await (await fetch(`/api/v1/classroom/classes/${cohort.id}/device-checks`)).json()).code
}"""
_RUN_MS = 30_000


class TestCheck:
    def test_turns_places_green_on_the_lecturers_page(self, browsers: Browsers) -> None:
        lecturer = browsers.seat("林老师", PC, host="127.0.0.1", story="check")
        code = lecturer.page.evaluate(_CODE)
        machine = browsers.visit(f"/check?c={code}&s=21", PC, host="127.0.0.1", story="check")
        machine.sees("开始检测")
        machine.press("开始检测")
        expect(machine.page.get_by_text("，21 号机位。")).to_be_visible(timeout=_RUN_MS)
        expect(machine.page.get_by_role("listitem").filter(has_text="摄像头和麦克风")).to_contain_text("正常")
        machine.look("1-machine", whole=True)
        lecturer.page.goto("/teach/devices")
        expect(lecturer.page.get_by_role("button").filter(has_text="21").first).to_contain_text("兆/秒")
        lecturer.look("2-room", whole=True)
        assert (machine.trouble, lecturer.trouble) == ([], [])

    def test_runs_over_plain_http_and_says_why_there_is_no_camera(self, browsers: Browsers) -> None:
        phone = browsers.visit("/check", PHONE, host=LAN_NAME, story="check")
        phone.sees("开始检测")
        phone.press("开始检测")
        expect(phone.page.get_by_text("这台电脑可以上课")).to_be_visible(timeout=_RUN_MS)
        phone.sees("/setup")
        phone.sees("没有登记")
        phone.has_room()
        phone.look("3-plain-http", whole=True)
        assert phone.trouble == []
