"""Moves stock. Every move is one guarded UPDATE per SKU plus one line in the append-only ledger that names its cause.

SKUs are taken in id order, so that two carts in opposite order cannot deadlock. Source: `reference` §3.1 of e-commerce.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from kernel.errors import Conflict, Invalid
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork
from mall.stock.models import HoldState, StockCause, StockHold, StockLevel, StockMove
from mall.stock.schemas import STOCK_LIMIT

LEVEL = table_of(StockLevel)
HOLD = table_of(StockHold)
MOVE = table_of(StockMove)

# The CHECKs of the row would refuse too; the WHERE makes a refusal an answer instead of an error.
_CHANGE = text("""
    UPDATE mall_stock_level
       SET on_hand = on_hand + :on_hand, held = held + :held, allocated = allocated + :allocated
     WHERE sku_id = :sku_id
       AND on_hand + :on_hand >= 0 AND held + :held >= 0 AND allocated + :allocated >= 0
       AND (on_hand + :on_hand) - (held + :held) - (allocated + :allocated) >= 0
    RETURNING on_hand, held, allocated
""")
_COUNT = text("""
    UPDATE mall_stock_level l SET on_hand = :on_hand
      FROM (SELECT sku_id, on_hand FROM mall_stock_level WHERE sku_id = :sku_id FOR UPDATE) before
     WHERE l.sku_id = before.sku_id AND :on_hand - l.held - l.allocated >= 0
    RETURNING :on_hand - before.on_hand AS delta, l.held, l.allocated
""")
_PROMISED = text("SELECT held + allocated AS promised FROM mall_stock_level WHERE sku_id = :sku_id")
_SELLABLE = text("SELECT on_hand - held - allocated AS sellable FROM mall_stock_level WHERE sku_id = :sku_id")
_LOCK_HOLDS = text("SELECT id FROM mall_stock_hold WHERE trade_id = ANY(:trade_ids) ORDER BY id FOR UPDATE")
# What a hold still sets aside leaves it at once: for good (pay, close) or into the next state.
_ALLOCATE = text("""
    UPDATE mall_stock_hold SET state = 'allocated' WHERE trade_id = :trade_id AND state = 'open'
    RETURNING sku_id, quantity
""")
_RELEASE = text("""
    UPDATE mall_stock_hold h
       SET state = CASE WHEN h.shipped = 0 THEN 'released' ELSE 'shipped' END, released = h.quantity - h.shipped
      FROM mall_stock_hold before
     WHERE h.trade_id = :trade_id AND h.state = :source AND before.id = h.id
    RETURNING h.sku_id, before.quantity - before.shipped - before.released AS quantity
""")
_SHIP = text("""
    UPDATE mall_stock_hold
       SET shipped = shipped + :n,
           state = CASE WHEN shipped + released + :n = quantity THEN 'shipped' ELSE state END
     WHERE trade_id = :trade_id AND sku_id = :sku_id AND state = 'allocated' AND shipped + released + :n <= quantity
""")
_RECALL = text("""
    UPDATE mall_stock_hold SET shipped = shipped - :n, state = 'allocated'
     WHERE trade_id = :trade_id AND sku_id = :sku_id AND state IN ('allocated', 'shipped') AND shipped >= :n
""")


async def open_levels(uow: UnitOfWork, first: Sequence[tuple[UUID, int]]) -> None:
    """Puts the first units of new SKUs into the books, given as (SKU, units)."""
    common = {"sandbox_id": uow.sandbox.id, "held": 0, "allocated": 0}
    await uow.execute(insert(LEVEL), [{**common, "sku_id": sku_id, "on_hand": on_hand} for sku_id, on_hand in first])
    await uow.execute(
        insert(MOVE),
        [
            _move(uow, sku_id, {"on_hand": on_hand}, {**common, "on_hand": on_hand}, StockCause.LISTED, sku_id, "")
            for sku_id, on_hand in first
        ],
    )


async def count(uow: UnitOfWork, sku_id: UUID, *, on_hand: int, pointer: str) -> None:
    """Sets what lies in the house to a number that the seller has counted; the same number is no move.

    Raises:
        Invalid: less than is promised to buyers, at `pointer`.

    """
    row = (await uow.execute(_COUNT, {"sku_id": sku_id, "on_hand": on_hand})).one_or_none()
    if row is None:
        level = (await uow.execute(_PROMISED, {"sku_id": sku_id})).one()
        raise Invalid.field(pointer, "mall.stock.below_count", promised=level.promised)
    if row.delta != 0:
        after = {"on_hand": on_hand, "held": row.held, "allocated": row.allocated}
        await _write(uow, sku_id, {"on_hand": row.delta}, after, StockCause.ADJUSTED, new_id(), "")


async def adjust(uow: UnitOfWork, sku_id: UUID, *, delta: int, reason: str) -> None:
    """Adds or removes units by hand, with the seller's reason.

    Raises:
        Invalid: zero, more would be removed than can be sold, or more than `STOCK_LIMIT` would lie there.

    """
    if delta == 0:
        raise Invalid.field("/delta", "mall.stock.nothing_to_adjust")
    after = await _change(uow, sku_id, {"on_hand": delta})
    if after is None:
        sellable = await _sellable(uow, sku_id)
        raise Invalid.field("/delta", "mall.stock.below_promised", sellable=sellable)
    if after["on_hand"] > STOCK_LIMIT:
        raise Invalid.field("/delta", "mall.stock.too_many", limit=STOCK_LIMIT)
    await _write(uow, sku_id, {"on_hand": delta}, after, StockCause.ADJUSTED, new_id(), reason)


async def hold(uow: UnitOfWork, trade_id: UUID, quantities: Iterable[tuple[UUID, int]]) -> None:
    """Sets units aside for a trade; all lines or none, quantities summed per SKU first.

    Raises:
        Conflict: `mall.stock.insufficient` with the SKU and what is left of it.

    """
    wanted: Counter[UUID] = Counter()
    for sku_id, quantity in quantities:
        wanted[sku_id] += quantity
    for sku_id in sorted(wanted):
        after = await _change(uow, sku_id, {"held": wanted[sku_id]})
        if after is None:
            sellable = await _sellable(uow, sku_id)
            raise Conflict("mall.stock.insufficient", sku_id=str(sku_id), sellable=sellable, wanted=wanted[sku_id])
        await _write(uow, sku_id, {"held": wanted[sku_id]}, after, StockCause.HELD, trade_id, "")
    await uow.execute(
        insert(HOLD),
        [
            {
                "id": new_id(),
                "sandbox_id": uow.sandbox.id,
                "sku_id": sku_id,
                "trade_id": trade_id,
                "quantity": quantity,
                "state": HoldState.OPEN,
                "shipped": 0,
                "released": 0,
            }
            for sku_id, quantity in sorted(wanted.items())
        ],
    )


async def allocate(uow: UnitOfWork, trade_id: UUID) -> None:
    """Turns a paid trade's hold into an allocation."""
    holds = await uow.execute(_ALLOCATE, {"trade_id": trade_id})
    await _settle(uow, trade_id, holds, StockCause.ALLOCATED, held=-1, allocated=1)


async def release(uow: UnitOfWork, trade_id: UUID) -> None:
    """Gives an unpaid trade's units back for sale."""
    holds = await uow.execute(_RELEASE, {"trade_id": trade_id, "source": HoldState.OPEN})
    await _settle(uow, trade_id, holds, StockCause.RELEASED, held=-1)


async def give_back(uow: UnitOfWork, trade_id: UUID, *, paid: bool) -> None:
    """Gives back the units of a trade whose store a lecturer resets: the hold of an unpaid one, what is unshipped of a paid one."""
    source, bucket = (HoldState.ALLOCATED, "allocated") if paid else (HoldState.OPEN, "held")
    holds = await uow.execute(_RELEASE, {"trade_id": trade_id, "source": source})
    await _settle(uow, trade_id, holds, StockCause.RESET, **{bucket: -1})


async def lock_holds(uow: UnitOfWork, trade_ids: list[UUID]) -> None:
    """Keeps others from releasing, allocating or shipping these trades' units until the commit."""
    await uow.execute(_LOCK_HOLDS, {"trade_ids": trade_ids})


async def ship(uow: UnitOfWork, trade_id: UUID, parcel_id: UUID, units: Mapping[UUID, int]) -> None:
    """Takes a parcel's units, by SKU, out of the house.

    Raises:
        Conflict: the trade has not so many units allocated (any more).

    """
    for sku_id in sorted(units):
        params = {"trade_id": trade_id, "sku_id": sku_id, "n": units[sku_id]}
        if (await uow.execute(_SHIP, params)).rowcount != 1:
            raise Conflict("mall.stock.hold_gone", trade_id=str(trade_id))
        await _carry(uow, sku_id, units[sku_id], StockCause.SHIPPED, parcel_id, allocated=-1, on_hand=-1)


async def recall(uow: UnitOfWork, trade_id: UUID, parcel_id: UUID, units: Mapping[UUID, int]) -> None:
    """Brings a parcel's units, by SKU, back into the house, allocated to their trade again. Once per parcel: the ledger says so.

    Raises:
        Conflict: these units are not out.

    """
    for sku_id in sorted(units):
        params = {"trade_id": trade_id, "sku_id": sku_id, "n": units[sku_id]}
        if (await uow.execute(_RECALL, params)).rowcount != 1:
            raise Conflict("mall.stock.hold_gone", trade_id=str(trade_id))
        await _carry(uow, sku_id, units[sku_id], StockCause.RECALLED, parcel_id, allocated=1, on_hand=1)


async def send_again(uow: UnitOfWork, parcel_id: UUID, units: Mapping[UUID, int]) -> None:
    """Takes units out of the house for a parcel that replaces a lost one; they are sold to nobody else.

    Raises:
        Conflict: `mall.stock.insufficient` with the SKU and what is left of it.

    """
    for sku_id in sorted(units):
        after = await _change(uow, sku_id, {"on_hand": -units[sku_id]})
        if after is None:
            sellable = await _sellable(uow, sku_id)
            raise Conflict("mall.stock.insufficient", sku_id=str(sku_id), sellable=sellable, wanted=units[sku_id])
        await _write(uow, sku_id, {"on_hand": -units[sku_id]}, after, StockCause.RESENT, parcel_id, "")


async def _settle(uow: UnitOfWork, trade_id: UUID, rows: Iterable[Any], cause: StockCause, **sign: int) -> None:
    holds = sorted((row.sku_id, row.quantity) for row in rows)
    if not holds:
        raise Conflict("mall.stock.hold_gone", trade_id=str(trade_id))
    for sku_id, quantity in holds:
        await _carry(uow, sku_id, quantity, cause, trade_id, **sign)


async def _carry(uow: UnitOfWork, sku_id: UUID, quantity: int, cause: StockCause, cause_id: UUID, **sign: int) -> None:
    deltas = {bucket: quantity * factor for bucket, factor in sign.items()}
    after = await _change(uow, sku_id, deltas)
    if after is None:
        raise Conflict("mall.stock.books_disagree", sku_id=str(sku_id))
    await _write(uow, sku_id, deltas, after, cause, cause_id, "")


async def _change(uow: UnitOfWork, sku_id: UUID, deltas: Mapping[str, int]) -> dict[str, Any] | None:
    row = (
        await uow.execute(
            _CHANGE,
            {
                "sku_id": sku_id,
                "on_hand": deltas.get("on_hand", 0),
                "held": deltas.get("held", 0),
                "allocated": deltas.get("allocated", 0),
            },
        )
    ).one_or_none()
    return None if row is None else dict(row._mapping)


async def _sellable(uow: UnitOfWork, sku_id: UUID) -> int:
    row = (await uow.execute(_SELLABLE, {"sku_id": sku_id})).one_or_none()
    return 0 if row is None else int(row.sellable)


async def _write(
    uow: UnitOfWork,
    sku_id: UUID,
    deltas: Mapping[str, int],
    after: Mapping[str, Any],
    cause: StockCause,
    cause_id: UUID,
    note: str,
) -> None:
    await uow.execute(insert(MOVE), _move(uow, sku_id, deltas, after, cause, cause_id, note))


def _move(
    uow: UnitOfWork,
    sku_id: UUID,
    deltas: Mapping[str, int],
    after: Mapping[str, Any],
    cause: StockCause,
    cause_id: UUID,
    note: str,
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "sandbox_id": uow.sandbox.id,
        "sku_id": sku_id,
        "cause": cause,
        "cause_id": cause_id,
        "note": note,
        "on_hand_delta": deltas.get("on_hand", 0),
        "held_delta": deltas.get("held", 0),
        "allocated_delta": deltas.get("allocated", 0),
        "on_hand_after": after["on_hand"],
        "held_after": after["held"],
        "allocated_after": after["allocated"],
        "sim_at": uow.now.sim_at,
        "at": uow.now.at,
    }
