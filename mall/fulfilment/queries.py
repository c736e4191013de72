"""Reads of parcels: those of a trade with what is in them and where they have been."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork
from mall.fulfilment.rules import find_carrier
from mall.fulfilment.schemas import ParcelGoods, ParcelView, TrackView

_PARCELS = text("""
    SELECT p.id, p.carrier, p.tracking_number, p.state, p.sent_sim_at, p.expected_sim_at, p.untracked_sim_at,
           p.freight_fen, p.weight_g, p.replaces_id,
           coalesce((SELECT json_agg(json_build_object('state', t.state, 'place', t.place, 'delay', t.delay,
                                                       'sim_at', t.sim_at) ORDER BY t.seq)
                       FROM mall_parcel_track t WHERE t.parcel_id = p.id), '[]') AS tracks,
           (SELECT json_agg(json_build_object('line_id', l.line_id, 'title', i.title, 'quantity', l.quantity)
                            ORDER BY l.line_id)
              FROM mall_parcel_line l JOIN mall_trade_line i ON i.id = l.line_id WHERE l.parcel_id = p.id) AS goods
      FROM mall_parcel p WHERE p.trade_id = :trade_id ORDER BY p.ordinal
""")
_PARCEL = text("SELECT id, trade_id, carrier, state, tracking_number, replaces_id FROM mall_parcel WHERE id = :id")
_LINES = text("""
    SELECT p.line_id, p.quantity, l.sku_id, l.weight_g, l.quantity AS bought, l.paid_share_fen, l.refunded, l.refunded_fen
      FROM mall_parcel_line p JOIN mall_trade_line l ON l.id = p.line_id WHERE p.parcel_id = :id ORDER BY p.line_id
""")
_OPEN = text("""
    SELECT count(*) AS n FROM mall_parcel
     WHERE trade_id = :trade_id AND state IN ('created', 'picked_up', 'in_transit', 'out_for_delivery', 'lost')
""")


async def list_parcels(uow: UnitOfWork, trade_id: UUID, *, costs: bool) -> list[ParcelView]:
    """Returns a trade's parcels in the order they were sent; what the courier took only with `costs`."""
    return [_view(row, costs=costs) for row in await uow.execute(_PARCELS, {"trade_id": trade_id})]


def _view(row: Any, *, costs: bool) -> ParcelView:
    carrier = find_carrier(row.carrier)
    return ParcelView(
        id=row.id,
        carrier_name=carrier.name if carrier else row.carrier,
        tracking_number=row.tracking_number,
        state=row.state,
        sent_sim_at=row.sent_sim_at,
        expected_sim_at=row.expected_sim_at,
        untracked_sim_at=row.untracked_sim_at,
        replaces_id=row.replaces_id,
        freight_fen=row.freight_fen if costs else None,
        weight_g=row.weight_g,
        goods=[ParcelGoods(**goods) for goods in row.goods],
        tracks=[TrackView(**track) for track in row.tracks],
    )


async def access_parcel(uow: UnitOfWork, parcel_id: UUID) -> Any:
    """Returns one parcel; whose it is, its trade says.

    Raises:
        NotFound: there is none.

    """
    row = (await uow.execute(_PARCEL, {"id": parcel_id})).one_or_none()
    if row is None:
        raise NotFound("mall.parcel.not_found")
    return row


async def list_contents(uow: UnitOfWork, parcel_id: UUID) -> list[Any]:
    """Returns what is in a parcel, with what a refund of it must know of each line."""
    return list(await uow.execute(_LINES, {"id": parcel_id}))


async def count_open(uow: UnitOfWork, trade_id: UUID) -> int:
    """Returns how many parcels of a trade have not come to their end."""
    return int((await uow.execute(_OPEN, {"trade_id": trade_id})).one().n)
