"""A report finds every way in which the mall contradicts the script."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from app.rehearsal import report
from app.rehearsal.behaviours.opening import GOODS_PER_STORE
from app.rehearsal.report import Found

MONEY = {"transfers": 9, "wallet_difference_fen": 0, "escrow_difference_fen": 0, "sum_of_all_fen": 0}
DONE = Counter(
    {"claimed": 2, "stores": 2, "goods": 2 * GOODS_PER_STORE, "placed": 6, "paid": 3, "cancelled": 2, "forgotten": 1}
) + Counter({"shipped": 3, "shipped late": 1})
FOUND = Found(
    states={"wait_pay": 1, "wait_ship": 0, "shipped": 0, "finished": 3, "closed": 2},
    shipped_late=1,
    reconciliation={"balanced": True, "money": MONEY, "stock": []},
    parked_timers=0,
    parked_deliveries=0,
)
UNBALANCED = {"balanced": False, "money": {**MONEY, "wallet_difference_fen": 5}, "stock": []}


def found_by(done: Counter[str], found: Found, *, failed: int = 0) -> list[str]:
    return list(report.contradictions(done, found, learners=2, failed=failed))


class TestContradictions:
    def test_are_none_when_all_agrees(self) -> None:
        assert found_by(DONE, FOUND) == []

    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            ({"claimed": -1}, "claimed: 1 instead of 2"),
            ({"goods": -1}, "goods: 39 instead of 40"),
            ({"stopped": 1}, "1 people could not finish what they were doing"),
            ({"placed": 1}, "6 trades instead of 7 placed"),
            ({"forgotten": 1}, "1 trades wait to be paid instead of 2"),
            ({"cancelled": 1}, "2 trades closed instead of 3"),
            ({"shipped": -1}, "2 trades shipped instead of 3 paid"),
            ({"shipped late": 1}, "1 trades shipped late instead of 2"),
        ],
    )
    def test_come_from_the_script(self, changed: dict[str, int], told: str) -> None:
        done = Counter(DONE)
        done.update(changed)
        assert found_by(done, FOUND) == [told]

    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            ({"parked_timers": 1}, "parked: 1 timers, 0 deliveries"),
            ({"reconciliation": UNBALANCED}, "books: {'wallet_difference_fen': 5}, 0 differences of stock"),
        ],
    )
    def test_come_from_the_mall(self, changed: dict[str, Any], told: str) -> None:
        assert found_by(DONE, replace(FOUND, **changed)) == [told]

    def test_count_failed_requests(self) -> None:
        assert found_by(DONE, FOUND, failed=2) == ["2 requests failed"]

    def test_expect_forgotten_trades_closed_once_they_timed_out(self) -> None:
        done = DONE + Counter({"timed out": 1})
        closed = replace(FOUND, states={**FOUND.states, "wait_pay": 0, "closed": 3})
        assert found_by(done, closed) == []
        assert found_by(done, FOUND) == [
            "1 trades wait to be paid instead of 0",
            "2 trades closed instead of 3",
        ]
