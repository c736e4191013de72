"""Every example good could be listed as it is: complete, within limits, told honestly."""

import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.demo import shelves
from app.demo.shelves import Good, GoodSku
from mall.drawings import catalogue as drawings

CATEGORIES = Path(__file__).parents[3] / "mall" / "catalog" / "categories" / "teaching-1.toml"
LEAVES: dict[str, dict[str, Any]] = {
    leaf["code"]: leaf for leaf in tomllib.loads(CATEGORIES.read_text(encoding="utf-8"))["leaves"]
}
GOODS = shelves.load()
KEYS = drawings.keys()
TITLE_BYTES = 60
LOUD = [
    "国家级",
    "世界级",
    "最高级",
    "最佳",
    "最优",
    "最强",
    "最先进",
    "唯一",
    "独家",
    "首个",
    "首选",
    "顶级",
    "顶尖",
    "极致",
    "至尊",
    "终极",
    "巅峰",
    "王牌",
    "冠军",
    "绝对",
    "永不",
    "完美",
    "万能",
    "史无前例",
    "独一无二",
    "全网最低",
    "100%",
    "治愈",
    "治疗",
    "疗效",
    "祛斑",
    "稳赚",
    "零风险",
    "零添加",
    "微信",
    "支付宝",
    "抖音",
    "快手",
    "淘宝",
]


def wrong(value: Any, attribute: dict[str, Any]) -> str | None:
    """Returns what is wrong with an attribute's value."""
    kind = attribute["kind"]
    if kind == "number":
        whole = type(value) is int and attribute["min"] <= value <= attribute["max"]
        return None if whole else "not a number within its bounds"
    if kind == "bool":
        return None if isinstance(value, bool) else "neither yes nor no"
    if kind == "choices":
        return None if value and set(value) <= set(attribute["options"]) else "not among the options"
    if kind == "choice":
        return None if value in attribute["options"] else "not among the options"
    if kind == "date":
        return None if date.fromisoformat(value).isoformat() == value else "not a date"
    return None if 0 < len(value) <= attribute["max_length"] else "not a text within its length"


class TestGoods:
    def test_fill_every_leaf(self) -> None:
        assert len(GOODS) >= 400
        listed = Counter(good.category for good in GOODS)
        assert set(listed) == set(LEAVES)
        assert min(listed.values()) >= 4
        assert [good.title for good in GOODS if LEAVES[good.category]["top"] != good.top] == []

    def test_have_titles_of_their_own_within_the_limit(self) -> None:
        assert [title for title, times in Counter(good.title for good in GOODS).items() if times > 1] == []
        assert [good.title for good in GOODS if len(good.title.encode("gbk")) > TITLE_BYTES] == []

    def test_have_right_and_complete_attributes(self) -> None:
        faults = []
        for good in GOODS:
            attributes = {attribute["code"]: attribute for attribute in LEAVES[good.category]["attributes"]}
            required = {code for code, attribute in attributes.items() if attribute.get("required", False)}
            faults += [(good.title, code, "unknown") for code in set(good.attributes) - set(attributes)]
            faults += [(good.title, code, "missing") for code in required - set(good.attributes)]
            faults += [
                (good.title, code, fault)
                for code, value in good.attributes.items()
                if code in attributes and (fault := wrong(value, attributes[code])) is not None
            ]
        assert faults == []

    def test_have_drawings_of_their_own(self) -> None:
        assert [good.title for good in GOODS if good.art not in KEYS] == []
        assert len({good.art for good in GOODS}) == len(GOODS)

    def test_cost_less_than_they_sell_for(self) -> None:
        for good in GOODS:
            for sku in good.skus():
                assert 35 <= sku.cost_fen * 100 // sku.price_fen <= 75, good.title
                assert sku.market_price_fen is None or sku.market_price_fen >= sku.price_fen, good.title
                assert 0 < sku.weight_g <= 20_000, good.title

    def test_have_specs_within_the_limits(self) -> None:
        with_specs = [good for good in GOODS if good.specs]
        assert len(with_specs) >= len(GOODS) // 3
        for good in with_specs:
            assert len(good.specs) <= 3
            for spec in good.specs:
                assert 1 < len(spec.values) == len(set(spec.values)) <= 20, good.title

    def test_promise_nothing_loud(self) -> None:
        texts = [(good.title, " ".join([good.title, good.text, *good.notes])) for good in GOODS]
        assert [(title, word) for title, text in texts for word in LOUD if word in text] == []


class TestSkus:
    def test_are_one_without_specs(self) -> None:
        good = Good("蜜", "food", "honey", "honey", 5900, 6900, 3100, 720, 12, "", (), {}, ())
        assert good.skus() == [GoodSku((), 5900, 6900, 3100, 720, 12)]

    def test_share_the_stock_and_keep_the_proportions(self) -> None:
        size = shelves.Spec("净含量", ("250g", "500g"), (-2000, 0), (-300, 0))
        colour = shelves.Spec("包装", ("罐", "盒", "袋"), (0, 0, 0), (0, 50, 0))
        good = Good("蜜", "food", "honey", "honey", 6000, 7000, 3000, 700, 20, "", (), {}, (size, colour))
        skus = good.skus()
        assert [sku.spec for sku in skus[:4]] == [("250g", "罐"), ("250g", "盒"), ("250g", "袋"), ("500g", "罐")]
        assert skus[1] == GoodSku(("250g", "盒"), 4000, 4660, 2000, 450, 3)
        assert sum(sku.stock for sku in skus) == 20

    @pytest.mark.parametrize("good", GOODS[::40], ids=lambda good: good.title)
    def test_are_all_in_the_listing(self, good: Good) -> None:
        body = shelves.listing(good)
        assert len(body["skus"]) == len(good.skus())
        assert body["attributes"] == dict(good.attributes)
