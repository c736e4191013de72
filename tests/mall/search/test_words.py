"""Cutting: the same words from what a seller wrote and from what a buyer types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mall.search import initials, rules, words
from mall.search.rules import Written


class TestCut:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("秦岭百花蜂蜜 500g 玻璃罐装", ["500g", "秦岭", "百花", "蜂蜜", "玻璃", "罐装"]),
            ("５００克", ["500g"]),
            ("1.5 公斤", ["1.5kg"]),
            ("5gb", ["5gb"]),
            ("USB-C", ["usb", "c"]),
            ("T 恤", ["t恤"]),
            ("黑木耳", ["黑木", "木耳", "黑木耳"]),
            ("的，。!", []),
        ],
    )
    def test_makes_words(self, text: str, expected: list[str]) -> None:
        assert words.cut(text) == expected

    def test_seeks_the_longest_only(self) -> None:
        assert words.sought("黑木耳 250 克") == ["250g", "黑木耳"]

    @given(st.text(max_size=60))
    def test_never_fails_and_is_always_found_again(self, text: str) -> None:
        for word in words.cut(text):
            assert 0 < len(word) <= words.LONGEST
            assert rules.search_for(word) is None or word == words.folded(word)


class TestPieces:
    def test_are_characters_and_pairs(self) -> None:
        assert words.pieces("山核桃 180g") == ["山", "核", "桃", "山核", "核桃"]


class TestInitials:
    def test_are_first_letters(self) -> None:
        assert [initials.of(word) for word in ("蜂蜜", "长袖", "t恤", "枸杞", "猕猴桃")] == [
            "fm",
            "cx",
            "tx",
            "gq",
            "mht",
        ]


class TestLists:
    def test_have_no_word_twice(self) -> None:
        known = words.lists()
        assert all(word not in others for word, others in known.synonyms.items())
        for word in known.synonyms:
            assert words.sought(word) == [word], word


class TestEntry:
    def test_gives_each_word_its_best_weight(self) -> None:
        written = Written(title="蜂蜜", described=("云岭", "蜂蜜"), related=("蜂蜜", "核桃"))
        assert rules.entry_of(written) == "'蜂蜜':1A '云岭':1B '蜂':1C '蜜':1C '核桃':1D"

    def test_quotes_what_postgres_would_read(self) -> None:
        assert rules._quoted("a'b\\c") == "'a''b\\\\c'"
