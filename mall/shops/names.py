"""Whether a store may bear a name: the rules of naming, and who has it already."""

from uuid import UUID

from sqlalchemy import text

from kernel.errors import FieldError
from kernel.unit_of_work import UnitOfWork
from mall.registrations import policy, rules

# Who waits for approval has reserved his name; drafts have not.
_TAKEN = text("""
    SELECT EXISTS (SELECT 1 FROM mall_shop WHERE state = 'open' AND name = :name AND seat_id <> :seat_id)
        OR EXISTS (SELECT 1 FROM mall_registration WHERE state = 'submitted' AND name = :name AND seat_id <> :seat_id)
""")


async def find_fault(
    uow: UnitOfWork, name: str, *, seat_id: UUID, may_brand: bool, at: str = "/name"
) -> FieldError | None:
    """Returns why a learner's store may not be called so, or `None`."""
    entry = policy.load()
    fault = rules.name_fault(name, banned=entry.banned, branded=entry.branded, may_brand=may_brand, at=at)
    if fault is not None:
        return fault
    if (await uow.execute(_TAKEN, {"name": name, "seat_id": seat_id})).scalar_one():
        return FieldError(at, "mall.shop.name_taken", (("name", name),))
    return None
