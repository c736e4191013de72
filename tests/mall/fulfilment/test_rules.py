"""The simulated courier's plan: in order, within its hours, the same for the same parcel; numbers that never meet."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mall.fulfilment.rules import CARRIERS, PARCEL, ParcelState, Stop, find_carrier, plan, tracking_number

MOMENTS = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31))  # noqa: DTZ001  simulated
SEEDS = st.integers(0, 2**63 - 1)
SEATS = st.integers(1, 9_999)
ORDINALS = st.integers(1, 999_999)


def planned(seed: int, seat: int, ordinal: int, shipped_sim_at: datetime) -> list[Stop]:
    return plan(
        seed,
        seat_number=seat,
        ordinal=ordinal,
        shipped_sim_at=shipped_sim_at,
        origin="成都市",
        places=["浙江省", "杭州市"],
    )


class TestPlan:
    @given(SEEDS, SEATS, ORDINALS, MOMENTS)
    def test_visits_every_station_in_order_within_its_hours(
        self, seed: int, seat: int, ordinal: int, shipped: datetime
    ) -> None:
        stops = planned(seed, seat, ordinal, shipped)
        assert [stop.state.value for stop in stops] == ["picked_up", "in_transit", "out_for_delivery", "signed"]
        picked_up, in_transit, out, signed = (stop.sim_at for stop in stops)
        assert timedelta(hours=2) <= picked_up - shipped <= timedelta(hours=8)
        assert timedelta(hours=4) <= in_transit - picked_up <= timedelta(hours=12)
        assert timedelta(hours=20) <= out - in_transit <= timedelta(hours=52 + 24)
        assert timedelta(hours=8) <= timedelta(hours=out.hour, minutes=out.minute) <= timedelta(hours=9)
        assert timedelta(hours=1) <= signed - out <= timedelta(hours=9)
        assert signed.date() == out.date()
        assert timedelta(hours=27) <= signed - shipped <= timedelta(hours=105)

    @given(SEEDS, SEATS, ORDINALS, MOMENTS)
    def test_is_the_same_for_the_same_parcel(self, seed: int, seat: int, ordinal: int, shipped: datetime) -> None:
        assert planned(seed, seat, ordinal, shipped) == planned(seed, seat, ordinal, shipped)

    @given(SEEDS, SEATS, MOMENTS)
    def test_differs_from_parcel_to_parcel(self, seed: int, seat: int, shipped: datetime) -> None:
        assert len({tuple(planned(seed, seat, ordinal, shipped)) for ordinal in range(1, 31)}) > 20

    def test_of_a_golden_seed_stays_what_it_was(self) -> None:
        stops = planned(1, 1, 1, datetime(2026, 10, 12, 9, 0))  # noqa: DTZ001  simulated
        assert [(stop.place, f"{stop.sim_at:%d %H:%M}") for stop in stops] == [
            ("成都市揽收点", "12 15:53"),
            ("浙江省转运中心", "12 20:41"),
            ("杭州市派送站", "15 08:53"),
            ("杭州市", "15 14:31"),
        ]


class TestTrackingNumber:
    @given(st.sets(st.tuples(st.sampled_from(CARRIERS), SEATS, ORDINALS), min_size=2, max_size=30))
    def test_is_another_for_each_parcel(self, parcels: set[tuple[object, int, int]]) -> None:
        numbers = {tracking_number(carrier, seat_number=seat, ordinal=n) for carrier, seat, n in parcels}  # type: ignore[arg-type]
        assert len(numbers) == len(parcels)
        assert {len(number) for number in numbers} == {12}

    def test_begins_with_the_company(self) -> None:
        moni = find_carrier("moni")
        assert moni is not None
        assert tracking_number(moni, seat_number=7, ordinal=12) == "MN0007000012"
        assert find_carrier("pigeon") is None

    def test_tells_the_companies_apart(self) -> None:
        assert len({carrier.prefix for carrier in CARRIERS}) == len({carrier.code for carrier in CARRIERS}) == 3


class TestLife:
    def test_goes_one_way_without_a_fork(self) -> None:
        path = [PARCEL.initial]
        while steps := [step for step in PARCEL.steps if step.source == path[-1]]:
            [step] = steps
            path.append(step.target)
        assert path == [state.value for state in ParcelState]
        assert [name for name, state in PARCEL.states.items() if state.terminal] == ["signed"]
