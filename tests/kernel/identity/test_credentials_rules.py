"""What a password must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.identity.credentials.rules import TEMPORARY_ALPHABET, Weakness, temporary_password, weakness_of
from kernel.identity.credentials.service import COMMONEST


class TestWeaknessOf:
    @pytest.mark.parametrize(
        ("password", "weakness"),
        [
            ("short67", Weakness.SHORT),
            ("xueyuan-07", Weakness.IS_LOGIN),
            ("XUEYUAN-07", Weakness.IS_LOGIN),
            ("70-nauyeux", Weakness.IS_LOGIN),
            ("12345678", Weakness.COMMON),
            ("PassWord123", Weakness.COMMON),
            ("zzzzzzzzzzz", Weakness.COMMON),
            ("        ", Weakness.COMMON),
            ("１２３４５６７８", Weakness.COMMON),
            ("shanhuo2026", None),
            ("八个汉字也可以的", None),
        ],
    )
    def test_names_what_is_wrong(self, password: str, weakness: Weakness | None) -> None:
        assert weakness_of(password, login="xueyuan-07", commonest=COMMONEST) == weakness

    @pytest.mark.parametrize("password", sorted(COMMONEST))
    def test_knows_its_whole_list(self, password: str) -> None:
        assert weakness_of(password, login="somebody", commonest=COMMONEST) in {Weakness.COMMON, Weakness.SHORT}

    def test_has_a_list_worth_having(self) -> None:
        assert len(COMMONEST) > 100


class TestTemporaryPassword:
    @given(st.data())
    def test_is_readable_and_never_weak(self, data: st.DataObject) -> None:
        made = temporary_password(lambda letters: data.draw(st.sampled_from(letters)))
        assert [len(group) for group in made.split("-")] == [4, 4, 4]
        assert set(made) <= {*TEMPORARY_ALPHABET, "-"}
        assert not set(made) & set("01ilo")
