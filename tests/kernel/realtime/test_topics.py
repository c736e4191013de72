"""Names of topics: what a client may say, and what the server understands."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import BaseModel

from kernel.errors import NotFound
from kernel.realtime.topics import Addressing, Payload, Topic, Topics, encode, everyone
from kernel.unit_of_work import UnitOfWork

SEAT = UUID("01900000-0000-7000-8000-000000000001")


async def _nothing(_uow: UnitOfWork, _name: str) -> Payload:
    return {}


@pytest.fixture
def topics() -> Topics:
    topics = Topics()
    for kind, addressing in (
        ("clock", Addressing.SANDBOX),
        ("badges", Addressing.SEAT),
        ("room", Addressing.SUBJECT),
    ):
        topics.register(Topic(kind, addressing, everyone, _nothing))
    return topics


class TestAddress:
    @pytest.mark.parametrize(
        ("name", "server_name"), [("clock", "clock"), ("badges", f"badges.{SEAT}"), ("room.r-1", "room.r-1")]
    )
    def test_maps_a_name(self, topics: Topics, name: str, server_name: str) -> None:
        address = topics.address(name, seat_id=SEAT)
        assert (address.client_name, address.server_name) == (name, server_name)

    @pytest.mark.parametrize(
        "name",
        [
            "",
            "absent",
            "clock.",
            "clock.x",
            f"badges.{SEAT}",
            "badges.01900000-0000-7000-8000-000000000002",
            "badges.",
            "room",
            "room.",
            "room.a.b",
            "room.*",
            'room."',
            "room.房",
            "room." + "x" * 65,
            "Clock",
            "clock ",
            "clock\n",
            "clock:log",
        ],
    )
    def test_knows_no_other(self, topics: Topics, name: str) -> None:
        with pytest.raises(NotFound) as refused:
            topics.address(name, seat_id=SEAT)
        assert refused.value.code == "kernel.realtime.no_such_topic"

    def test_hides_a_seat_topic_from_who_has_no_seat(self, topics: Topics) -> None:
        with pytest.raises(NotFound):
            topics.address("badges", seat_id=None)
        assert topics.address("clock", seat_id=None).server_name == "clock"


class TestRegister:
    @pytest.mark.parametrize("kind", ["clock", "", "a.b", "a:b", "A", 'a"', "a" * 33])
    def test_refuses_a_second_or_a_strange_kind(self, topics: Topics, kind: str) -> None:
        with pytest.raises(ValueError, match=r"registered twice|cannot be the name"):
            topics.register(Topic(kind, Addressing.SANDBOX, everyone, _nothing))


class TestEncode:
    def test_writes_schemas_and_mappings(self) -> None:
        class View(BaseModel):
            at: datetime
            name: str | None

        at = datetime(2026, 10, 12, 6, 30, tzinfo=UTC)
        assert encode(View(at=at, name=None)) == '{"at":"2026-10-12T06:30:00Z","name":null}'
        assert encode({"id": SEAT, "at": at, "名": "店"}) == f'{{"id":"{SEAT}","at":"2026-10-12T06:30:00Z","名":"店"}}'
