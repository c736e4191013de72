"""The line before the bandwidth part: order, bounds, and who is forgotten."""

import asyncio

import pytest

from kernel.classroom.devices.lanes import Lanes, Limits
from kernel.classroom.devices.measures import DOWNLOAD_BYTES, UPLOAD_BYTES
from kernel.errors import Conflict, NotFound, TooMany
from kernel.runtime import Runtime
from tests.manual_clock import ManualClock


@pytest.fixture
def lanes(runtime: Runtime) -> Lanes:
    return Lanes(runtime.redis)


class TestEnter:
    async def test_lets_three_measure_and_tells_the_others_who_is_ahead(self, lanes: Lanes, wall: ManualClock) -> None:
        tokens = []
        for _ in range(6):
            tokens.append(await lanes.begin(wall.now()))
            wall.advance(seconds=0.01)
        places = [await lanes.enter(token, wall.now()) for token in tokens]
        assert [(place.granted, place.ahead) for place in places] == [
            (True, 0),
            (True, 0),
            (True, 0),
            (False, 3),
            (False, 4),
            (False, 5),
        ]

    async def test_gives_a_left_lane_to_the_first_in_line(self, lanes: Lanes, wall: ManualClock) -> None:
        tokens = []
        for _ in range(5):
            tokens.append(await lanes.begin(wall.now()))
            await lanes.enter(tokens[-1], wall.now())
            wall.advance(seconds=0.01)
        await lanes.leave(tokens[1])
        assert not (await lanes.enter(tokens[4], wall.now())).granted
        assert (await lanes.enter(tokens[3], wall.now())).granted

    async def test_takes_the_lane_of_who_dawdles(self, lanes: Lanes, wall: ManualClock) -> None:
        first = [await lanes.begin(wall.now()) for _ in range(3)]
        for token in first:
            await lanes.enter(token, wall.now())
        late = await lanes.begin(wall.now())
        assert not (await lanes.enter(late, wall.now())).granted
        wall.advance(seconds=15)
        assert (await lanes.enter(late, wall.now())).granted
        with pytest.raises(Conflict, match=r"kernel\.devices\.no_lane"):
            await lanes.spend_download(first[0], wall.now())

    async def test_forgets_who_stops_asking(self, lanes: Lanes, wall: ManualClock) -> None:
        tokens = [await lanes.begin(wall.now()) for _ in range(5)]
        for token in tokens:
            await lanes.enter(token, wall.now())
            wall.advance(seconds=0.01)
        wall.advance(seconds=4)
        await lanes.enter(tokens[4], wall.now())
        wall.advance(seconds=4)
        assert (await lanes.enter(tokens[4], wall.now())).ahead == 3  # the one before it closed its page

    async def test_gives_one_turn_to_a_test(self, lanes: Lanes, wall: ManualClock) -> None:
        token = await lanes.begin(wall.now())
        await lanes.enter(token, wall.now())
        assert (await lanes.enter(token, wall.now())).granted
        await lanes.leave(token)
        with pytest.raises(Conflict, match=r"kernel\.devices\.test_over"):
            await lanes.enter(token, wall.now())

    async def test_keeps_within_the_bytes_of_a_minute(self, runtime: Runtime, wall: ManualClock) -> None:
        budget = 2 * (DOWNLOAD_BYTES + UPLOAD_BYTES)
        lanes = Lanes(runtime.redis, Limits(bytes_per_minute=budget))
        tokens = [await lanes.begin(wall.now()) for _ in range(3)]
        assert [(await lanes.enter(token, wall.now())).granted for token in tokens] == [True, True, False]
        wall.advance(minutes=1)
        assert (await lanes.enter(tokens[2], wall.now())).granted

    async def test_lets_no_more_in_when_thirty_ask_at_once(self, lanes: Lanes, wall: ManualClock) -> None:
        tokens = [await lanes.begin(wall.now()) for _ in range(30)]
        places = await asyncio.gather(*(lanes.enter(token, wall.now()) for token in tokens))
        assert sum(place.granted for place in places) == 3
        assert sorted(place.ahead for place in places if not place.granted) == list(range(3, 30))

    async def test_knows_no_test_that_was_never_begun(self, lanes: Lanes, wall: ManualClock) -> None:
        with pytest.raises(NotFound):
            await lanes.enter("x" * 32, wall.now())
        assert await lanes.begin(wall.now())  # and the line is as it was
        with pytest.raises(NotFound):
            await lanes.find("x" * 32, wall.now())


class TestBegin:
    async def test_refuses_more_than_rooms_could_hold(self, runtime: Runtime, wall: ManualClock) -> None:
        lanes = Lanes(runtime.redis, Limits(starts_per_minute=2))
        for _ in range(2):
            await lanes.begin(wall.now())
        with pytest.raises(TooMany):
            await lanes.begin(wall.now())
        wall.advance(minutes=1)
        assert await lanes.begin(wall.now())


class TestSpend:
    async def test_serves_one_download_and_two_megabytes_up(self, lanes: Lanes, wall: ManualClock) -> None:
        token = await lanes.begin(wall.now())
        await lanes.enter(token, wall.now())
        assert await lanes.spend_download(token, wall.now()) == DOWNLOAD_BYTES
        with pytest.raises(Conflict):
            await lanes.spend_download(token, wall.now())
        await lanes.spend_upload(token, wall.now(), 1_500_000)
        with pytest.raises(Conflict):
            await lanes.spend_upload(token, wall.now(), 500_001)
        wall.advance(seconds=2)
        served = (await lanes.find(token, wall.now())).served
        assert (served.download_bytes, served.upload_bytes, served.elapsed_ms) == (DOWNLOAD_BYTES, 1_500_000, 2000)

    async def test_serves_nobody_outside_a_lane(self, lanes: Lanes, wall: ManualClock) -> None:
        token = await lanes.begin(wall.now())
        with pytest.raises(Conflict):
            await lanes.spend_download(token, wall.now())
        with pytest.raises(Conflict):
            await lanes.spend_upload(token, wall.now(), 1)
