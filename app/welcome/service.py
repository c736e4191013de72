"""Makes the first institution and the first account, once."""

from uuid import UUID

from sqlalchemy import text

from kernel.classroom import service as classroom
from kernel.errors import Conflict
from kernel.identity.models import Role
from kernel.unit_of_work import UnitOfWork

_LOCK = text("SELECT pg_advisory_xact_lock(7220013)")
_ANYBODY = text("SELECT 1 FROM kernel_account LIMIT 1")


async def has_accounts(uow: UnitOfWork) -> bool:
    """Says whether anybody has an account. Needs the system scope."""
    return (await uow.execute(_ANYBODY)).one_or_none() is not None


async def refuse_second(uow: UnitOfWork) -> None:
    """Passes while nobody has an account.

    Raises:
        Conflict: somebody has.

    """
    if await has_accounts(uow):
        raise Conflict("kernel.identity.welcomed_before")


async def lock(uow: UnitOfWork) -> None:
    """Keeps a second first run waiting until this one has committed."""
    await uow.execute(_LOCK)


async def make(
    uow: UnitOfWork, *, institution: str, region_code: str, display_name: str, login: str, password_hash: str
) -> tuple[UUID, UUID]:
    """Makes the institution and an account that runs the installation, the institution, and may teach.

    Returns the account and the role its first session begins in: the institution's, from which classes are opened.

    Raises:
        Conflict: somebody has made an account meanwhile.

    """
    await refuse_second(uow)
    institution_id = await classroom.add_institution(uow, region_code=region_code, name=institution)
    account_id = await classroom.add_account(
        uow,
        institution_id=institution_id,
        region_code=region_code,
        login=login,
        password_hash=password_hash,
        display_name=display_name,
    )
    granted: dict[Role, UUID] = {}
    for role in (Role.INSTITUTION, Role.LECTURER):
        granted[role] = await classroom.grant(
            uow, account_id=account_id, role=role, institution_id=institution_id, region_code=region_code
        )
    await classroom.grant(uow, account_id=account_id, role=Role.OPERATOR)
    return account_id, granted[Role.INSTITUTION]
