"""Simulated receivers: a name, a masked phone and an address made from the sandbox's seed and the seat. Pure.

Whoever keeps no address of his own (`mall/addresses`) gets one of these. Names and streets are invented; provinces and
cities are real places, so that a courier's route can be understood.
"""

from dataclasses import asdict, dataclass

from kernel import randomness

_SURNAMES = "周吴郑冯陈褚蒋沈韩杨朱秦许何吕张孔曹严华"
_GIVEN = ("宁", "雨桐", "明远", "佳", "海涛", "文静", "启文", "小满", "一鸣", "思远", "慧敏", "国强", "晓燕", "俊杰")
_PLACES = (
    ("330106", "浙江省", "杭州市", "西湖区"),
    ("320106", "江苏省", "南京市", "鼓楼区"),
    ("440106", "广东省", "广州市", "天河区"),
    ("510107", "四川省", "成都市", "武侯区"),
    ("420111", "湖北省", "武汉市", "洪山区"),
    ("610113", "陕西省", "西安市", "雁塔区"),
    ("370102", "山东省", "济南市", "历下区"),
    ("350203", "福建省", "厦门市", "思明区"),
    ("430104", "湖南省", "长沙市", "岳麓区"),
    ("410105", "河南省", "郑州市", "金水区"),
    ("530102", "云南省", "昆明市", "五华区"),
    ("210102", "辽宁省", "沈阳市", "和平区"),
)
_STREETS = ("沙盘路", "练习街", "模拟大道", "教学里", "实训巷")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where a simulated parcel goes. `region_code` is six digits of GB/T 2260: a county, or a city's four and `00`."""

    name: str
    phone_masked: str
    region_code: str
    province: str
    city: str
    district: str
    address: str

    @property
    def region(self) -> str:
        """Province, city and district in one."""
        return "".join(dict.fromkeys((self.province, self.city, self.district)))  # 北京市 is province and city: once

    def snapshot(self) -> dict[str, str]:
        """Returns the receiver as a trade keeps it."""
        return {**asdict(self), "region": self.region}


def receiver_of(seed: int, seat_number: int, *, other: int = 0) -> Receiver:
    """Returns the receiver of a seat: always the same person at the same place; `other` counts further ones."""

    def pick(step: int, high: int) -> int:
        return randomness.integer(seed, "receiver", seat_number, step + 100 * other, low=0, high=high)

    region_code, province, city, district = _PLACES[pick(1, len(_PLACES) - 1)]
    return Receiver(
        name=_SURNAMES[pick(2, len(_SURNAMES) - 1)] + _GIVEN[pick(3, len(_GIVEN) - 1)],
        phone_masked=f"1{pick(4, 6) + 33}****{pick(5, 9999):04d}",
        region_code=region_code,
        province=province,
        city=city,
        district=district,
        address=f"{_STREETS[pick(6, len(_STREETS) - 1)]} {pick(7, 197) + 2} 号 {pick(8, 11) + 1} 幢 {pick(9, 5) + 1}0{pick(10, 3) + 1}",
    )


def others_of(seed: int, seat_number: int) -> list[Receiver]:
    """Returns three further receivers of a seat, to whom an order may be sent instead."""
    return [receiver_of(seed, seat_number, other=number) for number in (1, 2, 3)]


def origin_of(seed: int, seat_number: int) -> str:
    """Returns the city a seat ships from."""
    return _PLACES[randomness.integer(seed, "origin", seat_number, low=0, high=len(_PLACES) - 1)][2]
