"""The page of one trade: its money, parcels, refunds, timeline and flow, read for one side."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel import money
from kernel.unit_of_work import UnitOfWork
from mall.fulfilment import queries as fulfilment
from mall.fulfilment.schemas import ParcelView
from mall.payments import queries as payments
from mall.payments.schemas import RefundView
from mall.trades import queries
from mall.trades.rules import TIMELINE_CODES, Party
from mall.trades.schemas import (
    FlowStep,
    ReceiverView,
    TimelineEntry,
    TradeLineView,
    TradeMoney,
    TradeView,
)

_LOG = text("""
    SELECT event, params, actor_kind, sim_at FROM kernel_state_log
     WHERE entity_id = :id AND machine = 'mall.trade' ORDER BY seq
""")
_PARCEL_FLOW = ("picked_up", "in_transit", "out_for_delivery", "signed")


async def view_bought(uow: UnitOfWork, trade_id: UUID) -> TradeView:
    """Returns a trade as its buyer sees it. Raises: `NotFound` when it is not his."""
    return await _view(uow, await queries.access_bought(uow, trade_id), Party.BUYER)


async def view_sold(uow: UnitOfWork, trade_id: UUID) -> TradeView:
    """Returns a trade as its seller sees it, with cost and profit. Raises: `NotFound` when it is not his."""
    return await _view(uow, await queries.access_sold(uow, trade_id), Party.SELLER)


async def _view(uow: UnitOfWork, trade: Any, side: Party) -> TradeView:
    lines = (await queries.load_lines(uow, [trade.id]))[trade.id]
    log = list(await uow.execute(_LOG, {"id": trade.id}))
    parcels = await fulfilment.list_parcels(uow, trade.id, costs=side is Party.SELLER)
    refunds = await payments.list_refunds(uow, trade.id)
    row = queries.row_view(uow, trade, lines, side)
    return TradeView(
        **row.model_dump(),
        side=side.value,
        details=[
            TradeLineView(**{k: v for k, v in line._mapping.items() if k not in {"trade_id", "cost_fen"}})
            for line in lines
        ],
        receiver=_receiver(trade.receiver),
        receiver_asked=None if trade.receiver_asked is None else _receiver(trade.receiver_asked),
        close_reason=trade.close_reason,
        parcels=parcels,
        refunds=refunds,
        money=_money(trade, lines, parcels, side),
        timeline=_timeline(log, parcels, refunds, side),
        steps=_steps(trade, log, parcels),
    )


def _receiver(snapshot: Any) -> ReceiverView:
    return ReceiverView(**{name: snapshot[name] for name in ReceiverView.model_fields})


def _money(trade: Any, lines: list[Any], parcels: list[ParcelView], side: Party) -> TradeMoney:
    paid = {
        "list_fen": sum(line.amount_fen for line in lines),
        "goods_fen": trade.goods_fen,
        "freight_fen": trade.freight_fen,
        "total_fen": trade.total_fen,
        "refunded_fen": trade.refunded_fen,
    }
    if side is Party.BUYER:
        return TradeMoney(
            **paid, courier_fen=None, commission_bp=None, commission_fen=None, cost_fen=None, profit_fen=None
        )
    kept_fen = trade.goods_fen - sum(line.refunded_fen for line in lines)
    commission_fen = money.share_bp(kept_fen, trade.commission_bp)
    courier_fen = sum(parcel.freight_fen or 0 for parcel in parcels if parcel.state != "cancelled")
    cost_fen = _cost(lines, parcels)
    earned_fen = trade.total_fen - trade.refunded_fen - commission_fen - courier_fen
    return TradeMoney(
        **paid,
        courier_fen=courier_fen,
        commission_bp=trade.commission_bp,
        commission_fen=commission_fen,
        cost_fen=cost_fen,
        profit_fen=None if cost_fen is None else earned_fen - cost_fen,
    )


def _cost(lines: list[Any], parcels: list[ParcelView]) -> int | None:
    """Returns what the goods cost the seller: what left the house and what still has to, a fraction of a fen rounded down."""
    if any(line.cost_fen is None for line in lines):
        return None
    units = {line.id: line.quantity - line.shipped - line.refunded for line in lines}
    for parcel in parcels:
        if parcel.state != "cancelled":
            for goods in parcel.goods:
                units[goods.line_id] += goods.quantity
    cost_fen: int = sum(line.cost_fen * units[line.id] // line.quantity for line in lines)
    return cost_fen


def _timeline(log: list[Any], parcels: list[ParcelView], refunds: list[RefundView], side: Party) -> list[TimelineEntry]:
    entries: list[TimelineEntry] = []
    for line in log:
        if line.event == "untracked" and side is Party.BUYER:
            continue
        params = dict(line.params)
        if line.event in {"confirm", "auto_confirm"}:
            params = {"by": line.actor_kind}
        entries.append(_entry(line.sim_at, "mall", TIMELINE_CODES[line.event], params))
        if line.event == "pay":
            entries.append(_entry(line.sim_at, "money", "money.escrowed", {"total_fen": line.params["total_fen"]}))
        if line.event in {"confirm", "auto_confirm"} and side is Party.SELLER:
            entries.append(_entry(line.sim_at, "money", "money.settled", dict(line.params)))
    for refund in refunds:
        entries += _refund_entries(refund)
    for parcel in parcels:
        number = parcel.tracking_number if len(parcels) > 1 else None
        entries += [
            _entry(t.sim_at, "parcel", f"parcel.{t.state}", {"place": t.place, "delay": t.delay, "number": number})
            for t in parcel.tracks
        ]
    return sorted(entries, key=lambda entry: entry.sim_at)


def _refund_entries(refund: RefundView) -> list[TimelineEntry]:
    params = {"refund_fen": refund.amount_fen, "number": refund.number}
    if refund.done_sim_at is None:
        return [_entry(refund.created_sim_at, "money", f"money.refund_{refund.state}", params)]
    started = (
        []
        if refund.done_sim_at == refund.created_sim_at
        else [_entry(refund.created_sim_at, "money", "money.refund_processing", params)]
    )
    return [*started, _entry(refund.done_sim_at, "money", "money.refunded", params)]


def _entry(sim_at: datetime, lane: str, code: str, params: dict[str, Any]) -> TimelineEntry:
    return TimelineEntry(sim_at=sim_at, lane=lane, code=code, params=params)


def _steps(trade: Any, log: list[Any], parcels: list[ParcelView]) -> list[FlowStep]:
    """Returns the flow in its order: what has happened with its moment, what will with the moment expected.

    Of several parcels the flow shows the one that is furthest behind.
    """
    if trade.close_reason is not None:
        # A closed trade is final, so its last logged change is the closing.
        paid = [] if trade.paid_sim_at is None else [_done("trade.paid", "mall", trade.paid_sim_at)]
        back = [] if trade.paid_sim_at is None else [_done("money.refunded", "money", log[-1].sim_at)]
        placed = _done("trade.placed", "mall", trade.placed_sim_at)
        return [placed, *paid, _done("trade.closed", "mall", log[-1].sim_at), *back]
    going = [parcel for parcel in parcels if parcel.state not in {"cancelled", "replaced", "refunded"}]
    last = min(going, key=lambda parcel: len(parcel.tracks), default=None)
    tracks = {track.state: track.sim_at for track in last.tracks} if last is not None else {}
    steps = [_done("trade.placed", "mall", trade.placed_sim_at), _step("trade.paid", "mall", trade.paid_sim_at)]
    if trade.state == "part_shipped":
        steps.append(_done("trade.part_shipped", "mall", parcels[-1].sent_sim_at))
    steps.append(_step("trade.shipped", "mall", trade.shipped_sim_at, expected=trade.ship_by_sim_at))
    for state in _PARCEL_FLOW:
        expected = last.expected_sim_at if last is not None and state == "signed" else None
        steps.append(_step(f"parcel.{state}", "parcel", tracks.get(state), expected=expected))
    steps.append(_step("trade.finished", "mall", trade.finished_sim_at, expected=trade.confirm_by_sim_at))
    steps.append(_step("money.settled", "money", trade.finished_sim_at))
    return steps


def _done(code: str, lane: str, sim_at: datetime) -> FlowStep:
    return FlowStep(code=code, lane=lane, sim_at=sim_at, done=True, expected=False)


def _step(code: str, lane: str, sim_at: datetime | None, *, expected: datetime | None = None) -> FlowStep:
    done = sim_at is not None
    return FlowStep(
        code=code, lane=lane, sim_at=sim_at if done else expected, done=done, expected=not done and expected is not None
    )
