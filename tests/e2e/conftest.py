"""Fixtures of the journeys: a whole installation as a user starts it, and Chromium driven by Playwright."""

import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.e2e.people import Browsers
from tests.faults.installation import CHECKOUT, Installation

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves the journeys out, loudly, where there is no Chromium."""
    if any(shutil.which(program) for program in PROGRAMS):
        return
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: THE BROWSER JOURNEYS WERE LEFT OUT"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Leaves a picture of every page where a journey has failed."""
    report = yield
    browsers = getattr(item, "funcargs", {}).get("browsers")
    if report.failed and isinstance(browsers, Browsers):
        browsers.keep_last_sights(item.name)
    return report


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Returns the folder where journeys leave their pictures."""
    folder = CHECKOUT / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Yields a running demo in a folder of its own."""
    folder: Path = tmp_path_factory.mktemp("kaidian-e2e")
    for parent in (folder, folder.parent):
        parent.chmod(0o755)
    installed = Installation(folder / "var")
    try:
        installed.start()
        yield installed
    finally:
        installed.stop()


@pytest.fixture(scope="session")
def browsers(installation: Installation, screenshots: Path) -> Iterator[Browsers]:
    """Yields browsers for people of the demo class."""
    program = next(found for name in PROGRAMS if (found := shutil.which(name)))
    with Browsers(program, installation.port, screenshots) as opened:
        yield opened
