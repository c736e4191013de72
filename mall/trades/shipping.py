"""Shipping (发货): whole trades, parts and batches; calling a parcel back; making up for a lost one.

Lock order: store (shared) → sender → timer → wallet → stock → parcel → trade. The holds of a trade are locked before its lines are read, so that of two
who ship the same units the second finds them gone.
"""

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import Conflict, DomainError, Invalid, NotFound
from kernel.sandbox import timers
from kernel.sandbox.timers import DueTimer
from kernel.sandbox.transitions import log, transition
from kernel.unit_of_work import UnitOfWork
from mall.accounts import service as accounts
from mall.events import LinesRefunded, TradeAmended, TradePartShipped, TradeShipped
from mall.fulfilment import queries as parcels
from mall.fulfilment import service as fulfilment
from mall.fulfilment.rules import PARCEL, Courier
from mall.fulfilment.service import Shipment
from mall.payments import refunds
from mall.payments.models import RefundReason
from mall.stock import service as stock
from mall.trades import queries, receipt, service
from mall.trades.models import CloseReason, Trade, TradeState
from mall.trades.receivers import origin_of
from mall.trades.rules import TRADE, Party, refund_of
from mall.trades.schemas import BatchRow, Resend, Ship
from mall.trades.service import SHIP_DEADLINE

# The trade's row is written twice below, which has its foreign keys checked anew: the store comes first, as in checkout.
_KEEP_SHOP = text("SELECT 1 FROM mall_shop WHERE id = :shop_id FOR KEY SHARE")
_SHIPPED = text("""
    UPDATE mall_trade_line SET shipped = shipped + :n
     WHERE id = :line_id AND trade_id = :trade_id AND shipped + :n >= 0 AND shipped + refunded + :n <= quantity
""")
_REFUNDED = text("""
    UPDATE mall_trade_line SET shipped = shipped - :n, refunded = refunded + :n, refunded_fen = refunded_fen + :fen
     WHERE id = :line_id AND shipped >= :n
""")


async def ship(uow: UnitOfWork, trade_id: UUID, command: Ship) -> None:
    """Ships a trade of the acting seller, or the part of it that the command names, in one parcel.

    Raises:
        NotFound: not a trade of his store, or a line of another.
        Conflict: it is not waiting to be shipped.
        Invalid: there is no such courier, his numbers look different, or more units than are left.
    Emits: `TradeShipped` or `TradePartShipped`.

    """
    await fulfilment.lock_sender(uow, uow.actor.seat)
    await timers.lock_pending(uow, SHIP_DEADLINE, [trade_id])
    await stock.lock_holds(uow, [trade_id])
    await _ship(uow, trade_id, command)


async def ship_many(uow: UnitOfWork, carrier_code: str, rows: list[BatchRow]) -> dict[UUID, DomainError | None]:
    """Ships many trades of the acting seller whole; each succeeds or is refused by itself.

    Raises:
        Invalid: there is no such courier.

    """
    fulfilment.access_carrier(carrier_code)
    trade_ids = [row.trade_id for row in rows]
    await fulfilment.lock_sender(uow, uow.actor.seat)
    await timers.lock_pending(uow, SHIP_DEADLINE, trade_ids)
    await stock.lock_holds(uow, trade_ids)
    results: dict[UUID, DomainError | None] = {}
    for row in rows:
        try:
            async with uow.connection.begin_nested():
                await _ship(uow, row.trade_id, Ship(carrier=carrier_code, tracking_number=row.tracking_number))
            results[row.trade_id] = None
        except DomainError as refusal:
            results[row.trade_id] = refusal
    return results


async def _ship(uow: UnitOfWork, trade_id: UUID, command: Ship) -> None:
    trade = await queries.access_sold(uow, trade_id)
    TRADE.step(trade.state, "ship", Party.SELLER)
    lines = {line.id: line for line in (await queries.load_lines(uow, [trade_id]))[trade_id]}
    left = {line.id: line.quantity - line.shipped - line.refunded for line in lines.values()}
    units = _chosen(command, left)
    whole = units == {line_id: n for line_id, n in left.items() if n > 0}
    shipment = Shipment(
        trade_id=trade_id,
        seller_seat_id=trade.seller_seat_id,
        carrier_code=command.carrier,
        tracking_number=command.tracking_number,
        origin=origin_of(uow.sandbox.seed, trade.seller_seat_number),
        places=(trade.receiver["province"], trade.receiver["city"]),
        lines=units,
        weight_g=sum(lines[line_id].weight_g * n for line_id, n in units.items()),
    )
    await stock.ship(uow, trade_id, shipment.parcel_id, _by_sku(lines, units))
    await fulfilment.send(uow, shipment)
    for line_id, n in sorted(units.items()):
        await uow.execute(_SHIPPED, {"trade_id": trade_id, "line_id": line_id, "n": n})
    await _move_on(uow, trade, shipment, whole=whole)


async def _move_on(uow: UnitOfWork, trade: Any, shipment: Shipment, *, whole: bool) -> None:
    times = await receipt.begin(uow, trade.id) if whole else {}
    await transition(
        uow,
        TRADE,
        Trade,
        trade.id,
        state=trade.state,
        event="ship" if whole else "ship_part",
        party=Party.SELLER,
        values={**times, "receiver_asked": None},
        params={"units": sum(shipment.lines.values())},
    )
    if not whole:
        uow.publish(TradePartShipped(**queries.facts(trade), parcel_id=shipment.parcel_id))
        return
    await timers.cancel(uow, SHIP_DEADLINE, trade.id)
    uow.publish(TradeShipped(**queries.facts(trade)))


def _chosen(command: Ship, left: dict[UUID, int]) -> dict[UUID, int]:
    """Returns the units per line that go into the parcel: those named, or all that are left."""
    if command.lines is None:
        return {line_id: n for line_id, n in left.items() if n > 0}
    units: dict[UUID, int] = {}
    for number, wanted in enumerate(command.lines):
        if wanted.line_id not in left:
            raise NotFound("mall.trade.line_not_found")
        if wanted.line_id in units:
            raise Invalid.field(f"/lines/{number}/line_id", "mall.trade.line_twice")
        if wanted.quantity > left[wanted.line_id]:
            raise Invalid.field(f"/lines/{number}/quantity", "mall.trade.too_many_units", left=left[wanted.line_id])
        units[wanted.line_id] = wanted.quantity
    return units


def _by_sku(lines: dict[UUID, Any], units: dict[UUID, int]) -> Counter[UUID]:
    summed: Counter[UUID] = Counter()
    for line_id, n in units.items():
        summed[lines[line_id].sku_id] += n
    return summed


async def recall(uow: UnitOfWork, parcel_id: UUID) -> UUID:
    """Calls back a parcel of the acting seller that no courier has picked up; its units wait to be shipped again.

    Raises:
        NotFound: not a parcel of his store.
        Conflict: it is with the courier, or was called back before.
    Emits: `TradeAmended`.

    """
    parcel, trade = await _access(uow, parcel_id)
    await fulfilment.lock_sender(uow, uow.actor.seat)
    await timers.lock_pending(uow, fulfilment.STEP, [parcel_id])
    await timers.lock_pending(uow, receipt.AUTO_CONFIRM, [trade.id])
    await stock.lock_holds(uow, [trade.id])
    parcel, trade = await _access(uow, parcel_id)
    PARCEL.step(parcel.state, "cancel", Courier.SELLER)
    contents = await parcels.list_contents(uow, parcel_id)
    if parcel.replaces_id is not None:
        raise Conflict("mall.parcel.not_possible")
    await stock.recall(uow, trade.id, parcel_id, Counter({row.sku_id: row.quantity for row in contents}))
    await fulfilment.call_back(uow, parcel_id)
    for row in contents:
        await uow.execute(_SHIPPED, {"trade_id": trade.id, "line_id": row.line_id, "n": -row.quantity})
    rest = await queries.sum_lines(uow, trade.id)
    await transition(
        uow,
        TRADE,
        Trade,
        trade.id,
        state=trade.state,
        event="recall" if rest.shipped else "recall_all",
        party=Party.SELLER,
        values={"shipped_sim_at": None, "confirm_by_sim_at": None},
        params={"number": parcel.tracking_number},
    )
    await receipt.stop(uow, trade.id)
    await timers.reschedule_sim(uow, SHIP_DEADLINE, trade.id, due_sim_at=trade.ship_by_sim_at)
    uow.publish(TradeAmended(**queries.facts(trade), change="recalled"))
    return UUID(str(trade.id))


async def resend(uow: UnitOfWork, parcel_id: UUID, command: Resend) -> UUID:
    """Sends the goods of a lost parcel again, out of what the acting seller has for sale.

    Raises:
        NotFound: not a parcel of his store.
        Conflict: it is not lost, made up for already, its trade is over, or too few units are left.
        Invalid: there is no such courier, or his numbers look different.
    Emits: `TradeAmended`.

    """
    await fulfilment.lock_sender(uow, uow.actor.seat)
    parcel, trade = await _access_lost(uow, parcel_id)
    contents = await parcels.list_contents(uow, parcel_id)
    shipment = Shipment(
        trade_id=trade.id,
        seller_seat_id=trade.seller_seat_id,
        carrier_code=command.carrier,
        tracking_number=command.tracking_number,
        origin=origin_of(uow.sandbox.seed, trade.seller_seat_number),
        places=(trade.receiver["province"], trade.receiver["city"]),
        lines={row.line_id: row.quantity for row in contents},
        weight_g=sum(row.weight_g * row.quantity for row in contents),
        replaces_id=parcel_id,
    )
    await stock.send_again(uow, shipment.parcel_id, Counter({row.sku_id: row.quantity for row in contents}))
    await fulfilment.make_up(uow, parcel_id, event="resend")
    await fulfilment.send(uow, shipment)
    await _note(uow, trade, "resend", {"number": parcel.tracking_number})
    uow.publish(TradeAmended(**queries.facts(trade), change="resent"))
    return UUID(str(trade.id))


async def refund_lost(uow: UnitOfWork, parcel_id: UUID) -> UUID:
    """Pays back what a lost parcel held, each line its paid share; the whole rest with freight if nothing else remains.

    Raises:
        NotFound: not a parcel of the acting seller's store.
        Conflict: it is not lost, made up for already, or its trade is over.
    Emits: `LinesRefunded`.

    """
    _, trade = await _access(uow, parcel_id)
    await uow.execute(_KEEP_SHOP, {"shop_id": trade.shop_id})
    await timers.lock_pending(uow, receipt.AUTO_CONFIRM, [trade.id])
    _, trade = await _access_lost(uow, parcel_id)
    await accounts.lock_wallets(uow, buyers=[trade.buyer_seat_id], sellers=[trade.seller_seat_id])
    await stock.lock_holds(uow, [trade.id])
    parcel, trade = await _access_lost(uow, parcel_id)
    await fulfilment.make_up(uow, parcel_id, event="refund")
    goods_fen = 0
    for row in await parcels.list_contents(uow, parcel_id):
        fen = refund_of(
            paid_share_fen=row.paid_share_fen,
            quantity=row.bought,
            refunded=row.refunded,
            refunded_fen=row.refunded_fen,
            units=row.quantity,
        )
        await uow.execute(_REFUNDED, {"line_id": row.line_id, "n": row.quantity, "fen": fen})
        goods_fen += fen
    rest = await queries.sum_lines(uow, trade.id)
    whole = rest.quantity == rest.refunded
    refund_fen = trade.total_fen - trade.refunded_fen if whole else goods_fen
    if refund_fen > 0:
        await refunds.of_trade(uow, trade, refund_fen, reason=RefundReason.PARCEL_LOST)
    params = {"refund_fen": refund_fen, "number": parcel.tracking_number}
    await (_close_refunded(uow, trade, params) if whole else _note(uow, trade, "refund_lost", params))
    await receipt.resume(uow, trade.id)
    uow.publish(LinesRefunded(**queries.facts(trade), reason="parcel_lost", refund_fen=refund_fen))
    return UUID(str(trade.id))


async def _close_refunded(uow: UnitOfWork, trade: Any, params: dict[str, Any]) -> None:
    await service.unpair(uow, trade)
    reason = CloseReason.REFUNDED.value
    await transition(
        uow,
        TRADE,
        Trade,
        trade.id,
        state=trade.state,
        event="refund_all",
        party=Party.SELLER,
        values={"close_reason": reason, "confirm_by_sim_at": None},
        params={**params, "reason": reason},
    )
    await receipt.stop(uow, trade.id)


async def note_untracked(uow: UnitOfWork, timer: DueTimer) -> None:
    """Marks a parcel whose number had no track for a day (虚假发货 risk); a jump of the clock marks nobody. Emits: `TradeAmended`."""
    if uow.jumping:
        return
    row = await fulfilment.note_untracked(uow, timer.subject_id)
    if row is not None:
        trade = await queries.access_any(uow, row.trade_id)
        await _note(uow, trade, "untracked", {"number": row.tracking_number}, party=Party.SYSTEM)
        uow.publish(TradeAmended(**queries.facts(trade), change="untracked"))


async def _access(uow: UnitOfWork, parcel_id: UUID) -> tuple[Any, Any]:
    parcel = await parcels.access_parcel(uow, parcel_id)
    return parcel, await queries.access_sold(uow, parcel.trade_id, hidden="mall.parcel.not_found")


async def _access_lost(uow: UnitOfWork, parcel_id: UUID) -> tuple[Any, Any]:
    parcel, trade = await _access(uow, parcel_id)
    PARCEL.step(parcel.state, "refund", Courier.SELLER)
    if trade.state not in {TradeState.SHIPPED, TradeState.PART_SHIPPED}:
        raise Conflict("mall.trade.not_possible")
    return parcel, trade


async def _note(
    uow: UnitOfWork, trade: Any, event: str, params: dict[str, Any], *, party: Party = Party.SELLER
) -> None:
    await log(
        uow, TRADE, trade.id, from_state=trade.state, event=event, to_state=trade.state, party=party, params=params
    )
