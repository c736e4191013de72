"""The tasks of the workers, each a thin bridge from a Celery thread into the worker's one event loop.

Ids in, idempotent, safe twice and late. What they do lives in the kernel and in the packages' handlers.
"""

import os
import socket
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from threading import Event, Lock
from uuid import UUID

from anyio.from_thread import BlockingPortal, start_blocking_portal
from celery.signals import worker_shutting_down
from sqlalchemy import text

from app import modules
from app.backup import desk, schedule
from app.worker import celery_app
from kernel import logs, settings
from kernel.classroom.roster import work as rosters
from kernel.events.relay import Relay
from kernel.pruning import prune
from kernel.runtime import Runtime
from kernel.sandbox.runner import Runner
from kernel.storage.sweep import sweep_orphans

_WANTING = text("""
    SELECT s.id FROM kernel_sandbox s LEFT JOIN kernel_lease l ON l.sandbox_id = s.id
     WHERE s.clock_state IN ('running', 'jumping')
       AND (l.sandbox_id IS NULL OR l.expires_at < clock_timestamp())
     ORDER BY s.id LIMIT 200
""")
_opening = Lock()
_ending = Event()
_kept = ExitStack()
"""Keeps the portal open for the life of the process."""


@dataclass(frozen=True, slots=True)
class Works:
    """What a worker process holds open: one event loop, and on it the runtime, the runner and the relay."""

    portal: BlockingPortal
    runtime: Runtime
    runner: Runner
    relay: Relay


@cache
def _open() -> Works:
    configured = settings.load()
    logs.configure(as_json=configured.log_json)
    portal = _kept.enter_context(start_blocking_portal(backend_options={"use_uvloop": True}))

    async def open_runtime() -> Runtime:
        return Runtime.open(configured, application_name="kaidian-worker")

    runtime = portal.call(open_runtime)
    holder = f"{socket.gethostname()}:{os.getpid()}"
    return Works(
        portal=portal,
        runtime=runtime,
        runner=Runner(runtime=runtime, handlers=modules.timer_handlers(), holder=holder, stopping=_ending.is_set()),
        relay=Relay(runtime=runtime, directory=modules.directory(), stopping=_ending.is_set()),
    )


def works() -> Works:
    """Returns this worker's works, opened on first use by one thread."""
    with _opening:
        return _open()


@worker_shutting_down.connect
def wind_down(**_: object) -> None:
    """Lets running sandboxes and the relay come back early, so that the end takes a second and frees every lease."""
    _ending.set()
    with _opening:
        if _open.cache_info().currsize:
            _open().runner.stopping = True
            _open().relay.stopping = True


@celery_app.task(name="kernel.sandbox.dispatch")
def dispatch() -> None:
    """Queues a run for every sandbox whose clock moves and which nobody runs."""
    mine = works()
    for sandbox_id in mine.portal.call(_wanting, mine.runtime):
        run_sandbox.delay(str(sandbox_id))


async def _wanting(runtime: Runtime) -> list[UUID]:
    async with runtime.enter_system() as uow:
        return [row.id for row in await uow.execute(_WANTING)]


@celery_app.task(name="kernel.sandbox.run")
def run_sandbox(sandbox_id: str) -> None:
    """Runs one sandbox for a bounded time and hands over to the next run."""
    mine = works()
    if mine.portal.call(mine.runner.run, UUID(sandbox_id)):
        run_sandbox.delay(sandbox_id)


@celery_app.task(name="kernel.events.relay")
def relay_events() -> None:
    """Relays events for a bounded time unless another relay is at work."""
    mine = works()
    mine.portal.call(mine.relay.run)


@celery_app.task(name="kernel.classroom.rosters")
def work_off_rosters() -> None:
    """Checks and imports the rosters that wait."""
    mine = works()
    mine.portal.call(rosters.work_off, mine.runtime)


@celery_app.task(name="kernel.storage.sweep")
def sweep_files() -> None:
    """Removes uploaded files that no row knows."""
    mine = works()
    mine.portal.call(sweep_orphans, mine.runtime)


@celery_app.task(name="app.backup.look")
def look_after_backups() -> None:
    """Makes a backup when one is asked for or due."""
    mine = works()
    trigger = mine.portal.call(schedule.why_now, mine.runtime)
    if trigger is not None:
        try:
            schedule.run_command(mine.runtime.settings, trigger, mine.runtime.wall)
        finally:
            mine.portal.call(desk.end, mine.runtime.redis)


@celery_app.task(name="kernel.prune")
def prune_rows() -> None:
    """Removes ended sessions and old answers."""
    mine = works()
    mine.portal.call(prune, mine.runtime)
