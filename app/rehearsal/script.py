"""The play: a class comes together, trades for some days, lets deadlines pass; then the books are compared."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date

from app.rehearsal import people, report
from app.rehearsal.api import Door
from app.rehearsal.behaviours import buying, confirming, gathering, opening, passing_time, shipping
from app.rehearsal.browser import Browser
from app.rehearsal.meter import Meter
from app.rehearsal.report import Found, Report
from app.rehearsal.stage import Learner, Stage

DAYS_TO_AUTO_CONFIRM = 14
"""Ten to confirm, and some for the parcels that are still on their way."""
MINUTES_TO_PAY = 15


@dataclass(frozen=True, slots=True)
class Play:
    """What to rehearse, and where. With `time_outs` it waits until the unpaid orders have timed out: 15 minutes."""

    url: str
    login: str
    password: str
    learners: int
    days: int
    seed: int
    today: date
    time_outs: bool = False


async def rehearse(play: Play, say: Callable[[str], None]) -> Report:
    """Plays it all and returns what was found.

    Raises:
        Refused: the lecturer could not go on.
        NotImported: the roster was not taken.
        ClockStuck: a jump did not end.

    """
    began = time.monotonic()
    async with AsyncExitStack() as windows:
        stage = await _set_up(play, say, windows)
        await _come_together(stage, play)
        for day in range(1, play.days + 1):
            say(f"第 {day} 天：逛、买、付、发货、收货")
            await buying.buy_for_a_day(stage, day)
            await shipping.ship_for_a_day(stage, day)
            await confirming.confirm_for_a_day(stage, day)
            await stage.teaching.look_at_wall()
            if day < play.days:
                await passing_time.to_next_morning(stage)
        await _let_deadlines_pass(stage, play)
        return report.write(stage, await _look(stage), seconds=time.monotonic() - began)


async def _set_up(play: Play, say: Callable[[str], None], windows: AsyncExitStack) -> Stage:
    meter = Meter()
    lecturer = await windows.enter_async_context(Browser(play.url, who="lecturer", meter=meter))
    learners = [
        Learner(person, await windows.enter_async_context(Browser(play.url, who=f"{person.number:02d}", meter=meter)))
        for person in people.invent(play.seed, play.learners)
    ]
    await Door(lecturer).sign_in(play.login, play.password)
    return Stage(play.seed, play.days, lecturer, learners, meter, say)


async def _come_together(stage: Stage, play: Play) -> None:
    stage.say(f"建班，导入 {play.learners} 人名册")
    cohort_id, code = await gathering.plan(stage, name=f"彩排班 {play.seed}", starts_on=play.today)
    stage.say("学员用班级码和 PIN 认领席位")
    await gathering.claim_seats(stage, cohort_id, code)
    stage.say("开班，开店")
    await gathering.begin(stage, cohort_id)
    await opening.open_stores(stage)
    stage.say(f"每店上架 {opening.GOODS_PER_STORE} 件商品")
    await opening.list_goods(stage)


async def _let_deadlines_pass(stage: Stage, play: Play) -> None:
    stage.say("补发迟到的订单，跳到自动确认收货之后")
    await shipping.ship_late(stage)
    await passing_time.days(stage, DAYS_TO_AUTO_CONFIRM)
    if play.time_outs and stage.done["forgotten"]:
        await passing_time.class_minutes(stage, MINUTES_TO_PAY)
        stage.done["timed out"] = stage.done["forgotten"]


async def _look(stage: Stage) -> Found:
    stage.say("清点订单，对账")
    states: Counter[str] = Counter()
    late: list[int] = []

    async def count(learner: Learner) -> None:
        bought = await learner.buying.bought()
        states.update(bought["counts"])
        late.append(sum(trade["shipped_late"] for trade in bought["rows"]))

    await stage.everyone(count)
    parked = await stage.teaching.read_parked()
    return Found(
        states=dict(states),
        shipped_late=sum(late),
        reconciliation=await stage.teaching.reconcile(),
        parked_timers=len(parked["timers"]),
        parked_deliveries=len(parked["deliveries"]),
    )
