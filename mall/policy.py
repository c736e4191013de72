"""Time-outs, rates and limits of the mall as versioned data, chosen by the sandbox's `policy`.

All of `teaching-1` is 示例: figures of `reference` platforms shortened to a lesson, never official.
"""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("policies")


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


@cache
def load(name: str) -> Policy:
    """Returns a policy by name.

    Raises:
        FileNotFoundError: there is none of that name.

    """
    values = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
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
    )
