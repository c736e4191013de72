"""Reads of the office. Which institutions, accounts and classes a person sees is the database's wall."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.actor import ActorKind
from kernel.crypto.keyring import Keyring
from kernel.errors import NotFound
from kernel.identity import regions
from kernel.identity.guard import service as guard
from kernel.identity.models import Role
from kernel.identity.office import rules
from kernel.identity.office.schemas import AccountPage, AccountRow, ClassRow, GrantRow, InstitutionRow
from kernel.unit_of_work import UnitOfWork

PAGE = 50
MOST_ROWS = 500

_INSTITUTIONS = text(f"""
    SELECT i.institution_id AS id, i.name, i.region_code,
           (SELECT count(*) FROM kernel_cohort c WHERE c.institution_id = i.institution_id) AS classes
      FROM kernel_institution i ORDER BY i.region_code, i.institution_id LIMIT {MOST_ROWS}
""")
_INSTITUTION = text("SELECT institution_id AS id, region_code FROM kernel_institution WHERE institution_id = :id")
_CLASSES = text(f"""
    SELECT c.id, c.name, i.name AS institution, c.region_code, c.state, c.is_trial, c.starts_on,
           (SELECT count(*) FROM kernel_seat s WHERE s.cohort_id = c.id AND s.withdrawn_at IS NULL) AS learners,
           array(SELECT a.display_name FROM kernel_teaching_assignment t JOIN kernel_account a ON a.id = t.account_id
                  WHERE t.cohort_id = c.id ORDER BY t.place) AS lecturers
      FROM kernel_cohort c JOIN kernel_institution i ON i.institution_id = c.institution_id
     ORDER BY c.id DESC LIMIT {MOST_ROWS}
""")
# Staff is whoever holds or held a role; learners without one are the business of their classes.
_STAFF = """
      FROM kernel_account a
     WHERE EXISTS (SELECT 1 FROM kernel_role_grant g WHERE g.account_id = a.id)
       AND (:wanted = '' OR strpos(lower(a.login), :wanted) > 0 OR strpos(lower(a.display_name), :wanted) > 0)
"""
_ACCOUNTS = text(f"""
    SELECT a.id, a.login, a.display_name, a.disabled_at, a.disabled_by, a.must_change_password, count(*) OVER () AS total {_STAFF}
     ORDER BY a.login LIMIT {PAGE} OFFSET :skip
""")
_ACCOUNT = text("""
    SELECT a.id, a.login, a.display_name FROM kernel_account a
     WHERE a.id = :id AND EXISTS (SELECT 1 FROM kernel_role_grant g WHERE g.account_id = a.id)
""")
_GRANTS = text("""
    SELECT g.id, g.account_id, g.role, g.region_code, i.name AS institution
      FROM kernel_role_grant g LEFT JOIN kernel_institution i ON i.institution_id = g.institution_id
     WHERE g.account_id = ANY(:account_ids) AND g.revoked_at IS NULL ORDER BY g.id
""")
_GRANT = text("""
    SELECT g.id, g.account_id, g.role, g.institution_id FROM kernel_role_grant g
     WHERE g.id = :id AND g.account_id = :account_id AND g.revoked_at IS NULL
""")
_LOCKS = text(
    "SELECT name_key, locked_until FROM kernel_login_guard WHERE name_key = ANY(:keys) AND locked_until > :now"
)


async def list_institutions(uow: UnitOfWork) -> list[InstitutionRow]:
    """Returns the institutions this person may see, by region; at most `MOST_ROWS`."""
    rows = await uow.execute(_INSTITUTIONS)
    return [InstitutionRow(**row._mapping, region=regions.name_of(row.region_code)) for row in rows]


async def access_institution(uow: UnitOfWork, institution_id: UUID) -> Any:
    """Returns (id, region_code) of an institution this person may see.

    Raises:
        NotFound: there is none, or it is hidden from him.

    """
    row = (await uow.execute(_INSTITUTION, {"id": institution_id})).one_or_none()
    if row is None:
        raise NotFound("kernel.identity.institution_not_found")
    return row


async def list_classes(uow: UnitOfWork) -> list[ClassRow]:
    """Returns the classes this person may see, newest first; at most `MOST_ROWS`."""
    sees_seats = uow.actor.kind is not ActorKind.OPERATOR
    return [
        ClassRow(
            **{name: value for name, value in row._mapping.items() if name not in {"region_code", "learners"}},
            region=regions.name_of(row.region_code),
            learners=row.learners if sees_seats else None,
        )
        for row in await uow.execute(_CLASSES)
    ]


async def access_account(uow: UnitOfWork, account_id: UUID) -> Any:
    """Returns (id, login, display_name) of a staff account this person may manage; never his own.

    Raises:
        NotFound: there is none, or it is not his to manage.

    """
    row = (await uow.execute(_ACCOUNT, {"id": account_id})).one_or_none()
    if row is None or row.id == uow.actor.account_id:
        raise NotFound("kernel.identity.account_not_found")
    return row


async def access_grant(uow: UnitOfWork, account_id: UUID, grant_id: UUID) -> Any:
    """Returns (id, account_id, role, institution_id) of a role this person may take away.

    Raises:
        NotFound: there is none, or it is not his to take.

    """
    row = (await uow.execute(_GRANT, {"id": grant_id, "account_id": account_id})).one_or_none()
    if row is None or not rules.may_give(uow.actor.kind, Role(row.role)):
        raise NotFound("kernel.identity.grant_not_found")
    return row


async def list_accounts(uow: UnitOfWork, keyring: Keyring, *, wanted: str, page: int) -> AccountPage:
    """Returns a page of the staff accounts this person may manage, by log-in name."""
    values = {"wanted": wanted.strip().lower(), "skip": (page - 1) * PAGE}
    rows = (await uow.execute(_ACCOUNTS, values)).all()
    grants = (await uow.execute(_GRANTS, {"account_ids": [row.id for row in rows]})).all()
    keys = {guard.key_of(keyring, row.login): row.id for row in rows}
    async with uow.as_system():
        found = await uow.execute(_LOCKS, {"keys": list(keys), "now": uow.now.at})
        locks = {keys[bytes(row.name_key)]: row.locked_until for row in found}
    accounts = [
        AccountRow(
            **{name: value for name, value in row._mapping.items() if name not in {"total", "disabled_by"}},
            may_open=row.disabled_by in rules.opens(uow.actor.kind),
            locked_until=locks.get(row.id),
            is_self=row.id == uow.actor.account_id,
            grants=[_grant(grant, uow.actor.kind) for grant in grants if grant.account_id == row.id],
        )
        for row in rows
    ]
    return AccountPage(rows=accounts, total=rows[0].total if rows else 0)


def _grant(row: Any, kind: ActorKind) -> GrantRow:
    role = Role(row.role)
    region = regions.name_of(row.region_code) if role in rules.NEEDS_REGION else None
    return GrantRow(
        id=row.id, role=role, institution=row.institution, region=region, may_take=rules.may_give(kind, role)
    )
