"""The one pure price function: `quote` turns lines into amounts and says why, layer by layer.

The same function serves item page, cart, checkout and, later, simulated buyers. Layers that exist so far: goods at the
store's price, and freight by each store's templates, the lines of one template sent together. Discounts of a layer will be spread over its lines by
`kernel.money.split`, so that each line's paid share, which is what a refund returns, sums exactly to what was paid.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from kernel import money
from mall.freight.rules import Freight, Load, Template, freight_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of a cart with everything pricing needs to know of it."""

    sku_id: UUID
    shop_id: UUID
    shop_name: str
    price_fen: int
    quantity: int
    weight_g: int = 0
    freight_template_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its amount, the share of the payment that falls on it, and whether its store sends there."""

    sku_id: UUID
    price_fen: int
    quantity: int
    amount_fen: int
    paid_share_fen: int
    deliverable: bool


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
    params: dict[str, int] = field(default_factory=dict)
    """The numbers that the words of the rule need."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A price with its explanation. Stores stand in the order of the cart."""

    shops: tuple[ShopQuote, ...]
    trace: tuple[TraceStep, ...]

    @property
    def total_fen(self) -> int:
        """What the buyer pays."""
        return sum(shop.total_fen for shop in self.shops)


def quote(lines: Sequence[Wanted], *, templates: Mapping[UUID, Template] | None = None, region_code: str = "") -> Quote:
    """Prices a cart that is sent to a region (six digits of GB/T 2260).

    A line that its store does not send there costs no freight and is not deliverable; callers refuse to place it.

    Raises:
        ValueError: no lines, a quantity below one, or the same SKU twice; callers check before.

    """
    if not lines or min(line.quantity for line in lines) < 1:
        raise ValueError("a quote needs lines with a quantity")
    if len({line.sku_id for line in lines}) != len(lines):
        raise ValueError("each SKU stands once")
    first_place = {shop_id: place for place, shop_id in reversed(list(enumerate(line.shop_id for line in lines)))}
    ordered = sorted(lines, key=lambda line: first_place[line.shop_id])
    groups = [list(group) for _, group in groupby(ordered, key=lambda line: line.shop_id)]
    parcels = [_freights(group, templates or {}, region_code) for group in groups]
    shops = tuple(_price_shop(group, freights) for group, freights in zip(groups, parcels, strict=True))
    goods_fen = sum(shop.goods_fen for shop in shops)
    goods = TraceStep("goods", "list_price", None, goods_fen, 0, goods_fen, applied=True, reason=None)
    return Quote(shops=shops, trace=(goods, *_trace_freight(goods_fen, shops, parcels)))


def _price_shop(lines: Sequence[Wanted], freights: Mapping[UUID | None, Freight]) -> ShopQuote:
    amounts = [line.price_fen * line.quantity for line in lines]
    goods_fen = sum(amounts)
    shares = money.split(goods_fen, amounts)
    priced = tuple(
        PricedLine(
            line.sku_id,
            line.price_fen,
            line.quantity,
            amount,
            share,
            deliverable=freights[line.freight_template_id].fen is not None,
        )
        for line, amount, share in zip(lines, amounts, shares, strict=True)
    )
    freight_fen = sum(freight.fen or 0 for freight in freights.values())
    return ShopQuote(lines[0].shop_id, lines[0].shop_name, priced, goods_fen=goods_fen, freight_fen=freight_fen)


def _freights(
    lines: Sequence[Wanted], templates: Mapping[UUID, Template], region_code: str
) -> dict[UUID | None, Freight]:
    """Returns the freight of one store's lines by template: those of one template travel together."""
    loads: dict[UUID | None, list[Load]] = {}
    for line in lines:
        load = Load(line.quantity, line.weight_g, line.price_fen * line.quantity)
        loads.setdefault(line.freight_template_id, []).append(load)
    return {
        template_id: freight_of(None if template_id is None else templates[template_id], group, region_code)
        for template_id, group in loads.items()
    }


def _trace_freight(
    base_fen: int, shops: Sequence[ShopQuote], parcels: Sequence[Mapping[UUID | None, Freight]]
) -> Iterator[TraceStep]:
    for shop, freights in zip(shops, parcels, strict=True):
        for freight in freights.values():
            change_fen = freight.fen or 0
            subtotal_fen = base_fen + change_fen
            yield TraceStep(
                "freight",
                freight.reason.value,
                shop.shop_name,
                base_fen,
                change_fen,
                subtotal_fen,
                applied=freight.fen is not None,
                reason=None,
                params=freight.params,
            )
            base_fen = subtotal_fen
