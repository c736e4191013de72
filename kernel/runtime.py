"""The open resources of one process, and the three ways into a transaction.

A person enters by his session token, the worker enters one sandbox, or the worker enters the engine rooms of all
sandboxes. Each way is one database call that also sets the row-level security scope of the transaction.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel import wake
from kernel.actor import SYSTEM, Actor, ActorKind
from kernel.clock import Reading, SystemClock, WallClock
from kernel.crypto.keyring import Keyring
from kernel.database.engine import create_engine
from kernel.errors import Forbidden, NotFound, Unauthorised
from kernel.identity.models import SessionEnd
from kernel.settings import Settings
from kernel.unit_of_work import SandboxScope, UnitOfWork, enter_sandbox, pass_gate, scope_of

_ENTER_SESSION = text("""
    SELECT e.*, kernel_hold_open(e.sandbox_id, e.clock_version) AS is_fresh
      FROM kernel_enter_session(:token_hash, :now, :view_seat) e
""")
_ENTER_SYSTEM = text("SELECT set_config('kaidian.scope', 'system', true)")

_MUST_CHANGE = text("SELECT must_change_password FROM kernel_account WHERE id = :account_id")
_NOTE_USE = text("""
    UPDATE kernel_login_session SET used_on = :today
     WHERE token_hash = :token_hash AND used_on IS DISTINCT FROM :today
""")

_ENDED = text("SELECT reason FROM kernel_ended_session WHERE token_hash = :token_hash")
_ENDED_CODES = {
    SessionEnd.CLAIM_UNDONE: "kernel.identity.ended_claim_undone",
    SessionEnd.SEAT_WITHDRAWN: "kernel.identity.ended_seat_withdrawn",
    SessionEnd.PASSWORD_RESET: "kernel.identity.ended_password_reset",
    SessionEnd.PASSWORD_CHANGED: "kernel.identity.ended_password_changed",
    SessionEnd.ACCOUNT_CLOSED: "kernel.identity.ended_account_closed",
    SessionEnd.ROLE_TAKEN: "kernel.identity.ended_role_taken",
    SessionEnd.TEACHING_ENDED: "kernel.identity.ended_teaching_ended",
}

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  simulated time has no zone


@dataclass(slots=True)
class Runtime:
    """What a web or worker process holds open."""

    settings: Settings
    engine: AsyncEngine
    redis: Redis
    wall: WallClock
    keyring: Keyring

    @classmethod
    def open(cls, settings: Settings, *, application_name: str, wall: WallClock | None = None) -> "Runtime":
        """Returns a runtime; the key file is read now, connections are made on first use.

        Raises:
            KeyFileMissing, KeyFileOpen, KeyFileBroken: see `kernel.crypto.keyfile`.

        """
        keyring = Keyring.load(settings.key_file)
        engine = create_engine(
            settings.database_url, pool_size=settings.database_pool_size, application_name=application_name
        )
        redis = Redis.from_url(settings.redis_url, health_check_interval=30)
        return cls(settings=settings, engine=engine, redis=redis, wall=wall or SystemClock(), keyring=keyring)

    async def close(self) -> None:
        """Gives back every connection."""
        await self.engine.dispose()
        await self.redis.aclose()

    @asynccontextmanager
    async def enter_session(
        self,
        token_hash: bytes,
        *,
        read_only: bool = False,
        view_seat: UUID | None = None,
        with_temporary_password: bool = False,
    ) -> AsyncIterator[UnitOfWork]:
        """Opens the transaction of a signed-in person, confined to his class or his role's organisation.

        With `view_seat` a lecturer sees what the learner of that seat sees; such an actor is `read_only`. Whoever came
        with a temporary password gets in `with_temporary_password` only: to see who he is, and to choose a new one.

        Raises:
            Unauthorised: the token is unknown or has expired, or the account is disabled; where the session was ended for
                its person, the code says why.
            Forbidden: the session may only read, or the password has to be changed first.
            NotFound: `view_seat` is no seat of a class this person teaches.

        """
        now = self.wall.now()
        async with self._transaction(read_only=read_only) as connection:
            params = {"token_hash": token_hash, "now": now, "view_seat": view_seat}
            row = await pass_gate(connection, _ENTER_SESSION, params)
            if row is None or row.account_id is None:
                raise await _why_out(connection, token_hash)
            if row.actor_kind is None:
                raise NotFound("kernel.classroom.seat_not_found")
            actor = Actor(
                kind=ActorKind(row.actor_kind),
                account_id=row.account_id,
                seat_id=row.seat_id,
                display_name=row.display_name,
                cohort_id=row.cohort_id,
                institution_id=row.institution_id,
                region_code=row.region_code,
                read_only=row.read_only,
            )
            if actor.read_only and not read_only:
                raise Forbidden("kernel.identity.read_only")
            if actor.kind is ActorKind.VISITOR and not with_temporary_password:
                await _refuse_temporary_password(connection, row.account_id)
            scope = scope_of(row) if row.sandbox_id is not None else None
            uow = self._unit_of_work(connection, actor, scope, now)
            yield uow
            await uow.flush_events()
        await wake.call(self.redis, uow.wakes)
        if row.session_kind == "token":
            await self._note_use(token_hash, now)

    async def _note_use(self, token_hash: bytes, now: datetime) -> None:
        """Notes on which day an API token was last used: in a transaction of its own, for most requests only read."""
        async with self.enter_system() as uow:
            await uow.execute(_NOTE_USE, {"token_hash": token_hash, "today": now.date()})

    @asynccontextmanager
    async def enter_sandbox(
        self, sandbox_id: UUID, *, actor: Actor = SYSTEM, reading: Reading | None = None
    ) -> AsyncIterator[UnitOfWork]:
        """Opens a transaction of the worker inside one sandbox, at `reading` if a timer's moment is meant.

        Raises:
            NotFound: there is no such sandbox.

        """
        now = self.wall.now()
        async with self._transaction() as connection:
            scope = await enter_sandbox(connection, sandbox_id)
            if scope is None:
                raise NotFound("kernel.sandbox.not_found")
            uow = self._unit_of_work(connection, actor, scope, now)
            if reading is not None:
                uow.now = reading
            yield uow
            await uow.flush_events()
        await wake.call(self.redis, uow.wakes)

    @asynccontextmanager
    async def enter_system(self) -> AsyncIterator[UnitOfWork]:
        """Opens a transaction that sees the engine rooms of all sandboxes and no business row of any."""
        now = self.wall.now()
        async with self._transaction() as connection:
            await connection.execute(_ENTER_SYSTEM)
            uow = self._unit_of_work(connection, SYSTEM, None, now)
            yield uow
            await uow.flush_events()
        await wake.call(self.redis, uow.wakes)

    @asynccontextmanager
    async def _transaction(self, *, read_only: bool = False) -> AsyncIterator[AsyncConnection]:
        async with self.engine.connect() as connection:
            if read_only:
                await connection.execution_options(postgresql_readonly=True)
            async with connection.begin():
                yield connection

    def _unit_of_work(
        self, connection: AsyncConnection, actor: Actor, scope: SandboxScope | None, now: datetime
    ) -> UnitOfWork:
        reading = scope.clock.read(now) if scope is not None else Reading(at=now, sim_at=_EPOCH, class_ms=0)
        return UnitOfWork(connection=connection, wall=self.wall, actor=actor, scope=scope, now=reading)


async def _why_out(connection: AsyncConnection, token_hash: bytes) -> Unauthorised:
    await connection.execute(_ENTER_SYSTEM)
    reason = (await connection.execute(_ENDED, {"token_hash": token_hash})).scalar_one_or_none()
    code = "kernel.identity.not_signed_in" if reason is None else _ENDED_CODES[SessionEnd(reason)]
    return Unauthorised(code)


async def _refuse_temporary_password(connection: AsyncConnection, account_id: UUID) -> None:
    if (await connection.execute(_MUST_CHANGE, {"account_id": account_id})).scalar_one():
        raise Forbidden("kernel.identity.must_change_password")
