"""The simulated courier's plan: in order, within its hours, the same for the same parcel; numbers that never meet."""

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mall.fulfilment.rules import (
    CARRIERS,
    PARCEL,
    Carrier,
    Delay,
    Journey,
    ParcelState,
    Stop,
    find_carrier,
    freight_fen,
    has_format,
    is_known,
    plan,
    tracking_number,
)

MOMENTS = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31))  # noqa: DTZ001  simulated
SEEDS = st.integers(0, 2**63 - 1)
SEATS = st.integers(1, 9_999)
ORDINALS = st.integers(1, 999_999)


def journey(seat: int, ordinal: int, shipped_sim_at: datetime, **roads: Any) -> Journey:
    return Journey(seat, ordinal, shipped_sim_at, "成都市", ("浙江省", "杭州市"), **roads)


def planned(seed: int, seat: int, ordinal: int, shipped_sim_at: datetime) -> list[Stop]:
    return plan(seed, journey(seat, ordinal, shipped_sim_at))


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

    @given(SEEDS, SEATS, ORDINALS, MOMENTS)
    def test_loses_every_parcel_where_all_are_lost_four_days_after_it_was_seen(
        self, seed: int, seat: int, ordinal: int, shipped: datetime
    ) -> None:
        stops = plan(seed, journey(seat, ordinal, shipped, loss_bp=10_000))
        assert [stop.state.value for stop in stops] == ["picked_up", "in_transit", "lost"]
        assert stops[2].sim_at - stops[1].sim_at == timedelta(days=4)
        assert stops[:2] == planned(seed, seat, ordinal, shipped)[:2], "until then nobody can tell"

    @given(SEEDS, SEATS, ORDINALS, MOMENTS)
    def test_is_never_sooner_for_bad_weather_or_a_holiday(
        self, seed: int, seat: int, ordinal: int, shipped: datetime
    ) -> None:
        plain = planned(seed, seat, ordinal, shipped)
        stormy = plan(seed, journey(seat, ordinal, shipped, weather_bp=10_000))
        festive = plan(seed, journey(seat, ordinal, shipped, holidays=[(date(2025, 1, 1), date(2028, 12, 31))]))
        assert (stormy[1].delay, festive[1].delay) == (Delay.WEATHER, Delay.HOLIDAY)
        assert timedelta(0) <= stormy[-1].sim_at - plain[-1].sim_at <= timedelta(hours=36 + 24 + 9)
        assert timedelta(hours=24) == festive[-1].sim_at - plain[-1].sim_at

    def test_loses_about_as_many_as_the_policy_says(self) -> None:
        moment = datetime(2026, 10, 12, 9, 0)  # noqa: DTZ001  simulated
        lost = sum(plan(1, journey(1, n, moment, loss_bp=500))[-1].state is ParcelState.LOST for n in range(1, 2001))
        assert 60 <= lost <= 140


class TestFreight:
    def test_is_the_first_weight_and_then_each_step_begun(self) -> None:
        rates = {"first_g": 1000, "first_fen": 300, "next_g": 500, "next_fen": 100}
        paid = {weight: freight_fen(weight, **rates) for weight in (0, 1, 1000, 1001, 1500, 1501, 3000)}
        assert paid == {0: 300, 1: 300, 1000: 300, 1001: 400, 1500: 400, 1501: 500, 3000: 700}


class TestTrackingNumber:
    @given(st.sets(st.tuples(st.sampled_from(CARRIERS), SEATS, ORDINALS), min_size=2, max_size=30))
    def test_is_another_for_each_parcel(self, parcels: set[tuple[Carrier, int, int]]) -> None:
        numbers = {
            tracking_number(carrier, seed=1, seat_number=seat, serial=serial) for carrier, seat, serial in parcels
        }
        assert len(numbers) == len(parcels)

    @given(st.sampled_from(CARRIERS), SEEDS, SEATS, ORDINALS)
    def test_is_known_to_its_company_and_to_no_other_seat(
        self, carrier: Carrier, seed: int, seat: int, serial: int
    ) -> None:
        number = tracking_number(carrier, seed=seed, seat_number=seat, serial=serial)
        assert has_format(carrier, number)
        assert is_known(carrier, number, seed=seed, seat_number=seat)
        assert not is_known(carrier, number, seed=seed, seat_number=seat % 9_999 + 1)
        wrong = f"{number[:-2]}{(int(number[-2:]) + 1) % 100:02d}"
        assert has_format(carrier, wrong)
        assert not is_known(carrier, wrong, seed=seed, seat_number=seat)

    def test_begins_with_the_company(self) -> None:
        moni = find_carrier("moni")
        assert moni is not None
        assert tracking_number(moni, seed=1, seat_number=7, serial=12)[:12] == "MN0007000012"
        assert [has_format(carrier, carrier.example) for carrier in CARRIERS] == [True] * 3
        assert not any(
            has_format(moni, wrong) for wrong in ("MN12", "SD000700001201", "MN0007000012O1", "mn000700001201")
        )
        assert find_carrier("pigeon") is None

    def test_tells_the_companies_apart(self) -> None:
        assert len({carrier.prefix for carrier in CARRIERS}) == len({carrier.code for carrier in CARRIERS}) == 3


class TestLife:
    def test_goes_one_way_to_an_end(self) -> None:
        order = [state.value for state in ParcelState]
        assert list(PARCEL.states) == order
        assert all(order.index(step.source) < order.index(step.target) for step in PARCEL.steps)
        ends = [name for name, state in PARCEL.states.items() if state.terminal]
        assert ends == ["signed", "cancelled", "replaced", "refunded"]
