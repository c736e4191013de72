"""The page of one trade: its money, parcel, timeline and flow, read for one side."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel import money
from kernel.unit_of_work import UnitOfWork
from mall.fulfilment.rules import find_carrier
from mall.trades import queries
from mall.trades.rules import TIMELINE_CODES, Party
from mall.trades.schemas import (
    FlowStep,
    ParcelView,
    ReceiverView,
    TimelineEntry,
    TrackView,
    TradeLineView,
    TradeMoney,
    TradeView,
)

_LOG = text("""
    SELECT event, params, actor_kind, sim_at FROM kernel_state_log
     WHERE entity_id = :id AND machine = 'mall.trade' ORDER BY seq
""")
_PARCEL = text("""
    SELECT id, carrier, tracking_number, state, expected_sim_at FROM mall_parcel WHERE trade_id = :id
""")
_TRACKS = text("SELECT state, place, sim_at FROM mall_parcel_track WHERE parcel_id = :id ORDER BY seq")
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
    parcel = await _parcel(uow, trade.id)
    row = queries.row_view(uow, trade, lines, side)
    return TradeView(
        **row.model_dump(),
        side=side.value,
        details=[
            TradeLineView(**{k: v for k, v in line._mapping.items() if k not in {"trade_id", "cost_fen"}})
            for line in lines
        ],
        remark=trade.remark,
        receiver=ReceiverView(**{name: trade.receiver[name] for name in ReceiverView.model_fields}),
        close_reason=trade.close_reason,
        parcel=parcel,
        money=_money(trade, lines, side),
        timeline=_timeline(trade, log, parcel, side),
        steps=_steps(trade, log, parcel),
    )


async def _parcel(uow: UnitOfWork, trade_id: UUID) -> ParcelView | None:
    row = (await uow.execute(_PARCEL, {"id": trade_id})).one_or_none()
    if row is None:
        return None
    carrier = find_carrier(row.carrier)
    tracks = [TrackView(**track._mapping) for track in await uow.execute(_TRACKS, {"id": row.id})]
    return ParcelView(
        id=row.id,
        carrier_name=carrier.name if carrier else row.carrier,
        tracking_number=row.tracking_number,
        state=row.state,
        expected_sim_at=row.expected_sim_at,
        tracks=tracks,
    )


def _money(trade: Any, lines: list[Any], side: Party) -> TradeMoney:
    if side is Party.BUYER:
        return TradeMoney(
            goods_fen=trade.goods_fen,
            freight_fen=trade.freight_fen,
            total_fen=trade.total_fen,
            commission_bp=None,
            commission_fen=None,
            cost_fen=None,
            profit_fen=None,
        )
    commission_fen = money.share_bp(trade.goods_fen, trade.commission_bp)
    costs = [line.cost_fen for line in lines]
    cost_fen = sum(costs) if None not in costs else None
    return TradeMoney(
        goods_fen=trade.goods_fen,
        freight_fen=trade.freight_fen,
        total_fen=trade.total_fen,
        commission_bp=trade.commission_bp,
        commission_fen=commission_fen,
        cost_fen=cost_fen,
        profit_fen=None if cost_fen is None else trade.total_fen - commission_fen - cost_fen,
    )


def _timeline(trade: Any, log: list[Any], parcel: ParcelView | None, side: Party) -> list[TimelineEntry]:
    entries: list[TimelineEntry] = []
    for line in log:
        params = dict(line.params)
        if line.event in {"confirm", "auto_confirm"}:
            params = {"by": line.actor_kind}
        entries.append(TimelineEntry(sim_at=line.sim_at, lane="mall", code=TIMELINE_CODES[line.event], params=params))
        if "refund_fen" in line.params:
            entries.append(
                TimelineEntry(
                    sim_at=line.sim_at,
                    lane="money",
                    code="money.refunded",
                    params={"refund_fen": line.params["refund_fen"]},
                )
            )
        if line.event == "pay":
            entries.append(
                TimelineEntry(
                    sim_at=line.sim_at, lane="money", code="money.escrowed", params={"total_fen": trade.total_fen}
                )
            )
        if line.event in {"confirm", "auto_confirm"} and side is Party.SELLER:
            entries.append(
                TimelineEntry(sim_at=line.sim_at, lane="money", code="money.settled", params=dict(line.params))
            )
    if parcel is not None:
        entries += [
            TimelineEntry(sim_at=t.sim_at, lane="parcel", code=f"parcel.{t.state}", params={"place": t.place})
            for t in parcel.tracks
        ]
    return sorted(entries, key=lambda entry: entry.sim_at)


def _steps(trade: Any, log: list[Any], parcel: ParcelView | None) -> list[FlowStep]:
    """Returns the flow in its order: what has happened with its moment, what will with the moment expected."""
    if trade.close_reason is not None:
        # A closed trade is final, so its last logged change is the closing.
        paid = [] if trade.paid_sim_at is None else [_done("trade.paid", "mall", trade.paid_sim_at)]
        back = [] if trade.paid_sim_at is None else [_done("money.refunded", "money", log[-1].sim_at)]
        placed = _done("trade.placed", "mall", trade.placed_sim_at)
        return [placed, *paid, _done("trade.closed", "mall", log[-1].sim_at), *back]
    tracks = {track.state: track.sim_at for track in parcel.tracks} if parcel is not None else {}
    steps = [
        _done("trade.placed", "mall", trade.placed_sim_at),
        _step("trade.paid", "mall", trade.paid_sim_at),
        _step("trade.shipped", "mall", trade.shipped_sim_at, expected=trade.ship_by_sim_at),
    ]
    for state in _PARCEL_FLOW:
        expected = parcel.expected_sim_at if parcel is not None and state == "signed" else None
        steps.append(_step(f"parcel.{state}", "parcel", tracks.get(state), expected=expected))
    steps.append(_step("trade.finished", "mall", trade.finished_sim_at, expected=trade.confirm_by_sim_at))
    steps.append(_step("money.settled", "money", trade.finished_sim_at))
    return steps


def _done(code: str, lane: str, sim_at: Any) -> FlowStep:
    return FlowStep(code=code, lane=lane, sim_at=sim_at, done=True, expected=False)


def _step(code: str, lane: str, sim_at: Any, *, expected: Any = None) -> FlowStep:
    done = sim_at is not None
    return FlowStep(
        code=code, lane=lane, sim_at=sim_at if done else expected, done=done, expected=not done and expected is not None
    )
