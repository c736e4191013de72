"""What sending costs: the one pure function `freight_of`, and what a template must fulfil. Pure.

A tariff is “the first n pieces (or grams) cost a, each further m cost b”. A template has one tariff for everywhere, others for
named regions, conditions under which sending is free, and regions it does not send to. A region is named by the beginning of
its GB/T 2260 code, two digits for a province, four for a city; the longest fitting beginning wins.

Source: field limits of TOP's delivery templates (training-domain §10): name ≤ 25 Chinese characters, fees 0.00–999.99 yuan,
further ≤ first unless first is 0. Free sending is judged by the goods' amount after discounts (ecommerce §3.6, row 6).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

FEE_LIMIT_FEN = 99_999
NAME_LIMIT = 25
ROWS_AT_MOST = 20
FREE_AT_MOST = 10
TEMPLATES_AT_MOST = 20
"""How many templates a store keeps. 示例."""


class ChargeBy(StrEnum):
    """What a tariff counts (计价方式)."""

    PIECE = "piece"
    WEIGHT = "weight"


@dataclass(frozen=True, slots=True)
class Tariff:
    """The first `first` pieces or grams cost `first_fen`, every further `more` begun cost `more_fen`."""

    first: int
    first_fen: int
    more: int
    more_fen: int

    def fen(self, amount: int) -> int:
        """Returns what so many pieces or grams cost; what is begun is charged whole."""
        further = max(0, amount - self.first)
        return self.first_fen + -(-further // self.more) * self.more_fen


@dataclass(frozen=True, slots=True)
class RegionTariff:
    """A tariff for some regions (指定地区运费)."""

    regions: tuple[str, ...]
    tariff: Tariff


@dataclass(frozen=True, slots=True)
class FreeCondition:
    """When sending is free (包邮条件): both bounds that are given must be reached; no region means everywhere."""

    regions: tuple[str, ...]
    min_fen: int | None
    min_pieces: int | None


@dataclass(frozen=True, slots=True)
class Template:
    """A freight template as it decides."""

    charge_by: ChargeBy
    tariff: Tariff
    rows: tuple[RegionTariff, ...] = ()
    free: tuple[FreeCondition, ...] = ()
    not_delivered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """One line to be sent: pieces, grams of one piece, what the goods of the line cost."""

    quantity: int
    weight_g: int
    amount_fen: int


class Reason(StrEnum):
    """Why freight is what it is."""

    NO_TEMPLATE = "no_template"
    FREE_REGION = "free_region"
    FREE_AMOUNT = "free_amount"
    FREE_PIECES = "free_pieces"
    FREE_BOTH = "free_both"
    BY_PIECE = "by_piece"
    BY_WEIGHT = "by_weight"
    NOT_DELIVERED = "not_delivered"


@dataclass(frozen=True, slots=True)
class Freight:
    """What sending a group of lines costs and why. `fen` is None where the template does not send to."""

    fen: int | None
    reason: Reason
    tariff: Tariff | None = None
    condition: FreeCondition | None = None
    amount: int = 0
    """Pieces or grams that were charged."""

    @property
    def params(self) -> dict[str, int]:
        """Returns the numbers that the words of this reason need."""
        found: dict[str, int] = {"amount": self.amount}
        if self.tariff is not None:
            tariff = self.tariff
            found |= {"first": tariff.first, "first_fen": tariff.first_fen, "more": tariff.more}
            found |= {"more_fen": tariff.more_fen}
        if self.condition is not None:
            found |= {"min_fen": self.condition.min_fen or 0, "min_pieces": self.condition.min_pieces or 0}
        return found


def freight_of(template: Template | None, loads: Sequence[Load], region_code: str) -> Freight:
    """Returns what one template asks for lines sent together to a region; without a template nothing (包邮)."""
    if template is None:
        return Freight(0, Reason.NO_TEMPLATE)
    if _fit(template.not_delivered, region_code) > 0:
        return Freight(None, Reason.NOT_DELIVERED)
    pieces = sum(load.quantity for load in loads)
    goods_fen = sum(load.amount_fen for load in loads)
    for condition in template.free:
        if _is_met(condition, region_code, pieces=pieces, goods_fen=goods_fen):
            return Freight(0, _reason_of(condition), condition=condition)
    tariff = _tariff_for(template, region_code)
    if template.charge_by is ChargeBy.PIECE:
        return Freight(tariff.fen(pieces), Reason.BY_PIECE, tariff=tariff, amount=pieces)
    grams = sum(load.quantity * load.weight_g for load in loads)
    return Freight(tariff.fen(grams), Reason.BY_WEIGHT, tariff=tariff, amount=grams)


def repeated(groups: Iterable[Sequence[str]]) -> str | None:
    """Returns a region that is named twice, or `None`: two tariffs for one place cannot both hold."""
    seen: set[str] = set()
    for region in chain.from_iterable(groups):
        if region in seen:
            return region
        seen.add(region)
    return None


def _tariff_for(template: Template, region_code: str) -> Tariff:
    best, tariff = 0, template.tariff
    for row in template.rows:
        fit = _fit(row.regions, region_code)
        if fit > best:
            best, tariff = fit, row.tariff
    return tariff


def _fit(regions: Sequence[str], code: str) -> int:
    """Returns how many digits the best fitting of these regions shares with a code; 0 when none holds it."""
    return max((len(region) for region in regions if code.startswith(region)), default=0)


def _is_met(condition: FreeCondition, code: str, *, pieces: int, goods_fen: int) -> bool:
    if condition.regions and _fit(condition.regions, code) == 0:
        return False
    return goods_fen >= (condition.min_fen or 0) and pieces >= (condition.min_pieces or 0)


def _reason_of(condition: FreeCondition) -> Reason:
    if condition.min_fen is not None and condition.min_pieces is not None:
        return Reason.FREE_BOTH
    if condition.min_fen is not None:
        return Reason.FREE_AMOUNT
    return Reason.FREE_PIECES if condition.min_pieces is not None else Reason.FREE_REGION
