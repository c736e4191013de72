"""Time-outs, rates and limits of the mall as versioned data, chosen by the sandbox's `policy`.

A policy may name another as its `base` and say only what differs. All of it is 示例: figures of `reference` platforms shortened to a lesson, never official.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("policies")


@dataclass(frozen=True, slots=True)
class Roads:
    """How well the simulated couriers do: delays and losses in basis points of parcels, freight paid per parcel by weight."""

    weather_bp: int
    loss_bp: int
    holidays: tuple[tuple[date, date], ...]
    first_g: int
    first_fen: int
    next_g: int
    next_fen: int


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the mall's tunables."""

    name: str
    label: str
    pay_class_ms: int
    ship_within: timedelta
    confirm_after: timedelta
    after_sale_for: timedelta
    commission_bp: int
    grant_fen: int
    trades_per_pair: int
    confirm_after_handled: timedelta
    buyer_extension: timedelta
    seller_extensions: tuple[int, ...]
    seller_extension_limit: timedelta
    track_within: timedelta
    refund_tries: int
    refund_after: timedelta
    refund_failure_bp: int
    roads: Roads


@cache
def load(name: str) -> Policy:
    """Returns a policy by name.

    Raises:
        FileNotFoundError: there is none of that name.

    """
    values = _read(name)
    extension, refund = values["extension"], values["refund"]
    return Policy(
        name=name,
        label=values["label"],
        pay_class_ms=values["pay"]["class_minutes"] * 60_000,
        ship_within=timedelta(hours=values["ship"]["sim_hours"]),
        confirm_after=timedelta(days=values["confirm"]["sim_days"]),
        after_sale_for=timedelta(days=values["after_sale"]["sim_days"]),
        commission_bp=values["commission"]["rate_bp"],
        grant_fen=values["wallet"]["grant_fen"],
        trades_per_pair=values["classmates"]["trades_per_pair"],
        confirm_after_handled=timedelta(days=values["confirm"]["after_handled_sim_days"]),
        buyer_extension=timedelta(days=extension["buyer_sim_days"]),
        seller_extensions=tuple(extension["seller_sim_days"]),
        seller_extension_limit=timedelta(days=extension["seller_limit_sim_days"]),
        track_within=timedelta(hours=values["ship"]["track_sim_hours"]),
        refund_tries=refund["tries"],
        refund_after=timedelta(hours=refund["card_sim_hours"]),
        refund_failure_bp=refund["card_failure_bp"],
        roads=_roads(values["courier"]),
    )


def _roads(values: dict[str, Any]) -> Roads:
    holidays = tuple((period["first"], period["last"]) for period in values["holidays"])
    return Roads(holidays=holidays, **{name: value for name, value in values.items() if name != "holidays"})


def _read(name: str) -> dict[str, Any]:
    values = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    base = values.pop("base", None)
    if base is None:
        return values
    merged = _read(base)
    for section, content in values.items():
        merged[section] = {**merged[section], **content} if isinstance(content, dict) else content
    return merged
