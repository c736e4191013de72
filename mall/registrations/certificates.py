"""Mock licences and papers (模拟证照): well-formed numbers with right check characters, and nobody's. Pure.

Every organisation code begins with `YX` (演习, exercise), whatever is drawn comes from the sandbox's seed. A page shows each of them
with the word 模拟.

Source: GB 32100 (unified social credit code, weights 3^i mod 31) and GB 11714 (organisation code, weights 3 7 9 10 5 8 4 2).
"""

from datetime import datetime, timedelta
from typing import Any

from kernel import randomness

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_KINDS = {"company": "91", "sole": "92"}
_PREFIX = "YX"
_CITIES = (
    ("330100", "杭州"),
    ("440100", "广州"),
    ("610100", "西安"),
    ("510100", "成都"),
    ("420100", "武汉"),
    ("370100", "济南"),
)
_WORDS = ("云岭", "拾光", "青禾", "南屏", "半夏", "松间", "见山", "知味", "小满", "远山", "橙子", "微澜")
_FAMILY = "周吴郑冯陈褚蒋沈韩杨朱秦许何吕张"
_GIVEN = ("宁", "雨桐", "明远", "佳", "海涛", "文静", "启文", "一鸣", "思远", "慧敏", "晓燕", "俊杰")
_STREETS = ("沙盘路", "练习街", "模拟大道", "教学里", "实训巷")
_VALID = timedelta(days=5 * 365)


def credit_code(kind: str, region: str, organisation: str) -> str:
    """Returns the 18 characters of a unified social credit code for 8 characters of an organisation code."""
    body = _KINDS[kind] + region + organisation + _organisation_check(organisation)
    total = sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + _SIGNS[-total % 31]


def is_credit_code(code: str) -> bool:
    """Returns whether all three checks of a code hold: signs, organisation, whole."""
    if len(code) != 18 or any(sign not in _SIGNS for sign in code):  # noqa: PLR2004  the length the standard sets
        return False
    total = sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return code[17] == _SIGNS[-total % 31] and code[16] == _organisation_check(code[8:16])


def licence(seed: int, seat_number: int, draw: int, *, kind: str, today: datetime) -> dict[str, Any]:
    """Returns a mock business licence; another `draw` gives another one. `today` is simulated."""

    def pick(step: int, high: int) -> int:
        return randomness.integer(seed, f"licence.{kind}", seat_number, draw, step, low=0, high=high)

    region, city = _CITIES[pick(1, len(_CITIES) - 1)]
    organisation = _PREFIX + "".join(_SIGNS[pick(10 + place, 30)] for place in range(6))
    word = _WORDS[pick(2, len(_WORDS) - 1)]
    tail = "电子商务有限公司" if kind == "company" else "网店（个体工商户）"
    begun = today.date() - timedelta(days=90 + pick(3, 900))
    return {
        "number": credit_code(kind, region, organisation),
        "holder": f"{city}{word}{tail}",
        "person": _FAMILY[pick(4, len(_FAMILY) - 1)] + _GIVEN[pick(5, len(_GIVEN) - 1)],
        "address": f"{city}市{_STREETS[pick(6, len(_STREETS) - 1)]} {pick(7, 197) + 2} 号",
        "scope": "互联网销售（除销售需要许可的商品）",
        "issued_on": begun.isoformat(),
    }


def paper(seed: int, seat_number: int, draw: int, *, code: str, holder: str, today: datetime) -> dict[str, Any]:
    """Returns a mock qualification paper of its holder. `today` is simulated."""
    digits = "".join(
        str(randomness.integer(seed, f"paper.{code}", seat_number, draw, n, low=0, high=9)) for n in range(12)
    )
    begun = today.date() - timedelta(
        days=30 + randomness.integer(seed, f"paper.{code}", seat_number, draw, 99, low=0, high=300)
    )
    return {
        "code": code,
        "number": f"{_PREFIX}{digits}",
        "holder": holder,
        "issued_on": begun.isoformat(),
        "valid_until": (begun + _VALID).isoformat(),
    }


def _organisation_check(code: str) -> str:
    total = sum(_SIGNS_36.index(sign) * weight for sign, weight in zip(code, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


_SIGNS_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
