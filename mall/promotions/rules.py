"""The one pure price function: `quote` turns lines into amounts and says why, layer by layer.

The same function serves item page, cart, checkout and, later, simulated buyers. Layers that exist so far: goods at the
store's price, and freight (free in this round's policy). Discounts of a layer will be spread over its lines by
`kernel.money.split`, so that each line's paid share, which is what a refund returns, sums exactly to what was paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from kernel import money


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of a cart with everything pricing needs to know of it."""

    sku_id: UUID
    shop_id: UUID
    shop_name: str
    price_fen: int
    quantity: int


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its amount and the share of the payment that falls on it."""

    sku_id: UUID
    price_fen: int
    quantity: int
    amount_fen: int
    paid_share_fen: int


@dataclass(frozen=True, slots=True)
class ShopQuote:
    """What one store's part costs; it becomes one trade."""

    shop_id: UUID
    shop_name: str
    lines: tuple[PricedLine, ...]
    goods_fen: int
    freight_fen: int

    @property
    def total_fen(self) -> int:
        """What is paid to this store."""
        return self.goods_fen + self.freight_fen


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of the explanation: base, change, subtotal, and why it applied or not."""

    layer: str
    rule: str
    shop_name: str | None
    base_fen: int
    change_fen: int
    subtotal_fen: int
    applied: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class Quote:
    """A price with its explanation. Stores stand in the order of the cart."""

    shops: tuple[ShopQuote, ...]
    trace: tuple[TraceStep, ...]

    @property
    def total_fen(self) -> int:
        """What the buyer pays."""
        return sum(shop.total_fen for shop in self.shops)


def quote(lines: Sequence[Wanted]) -> Quote:
    """Prices a cart.

    Raises:
        ValueError: no lines, a quantity below one, or the same SKU twice; callers check before.

    """
    if not lines or min(line.quantity for line in lines) < 1:
        raise ValueError("a quote needs lines with a quantity")
    if len({line.sku_id for line in lines}) != len(lines):
        raise ValueError("each SKU stands once")
    first_place = {shop_id: place for place, shop_id in reversed(list(enumerate(line.shop_id for line in lines)))}
    ordered = sorted(lines, key=lambda line: first_place[line.shop_id])
    shops = tuple(_price_shop(list(group)) for _, group in groupby(ordered, key=lambda line: line.shop_id))
    goods_fen = sum(shop.goods_fen for shop in shops)
    freight_fen = sum(shop.freight_fen for shop in shops)
    trace = (
        TraceStep("goods", "list_price", None, goods_fen, 0, goods_fen, applied=True, reason=None),
        TraceStep(
            "freight",
            "free_everywhere",
            None,
            goods_fen,
            freight_fen,
            goods_fen + freight_fen,
            applied=True,
            reason=None,
        ),
    )
    return Quote(shops=shops, trace=trace)


def _price_shop(lines: Sequence[Wanted]) -> ShopQuote:
    amounts = [line.price_fen * line.quantity for line in lines]
    goods_fen = sum(amounts)
    shares = money.split(goods_fen, amounts)
    priced = tuple(
        PricedLine(line.sku_id, line.price_fen, line.quantity, amount, share)
        for line, amount, share in zip(lines, amounts, shares, strict=True)
    )
    return ShopQuote(lines[0].shop_id, lines[0].shop_name, priced, goods_fen=goods_fen, freight_fen=0)
