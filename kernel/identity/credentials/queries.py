"""Whose password a person may reset. Everyone else's account does not exist for him."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.actor import ActorKind
from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork

_SEATED = text("""
    SELECT a.id, a.login, a.display_name
      FROM kernel_account a
     WHERE a.id = :account_id
       AND EXISTS (SELECT 1 FROM kernel_seat s
                    WHERE s.account_id = a.id AND s.cohort_id = :cohort_id AND s.withdrawn_at IS NULL)
       AND NOT EXISTS (SELECT 1 FROM kernel_role_grant g WHERE g.account_id = a.id AND g.revoked_at IS NULL)
       AND NOT EXISTS (SELECT 1 FROM kernel_teaching_assignment t WHERE t.account_id = a.id)
""")
_OF_INSTITUTION = text("""
    SELECT a.id, a.login, a.display_name
      FROM kernel_account a
     WHERE a.id = :account_id
       AND (a.institution_id = :institution_id
            OR EXISTS (SELECT 1 FROM kernel_seat s WHERE s.account_id = a.id AND s.withdrawn_at IS NULL
                          AND s.institution_id = :institution_id))
       AND NOT EXISTS (SELECT 1 FROM kernel_role_grant g
                        WHERE g.account_id = a.id AND g.revoked_at IS NULL
                          AND g.institution_id IS DISTINCT FROM :institution_id)
       AND NOT EXISTS (SELECT 1 FROM kernel_role_grant g
                        WHERE g.account_id = a.id AND g.revoked_at IS NULL
                          AND g.role IN ('officer', 'operator', 'scorer'))
       AND NOT EXISTS (SELECT 1 FROM kernel_teaching_assignment t
                        WHERE t.account_id = a.id AND t.institution_id <> :institution_id)
""")
_ANY = text("SELECT a.id, a.login, a.display_name FROM kernel_account a WHERE a.id = :account_id")
_OWN_LOGIN = text("SELECT login FROM kernel_account WHERE id = :account_id")


async def own_login(uow: UnitOfWork) -> str:
    """Returns the acting person's log-in name."""
    return str((await uow.execute(_OWN_LOGIN, {"account_id": uow.actor.account_id})).scalar_one())


async def access_resettable(uow: UnitOfWork, account_id: UUID) -> Any:
    """Returns (id, login, display_name) of an account whose password this person may reset, his own excepted.

    A lecturer: learners of his class who are nothing else anywhere. An institution: its people, as long as they hold no
    right that it could not give. The operator: everybody. The rule is stated in full here, because rights elsewhere
    are hidden from whoever asks.

    Raises:
        NotFound: there is none, or it is not his to reset.

    """
    actor = uow.actor
    values = {"account_id": account_id}
    async with uow.as_system():
        if actor.kind is ActorKind.LECTURER:
            result = await uow.execute(_SEATED, {**values, "cohort_id": actor.cohort_id})
        elif actor.kind is ActorKind.INSTITUTION:
            result = await uow.execute(_OF_INSTITUTION, {**values, "institution_id": actor.institution_id})
        elif actor.kind is ActorKind.OPERATOR:
            result = await uow.execute(_ANY, values)
        else:
            raise NotFound("kernel.identity.account_not_found")
        row = result.one_or_none()
    if row is None or row.id == actor.account_id:
        raise NotFound("kernel.identity.account_not_found")
    return row
