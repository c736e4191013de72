"""Masks keep what they promise and nothing else."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.crypto.masking import mask_id_number, mask_name, mask_phone


class TestMasks:
    @pytest.mark.parametrize(
        ("mask", "value", "shown"),
        [
            (mask_id_number, "610102199003071234", "610***********1234"),
            (mask_id_number, "6101021990030712", "*" * 16),
            (mask_phone, "13800001234", "138****1234"),
            (mask_phone, "029-88881234", "*" * 12),
            (mask_name, "李雨桐", "李*桐"),
            (mask_name, "李雨", "李*"),
            (mask_name, "欧阳娜娜", "欧**娜"),
            (mask_name, "李", "*"),
            (mask_name, "", ""),
        ],
    )
    def test_look_like_this(self, mask: Callable[[str], str], value: str, shown: str) -> None:
        assert mask(value) == shown

    @given(st.text("0123456789X", max_size=24))
    def test_never_show_more_than_seven_digits(self, value: str) -> None:
        for mask in (mask_id_number, mask_phone):
            shown = mask(value)
            assert len(shown) == len(value)
            assert sum(character != "*" for character in shown) in {0, 7}

    @given(st.text(min_size=1).filter(lambda name: "*" not in name))
    def test_of_a_name_always_hide_a_character(self, name: str) -> None:
        assert "*" in mask_name(name)
