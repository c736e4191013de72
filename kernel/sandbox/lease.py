"""The lease of a sandbox: one runner at a time, and a fencing token that stops the one before it.

Every new holder raises the token. A runner proves its token inside each of its transactions with a row lock that a taker
must wait for, so a stale holder's transaction is refused by the database, however late it wakes up.
"""

from uuid import UUID

from sqlalchemy import text

from kernel.unit_of_work import UnitOfWork

LEASE_SECONDS = 6
"""How long a silent holder keeps a sandbox. Renewed every two seconds."""

_TAKE = text("""
    INSERT INTO kernel_lease (sandbox_id, token, holder, expires_at)
    VALUES (:sandbox_id, 1, :holder, clock_timestamp() + :seconds * interval '1 second')
    ON CONFLICT (sandbox_id) DO UPDATE
       SET token = kernel_lease.token + 1, holder = excluded.holder, expires_at = excluded.expires_at
     WHERE kernel_lease.expires_at < clock_timestamp()
    RETURNING token
""")
_RENEW = text("""
    UPDATE kernel_lease SET expires_at = clock_timestamp() + :seconds * interval '1 second'
     WHERE sandbox_id = :sandbox_id AND token = :token
""")
_FENCE = text("SELECT 1 FROM kernel_lease WHERE sandbox_id = :sandbox_id AND token = :token FOR SHARE")
_GIVE_BACK = text("""
    UPDATE kernel_lease SET expires_at = clock_timestamp() - interval '1 second'
     WHERE sandbox_id = :sandbox_id AND token = :token
""")


class StaleLeaseError(Exception):
    """Another runner has taken the sandbox; this one must stop and must not commit."""


async def take(uow: UnitOfWork, sandbox_id: UUID, *, holder: str) -> int | None:
    """Takes the lease if nobody holds it and returns its token, else `None`."""
    row = (
        await uow.execute(_TAKE, {"sandbox_id": sandbox_id, "holder": holder, "seconds": LEASE_SECONDS})
    ).one_or_none()
    return None if row is None else int(row.token)


async def renew(uow: UnitOfWork, token: int) -> None:
    """Keeps the lease for another `LEASE_SECONDS`.

    Raises:
        StaleLeaseError: another runner has it.

    """
    result = await uow.execute(_RENEW, {"sandbox_id": uow.sandbox.id, "token": token, "seconds": LEASE_SECONDS})
    if result.rowcount != 1:
        raise StaleLeaseError


async def fence(uow: UnitOfWork, token: int) -> None:
    """Proves in this transaction that the lease is ours, until commit.

    Raises:
        StaleLeaseError: another runner has it.

    """
    row = (await uow.execute(_FENCE, {"sandbox_id": uow.sandbox.id, "token": token})).one_or_none()
    if row is None:
        raise StaleLeaseError


async def give_back(uow: UnitOfWork, token: int) -> None:
    """Lets the next runner take over at once."""
    await uow.execute(_GIVE_BACK, {"sandbox_id": uow.sandbox.id, "token": token})
