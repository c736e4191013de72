"""What an address may hold, and the invented people it is filled with. Pure.

No real person's data gets in by the telephone: only the form 1xx 0000 xxxx is taken, in which four zeros stand where a
number of the network's never has them here. So an address cannot be dialled, and nobody is found by it (ADR 0018).
"""

import re
from dataclasses import dataclass

from kernel import randomness

LIMIT = 20
"""Addresses in one book. 示例, as on the large platforms."""

SUGGESTIONS = 1000
"""How many invented people a seat may leaf through."""

PHONE = re.compile(r"1[3-9][0-9]0000[0-9]{4}")
_SURNAMES = "周吴郑冯陈褚蒋沈韩杨朱秦许何吕张孔曹严华林梁宋唐邓罗"
_GIVEN = ("宁", "雨桐", "明远", "佳", "海涛", "文静", "启文", "小满", "一鸣", "思远", "慧敏", "国强", "晓燕", "俊杰")
_STREETS = ("沙盘路", "练习街", "模拟大道", "教学里", "实训巷")
_CITIES = (
    "330106", "320106", "440106", "510107", "420111", "610113", "370102", "350203", "430104", "410105", "530102", "210102",
    "110108", "310115", "500112", "120104", "340104", "360102", "450103", "520103", "130102", "220104", "230103", "620102",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An invented receiver at an invented house in a real county."""

    name: str
    phone: str
    region_code: str
    street: str


def suggest(seed: int, seat_number: int, ordinal: int) -> Suggestion:
    """Returns the receiver of this ordinal: always the same person at the same place."""

    def pick(step: int, high: int) -> int:
        return randomness.integer(seed, "address", seat_number, ordinal, step, low=0, high=high)

    return Suggestion(
        name=_SURNAMES[pick(1, len(_SURNAMES) - 1)] + _GIVEN[pick(2, len(_GIVEN) - 1)],
        phone=f"1{pick(3, 6) + 33}0000{pick(4, 9999):04d}",
        region_code=_CITIES[pick(5, len(_CITIES) - 1)],
        street=f"{_STREETS[pick(6, len(_STREETS) - 1)]} {pick(7, 197) + 2} 号 {pick(8, 11) + 1} 幢 {pick(9, 5) + 1}0{pick(10, 3) + 1}",
    )


def masked(phone: str) -> str:
    """Returns a telephone number as a trade shows it."""
    return f"{phone[:3]}****{phone[7:]}"
