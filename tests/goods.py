"""Bodies of goods as a seller would send them: sound ones, for tests to spoil or to sell."""

from typing import Any

from mall.catalog import category
from mall.catalog.category import Attribute, AttributeKind


def _given(attribute: Attribute) -> bool | int | str | list[str]:
    match attribute.kind:
        case AttributeKind.TEXT:
            return "示例"
        case AttributeKind.NUMBER:
            return max(attribute.min or 0, 1)
        case AttributeKind.CHOICE:
            return attribute.options[0]
        case AttributeKind.CHOICES:
            return list(attribute.options[:1])
        case AttributeKind.BOOL:
            return True
        case AttributeKind.DATE:
            return "2026-10-01"


def attributes_of(code: str) -> dict[str, Any]:
    """Returns a sound value for every attribute that a leaf requires."""
    leaf = category.find_leaf(code)
    assert leaf is not None
    return {attribute.code: _given(attribute) for attribute in leaf.attributes if attribute.required}


DRY_GOODS = attributes_of("dry-goods")


def sku(*spec: str, price_fen: int = 5900, on_hand: int | None = 10, **given: Any) -> dict[str, Any]:
    """Returns one SKU."""
    return {"spec": list(spec), "price_fen": price_fen, "on_hand": on_hand, **given}


def product(title: str = "云岭野生蜂蜜", **given: Any) -> dict[str, Any]:
    """Returns the body that publishes a product of one SKU, or of those given."""
    return {
        "title": title,
        "category": "dry-goods",
        "attributes": DRY_GOODS,
        "pictures": [{"kind": "art", "key": "honey"}],
        "skus": [sku(market_price_fen=6900, cost_fen=3100)],
        **given,
    }


def edit_of(row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Returns the body that saves the goods of a seller's row as they are, but for `changes` of its every SKU."""
    names = ("spec", "price_fen", "market_price_fen", "cost_fen", "code", "weight_g")
    skus = [{**{name: one[name] for name in names}, **changes} for one in row["skus"]]
    specs = row.get("specs", [])
    return {**product(row["title"], category=row["category"], pictures=[row["picture"]]), "skus": skus, "specs": specs}
