"""Figures are what they say they are."""

from app.rehearsal.meter import FAILURES_KEPT, Failure, Meter, Timing


class TestMeter:
    def test_gives_nearest_rank_percentiles(self) -> None:
        meter = Meter()
        for milliseconds in range(100, 0, -1):
            meter.took("look", float(milliseconds))
        meter.took("pay", 7.0)
        assert meter.requests == 101
        assert meter.timings() == [Timing("look", 100, 50.0, 95.0, 99.0, 100.0), Timing("pay", 1, 7.0, 7.0, 7.0, 7.0)]

    def test_counts_failures_beyond_those_it_keeps(self) -> None:
        meter = Meter()
        for _ in range(FAILURES_KEPT + 3):
            meter.went_wrong(Failure("pay", "01", 500, "http.500", "?"))
        assert (meter.failed, len(meter.failures)) == (FAILURES_KEPT + 3, FAILURES_KEPT)
