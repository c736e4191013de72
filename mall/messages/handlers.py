"""Tells a buyer what happened to his trades without his doing."""

from kernel.module import Reaction
from kernel.unit_of_work import UnitOfWork
from mall.events import ParcelMoved, TradeClosed, TradeRefunded, TradeShipped
from mall.fulfilment.rules import ParcelState
from mall.messages import rules, service
from mall.messages.models import MessageKind
from mall.trades import queries as trades

Fact = TradeShipped | ParcelMoved | TradeClosed | TradeRefunded


async def _tell(uow: UnitOfWork, fact: Fact) -> None:
    kind = _kind_of(fact)
    if kind is None:
        return
    trade = await trades.access_any(uow, fact.trade_id)
    lines = (await trades.load_lines(uow, [fact.trade_id]))[fact.trade_id]
    params = {
        "number": trade.number,
        "shop_name": trade.shop_name,
        "title": lines[0].title,
        "picture": lines[0].picture,
        "pieces": sum(line.quantity for line in lines),
        "reason": fact.reason if isinstance(fact, TradeClosed | TradeRefunded) else None,
        "amount_fen": fact.refund_fen if isinstance(fact, TradeRefunded) else None,
    }
    await service.tell(uow, fact.buyer_seat_id, kind, trade_id=fact.trade_id, params=params)


def _kind_of(fact: Fact) -> MessageKind | None:
    match fact:
        case TradeShipped():
            return MessageKind.SHIPPED
        case ParcelMoved(state=ParcelState.SIGNED):
            return MessageKind.SIGNED
        case TradeClosed() if fact.reason in rules.TOLD_CLOSES:
            return MessageKind.CLOSED
        case TradeRefunded():
            return MessageKind.REFUNDED
        case _:
            return None


TELL_BUYERS = Reaction(
    name="mall.messages.tell_buyers",
    events=(TradeShipped, ParcelMoved, TradeClosed, TradeRefunded),
    handle=_tell,
)
