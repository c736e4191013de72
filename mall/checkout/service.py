"""Quotes a cart, places its trades under one pay order, closes what was not paid. Taking the payment is `cashier`'s.

Lock order: store (shared) → timer → pay order → wallet → classmate pair → stock → trade. A timer's row is locked before its handler runs,
so whoever races it takes the timer first as well. Stores in id order, SKUs in id order within a store, and a SKU belongs
to one store, so two checkouts cannot wait for each other.
"""

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from kernel.errors import Conflict, NotFound
from kernel.ids import new_id
from kernel.sandbox import timers
from kernel.sandbox.timers import DueTimer
from kernel.sandbox.transitions import log, table_of, transition
from kernel.unit_of_work import UnitOfWork
from mall import policy
from mall.accounts import queries as wallets
from mall.addresses import queries as addresses
from mall.addresses.queries import Addressee
from mall.carts import service as carts
from mall.checkout import queries
from mall.checkout.schemas import (
    LineWanted,
    PayOrderView,
    QuoteLine,
    QuoteRequest,
    QuoteShop,
    QuoteView,
    TraceStepView,
    TradePlace,
)
from mall.events import TradeClosed, TradePlaced
from mall.freight import queries as freight
from mall.payments import service as payments
from mall.promotions import rules as promotions
from mall.promotions.rules import Quote, ShopQuote, Wanted
from mall.stock import service as stock
from mall.trades import queries as trade_queries
from mall.trades import service as trades
from mall.trades.models import CloseReason, Trade, TradeLine, TradeState
from mall.trades.receivers import Receiver
from mall.trades.rules import TRADE, Party
from mall.trades.schemas import ReceiverView

TRADE_TABLE = table_of(Trade)
LINE = table_of(TradeLine)
PAY_TIMEOUT = "mall.pay_order.timeout"

_NUMBERS = text("SELECT nextval('mall_number') AS n FROM generate_series(1, :count)")
_PAIR = text("""
    INSERT INTO mall_classmate_pair (buyer_seat_id, shop_id, sandbox_id, trades)
    VALUES (:buyer_seat_id, :shop_id, :sandbox_id, 1)
    ON CONFLICT (buyer_seat_id, shop_id) DO UPDATE SET trades = mall_classmate_pair.trades + 1
     WHERE mall_classmate_pair.trades < :limit
""")


async def view_quote(uow: UnitOfWork, command: QuoteRequest) -> QuoteView:
    """Returns what these lines cost the acting buyer now, sent to this address, and why.

    Raises:
        NotFound: a SKU is not in this mall, or the address is not his.

    """
    addressee = await addresses.access_addressee(uow, command.address_id)
    quantities = _summed(command.lines)
    goods = await queries.load_goods(uow, list(quantities))
    quote = await _quote(uow, goods, quantities, addressee.receiver)
    return QuoteView(
        shops=[_shop_view(shop, goods) for shop in quote.shops],
        trace=[TraceStepView.model_validate(step, from_attributes=True) for step in quote.trace],
        total_fen=quote.total_fen,
        receiver=ReceiverView.model_validate(addressee.receiver, from_attributes=True),
        address_id=addressee.address_id,
        wallet_fen=await wallets.find_balance(uow, uow.actor.seat),
        pay_class_minutes=policy.load(uow.sandbox.policy).pay_class_ms // 60_000,
    )


async def place(uow: UnitOfWork, command: TradePlace) -> PayOrderView:
    """Places one trade per store under one pay order and holds their stock.

    Raises:
        NotFound: a SKU is not in this mall, a remark is for a store that sells none of them, or the address is not his.
        Conflict: own or off-shelf goods, goods not sent to this address, another price than the buyer saw, too little stock,
            too many trades with a classmate. Nothing is written then.
    Emits: `TradePlaced` per trade.

    """
    addressee = await addresses.access_addressee(uow, command.address_id)
    quantities = _summed(command.lines)
    goods = await queries.load_goods(uow, list(quantities), keep_open=True)
    _refuse_unbuyable(uow, goods)
    quote = await _quote(uow, goods, quantities, addressee.receiver)
    _refuse_undeliverable(quote, goods, addressee.receiver)
    if quote.total_fen != command.expected_total_fen:
        raise Conflict("mall.trade.price_changed", expected_fen=command.expected_total_fen, total_fen=quote.total_fen)
    rules = policy.load(uow.sandbox.policy)
    numbers = iter([row.n for row in await uow.execute(_NUMBERS, {"count": len(quote.shops) + 1})])
    pay_by = uow.now.class_ms + rules.pay_class_ms
    pay_order_id = await payments.open_pay_order(
        uow, number=_number(uow, "P", next(numbers)), total_fen=quote.total_fen, pay_by_class_ms=pay_by
    )
    remarks = _remarks(command, quote)
    for shop in sorted(quote.shops, key=lambda shop: shop.shop_id):
        await _refuse_too_many(uow, shop, rules.trades_per_pair)
        placed = _Placed(uow, addressee, pay_order_id, pay_by, rules.commission_bp)
        await placed.write(shop, goods, _number(uow, "M", next(numbers)), remarks.get(shop.shop_id))
    await timers.schedule_class(uow, PAY_TIMEOUT, pay_order_id, due_class_ms=pay_by)
    if command.from_cart:
        await carts.remove(uow, quantities)
    return await queries.view_pay_order(uow, pay_order_id)


async def cancel(uow: UnitOfWork, trade_id: UUID, reason: CloseReason = CloseReason.BUYER_CANCELLED) -> None:
    """Cancels one unpaid trade of the acting buyer.

    Raises:
        NotFound: not a trade of his.
        Conflict: it is not waiting for payment any more.
    Emits: `TradeClosed`.

    """
    trade = await trade_queries.access_bought(uow, trade_id)
    TRADE.step(trade.state, "cancel", Party.BUYER)
    await payments.take_out(uow, trade.pay_order_id, trade_id)
    await _close(uow, trade, event="cancel", party=Party.BUYER, reason=reason)


async def close(uow: UnitOfWork, trade_id: UUID, reason: CloseReason) -> None:
    """Closes one unpaid trade of the acting seller's store.

    Raises:
        NotFound: not a trade of his store.
        Conflict: it is not waiting for payment any more.
    Emits: `TradeClosed`.

    """
    trade = await trade_queries.access_sold(uow, trade_id)
    TRADE.step(trade.state, "close", Party.SELLER)
    await payments.take_out(uow, trade.pay_order_id, trade_id)
    await _close(uow, trade, event="close", party=Party.SELLER, reason=reason)


async def close_of_reset(uow: UnitOfWork, trade: Any) -> None:
    """Closes one unpaid trade of a store that a lecturer resets; what else its pay order holds stays to be paid.

    Raises:
        Conflict: it is not waiting for payment any more.
    Emits: `TradeClosed`.

    """
    await payments.take_out(uow, trade.pay_order_id, trade.id)
    await _close(uow, trade, event="reset", party=Party.LECTURER, reason=CloseReason.SHOP_RESET)


async def time_out(uow: UnitOfWork, timer: DueTimer) -> None:
    """Closes a pay order that was not paid within its class time, with all its trades."""
    if not await payments.mark_closed(uow, timer.subject_id):
        return
    for trade in await queries.list_trades(uow, timer.subject_id):
        if trade.state == TradeState.WAIT_PAY:
            await _close(uow, trade, event="time_out", party=Party.SYSTEM, reason=CloseReason.PAY_TIMEOUT)


async def _close(uow: UnitOfWork, trade: Any, *, event: str, party: Party, reason: CloseReason) -> None:
    await trades.unpair(uow, trade)
    if reason is CloseReason.SHOP_RESET:
        await stock.give_back(uow, trade.id, paid=False)
    else:
        await stock.release(uow, trade.id)
    await transition(
        uow,
        TRADE,
        Trade,
        trade.id,
        state=TradeState.WAIT_PAY,
        event=event,
        party=party,
        values={"close_reason": reason},
        params={"reason": reason.value},
    )
    uow.publish(TradeClosed(**trade_queries.facts(trade), reason=reason.value))


class _Placed:
    """Writes the trades of one checkout."""

    def __init__(
        self,
        uow: UnitOfWork,
        addressee: Addressee,
        pay_order_id: UUID,
        pay_by: int,
        commission_bp: int,
    ) -> None:
        self.uow = uow
        self.common = {
            "sandbox_id": uow.sandbox.id,
            "pay_order_id": pay_order_id,
            "buyer_seat_id": uow.actor.seat,
            "buyer_name": addressee.buyer_name,
            "state": TradeState.WAIT_PAY,
            # Until the simulated buyers arrive every buyer is a classmate.
            "classmate": True,
            "commission_bp": commission_bp,
            "receiver": addressee.receiver.snapshot(),
            "pay_by_class_ms": pay_by,
            "placed_sim_at": uow.now.sim_at,
            "shipped_late": False,
            "refunded_fen": 0,
            "buyer_extended": False,
            "granted_days": 0,
        }

    async def write(self, shop: ShopQuote, goods: dict[UUID, Any], number: str, remark: str | None) -> None:
        """Writes one store's trade with its lines and holds its stock."""
        uow, trade_id = self.uow, new_id()
        seller_seat_id = goods[shop.lines[0].sku_id].seat_id
        values = {
            **self.common,
            "id": trade_id,
            "number": number,
            "shop_id": shop.shop_id,
            "seller_seat_id": seller_seat_id,
            "goods_fen": shop.goods_fen,
            "freight_fen": shop.freight_fen,
            "total_fen": shop.total_fen,
            "placed_fen": shop.total_fen,
            "remark": remark,
        }
        await uow.execute(insert(TRADE_TABLE), values)
        await uow.execute(insert(LINE), [self._line(trade_id, line, goods[line.sku_id]) for line in shop.lines])
        await stock.hold(uow, trade_id, [(line.sku_id, line.quantity) for line in shop.lines])
        await log(uow, TRADE, trade_id, from_state=None, event="place", to_state=TradeState.WAIT_PAY, party=Party.BUYER)
        uow.publish(
            TradePlaced(
                trade_id=trade_id,
                number=number,
                shop_id=shop.shop_id,
                buyer_seat_id=uow.actor.seat,
                seller_seat_id=seller_seat_id,
                classmate=True,
            )
        )

    def _line(self, trade_id: UUID, line: promotions.PricedLine, item: Any) -> dict[str, Any]:
        return {
            "id": new_id(),
            "sandbox_id": self.uow.sandbox.id,
            "trade_id": trade_id,
            "sku_id": line.sku_id,
            "product_id": item.product_id,
            "title": item.title,
            "spec_text": item.spec_text,
            "picture": item.picture,
            "price_fen": line.price_fen,
            "quantity": line.quantity,
            "amount_fen": line.amount_fen,
            "paid_share_fen": line.paid_share_fen,
            "cost_fen": None if item.cost_fen is None else item.cost_fen * line.quantity,
            "weight_g": item.weight_g,
            "shipped": 0,
            "refunded": 0,
            "refunded_fen": 0,
        }


def _summed(lines: list[LineWanted]) -> dict[UUID, int]:
    quantities: Counter[UUID] = Counter()
    for line in lines:
        quantities[line.sku_id] += line.quantity
    return dict(quantities)


async def _quote(uow: UnitOfWork, goods: dict[UUID, Any], quantities: dict[UUID, int], receiver: Receiver) -> Quote:
    wanted = [
        Wanted(
            sku_id,
            goods[sku_id].shop_id,
            goods[sku_id].shop_name,
            goods[sku_id].price_fen,
            quantity,
            goods[sku_id].weight_g,
            goods[sku_id].freight_template_id,
        )
        for sku_id, quantity in quantities.items()
    ]
    templates = await freight.load(uow, (line.freight_template_id for line in wanted))
    return promotions.quote(wanted, templates=templates, region_code=receiver.region_code)


def _refuse_undeliverable(quote: Quote, goods: dict[UUID, Any], receiver: Receiver) -> None:
    for shop in quote.shops:
        for line in shop.lines:
            if not line.deliverable:
                title = goods[line.sku_id].title
                raise Conflict(
                    "mall.freight.not_delivered", sku_id=str(line.sku_id), title=title, region=receiver.region
                )


def _refuse_unbuyable(uow: UnitOfWork, goods: dict[UUID, Any]) -> None:
    for item in goods.values():
        if item.seat_id == uow.actor.seat:
            raise Conflict("mall.trade.own_goods")
        if item.state != "on_sale":
            raise Conflict("mall.product.off_shelf", sku_id=str(item.sku_id), title=item.title)
        if item.retired:
            raise Conflict("mall.sku.gone", sku_id=str(item.sku_id), title=item.title)


async def _refuse_too_many(uow: UnitOfWork, shop: ShopQuote, limit: int) -> None:
    params = {
        "buyer_seat_id": uow.actor.seat,
        "shop_id": shop.shop_id,
        "sandbox_id": uow.sandbox.id,
        "limit": limit,
    }
    if (await uow.execute(_PAIR, params)).rowcount != 1:
        raise Conflict("mall.trade.classmate_limit", limit=limit, shop_name=shop.shop_name)


def _number(uow: UnitOfWork, letter: str, n: int) -> str:
    return f"{letter}{uow.now.sim_at:%m%d}{n:06d}"


def _remarks(command: TradePlace, quote: Quote) -> dict[UUID, str | None]:
    """Returns what the buyer tells each store; of two remarks for one store the later counts."""
    remarks = {remark.shop_id: remark.text or None for remark in command.remarks}
    if not remarks.keys() <= {shop.shop_id for shop in quote.shops}:
        raise NotFound("mall.shop.not_found")
    return remarks


def _shop_view(shop: ShopQuote, goods: dict[UUID, Any]) -> QuoteShop:
    return QuoteShop(
        shop_id=shop.shop_id,
        shop_name=shop.shop_name,
        lines=[
            QuoteLine(
                sku_id=line.sku_id,
                product_id=goods[line.sku_id].product_id,
                title=goods[line.sku_id].title,
                spec_text=goods[line.sku_id].spec_text,
                picture=goods[line.sku_id].picture,
                price_fen=line.price_fen,
                quantity=line.quantity,
                amount_fen=line.amount_fen,
                paid_share_fen=line.paid_share_fen,
                sellable=goods[line.sku_id].sellable,
                deliverable=line.deliverable,
            )
            for line in shop.lines
        ],
        goods_fen=shop.goods_fen,
        freight_fen=shop.freight_fen,
        total_fen=shop.total_fen,
    )
