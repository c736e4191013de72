"""Decides whether goods are sound: title, attributes, the matrix of specs, prices. Pure; says what is wrong and where."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from kernel.errors import FieldError
from mall.catalog.category import Attribute, AttributeKind, Leaf

TITLE_BYTES = 60
"""30 Chinese characters. Source: `reference` §10, the title of Taobao's item API."""

SPEC_LIMIT = 3
VALUE_LIMIT = 20
SKU_LIMIT = 200
NAME_LENGTH = 10
VALUE_LENGTH = 18
"""Three values and two separators fit into the 60 characters of a SKU's text."""

SEPARATOR = " / "

AttributeValue = bool | int | str | list[str]


class SpecLike(Protocol):
    """A spec name with its values."""

    @property
    def name(self) -> str: ...
    @property
    def values(self) -> list[str]: ...


class PlacedLike(Protocol):
    """A SKU's place in the matrix."""

    @property
    def spec(self) -> list[str]: ...


class SkuLike(PlacedLike, Protocol):
    """What a SKU says of its place in the matrix and its prices."""

    @property
    def price_fen(self) -> int: ...
    @property
    def market_price_fen(self) -> int | None: ...


def title_bytes(title: str) -> int:
    """Returns how long a title is in bytes of GBK: one for ASCII, two for everything else."""
    return sum(1 if char.isascii() else 2 for char in title)


def spec_text(values: Sequence[str]) -> str:
    """Returns how a SKU's values are shown, nothing for goods without specs."""
    return SEPARATOR.join(values)


def title_errors(title: str) -> list[FieldError]:
    """Returns what is wrong with a title's length."""
    if title_bytes(title) > TITLE_BYTES:
        return [FieldError("/title", "mall.product.title_too_long", (("limit", TITLE_BYTES // 2),))]
    return []


def attribute_errors(leaf: Leaf, values: Mapping[str, AttributeValue]) -> list[FieldError]:
    """Returns which attributes are missing, unknown or out of bounds."""
    errors = unknown_attributes(leaf, values)
    for attribute in leaf.attributes:
        pointer = f"/attributes/{attribute.code}"
        value = values.get(attribute.code)
        if value is None or value in ("", []):
            if attribute.required:
                errors.append(FieldError(pointer, "mall.attribute.missing", (("name", attribute.name),)))
        else:
            errors += _value_errors(pointer, attribute, value)
    return errors


def unknown_attributes(leaf: Leaf | None, values: Mapping[str, AttributeValue]) -> list[FieldError]:
    """Returns the attributes that a leaf does not have; without a leaf none may be given."""
    known = set() if leaf is None else {attribute.code for attribute in leaf.attributes}
    return [
        FieldError(f"/attributes/{_escaped(code)}", "mall.attribute.unknown") for code in values if code not in known
    ]


def _escaped(code: str) -> str:
    return code.replace("~", "~0").replace("/", "~1")


def _value_errors(pointer: str, attribute: Attribute, value: AttributeValue) -> list[FieldError]:
    match attribute.kind:
        case AttributeKind.TEXT:
            return _text_errors(pointer, attribute, value)
        case AttributeKind.NUMBER:
            return _number_errors(pointer, attribute, value)
        case AttributeKind.CHOICE:
            sound = isinstance(value, str) and value in attribute.options
            return [] if sound else [FieldError(pointer, "mall.attribute.not_offered")]
        case AttributeKind.CHOICES:
            sound = isinstance(value, list) and set(value) <= set(attribute.options) and len(set(value)) == len(value)
            return [] if sound else [FieldError(pointer, "mall.attribute.not_offered")]
        case AttributeKind.BOOL:
            return [] if isinstance(value, bool) else [FieldError(pointer, "mall.attribute.wrong_kind")]
        case AttributeKind.DATE:
            return _date_errors(pointer, value)


def _text_errors(pointer: str, attribute: Attribute, value: AttributeValue) -> list[FieldError]:
    if not isinstance(value, str):
        return [FieldError(pointer, "mall.attribute.wrong_kind")]
    if len(value) > attribute.max_length:
        return [FieldError(pointer, "mall.attribute.too_long", (("limit", attribute.max_length),))]
    return []


def _number_errors(pointer: str, attribute: Attribute, value: AttributeValue) -> list[FieldError]:
    if isinstance(value, bool) or not isinstance(value, int):
        return [FieldError(pointer, "mall.attribute.wrong_kind")]
    lowest, highest = attribute.min or 0, attribute.max if attribute.max is not None else 10**9
    if not lowest <= value <= highest:
        bounds = (("min", lowest), ("max", highest), ("unit", attribute.unit))
        return [FieldError(pointer, "mall.attribute.out_of_range", bounds)]
    return []


def _date_errors(pointer: str, value: AttributeValue) -> list[FieldError]:
    try:
        sound = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        sound = False
    return [] if sound else [FieldError(pointer, "mall.attribute.no_date")]


def matrix_errors(specs: Sequence[SpecLike], skus: Sequence[SkuLike]) -> list[FieldError]:
    """Returns what is wrong with specs and SKUs: `place_errors`, prices that contradict each other, values nobody can buy."""
    prices = [error for index, sku in enumerate(skus) for error in _price_errors(index, sku)]
    return [*place_errors(specs, skus), *prices] or _unsold_errors(specs, {tuple(sku.spec) for sku in skus})


def place_errors(specs: Sequence[SpecLike], skus: Sequence[PlacedLike]) -> list[FieldError]:
    """Returns names and values that stand there twice, and SKUs that are no combination of values or one of before."""
    errors = _names_errors(specs)
    seen: set[tuple[str, ...]] = set()
    for index, sku in enumerate(skus):
        values = tuple(sku.spec)
        fits = len(values) == len(specs) and all(
            value in spec.values for value, spec in zip(values, specs, strict=True)
        )
        if not fits:
            errors.append(FieldError(f"/skus/{index}/spec", "mall.sku.not_in_matrix"))
        elif values in seen:
            errors.append(FieldError(f"/skus/{index}/spec", "mall.sku.twice"))
        seen.add(values)
    return errors


def _names_errors(specs: Sequence[SpecLike]) -> list[FieldError]:
    errors = [FieldError(f"/specs/{i}/name", "mall.spec.twice") for i in _repeated([spec.name for spec in specs])]
    for index, spec in enumerate(specs):
        errors += [FieldError(f"/specs/{index}/values/{i}", "mall.spec.twice") for i in _repeated(spec.values)]
    return errors


def _repeated(words: Iterable[str]) -> list[int]:
    given = list(words)
    return [index for index, word in enumerate(given) if word in given[:index]]


def _price_errors(index: int, sku: SkuLike) -> list[FieldError]:
    if sku.market_price_fen is not None and sku.market_price_fen < sku.price_fen:
        return [FieldError(f"/skus/{index}/market_price_fen", "mall.product.market_price_below_price")]
    return []


def _unsold_errors(specs: Sequence[SpecLike], sold: set[tuple[str, ...]]) -> list[FieldError]:
    return [
        FieldError(f"/specs/{place}/values/{index}", "mall.spec.unsold")
        for place, spec in enumerate(specs)
        for index, value in enumerate(spec.values)
        if value not in {values[place] for values in sold}
    ]
