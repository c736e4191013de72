"""Mock licences are well formed, differ by draw, and are nobody's."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from mall.registrations.certificates import credit_code, is_credit_code, licence, paper

TODAY = datetime(2026, 10, 12, 9, 0)  # noqa: DTZ001  simulated time has no zone


class TestCreditCode:
    def test_of_a_published_example_has_its_check_character(self) -> None:
        """The example of GB 32100, annex."""
        assert is_credit_code("91350100M000100Y43")

    @given(st.integers(0, 10**6), st.integers(1, 60), st.integers(0, 20), st.sampled_from(["sole", "company"]))
    def test_of_every_licence_is_right_and_an_exercise(self, seed: int, seat: int, draw: int, kind: str) -> None:
        number = licence(seed, seat, draw, kind=kind, today=TODAY)["number"]
        assert is_credit_code(number)
        assert number[8:10] == "YX"

    def test_with_one_sign_changed_is_wrong(self) -> None:
        code = credit_code("sole", "610100", "YX123456")
        assert not is_credit_code(code[:10] + ("0" if code[10] != "0" else "1") + code[11:])


class TestLicence:
    def test_is_the_same_for_the_same_draw_and_another_for_the_next(self) -> None:
        first, again, other = (licence(1, 7, draw, kind="company", today=TODAY) for draw in (0, 0, 1))
        assert first == again
        assert first["number"] != other["number"]


class TestPaper:
    def test_is_made_out_to_its_holder(self) -> None:
        made = paper(1, 7, 0, code="food-filing", holder="西安见山网店（个体工商户）", today=TODAY)
        assert (made["holder"], made["code"], made["number"][:2]) == ("西安见山网店（个体工商户）", "food-filing", "YX")
