"""The lecturer lets time pass: to the next morning, past the deadlines, past the minutes that a buyer has to pay."""

import asyncio
import time
from datetime import datetime, timedelta

from app.rehearsal.stage import Stage

POLL_SECONDS = 0.25
FULL_SPEED = 1440
LESSON_SPEED = 24
JUMP_PATIENCE_SECONDS = 180.0


class ClockStuck(Exception):  # noqa: N818  reads as the sentence it is
    """A jump did not end."""


async def to_next_morning(stage: Stage) -> None:
    """Jumps to nine o'clock of the next simulated day."""
    now = datetime.fromisoformat((await stage.teaching.read_clock())["sim_at"])
    await _jump(stage, (now + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0))


async def days(stage: Stage, number: int) -> None:
    """Jumps a number of simulated days ahead."""
    now = datetime.fromisoformat((await stage.teaching.read_clock())["sim_at"])
    await _jump(stage, now + timedelta(days=number))


async def run(stage: Stage, number: float) -> None:
    """Lets a number of simulated days run at full speed, in which deadlines count as they do in a lesson."""
    target = datetime.fromisoformat((await stage.teaching.read_clock())["sim_at"]) + timedelta(days=number)
    await stage.teaching.set_speed(FULL_SPEED)
    stage.say(f"让时钟走 {number} 个模拟日，约 {number * 1440 / FULL_SPEED:.0f} 分钟")
    while True:
        left = target - datetime.fromisoformat((await stage.teaching.read_clock())["sim_at"])
        if left <= timedelta(0):
            break
        await asyncio.sleep(min(left.total_seconds() / FULL_SPEED + POLL_SECONDS, 15))
    await stage.teaching.set_speed(LESSON_SPEED)


async def class_minutes(stage: Stage, minutes: int) -> None:
    """Waits until the class has run for so many minutes more; nothing makes class time faster."""
    end = (await stage.teaching.read_clock())["class_seconds"] + minutes * 60
    while (left := end - (await stage.teaching.read_clock())["class_seconds"]) > 0:
        stage.say(f"等未付款的订单超时，还有 {left // 60 + 1} 分钟课堂时间")
        await asyncio.sleep(min(left + 1, 30))


async def _jump(stage: Stage, target: datetime) -> None:
    await stage.teaching.jump(target)
    end = time.monotonic() + JUMP_PATIENCE_SECONDS
    while (clock := await stage.teaching.read_clock())["jump_target_sim_at"] is not None:
        if time.monotonic() > end:
            raise ClockStuck(f"the clock is {clock['state']} at {clock['sim_at']}, on its way to {target}")
        await asyncio.sleep(POLL_SECONDS)
