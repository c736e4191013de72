"""Whose password a person may reset. Everyone else's account does not exist for him."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.actor import ActorKind
from kernel.errors import Conflict, Forbidden, NotFound
from kernel.identity.reach import OWN_HOUSE, USED_ELSEWHERE
from kernel.unit_of_work import UnitOfWork

# A learner who holds a role of any kind is not his lecturer's: through his password the lecturer would hold it too.
_SEATED = text(f"""
    SELECT a.id, a.login, a.display_name, h.state = 'closed' AS is_over,
           {USED_ELSEWHERE} OR EXISTS (SELECT 1 FROM kernel_role_grant g
                                        WHERE g.account_id = a.id AND g.revoked_at IS NULL) AS is_elsewhere
      FROM kernel_account a JOIN kernel_cohort h ON h.id = :cohort_id
     WHERE a.id = :account_id
       AND EXISTS (SELECT 1 FROM kernel_seat s
                    WHERE s.account_id = a.id AND s.cohort_id = h.id AND s.withdrawn_at IS NULL)
""")
_OF_INSTITUTION = text(f"""
    SELECT a.id, a.login, a.display_name, false AS is_over, {USED_ELSEWHERE} AS is_elsewhere
      FROM kernel_account a CROSS JOIN {OWN_HOUSE}
     WHERE a.id = :account_id
       AND (a.institution_id = h.institution_id
            OR EXISTS (SELECT 1 FROM kernel_seat s WHERE s.account_id = a.id AND s.withdrawn_at IS NULL
                          AND s.institution_id = h.institution_id))
""")
_ANY = text("""
    SELECT a.id, a.login, a.display_name, false AS is_over, false AS is_elsewhere
      FROM kernel_account a WHERE a.id = :account_id
""")
_OWN_LOGIN = text("SELECT login FROM kernel_account WHERE id = :account_id")


async def own_login(uow: UnitOfWork) -> str:
    """Returns the acting person's log-in name."""
    return str((await uow.execute(_OWN_LOGIN, {"account_id": uow.actor.account_id})).scalar_one())


async def access_resettable(uow: UnitOfWork, account_id: UUID) -> Any:
    """Returns (id, login, display_name) of an account whose password this person may reset, his own excepted.

    A lecturer: learners of his class, until it is over, who sit in classes of its institution only and hold no role. An
    institution: its people, as long as they sit nowhere else and hold no role that it could not give. The operator:
    everybody. Asked in the system scope, because what is elsewhere is hidden from whoever asks.

    Raises:
        NotFound: there is none, or it is hidden from him.
        Forbidden: the account is in use elsewhere.
        Conflict: the lecturer's class is over.

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
    if row.is_elsewhere:
        raise Forbidden("kernel.identity.used_elsewhere")
    if row.is_over:
        raise Conflict("kernel.identity.reset_class_over")
    return row
