"""Resets one learner's store: the old one is retired and settled, the wallets start anew, a fresh store may be opened.

Nothing is deleted but lines of carts: the retired store, its trades and both ledgers stay as evidence (ADR 0016).

Lock order: store → payment timers → pay orders → ship timers → wallets → pairs → holds and stock → trades. Each step
waits for whoever is ahead of it in the same order (paying, cancelling, shipping, a deadline); the open trades are
read again after the last lock, and only that reading is acted upon.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.classroom import service as classroom
from kernel.classroom.console import interventions
from kernel.errors import Conflict
from kernel.sandbox import timers
from kernel.sandbox.transitions import transition
from kernel.unit_of_work import UnitOfWork
from mall import policy
from mall.accounts import service as accounts
from mall.accounts.models import AccountKind, TransferCause
from mall.carts import service as carts
from mall.checkout import service as checkout
from mall.events import CartsCleared, ShopRetired
from mall.members import service as members
from mall.payments import service as payments
from mall.registrations import deposits
from mall.resets import queries
from mall.resets.schemas import ResetView, ShopReset
from mall.search import service as search
from mall.shops.models import Shop, ShopState
from mall.shops.rules import SHOP, Keeper
from mall.stock import service as stock
from mall.trades import service as trades
from mall.trades.models import TradeState

SHOP_RESET = "shop.reset"
"""What the reset is called among a learner's flags."""

_PAID = frozenset({TradeState.WAIT_SHIP, TradeState.PART_SHIPPED})
_OFF_SHELF = text("""
    UPDATE mall_product SET state = 'off_shelf', updated_sim_at = :sim_at WHERE shop_id = :shop_id AND state = 'on_sale'
""")
_DONE_WITH = text("SELECT id FROM mall_pay_order WHERE id = ANY(:ids) AND state = 'closed' ORDER BY id")


async def preview(uow: UnitOfWork, seat_id: UUID) -> ResetView:
    """Returns what a reset would do now.

    Raises:
        NotFound: the class has no such seat.
        Conflict: the learner has no store.

    """
    shop = await queries.access_shop(uow, seat_id)
    return await _view(uow, shop, seat_id, await queries.list_open_trades(uow, shop.id))


async def reset(uow: UnitOfWork, seat_id: UUID, command: ShopReset) -> ResetView:
    """Resets a learner's store and returns what was done.

    Raises:
        NotFound: the class has no such seat.
        Conflict: the learner has no store (any more).
    Emits: `TradeClosed` and `TradeRefunded` per trade, `ShopRetired`, `CartsCleared`.

    """
    shop = await queries.access_shop(uow, seat_id, lock=True)
    open_trades = await _lock(uow, shop.id, seat_id)
    view = await _view(uow, shop, seat_id, open_trades)
    await _settle(uow, open_trades)
    await uow.execute(_OFF_SHELF, {"shop_id": shop.id, "sim_at": uow.now.sim_at})
    await search.forget_shop(uow, shop.id)
    cleared = await carts.empty(uow, seat_id=seat_id, shop_id=shop.id)
    await deposits.give_back_of_shop(uow, shop.id)
    await members.dismiss_all(uow, shop.id)
    fresh = {
        AccountKind.BUYER: (view.grant_fen, TransferCause.RESET_BUYER),
        AccountKind.SELLER: (0, TransferCause.RESET_SELLER),
    }
    for kind, (amount_fen, cause) in fresh.items():
        await accounts.set_balance(uow, (kind, seat_id), amount_fen, cause=cause, cause_id=shop.id)
    await transition(
        uow,
        SHOP,
        Shop,
        shop.id,
        state=ShopState.OPEN,
        event="retire",
        party=Keeper.LECTURER,
        values={"retired_sim_at": uow.now.sim_at, "retired_reason": command.reason},
        params={"name": shop.name},
    )
    await _flag(uow, view, command.reason)
    uow.publish(ShopRetired(shop_id=shop.id, seat_id=seat_id))
    if cleared:
        uow.publish(CartsCleared(shop_id=shop.id, seat_ids=cleared))
    return view


async def _lock(uow: UnitOfWork, shop_id: UUID, seat_id: UUID) -> list[Any]:
    """Takes every lock of a reset in its order and returns the open trades as they stand under them."""
    found = await queries.list_open_trades(uow, shop_id)
    pay_orders = sorted({row.pay_order_id for row in found if row.state == TradeState.WAIT_PAY})
    await timers.lock_pending(uow, checkout.PAY_TIMEOUT, pay_orders)
    await payments.lock_all(uow, pay_orders)
    found = await queries.list_open_trades(uow, shop_id)
    paid = [row.id for row in found if row.state in _PAID]
    await timers.lock_pending(uow, trades.SHIP_DEADLINE, paid)
    buyers = [row.buyer_seat_id for row in found]
    await accounts.lock_wallets(uow, buyers=[seat_id, *buyers], sellers=[seat_id])
    await queries.lock_pairs(uow, shop_id)
    await stock.lock_holds(uow, [row.id for row in found])
    return await queries.list_open_trades(uow, shop_id)


async def _settle(uow: UnitOfWork, open_trades: list[Any]) -> None:
    unpaid = [trade for trade in open_trades if trade.state == TradeState.WAIT_PAY]
    for trade in unpaid:
        await checkout.close_of_reset(uow, trade)
    for trade in open_trades:
        if trade.state in _PAID:
            await trades.call_off(uow, trade)
    for row in await uow.execute(_DONE_WITH, {"ids": [trade.pay_order_id for trade in unpaid]}):
        await timers.cancel(uow, checkout.PAY_TIMEOUT, row.id)


async def _view(uow: UnitOfWork, shop: Any, seat_id: UUID, open_trades: list[Any]) -> ResetView:
    unpaid = [trade.total_fen for trade in open_trades if trade.state == TradeState.WAIT_PAY]
    paid = [trade.unshipped_fen for trade in open_trades if trade.state in _PAID]
    counts = await queries.count(uow, shop_id=shop.id, seat_id=seat_id)
    return ResetView(
        seat_id=seat_id,
        shop_id=shop.id,
        shop_name=shop.name,
        unpaid_trades=len(unpaid),
        unpaid_fen=sum(unpaid),
        refunded_trades=len(paid),
        refund_fen=sum(paid),
        grant_fen=policy.load(uow.sandbox.policy).grant_fen,
        **counts._mapping,
    )


async def _flag(uow: UnitOfWork, view: ResetView, reason: str) -> None:
    """Leaves the flag on the learner's evidence: what was there before, in numbers."""
    if uow.actor.cohort_id is None:
        raise Conflict("kernel.sandbox.not_entered")
    home = await classroom.access_home(uow, uow.actor.cohort_id)
    params = view.model_dump(mode="json", exclude={"seat_id", "grant_fen"})
    await interventions.record(uow, home, kind=SHOP_RESET, seat_id=view.seat_id, reason=reason, params=params)
