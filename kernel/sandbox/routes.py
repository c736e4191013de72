"""HTTP of the clock and of parked work. Reading the clock is everybody's; moving it is the lecturer's."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from kernel.classroom import service as classroom
from kernel.classroom.console import interventions
from kernel.events import relay
from kernel.http.deps import Command, ReadUow, reader, writer
from kernel.identity.rules import Capability
from kernel.sandbox import clockwork, timers
from kernel.sandbox.schemas import (
    ClockView,
    DeliveryReplay,
    DueGroup,
    Jump,
    JumpPreview,
    NextTimer,
    NextTimerView,
    ParkedDelivery,
    ParkedTimer,
    ParkedView,
    SimAt,
    SpeedSet,
    clock_view,
)
from kernel.unit_of_work import UnitOfWork

router = APIRouter(prefix="/sandbox", tags=["sandbox"])

ClockReader = Annotated[UnitOfWork, reader(Capability.CONTROL_CLOCK)]
ClockWriter = Annotated[UnitOfWork, writer(Capability.CONTROL_CLOCK)]
ParkedReader = Annotated[UnitOfWork, reader(Capability.REPLAY_PARKED)]
ParkedWriter = Annotated[UnitOfWork, writer(Capability.REPLAY_PARKED)]


@router.get("/clock", operation_id="sandbox_clock_read")
async def read_clock(uow: ReadUow) -> ClockView:
    """Returns the sandbox's clock."""
    return clock_view(uow)


@router.post("/clock/start", operation_id="sandbox_clock_start")
async def start_clock(uow: ClockWriter) -> ClockView:
    """Lets time run."""
    await clockwork.start(uow)
    return clock_view(uow)


@router.post("/clock/pause", operation_id="sandbox_clock_pause")
async def pause_clock(uow: ClockWriter) -> ClockView:
    """Lets time stand still."""
    await clockwork.pause(uow)
    return clock_view(uow)


@router.put("/clock/speed", operation_id="sandbox_clock_set_speed")
async def set_speed(body: SpeedSet, uow: ClockWriter) -> ClockView:
    """Sets how fast simulated time runs."""
    await clockwork.set_speed(uow, body.speed)
    return clock_view(uow)


@router.get("/clock/jump-preview", operation_id="sandbox_clock_preview_jump")
async def preview_jump(uow: ClockReader, target_sim_at: Annotated[SimAt, Query()]) -> JumpPreview:
    """Returns which timers a jump would fire."""
    clockwork.check_target(uow, target_sim_at)
    groups = [DueGroup(**row._mapping) for row in await clockwork.count_due(uow, target_sim_at)]
    return JumpPreview(target_sim_at=target_sim_at, total=sum(group.count for group in groups), groups=groups)


@router.post("/clock/jump", operation_id="sandbox_clock_jump", response_model=ClockView, status_code=202)
async def jump(body: Jump, uow: ClockWriter, once: Command) -> Response:
    """Sends the clock forward, deadlines only; it lands by itself."""

    async def act() -> ClockView:
        await _flag_jump(uow, body.target_sim_at)
        await clockwork.jump(uow, body.target_sim_at)
        return clock_view(uow)

    return await once.run(uow, body, act, status=202)


async def _flag_jump(uow: UnitOfWork, target_sim_at: datetime) -> None:
    """A jump meets everybody: it stands in the class's record with what it fired on its way."""
    clockwork.check_target(uow, target_sim_at)
    fired = {row.kind: row.count for row in await clockwork.count_due(uow, target_sim_at)}
    params = {"from_sim_at": uow.now.sim_at.isoformat(), "target_sim_at": target_sim_at.isoformat(), "fires": fired}
    if uow.actor.cohort_id is not None:
        home = await classroom.access_home(uow, uow.actor.cohort_id)
        await interventions.record(uow, home, kind="clock.jumped", seat_id=None, params=params)


@router.get("/next-timer", operation_id="sandbox_timers_next")
async def next_timer(uow: ClockReader) -> NextTimerView:
    """Returns the next deadline on the simulated axis."""
    row = await clockwork.find_next(uow)
    return NextTimerView(next=None if row is None else NextTimer(kind=row.kind, due_sim_at=row.due_sim_at))


@router.get("/parked", operation_id="sandbox_parked_list")
async def list_parked(uow: ParkedReader) -> ParkedView:
    """Returns the timers and deliveries that failed too often."""
    return ParkedView(
        timers=[ParkedTimer(**row._mapping) for row in await timers.list_parked(uow)],
        deliveries=[ParkedDelivery(**row._mapping) for row in await relay.list_parked(uow)],
    )


@router.post("/parked/timers/{timer_id}/replay", operation_id="sandbox_parked_replay_timer", status_code=204)
async def replay_timer(timer_id: UUID, uow: ParkedWriter) -> None:
    """Gives a parked timer another chance."""
    await timers.replay(uow, timer_id)


@router.post("/parked/deliveries/replay", operation_id="sandbox_parked_replay_delivery", status_code=204)
async def replay_delivery(body: DeliveryReplay, uow: ParkedWriter) -> None:
    """Gives a parked delivery another chance."""
    await relay.replay(uow, event_id=body.event_id, handler=body.handler)
