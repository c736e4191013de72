"""People in front of browsers: a window of a size, a signed-in account, an eye on the console."""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Response, expect, sync_playwright

LAN_NAME = "kaidian.classroom"
"""A plain-http name that is not localhost: browsers treat it as insecure, as they do a classroom's LAN address."""
# A made-up camera that says yes: a machine without one, or a question nobody answers, would stop a journey.
_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
_FLAGS = (
    *_CAMERA,
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
)
_PATIENCE_MS = 15_000

_EXPECTED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND})
"""Nobody is signed in yet, there is no shop yet: answers that the pages expect and handle."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person looks at."""

    name: str
    width: int
    height: int
    touch: bool


PC = Screen("pc", 1440, 900, touch=False)
PHONE = Screen("phone", 390, 844, touch=True)


class Person:
    """One person with a page of his own."""

    def __init__(self, page: Page, screen: Screen, screenshots: Path, story: str) -> None:
        self.page = page
        self.screen = screen
        self.trouble: list[str] = []
        self._screenshots = screenshots
        self._story = story
        page.set_default_timeout(_PATIENCE_MS)
        page.on("console", self._hear)
        page.on("response", self._note)
        page.on("pageerror", lambda error: self.trouble.append(f"page error: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        # A refused request also shows in the console, without its address; `_note` has it with one.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.trouble.append(f"console: {message.text}")

    def _note(self, response: Response) -> None:
        if response.status >= HTTPStatus.BAD_REQUEST and response.status not in _EXPECTED:
            self.trouble.append(f"{response.status} {response.request.method} {response.url}")

    def look(self, name: str, *, whole: bool = False) -> None:
        """Keeps a picture of what is on the screen."""
        self.page.wait_for_timeout(350)
        file = self._screenshots / f"{self._story}-{name}-{self.screen.name}.png"
        self.page.screenshot(path=str(file), full_page=whole)

    def press(self, name: str, *, exact: bool = True) -> None:
        """Presses the visible button or link of this name."""
        buttons = self.page.get_by_role("button", name=name, exact=exact).filter(visible=True)
        links = self.page.get_by_role("link", name=name, exact=exact).filter(visible=True)
        (buttons if buttons.count() else links).first.click()

    def sees(self, text: str) -> None:
        """Waits until a text is on the screen."""
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible(timeout=_PATIENCE_MS)

    def fill(self, label: str, value: str) -> None:
        """Fills the field of this label."""
        self.page.get_by_label(label).filter(visible=True).first.fill(value)

    def has_room(self) -> None:
        """Fails when the page is wider than the screen."""
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.screen.width, f"the page is {width} px wide on {self.screen.width}"


class Browsers:
    """Chromium, opened once; everybody gets a context of his own."""

    def __init__(self, program: str, port: int, screenshots: Path) -> None:
        self._program = program
        self._port = port
        self._screenshots = screenshots

    def __enter__(self) -> Self:
        self._manager = sync_playwright()
        self._playwright: Playwright = self._manager.__enter__()
        flags = [*_FLAGS, f"--host-resolver-rules=MAP {LAN_NAME} 127.0.0.1"]
        self._browser: Browser = self._playwright.chromium.launch(executable_path=self._program, args=flags)
        return self

    def keep_last_sights(self, name: str) -> None:
        """Keeps a picture of every open page, for a journey that has failed."""
        pages = [page for context in self._browser.contexts for page in context.pages]
        for number, page in enumerate(pages, start=1):
            page.screenshot(path=str(self._screenshots / f"failed-{name}-{number}.png"))

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._browser.close()
        self._manager.__exit__(kind, value, trace)

    def visit(self, path: str, screen: Screen, *, host: str, story: str) -> Person:
        """Opens a page for somebody who is not signed in."""
        person = self._sit_down(screen, host=host, story=story)
        person.page.goto(path)
        return person

    def seat(self, name: str, screen: Screen, *, host: str, story: str) -> Person:
        """Opens the log-in page on a screen and signs a demo person in with one tap."""
        person = self._sit_down(screen, host=host, story=story)
        person.page.goto("/login")
        person.sees("演示账号")
        person.page.get_by_role("button").filter(has_text=name).first.click()
        person.page.wait_for_url(lambda url: "/login" not in url)
        return person

    def _sit_down(self, screen: Screen, *, host: str, story: str) -> Person:
        context = self._browser.new_context(
            viewport={"width": screen.width, "height": screen.height},
            is_mobile=screen.touch,
            has_touch=screen.touch,
            locale="zh-CN",
            base_url=f"http://{host}:{self._port}",
        )
        return Person(context.new_page(), screen, self._screenshots, story)
