"""What makes goods sound: titles in bytes, typed attributes, the matrix, words, quality, the category data."""

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mall.catalog import category, quality, rules, words
from mall.catalog.category import Attribute, AttributeKind, Leaf
from mall.catalog.quality import Check, Facts, SkuFacts

NET = Attribute("net", "净含量", AttributeKind.NUMBER, required=True, unit="g", min=1, max=5000)
KIND = Attribute("kind", "种类", AttributeKind.CHOICE, options=("绿茶", "红茶"))
MANY = Attribute("for", "适用", AttributeKind.CHOICES, options=("自饮", "送礼"))
LEAF = Leaf(
    "tea",
    "drink",
    "茶叶",
    "tea",
    (
        NET,
        KIND,
        MANY,
        Attribute("origin", "产地", AttributeKind.TEXT, max_length=4),
        Attribute("fresh", "新茶", AttributeKind.BOOL),
        Attribute("picked", "采摘", AttributeKind.DATE),
    ),
    words=("绿茶",),
)


@dataclass(frozen=True, slots=True)
class Spec:
    name: str
    values: list[str]


@dataclass(frozen=True, slots=True)
class Sku:
    spec: list[str]
    price_fen: int = 100
    market_price_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Matrix:
    specs: list[Spec] = field(default_factory=lambda: [Spec("颜色", ["红", "蓝"]), Spec("尺码", ["M", "L"])])

    def all(self) -> list[Sku]:
        return [Sku([first, second]) for first in self.specs[0].values for second in self.specs[1].values]


def found(errors: Any) -> list[tuple[str, str]]:
    return [(error.pointer, error.code) for error in errors]


class TestTitle:
    @given(st.text(max_size=80))
    def test_is_as_long_as_in_gbk(self, title: str) -> None:
        """Where GBK has a character it takes as many bytes as are counted."""
        if all(char.isascii() or "\u4e00" <= char <= "\u9fa5" for char in title):
            assert rules.title_bytes(title) == len(title.encode("gbk"))

    @pytest.mark.parametrize(("title", "fits"), [("蜜" * 30, True), ("蜜" * 30 + "a", False), ("a" * 60, True)])
    def test_has_sixty_bytes(self, title: str, *, fits: bool) -> None:
        assert (rules.title_errors(title) == []) is fits


class TestAttributes:
    @pytest.mark.parametrize(
        ("given_value", "code"),
        [
            ({"net": 500}, None),
            ({}, "mall.attribute.missing"),
            ({"net": 0}, "mall.attribute.out_of_range"),
            ({"net": 5001}, "mall.attribute.out_of_range"),
            ({"net": "500"}, "mall.attribute.wrong_kind"),
            ({"net": True}, "mall.attribute.wrong_kind"),
            ({"net": 5, "kind": "黑茶"}, "mall.attribute.not_offered"),
            ({"net": 5, "kind": ["绿茶"]}, "mall.attribute.not_offered"),
            ({"net": 5, "for": ["自饮", "送礼"]}, None),
            ({"net": 5, "for": ["自饮", "自饮"]}, "mall.attribute.not_offered"),
            ({"net": 5, "origin": "云南西双版纳"}, "mall.attribute.too_long"),
            ({"net": 5, "origin": 7}, "mall.attribute.wrong_kind"),
            ({"net": 5, "fresh": False}, None),
            ({"net": 5, "fresh": "是"}, "mall.attribute.wrong_kind"),
            ({"net": 5, "picked": "2026-04-05"}, None),
            ({"net": 5, "picked": "2026-4-5"}, "mall.attribute.no_date"),
            ({"net": 5, "picked": "20260405"}, "mall.attribute.no_date"),
            ({"net": 5, "colour": "红"}, "mall.attribute.unknown"),
        ],
    )
    def test_are_what_their_leaf_asks_for(self, given_value: dict[str, Any], code: str | None) -> None:
        assert [error.code for error in rules.attribute_errors(LEAF, given_value)] == ([] if code is None else [code])

    def test_escape_what_a_pointer_cannot_hold(self) -> None:
        [error] = rules.unknown_attributes(LEAF, {"a/b~": 1})
        assert error.pointer == "/attributes/a~1b~0"


class TestMatrix:
    def test_may_leave_combinations_out_but_no_value(self) -> None:
        matrix = Matrix()
        assert rules.matrix_errors(matrix.specs, matrix.all()) == []
        assert rules.matrix_errors(matrix.specs, matrix.all()[1:]) == []
        assert found(rules.matrix_errors(matrix.specs, matrix.all()[2:])) == [("/specs/0/values/0", "mall.spec.unsold")]

    @pytest.mark.parametrize(
        ("skus", "expected"),
        [
            ([Sku(["红", "S"])], ("/skus/0/spec", "mall.sku.not_in_matrix")),
            ([Sku(["M", "红"])], ("/skus/0/spec", "mall.sku.not_in_matrix")),
            ([Sku(["红"])], ("/skus/0/spec", "mall.sku.not_in_matrix")),
            ([Sku(["红", "M"]), Sku(["红", "M"])], ("/skus/1/spec", "mall.sku.twice")),
            (
                [Sku(["红", "M"], 100, 99)],
                ("/skus/0/market_price_fen", "mall.product.market_price_below_price"),
            ),
        ],
    )
    def test_holds_each_sku_once_and_nothing_else(self, skus: list[Sku], expected: tuple[str, str]) -> None:
        assert found(rules.matrix_errors(Matrix().specs, skus)) == [expected]

    def test_names_what_stands_there_twice(self) -> None:
        specs = [Spec("颜色", ["红", "红"]), Spec("颜色", ["蓝"])]
        errors = found(rules.place_errors(specs, [Sku(["红", "蓝"])]))
        assert errors == [("/specs/1/name", "mall.spec.twice"), ("/specs/0/values/1", "mall.spec.twice")]

    @given(
        st.lists(st.lists(st.text("红蓝绿ML", min_size=1, max_size=3), min_size=1, max_size=4, unique=True), max_size=3)
    )
    def test_of_all_combinations_is_sound(self, values: list[list[str]]) -> None:
        specs = [Spec(f"规格{place}", given_values) for place, given_values in enumerate(values)]
        rows: list[list[str]] = [[]]
        for spec in specs:
            rows = [[*row, value] for row in rows for value in spec.values]
        assert rules.matrix_errors(specs, [Sku(row) for row in rows]) == []


class TestWords:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("秦岭最佳蜂蜜", ["最佳"]),
            ("秦岭最　佳蜂蜜", ["最　佳"]),
            ("销量ＮＯ．１", ["ＮＯ．１"]),
            ("全网最低价", ["全网最低"]),
            ("第一步打开盖子，第一时间发货", []),
            ("班里第一", ["第一"]),
            ("100%纯棉 T 恤", []),
            ("100%满意", ["100%"]),
            ("能降血压的蜂蜜", ["降血压"]),
            ("", []),
        ],
    )
    def test_are_found_whatever_their_width_and_spaces(self, text: str, expected: list[str]) -> None:
        assert [hit.word for hit in words.find(text)] == expected

    @given(st.text("最佳第一步好 ＮＯ．１no.1蜂蜜\u200b\n", max_size=40))
    def test_stand_where_they_are_said_to(self, text: str) -> None:
        hits = words.find(text)
        assert all(text[hit.start : hit.end] == hit.word for hit in hits)
        assert all(one.end <= other.start for one, other in pairwise(hits))


class TestQuality:
    FULL = Facts(
        title="明前绿茶 100g 罐装 黄山高山云雾茶",
        leaf=LEAF,
        attributes={
            "net": 100,
            "kind": "绿茶",
            "for": ["自饮"],
            "origin": "黄山",
            "fresh": True,
            "picked": "2026-04-01",
        },
        pictures=5,
        own_pictures=1,
        detail_length=60,
        detail_pictures=2,
        skus=[SkuFacts(5800, 2700, None, "LC-100", 150)],
        hits=[],
        commission_bp=500,
    )
    EMPTY = Facts("", None, {}, 0, 0, 0, 0, [], [], 500)

    def test_is_a_hundred_when_all_is_there_and_nothing_when_nothing(self) -> None:
        assert quality.judge(self.FULL).score == sum(quality.POINTS.values()) == 100
        assert quality.judge(self.EMPTY).score == 0

    @pytest.mark.parametrize(
        ("change", "check"),
        [
            ({"title": "绿茶"}, Check.TITLE_LENGTH),
            ({"title": "黄山毛峰 100g 罐装 高山云雾好茶"}, Check.TITLE_NAMES_GOODS),
            ({"attributes": {}}, Check.REQUIRED_ATTRIBUTES),
            ({"pictures": 2}, Check.PICTURES),
            ({"own_pictures": 0}, Check.OWN_PICTURE),
            ({"detail_length": 59}, Check.DETAIL_TEXT),
            ({"detail_pictures": 1}, Check.DETAIL_PICTURES),
            ({"skus": [SkuFacts(5800, 5600, None, "x", 1)]}, Check.MARGINS),
            ({"skus": [SkuFacts(5800, 2700, 0, "x", 1)]}, Check.STOCK),
            ({"skus": [SkuFacts(5800, 2700, 1, "", 1)]}, Check.CODES),
            ({"skus": [SkuFacts(5800, 2700, 1, "x", 0)]}, Check.WEIGHTS),
            ({"hits": words.find("最佳")}, Check.BANNED_WORDS),
            ({"hits": words.find("纯天然")}, Check.DOUBTFUL_WORDS),
        ],
    )
    def test_loses_where_something_is_missing(self, change: dict[str, Any], check: Check) -> None:
        verdicts = {verdict.check: verdict for verdict in quality.judge(replace(self.FULL, **change)).verdicts}
        assert verdicts[check].reached < verdicts[check].points

    @given(st.integers(0, 5), st.integers(0, 2000), st.integers(0, 30))
    def test_is_never_out_of_range(self, pictures: int, length: int, detail_pictures: int) -> None:
        facts = replace(self.FULL, pictures=pictures, detail_length=length, detail_pictures=detail_pictures)
        judged = quality.judge(facts)
        assert 0 <= judged.score <= 100
        assert all(0 <= verdict.reached <= verdict.points for verdict in judged.verdicts)


class TestCategories:
    def test_are_enough_and_sound(self) -> None:
        categories = category.load()
        leaves = [leaf for top in categories.tops for leaf in top.leaves]
        assert (categories.label, len(categories.tops) >= 10, len(leaves) >= 30) == ("示例", True, True)
        assert category.codes_under("food") == [leaf.code for leaf in categories.tops[0].leaves]
        assert (category.codes_under("tea"), category.codes_under("weapons")) == (["tea"], [])

    @pytest.mark.parametrize(
        "change",
        [
            {"top": "nowhere"},
            {"qualification": "nothing"},
            {"code": "drink"},
            {"attributes": [{"code": "a", "name": "甲", "kind": "text"}]},
            {"attributes": [{"code": "a", "name": "甲", "kind": "choice", "required": True}]},
            {"attributes": [{"code": "a", "name": "甲", "kind": "text", "required": True}] * 2},
            {"attributes": [{"code": "a", "name": "甲", "kind": "number", "required": True, "min": 5, "max": 4}]},
        ],
    )
    def test_that_contradict_themselves_are_refused(self, change: dict[str, Any]) -> None:
        attribute = {"code": "origin", "name": "产地", "kind": "text", "required": True}
        leaf = {"code": "tea", "top": "drink", "name": "茶叶", "art": "tea", "attributes": [attribute]}
        top = {"code": "drink", "name": "茶饮"}
        data = {"version": "t", "label": "示例", "tops": [top], "leaves": [leaf]}
        assert category.read(data).tops[0].leaves[0].code == "tea"
        with pytest.raises(ValueError, match=r"."):
            category.read({**data, "leaves": [{**leaf, **change}]})
