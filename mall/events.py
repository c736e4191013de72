"""Events of the mall: the published language between packages. Ids plus what consumers need, one fact each."""

from typing import ClassVar
from uuid import UUID

from kernel.events.event import Event


class _TradeEvent(Event):
    aggregate_kind: ClassVar[str] = "mall.trade"

    trade_id: UUID
    number: str
    shop_id: UUID
    buyer_seat_id: UUID
    seller_seat_id: UUID
    classmate: bool

    def aggregate_id(self) -> UUID:
        """Returns the trade."""
        return self.trade_id


class TradePlaced(_TradeEvent):
    """Emitted when a buyer has submitted a trade and its stock is held. Listeners: badges."""

    type: ClassVar[str] = "mall.trade.placed.v1"


class TradePaid(_TradeEvent):
    """Emitted when a trade's money is in escrow and its stock allocated. Listeners: badges; later supply and market."""

    type: ClassVar[str] = "mall.trade.paid.v1"


class TradeShipped(_TradeEvent):
    """Emitted when the seller has handed the last of a trade to a courier. Listeners: badges, search."""

    type: ClassVar[str] = "mall.trade.shipped.v1"


class TradePartShipped(_TradeEvent):
    """Emitted when the seller has handed over a parcel with a part of a trade. Listeners: badges."""

    type: ClassVar[str] = "mall.trade.part_shipped.v1"

    parcel_id: UUID


class TradeRepriced(_TradeEvent):
    """Emitted when the seller has changed price or freight of an unpaid trade. Listeners: badges; later messages."""

    type: ClassVar[str] = "mall.trade.repriced.v1"

    before_fen: int
    after_fen: int


class TradeAmended(_TradeEvent):
    """Emitted when receiver, receipt time or parcels of a trade have changed otherwise. Listeners: badges.

    `change` is `address_asked`, `address_refused`, `readdressed`, `extended`, `granted`, `recalled`, `resent` or `untracked`.
    """

    type: ClassVar[str] = "mall.trade.amended.v1"

    change: str


class LinesRefunded(_TradeEvent):
    """Emitted when units of a shipped trade are being paid back, as those of a lost parcel. Listeners: badges; later messages."""

    type: ClassVar[str] = "mall.trade.lines_refunded.v1"

    reason: str
    refund_fen: int


class ParcelMoved(_TradeEvent):
    """Emitted when a trade's parcel has reached its next station. Listeners: badges, so that open pages look again."""

    type: ClassVar[str] = "mall.parcel.moved.v1"

    parcel_id: UUID
    state: str


class TradeFinished(_TradeEvent):
    """Emitted when receipt is confirmed and the money settled. Listeners: badges, search."""

    type: ClassVar[str] = "mall.trade.finished.v1"


class TradeClosed(_TradeEvent):
    """Emitted when an unpaid trade is closed and its hold released. Listeners: badges."""

    type: ClassVar[str] = "mall.trade.closed.v1"

    reason: str


class TradeRefunded(_TradeEvent):
    """Emitted when a paid trade is called off before all of it was shipped, the rest's money on its way back. Listeners: badges."""

    type: ClassVar[str] = "mall.trade.refunded.v1"

    reason: str
    refund_fen: int


class ShopRetired(Event):
    """Emitted when a lecturer has reset a learner's store. Listeners: badges; the learner may open another."""

    type: ClassVar[str] = "mall.shop.retired.v1"
    aggregate_kind: ClassVar[str] = "mall.shop"

    shop_id: UUID
    seat_id: UUID

    def aggregate_id(self) -> UUID:
        """Returns the store."""
        return self.shop_id


class ShopClosed(Event):
    """Emitted when an owner has closed his store for good. Listeners: badges; he may register another."""

    type: ClassVar[str] = "mall.shop.closed.v1"
    aggregate_kind: ClassVar[str] = "mall.shop"

    shop_id: UUID
    seat_id: UUID

    def aggregate_id(self) -> UUID:
        """Returns the store."""
        return self.shop_id


class RegistrationDecided(Event):
    """Emitted when a registration was approved, by lecturer or rules, or returned. Listeners: badges."""

    type: ClassVar[str] = "mall.registration.decided.v1"
    aggregate_kind: ClassVar[str] = "mall.registration"

    registration_id: UUID
    seat_id: UUID
    state: str

    def aggregate_id(self) -> UUID:
        """Returns the registration."""
        return self.registration_id


class MemberChanged(Event):
    """Emitted when a seat was invited into a store, has answered, or works there no longer. Listeners: badges."""

    type: ClassVar[str] = "mall.member.changed.v1"
    aggregate_kind: ClassVar[str] = "mall.shop"

    shop_id: UUID
    seat_id: UUID
    owner_seat_id: UUID
    state: str

    def aggregate_id(self) -> UUID:
        """Returns the store."""
        return self.shop_id


class CartsCleared(Event):
    """Emitted when a reset has taken goods out of carts, unasked by their owners. Listeners: badges."""

    type: ClassVar[str] = "mall.cart.cleared.v1"
    aggregate_kind: ClassVar[str] = "mall.shop"

    shop_id: UUID
    seat_ids: list[UUID]

    def aggregate_id(self) -> UUID:
        """Returns the store."""
        return self.shop_id


class MessagesChanged(Event):
    """Emitted when a buyer has got a message, or has read some. Listeners: badges."""

    type: ClassVar[str] = "mall.messages.changed.v1"
    aggregate_kind: ClassVar[str] = "mall.messages"

    seat_id: UUID

    def aggregate_id(self) -> UUID:
        """Returns the seat."""
        return self.seat_id


EVENTS: tuple[type[Event], ...] = (
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
    ShopRetired,
    ShopClosed,
    RegistrationDecided,
    MemberChanged,
    CartsCleared,
    MessagesChanged,
)
