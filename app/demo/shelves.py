"""The example goods: what a store of the demo or of a rehearsal may list. Reads `goods/*.toml`; knows no database and no HTTP."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("goods")


@dataclass(frozen=True, slots=True)
class Spec:
    """One way in which SKUs differ. Each value adds to the price and the weight of the good, or takes away."""

    name: str
    values: tuple[str, ...]
    add_fen: tuple[int, ...]
    add_g: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GoodSku:
    """What is bought: its values in the order of the specs."""

    spec: tuple[str, ...]
    price_fen: int
    market_price_fen: int | None
    cost_fen: int
    weight_g: int
    stock: int


@dataclass(frozen=True, slots=True)
class Good:
    """One product as its seller would describe it. `top` is the category above its own; `notes` belong to its shelf."""

    title: str
    top: str
    category: str
    art: str
    price_fen: int
    market_price_fen: int | None
    cost_fen: int
    weight_g: int
    stock: int
    text: str
    notes: tuple[str, ...]
    attributes: Mapping[str, Any]
    specs: tuple[Spec, ...]

    def skus(self) -> list[GoodSku]:
        """Returns every combination of its specs, one without values if it has none.

        Market price and cost keep their proportion to the price, rounded to whole 角 down; the stock is shared, the rest to the first.
        """
        choices = [list(zip(spec.values, spec.add_fen, spec.add_g, strict=True)) for spec in self.specs]
        combinations = list(product(*choices))
        share, rest = divmod(self.stock, len(combinations))
        return [
            self._sku(combination, stock=share + (rest if number == 0 else 0))
            for number, combination in enumerate(combinations)
        ]

    def _sku(self, combination: tuple[tuple[str, int, int], ...], *, stock: int) -> GoodSku:
        price = self.price_fen + sum(fen for _, fen, _ in combination)
        market = self.market_price_fen
        return GoodSku(
            spec=tuple(value for value, _, _ in combination),
            price_fen=price,
            market_price_fen=None if market is None else max(_in_proportion(market, price, self.price_fen), price),
            cost_fen=_in_proportion(self.cost_fen, price, self.price_fen),
            weight_g=self.weight_g + sum(grams for _, _, grams in combination),
            stock=stock,
        )


@cache
def load() -> tuple[Good, ...]:
    """Returns all goods, in the order of the files and within them."""
    return tuple(good for path in sorted(_FOLDER.glob("*.toml")) for good in _goods_of(path))


def named(title: str) -> Good:
    """Returns the good of a title.

    Raises:
        KeyError: there is none.

    """
    return {good.title: good for good in load()}[title]


def item(good: Good) -> dict[str, Any]:
    """Returns a good as `mall.public.open_shop_with_goods` takes it."""
    body = listing(good)
    return {
        **{name: body[name] for name in ("title", "category", "attributes", "specs", "skus")},
        "art": good.art,
        "text": "".join((good.text, *good.notes)),
    }


def listing(good: Good, *, merchant_code: str = "") -> dict[str, Any]:
    """Returns the body with which a seller lists a good."""
    return {
        "title": good.title,
        "category": good.category,
        "attributes": dict(good.attributes),
        "pictures": [{"kind": "art", "key": good.art}],
        "detail": [{"kind": "text", "text": text} for text in (good.text, *good.notes)],
        "merchant_code": merchant_code,
        "specs": [{"name": spec.name, "values": list(spec.values)} for spec in good.specs],
        "skus": [_listed(sku) for sku in good.skus()],
        "on_shelf": True,
    }


def _listed(sku: GoodSku) -> dict[str, Any]:
    return {
        "spec": list(sku.spec),
        "price_fen": sku.price_fen,
        "market_price_fen": sku.market_price_fen,
        "cost_fen": sku.cost_fen,
        "weight_g": sku.weight_g,
        "on_hand": sku.stock,
    }


def _goods_of(path: Path) -> Iterator[Good]:
    for shelf in tomllib.loads(path.read_text(encoding="utf-8"))["shelves"]:
        for row in shelf["goods"]:
            yield Good(
                title=row["title"],
                top=path.stem,
                category=shelf["category"],
                art=row["art"],
                price_fen=row["price_fen"],
                market_price_fen=row.get("market_price_fen"),
                cost_fen=row["cost_fen"],
                weight_g=row["weight_g"],
                stock=row["stock"],
                text=row["text"],
                notes=tuple(shelf["notes"]),
                attributes=shelf["attributes"] | row["attributes"],
                specs=tuple(_spec(spec) for spec in row.get("specs", [])),
            )


def _spec(row: dict[str, Any]) -> Spec:
    none = [0] * len(row["values"])
    return Spec(row["name"], tuple(row["values"]), tuple(row.get("add_fen", none)), tuple(row.get("add_g", none)))


def _in_proportion(amount: int, price: int, of_price: int) -> int:
    return amount * price // of_price // 10 * 10
