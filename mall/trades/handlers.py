"""Tells buyer, seller, who opens or works in a store and whose cart a reset has changed that the numbers beside their menu entries have changed."""

from uuid import UUID

from kernel.module import Broadcast, Frame
from kernel.realtime.topics import Addressing, Payload, Topic, everyone
from kernel.unit_of_work import UnitOfWork
from mall.events import (
    CartsCleared,
    LinesRefunded,
    MemberChanged,
    MessagesChanged,
    ParcelMoved,
    RegistrationDecided,
    ShopClosed,
    ShopRetired,
    TradeAmended,
    TradeClosed,
    TradeFinished,
    TradePaid,
    TradePartShipped,
    TradePlaced,
    TradeRefunded,
    TradeRepriced,
    TradeShipped,
)
from mall.trades import queries

ShopEvent = ShopRetired | ShopClosed | RegistrationDecided | MemberChanged
_TRADE_EVENTS = (
    TradePlaced,
    TradePaid,
    TradeShipped,
    TradePartShipped,
    TradeRepriced,
    TradeAmended,
    LinesRefunded,
    ParcelMoved,
    TradeFinished,
    TradeClosed,
    TradeRefunded,
)
TradeEvent = (
    TradePlaced
    | TradePaid
    | TradeShipped
    | TradePartShipped
    | TradeRepriced
    | TradeAmended
    | LinesRefunded
    | ParcelMoved
    | TradeFinished
    | TradeClosed
    | TradeRefunded
)


async def _snapshot(uow: UnitOfWork, _name: str) -> Payload:
    return await queries.view_badges(uow, uow.actor.seat)


async def _frames(uow: UnitOfWork, event: TradeEvent | ShopEvent | CartsCleared | MessagesChanged) -> list[Frame]:
    if isinstance(event, MemberChanged):
        return [await _frame(uow, seat_id) for seat_id in (event.seat_id, event.owner_seat_id)]
    if isinstance(event, ShopEvent | MessagesChanged):
        return [await _frame(uow, event.seat_id)]
    if isinstance(event, CartsCleared):
        return [await _frame(uow, seat_id) for seat_id in event.seat_ids]
    return [await _frame(uow, seat_id) for seat_id in (event.buyer_seat_id, event.seller_seat_id)]


async def _frame(uow: UnitOfWork, seat_id: UUID) -> Frame:
    return Frame(topic=f"badges.{seat_id}", type="badges.changed", data=await queries.view_badges(uow, seat_id))


BADGES = Topic(kind="badges", addressing=Addressing.SEAT, authorise=everyone, snapshot=_snapshot)
BADGES_CHANGED = Broadcast(
    name="mall.badges.broadcast",
    events=(
        *_TRADE_EVENTS,
        ShopRetired,
        ShopClosed,
        RegistrationDecided,
        MemberChanged,
        CartsCleared,
        MessagesChanged,
    ),
    frames=_frames,
)
