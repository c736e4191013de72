"""Regions down to the county: each lies in one above it, and an address ends at one that holds none."""

import pytest

from kernel.identity import regions
from mall.addresses import places
from mall.addresses.places import Route
from mall.addresses.rules import SUGGESTIONS, suggest


def leaves(code: str = "") -> list[str]:
    below = places.children_of(code)
    return [code] if not below else [leaf for place in below for leaf in leaves(place.code)]


class TestPlaces:
    def test_hold_every_province_and_city_of_the_kernel(self) -> None:
        provinces = {place.code for place in places.children_of("")}
        cities = {place.code for code in provinces for place in places.children_of(code)}
        assert set(regions.regions()) <= provinces | cities

    def test_reach_every_county_once(self) -> None:
        found = leaves()
        assert len(found) == len(set(found)) == 2857
        assert all(places.is_leaf(code) and len(code) == 6 for code in found)

    @pytest.mark.parametrize(
        ("code", "route", "name"),
        [
            ("330106", Route("浙江省", "杭州市", "西湖区"), "浙江省杭州市西湖区"),
            ("110108", Route("北京市", "北京市", "海淀区"), "北京市海淀区"),
            ("500112", Route("重庆市", "重庆市", "渝北区"), "重庆市渝北区"),
            ("429004", Route("湖北省", "湖北省", "仙桃市"), "湖北省仙桃市"),
            ("441900", Route("广东省", "东莞市", ""), "广东省东莞市"),
            ("810000", Route("香港特别行政区", "香港特别行政区", ""), "香港特别行政区"),
        ],
    )
    def test_lead_to_a_leaf(self, code: str, route: Route, name: str) -> None:
        assert places.is_leaf(code)
        assert (places.route_to(code), places.name_of(code)) == (route, name)

    @pytest.mark.parametrize("code", ["", "330000", "330100", "110000", "999999", "3301", "x"])
    def test_end_no_address_above_a_county(self, code: str) -> None:
        assert not places.is_leaf(code)


class TestSuggestions:
    def test_are_always_the_same_and_never_the_neighbours(self) -> None:
        assert suggest(1, 7, 3) == suggest(1, 7, 3)
        assert len({suggest(1, seat, ordinal) for seat in range(1, 31) for ordinal in range(20)}) == 600

    def test_end_at_a_county(self) -> None:
        assert all(places.is_leaf(suggest(1, 1, ordinal).region_code) for ordinal in range(SUGGESTIONS))
