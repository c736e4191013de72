"""Opens stores and edits their profile."""

from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError

from kernel.database.violations import constraint_of
from kernel.errors import Conflict, Invalid
from kernel.ids import new_id
from kernel.sandbox.transitions import log, table_of
from kernel.unit_of_work import UnitOfWork
from mall.shops import queries
from mall.shops.models import Shop, ShopState
from mall.shops.rules import SHOP as SHOP_LIFE
from mall.shops.rules import Keeper
from mall.shops.schemas import ShopOpen, ShopUpdate, ShopView

SHOP = table_of(Shop)
_TAKEN = text("SELECT seat_id FROM mall_shop WHERE state = 'open' AND (name = :name OR seat_id = :seat_id)")


async def open_shop(uow: UnitOfWork, command: ShopOpen) -> ShopView:
    """Opens the acting learner's store.

    Raises:
        Conflict: he has one already.
        Invalid: the name is taken in this class.

    """
    seat_id = uow.actor.seat
    for row in await uow.execute(_TAKEN, {"name": command.name, "seat_id": seat_id}):
        if row.seat_id == seat_id:
            raise Conflict("mall.shop.already_open")
        raise Invalid.field("/name", "mall.shop.name_taken", name=command.name)
    try:
        shop_id = new_id()
        await uow.execute(
            insert(SHOP),
            {
                "id": shop_id,
                "sandbox_id": uow.sandbox.id,
                "seat_id": seat_id,
                "name": command.name,
                "intro": command.intro,
                "state": ShopState.OPEN,
                "opened_sim_at": uow.now.sim_at,
            },
        )
    except IntegrityError as failure:  # someone was faster since we looked
        if constraint_of(failure) == "mall_shop_one_a_seat":
            raise Conflict("mall.shop.already_open") from failure
        raise Invalid.field("/name", "mall.shop.name_taken", name=command.name) from failure
    await log(uow, SHOP_LIFE, shop_id, from_state=None, event="open", to_state=ShopState.OPEN, party=Keeper.SELLER)
    return await queries.view_own(uow)


async def update_shop(uow: UnitOfWork, command: ShopUpdate) -> ShopView:
    """Changes name and introduction; what is absent stays.

    Raises:
        NotFound: there is no store yet.
        Invalid: the name is taken in this class.

    """
    shop = await queries.access_own(uow)
    values = command.model_dump(exclude_none=True)
    if values:
        try:
            await uow.execute(update(SHOP).where(SHOP.c.id == shop.id).values(**values))
        except IntegrityError as failure:
            raise Invalid.field("/name", "mall.shop.name_taken", name=command.name) from failure
    return await queries.view_own(uow)
