"""Changes to a trade before it leaves the house: its price and freight, its receiver, and the seller's memo.

A price changes under the lock of its pay order, which paying holds as well: a buyer pays the old total or the new one, never a mix.
"""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import Conflict, Invalid, NotFound
from kernel.sandbox.transitions import log, transition
from kernel.unit_of_work import UnitOfWork
from mall.events import TradeAmended, TradeRepriced
from mall.payments import service as payments
from mall.payments.models import PayOrderState
from mall.trades import queries
from mall.trades.models import Trade
from mall.trades.receivers import others_of
from mall.trades.rules import TRADE, Party
from mall.trades.schemas import Memo, ReceiverView, Reprice

_SHARE = text("UPDATE mall_trade_line SET paid_share_fen = :fen WHERE id = :line_id AND trade_id = :trade_id")
_MEMO = text("UPDATE mall_trade SET memo = :memo, flag = :flag WHERE id = :id")
_BUYER = text("SELECT number FROM kernel_seat WHERE id = :seat_id")
_NO_ANSWER = text("UPDATE mall_trade SET receiver_asked = NULL WHERE id = :id AND receiver_asked IS NOT NULL")
_LONG_NUMBER = re.compile(r"\d{7}")


async def reprice(uow: UnitOfWork, trade_id: UUID, command: Reprice) -> None:
    """Changes what the lines and the freight of an unpaid trade of the acting seller cost; the pay order follows.

    Goods can only become cheaper than they were placed at. Source: common practice of 改价, an example.

    Raises:
        NotFound: not a trade of his store.
        Conflict: it is not waiting for payment any more.
        Invalid: a line is missing or unknown, dearer than placed, nothing is left to pay, or nothing changed.
    Emits: `TradeRepriced`.

    """
    trade = await queries.access_sold(uow, trade_id)
    TRADE.step(trade.state, "reprice", Party.SELLER)
    order = await payments.lock_any(uow, trade.pay_order_id)
    if order.state != PayOrderState.CREATED or uow.now.class_ms >= order.pay_by_class_ms:
        raise Conflict("mall.payment.changed")
    trade = await queries.access_sold(uow, trade_id)
    lines = (await queries.load_lines(uow, [trade_id]))[trade_id]
    shares = _shares(lines, command)
    goods_fen = sum(shares.values())
    total_fen = goods_fen + command.freight_fen
    if total_fen == 0:
        raise Invalid.field("/lines", "mall.trade.nothing_to_pay")
    if (goods_fen, command.freight_fen) == (trade.goods_fen, trade.freight_fen):
        raise Invalid.field("/lines", "mall.trade.nothing_changed")
    for line_id, fen in sorted(shares.items()):
        await uow.execute(_SHARE, {"line_id": line_id, "trade_id": trade_id, "fen": fen})
    await payments.change_total(uow, order.id, total_fen - trade.total_fen)
    await transition(
        uow,
        TRADE,
        Trade,
        trade_id,
        state=trade.state,
        event="reprice",
        party=Party.SELLER,
        values={"goods_fen": goods_fen, "freight_fen": command.freight_fen, "total_fen": total_fen},
        params={"before_fen": trade.total_fen, "after_fen": total_fen, "freight_fen": command.freight_fen},
    )
    uow.publish(TradeRepriced(**queries.facts(trade), before_fen=trade.total_fen, after_fen=total_fen))


def _shares(lines: list[Any], command: Reprice) -> dict[UUID, int]:
    known = {line.id: line for line in lines}
    shares: dict[UUID, int] = {}
    for number, wanted in enumerate(command.lines):
        if wanted.line_id not in known:
            raise NotFound("mall.trade.line_not_found")
        if wanted.line_id in shares:
            raise Invalid.field(f"/lines/{number}/line_id", "mall.trade.line_twice")
        limit = known[wanted.line_id].amount_fen
        if wanted.amount_fen > limit:
            raise Invalid.field(f"/lines/{number}/amount_fen", "mall.trade.dearer", limit_fen=limit)
        shares[wanted.line_id] = wanted.amount_fen
    if len(shares) != len(known):
        raise Invalid.field("/lines", "mall.trade.line_missing")
    return shares


async def keep_memo(uow: UnitOfWork, trade_id: UUID, command: Memo) -> None:
    """Keeps the acting seller's note and flag on a trade; the buyer never sees them.

    Raises:
        NotFound: not a trade of his store.

    """
    await queries.access_sold(uow, trade_id)
    await uow.execute(_MEMO, {"id": trade_id, "memo": command.memo or None, "flag": command.flag})


async def list_receivers(uow: UnitOfWork, trade_id: UUID) -> list[ReceiverView]:
    """Returns the other receivers that a buyer may ask to send a trade to.

    Raises:
        NotFound: not a trade of the acting buyer.

    """
    await queries.access_bought(uow, trade_id)
    return [ReceiverView.model_validate(receiver, from_attributes=True) for receiver in await _others(uow)]


async def _others(uow: UnitOfWork) -> Any:
    number = (await uow.execute(_BUYER, {"seat_id": uow.actor.seat})).one().number
    return others_of(uow.sandbox.seed, number)


async def ask_address(uow: UnitOfWork, trade_id: UUID, choice: int) -> None:
    """Asks the seller to send a trade of the acting buyer to another receiver; a later wish replaces an earlier one.

    Raises:
        NotFound: not a trade of his.
        Conflict: it has left the house.
        Invalid: there is no such receiver.
    Emits: `TradeAmended`.

    """
    trade = await queries.access_bought(uow, trade_id)
    others = await _others(uow)
    if choice > len(others):
        raise Invalid.field("/choice", "mall.trade.unknown_receiver")
    await _change(uow, trade, "ask_address", Party.BUYER, {"receiver_asked": others[choice - 1].snapshot()})
    uow.publish(TradeAmended(**queries.facts(trade), change="address_asked"))


async def answer_address(uow: UnitOfWork, trade_id: UUID, *, agree: bool) -> None:
    """Agrees to another receiver that the buyer has asked for, or refuses.

    Raises:
        NotFound: not a trade of the acting seller's store.
        Conflict: nothing is asked (any more), or it has left the house.
    Emits: `TradeAmended`.

    """
    trade = await queries.access_sold(uow, trade_id)
    if trade.receiver_asked is None:
        raise Conflict("mall.trade.no_address_asked")
    if agree:
        await _change(uow, trade, "readdress", Party.SELLER, {"receiver": trade.receiver_asked, "receiver_asked": None})
    else:
        await uow.execute(_NO_ANSWER, {"id": trade_id})
        state = trade.state
        await log(uow, TRADE, trade_id, from_state=state, event="refuse_address", to_state=state, party=Party.SELLER)
    uow.publish(TradeAmended(**queries.facts(trade), change="readdressed" if agree else "address_refused"))


async def readdress(uow: UnitOfWork, trade_id: UUID, address: str) -> None:
    """Corrects street and house of the receiver, as the buyer has asked for by other ways; the region stays.

    Raises:
        NotFound: not a trade of the acting seller's store.
        Conflict: it has left the house.
        Invalid: a telephone number or the like stands in it.
    Emits: `TradeAmended`.

    """
    if _LONG_NUMBER.search(address):
        raise Invalid.field("/address", "mall.trade.real_number")
    trade = await queries.access_sold(uow, trade_id)
    receiver = {**trade.receiver, "address": address}
    await _change(uow, trade, "readdress", Party.SELLER, {"receiver": receiver, "receiver_asked": None})
    uow.publish(TradeAmended(**queries.facts(trade), change="readdressed"))


async def _change(uow: UnitOfWork, trade: Any, event: str, party: Party, values: dict[str, Any]) -> None:
    await transition(
        uow,
        TRADE,
        Trade,
        trade.id,
        state=trade.state,
        event=event,
        party=party,
        values=values,
        params={"region": (values.get("receiver") or values["receiver_asked"])["region"]},
    )
