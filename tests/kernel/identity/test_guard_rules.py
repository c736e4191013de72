"""How long a name is locked."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.identity.guard.rules import LONGEST_LOCK, WRONG_IN_A_ROW, lock_after


class TestLockAfter:
    @pytest.mark.parametrize(
        ("failures", "minutes"), [(0, None), (4, None), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10, 15), (10**9, 15)]
    )
    def test_begins_with_the_fifth_and_doubles(self, failures: int, minutes: int | None) -> None:
        assert lock_after(failures) == (None if minutes is None else timedelta(minutes=minutes))

    @given(st.integers(0, 10**12))
    def test_never_becomes_shorter_or_longer_than_the_longest(self, failures: int) -> None:
        now, later = lock_after(failures), lock_after(failures + 1)
        assert (now is None) == (failures < WRONG_IN_A_ROW)
        assert (now or timedelta()) <= (later or timedelta()) <= LONGEST_LOCK
