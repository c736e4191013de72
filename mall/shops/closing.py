"""Closes a store for good: nothing may be under way, the shelf is emptied, the deposit goes back, the name is free.

What of it lies in carts shows there as off the shelf; old trades keep their store's name.
"""

from uuid import UUID

from sqlalchemy import text

from kernel.errors import Conflict
from kernel.sandbox.transitions import transition
from kernel.unit_of_work import UnitOfWork
from mall.events import ShopClosed
from mall.members import service as members
from mall.members.rules import Duty
from mall.registrations import deposits
from mall.search import service as search
from mall.shops import queries
from mall.shops.models import Shop, ShopState
from mall.shops.rules import SHOP, Keeper

_UNDER_WAY = text("""
    SELECT count(*) FROM mall_trade WHERE shop_id = :shop_id AND state IN ('wait_pay', 'wait_ship', 'part_shipped', 'shipped')
""")
# Orders hold their stores for key share until they commit: this waits for those under way and lets no other begin.
_LOCK = text("SELECT id FROM mall_shop WHERE id = :shop_id FOR UPDATE")
_OFF_SHELF = text("""
    UPDATE mall_product SET state = 'off_shelf', updated_sim_at = :sim_at WHERE shop_id = :shop_id AND state = 'on_sale'
""")


async def close(uow: UnitOfWork) -> None:
    """Closes the store the acting owner works in.

    Raises:
        NotFound: there is none.
        Forbidden: a member is not its owner.
        Conflict: trades are under way.
    Emits: `ShopClosed`.

    """
    shop = await queries.access_shop(uow, Duty.CLOSE)
    await uow.execute(_LOCK, {"shop_id": shop.id})
    under_way = (await uow.execute(_UNDER_WAY, {"shop_id": shop.id})).scalar_one()
    if under_way > 0:
        raise Conflict("mall.shop.trades_under_way", trades=under_way)
    await _retire(uow, shop.id, shop.name)
    uow.publish(ShopClosed(shop_id=shop.id, seat_id=shop.seat_id))


async def _retire(uow: UnitOfWork, shop_id: UUID, name: str) -> None:
    await deposits.give_back_of_shop(uow, shop_id)
    await uow.execute(_OFF_SHELF, {"shop_id": shop_id, "sim_at": uow.now.sim_at})
    await search.forget_shop(uow, shop_id)
    await members.dismiss_all(uow, shop_id)
    await transition(
        uow,
        SHOP,
        Shop,
        shop_id,
        state=ShopState.OPEN,
        event="close",
        party=Keeper.SELLER,
        values={"closed_sim_at": uow.now.sim_at},
        params={"name": name},
    )
