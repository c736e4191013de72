"""The realtime topic `clock`: every page of the class shows the same time."""

from kernel.module import EVERY_TOPIC, Broadcast, Frame
from kernel.realtime.topics import Addressing, Payload, Topic, everyone
from kernel.sandbox.events import ClockChanged, SandboxRolledBack
from kernel.sandbox.schemas import clock_view
from kernel.unit_of_work import UnitOfWork


async def _snapshot(uow: UnitOfWork, _name: str) -> Payload:
    return clock_view(uow)


async def _frames(uow: UnitOfWork, _event: ClockChanged) -> list[Frame]:
    return [Frame(topic="clock", type="clock.changed", data=clock_view(uow))]


async def _begin_anew(_uow: UnitOfWork, _event: SandboxRolledBack) -> list[Frame]:
    return [EVERY_TOPIC]


CLOCK = Topic(kind="clock", addressing=Addressing.SANDBOX, authorise=everyone, snapshot=_snapshot)
CLOCK_CHANGED = Broadcast(name="kernel.clock.broadcast", events=(ClockChanged,), frames=_frames)
ROLLED_BACK = Broadcast(name="kernel.rollback.broadcast", events=(SandboxRolledBack,), frames=_begin_anew)
