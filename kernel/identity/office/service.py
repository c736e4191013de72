"""Adds and renames institutions; makes accounts, gives and takes roles, opens and closes accounts."""

from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from kernel.actor import ActorKind
from kernel.classroom.classes import service as classes
from kernel.errors import Forbidden, Invalid, NotFound
from kernel.identity import endings, regions
from kernel.identity.credentials import rules as credentials
from kernel.identity.credentials.schemas import TemporaryPasswordView
from kernel.identity.models import Account, Institution, Role, RoleGrant, SessionEnd
from kernel.identity.office import queries, rules
from kernel.identity.office.schemas import AccountCreate, AccountMade, GrantGive, InstitutionCreate
from kernel.identity.reach import OWN_HOUSE, USED_ELSEWHERE
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

INSTITUTION = table_of(Institution)
ACCOUNT = table_of(Account)
GRANT = table_of(RoleGrant)

_RENAME = text("UPDATE kernel_institution SET name = :name WHERE institution_id = :id")
_TAKE = text("UPDATE kernel_role_grant SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL")
_SAME = text("""
    SELECT 1 FROM kernel_role_grant
     WHERE account_id = :account_id AND role = :role AND institution_id IS NOT DISTINCT FROM :institution_id
       AND region_code = :region_code AND revoked_at IS NULL
""")
# Closed once more by somebody lower, it stays what it was; by somebody higher, it becomes his.
_CLOSE = text("""
    UPDATE kernel_account
       SET disabled_at = coalesce(disabled_at, :now),
           disabled_by = CASE WHEN disabled_by IS NULL OR disabled_by = ANY(:lower) THEN :kind ELSE disabled_by END
     WHERE id = :id
""")
_OPEN = text("""
    UPDATE kernel_account SET disabled_at = NULL, disabled_by = NULL WHERE id = :id AND disabled_by = ANY(:lower)
""")
_IS_CLOSED = text("SELECT disabled_at IS NOT NULL FROM kernel_account WHERE id = :id")
_IS_ELSEWHERE = text(f"SELECT {USED_ELSEWHERE} FROM kernel_account a CROSS JOIN {OWN_HOUSE} WHERE a.id = :id")


async def add_institution(uow: UnitOfWork, command: InstitutionCreate) -> UUID:
    """Adds an institution.

    Raises:
        Invalid: there is no such region.

    """
    refuse_unknown_region(command.region_code, pointer="/region_code")
    institution_id = new_id()
    values = {"institution_id": institution_id, "region_code": command.region_code, "name": command.name}
    await uow.execute(insert(INSTITUTION), values)
    return institution_id


async def rename_institution(uow: UnitOfWork, institution_id: UUID, name: str) -> None:
    """Renames an institution.

    Raises:
        NotFound: there is none.

    """
    if (await uow.execute(_RENAME, {"id": institution_id, "name": name})).rowcount != 1:
        raise NotFound("kernel.identity.institution_not_found")


async def add_account(uow: UnitOfWork, command: AccountCreate, *, password: str, password_hash: str) -> AccountMade:
    """Makes an account with one role and a temporary password.

    Raises:
        Invalid: the log-in name is taken, or is somebody's ID number or phone; or see `give`.
        Forbidden, NotFound: see `give`.

    """
    refuse_personal(command.login, pointer="/login")
    grant = await _checked(uow, command.grant, pointer="/grant")
    account_id = new_id()
    expires_at = uow.now.at + credentials.TEMPORARY_LASTS
    made = await uow.execute(
        insert_or_not(ACCOUNT).on_conflict_do_nothing(index_elements=["login"]),
        {
            "id": account_id,
            "institution_id": grant["institution_id"],
            "region_code": grant["region_code"],
            "login": command.login,
            "password_hash": password_hash,
            "display_name": command.display_name,
            "must_change_password": True,
            "password_expires_at": expires_at,
        },
    )
    if made.rowcount != 1:
        raise Invalid.field("/login", "kernel.identity.login_taken")
    await uow.execute(insert(GRANT), {**grant, "account_id": account_id})
    temporary = TemporaryPasswordView(
        login=command.login, display_name=command.display_name, password=password, expires_at=expires_at
    )
    return AccountMade(account_id=account_id, temporary=temporary)


async def give(uow: UnitOfWork, account_id: UUID, command: GrantGive) -> None:
    """Gives an account a further role; one it has already stays as it is.

    Raises:
        Forbidden: this person may not give it.
        Invalid: it lacks its institution or region.
        NotFound: the account or the institution is not his to manage.

    """
    await queries.access_account(uow, account_id)
    grant = {**await _checked(uow, command, pointer=""), "account_id": account_id}
    if (await uow.execute(_SAME, grant)).one_or_none() is None:
        await uow.execute(insert(GRANT), grant)


async def take(uow: UnitOfWork, account_id: UUID, grant_id: UUID) -> None:
    """Takes a role from an account; what was opened in it ends, and without the lecturer's he teaches there no more.

    Raises:
        NotFound: account or role is not this person's to manage.

    """
    await queries.access_account(uow, account_id)
    grant = await queries.access_grant(uow, account_id, grant_id)
    await uow.execute(_TAKE, {"id": grant.id, "now": uow.now.at})
    async with uow.as_system():
        await endings.end_in_role(uow, SessionEnd.ROLE_TAKEN, grant_id=grant.id)
    if grant.role == Role.LECTURER:
        await classes.release_lecturer(uow, account_id, grant.institution_id)


async def set_state(uow: UnitOfWork, account_id: UUID, *, disabled: bool) -> None:
    """Closes an account and ends its sessions, or opens it again.

    Raises:
        NotFound: it is not this person's to manage.
        Forbidden: it is in use elsewhere, or was closed by somebody higher.

    """
    await queries.access_account(uow, account_id)
    await _refuse_elsewhere(uow, account_id)
    actor = uow.actor.kind
    values = {"id": account_id, "lower": sorted(rules.opens(actor))}
    if not disabled:
        opened = await uow.execute(_OPEN, values)
        if opened.rowcount == 0 and (await uow.execute(_IS_CLOSED, values)).scalar_one():
            raise Forbidden("kernel.identity.closed_by_operator")
        return
    await uow.execute(_CLOSE, {**values, "kind": actor.value, "now": uow.now.at})
    async with uow.as_system():
        await endings.end_all(uow, SessionEnd.ACCOUNT_CLOSED, account_id=account_id)


async def _refuse_elsewhere(uow: UnitOfWork, account_id: UUID) -> None:
    """Passes when an account is the acting institution's alone, or the operator acts.

    Raises:
        Forbidden: it sits in a class of another institution, or holds a role that this one could not give.

    """
    if uow.actor.kind is ActorKind.OPERATOR:
        return
    values = {"id": account_id, "institution_id": uow.actor.institution_id}
    async with uow.as_system():
        if (await uow.execute(_IS_ELSEWHERE, values)).scalar_one():
            raise Forbidden("kernel.identity.used_elsewhere")


async def _checked(uow: UnitOfWork, command: GrantGive, *, pointer: str) -> dict[str, object]:
    """Returns the row of a role that this person may give, complete with institution and region."""
    if not rules.may_give(uow.actor.kind, command.role):
        raise Forbidden("kernel.identity.role_not_yours", role=command.role.value)
    institution_id, region_code = None, ""
    if command.role in rules.NEEDS_INSTITUTION:
        wanted = command.institution_id or uow.actor.institution_id
        if wanted is None:
            raise Invalid.field(f"{pointer}/institution_id", "kernel.field.missing")
        institution = await queries.access_institution(uow, wanted)
        institution_id, region_code = institution.id, institution.region_code
    elif command.role in rules.NEEDS_REGION:
        if command.region_code is None:
            raise Invalid.field(f"{pointer}/region_code", "kernel.field.missing")
        refuse_unknown_region(command.region_code, pointer=f"{pointer}/region_code")
        region_code = regions.prefix_of(command.region_code)
    return {
        "id": new_id(),
        "role": command.role,
        "institution_id": institution_id,
        "region_code": region_code,
        "granted_at": uow.now.at,
    }


def refuse_personal(login: str, *, pointer: str) -> None:
    """Passes when a log-in name is no ID number and no phone.

    Raises:
        Invalid: it is one.

    """
    if rules.is_personal(login):
        raise Invalid.field(pointer, "kernel.identity.login_personal")


def refuse_unknown_region(code: str, *, pointer: str) -> None:
    """Passes when a region is in our list.

    Raises:
        Invalid: it is not.

    """
    if code not in regions.regions():
        raise Invalid.field(pointer, "kernel.identity.region_unknown")
