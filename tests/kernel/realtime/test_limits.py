"""The token bucket."""

from hypothesis import given
from hypothesis import strategies as st

from kernel.realtime.limits import TokenBucket


class TestTokenBucket:
    def test_passes_a_burst_and_then_the_rate(self) -> None:
        bucket = TokenBucket(rate=10, burst=3, now=0)
        assert [bucket.take(0) for _ in range(4)] == [True, True, True, False]
        assert [bucket.take(0.1), bucket.take(0.1)] == [True, False]

    def test_saves_no_more_than_a_burst(self) -> None:
        bucket = TokenBucket(rate=10, burst=3, now=0)
        assert [bucket.take(1000) for _ in range(4)] == [True, True, True, False]

    @given(st.lists(st.floats(min_value=0, max_value=2), max_size=200))
    def test_never_passes_more_than_burst_and_rate_allow(self, pauses: list[float]) -> None:
        now = 0.0
        passed = 0
        bucket = TokenBucket(rate=10, burst=20, now=now)
        for pause in pauses:
            now += pause
            passed += bucket.take(now)
        assert passed <= 20 + now * 10 + 1e-6
