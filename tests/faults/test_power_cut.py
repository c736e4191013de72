"""A power cut in the middle of the class: everything killed at once, the folder carried elsewhere, started there.

What was answered is there; what was lost is at most what nobody was told of. The terminal and the lecturer are told.
"""

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.installation import Installation
from tests.faults.stubborn import Stubborn
from tests.goods import product, sku

LESSON_SECONDS = 4.0
LOST_AT_MOST = timedelta(seconds=3)
"""The class's heartbeat is two seconds; a second more for a slow machine."""


class Buyers(threading.Thread):
    """Learners who fill carts until the power goes, and remember what they were answered."""

    def __init__(self, people: list[Stubborn], skus: list[str]) -> None:
        super().__init__(daemon=True)
        self.people = people
        self.skus = skus
        self.answered: list[str] = []

    def run(self) -> None:
        turn = 0
        while True:
            person, sku = self.people[turn % len(self.people)], self.skus[turn % len(self.skus)]
            turn += 1
            try:
                title = f"断电前商品{turn}"
                response = person.client.post("/mall/desk/products", json=goods(title), headers=key(turn))
                if response.is_success:
                    self.answered.append(title)
                person.client.post("/mall/cart/items", json={"sku_id": sku, "quantity": 1}, headers=key(turn, "c"))
            except httpx.TransportError:
                return


def goods(title: str) -> dict[str, Any]:
    return product(title, skus=[sku(price_fen=1999, cost_fen=900, on_hand=7)])


def key(turn: int, kind: str = "p") -> dict[str, str]:
    return {"Idempotency-Key": f"power-{kind}-{turn:06d}"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder directly under /tmp: in one closed to the server's account the database would lie outside the data."""
    made = Path(tempfile.mkdtemp(prefix="kaidian-test-", dir="/tmp"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def lesson(folder: Path) -> Iterator[tuple[Installation, list[str]]]:
    """Yields an installation whose power has gone in the middle of a lesson, and what was answered until then."""
    installed = Installation(folder / "var")
    try:
        installed.start()
        lecturer = Stubborn(installed.url, "laoshi")
        lecturer.ask("POST", "/sandbox/clock/start")
        seller = Stubborn(installed.url, "xueyuan01")
        rows = seller.ask("GET", "/mall/desk/products?size=20")["rows"]
        skus = [str(row["skus"][0]["id"]) for row in rows[:3]]
        buyers = Buyers([seller], skus)
        buyers.start()
        time.sleep(LESSON_SECONDS)
        installed.cut_power()
        buyers.join(20)
        for person in (lecturer, seller):
            person.close()
        assert len(buyers.answered) > 3
        yield installed, buyers.answered
    finally:
        installed.stop()


def carry(source: Path, target: Path, *, with_owner: bool) -> None:
    """Copies a data folder as a person does: to a stick and off it, owner and modes may be lost, sockets stay behind."""

    def ignore(parent: str, names: list[str]) -> set[str]:
        return {name for name in names if (Path(parent) / name).is_socket()}

    shutil.copytree(source, target, ignore=ignore, copy_function=shutil.copy2 if with_owner else shutil.copyfile)
    target.chmod(0o755)


def check(copy: Installation, answered: list[str], cut_at: datetime) -> None:
    """Passes when the copy has everything that was answered, agrees in its books, and says what happened."""
    seller, lecturer = Stubborn(copy.url, "xueyuan01"), Stubborn(copy.url, "laoshi")
    titles = {row["title"] for row in seller.ask("GET", "/mall/desk/products?size=100")["rows"]}
    assert set(answered[-90:]) <= titles
    assert lecturer.ask("GET", "/mall/reconciliation")["balanced"]
    told = lecturer.ask("GET", "/backups")["recovery"]
    last = datetime.fromisoformat(told["last_write_at"])
    assert cut_at - LOST_AT_MOST <= last <= cut_at
    printed = copy.output()
    assert "上次没有正常结束" in printed
    assert f"{last.astimezone():%H:%M:%S}" in printed
    for person in (seller, lecturer):
        person.close()


class TestPowerCut:
    def test_loses_nothing_that_was_answered(self, lesson: tuple[Installation, list[str]], folder: Path) -> None:
        installed, answered = lesson
        carry(installed.data_dir, folder / "elsewhere" / "var", with_owner=False)
        copy = Installation(folder / "elsewhere" / "var", config=installed.config)
        try:
            copy.start()
            check(copy, answered, installed.cut_at)
        finally:
            copy.stop()
        assert not (copy.data_dir / "interrupted").exists()

    @pytest.mark.nightly
    def test_is_told_once_and_not_after_an_orderly_end(self, lesson: tuple[Installation, list[str]]) -> None:
        installed, answered = lesson
        installed.start()
        check(installed, answered, installed.cut_at)
        installed.stop()
        installed.start()
        lecturer = Stubborn(installed.url, "laoshi")
        assert lecturer.ask("GET", "/backups")["recovery"] is None
        lecturer.close()

    @pytest.mark.nightly
    def test_survives_a_second_one_while_starting(self, lesson: tuple[Installation, list[str]]) -> None:
        installed, answered = lesson
        installed.begin_start()
        time.sleep(4)
        installed.cut_power()
        for file in (installed.data_dir / "redis").rglob("*.aof"):
            file.write_bytes(b"*3\r\n$3\r\nSET\r\nrubbish" + file.read_bytes()[7:])
        installed.start()
        seller = Stubborn(installed.url, "xueyuan01")
        titles = {row["title"] for row in seller.ask("GET", "/mall/desk/products?size=100")["rows"]}
        assert set(answered[-90:]) <= titles
        seller.close()
