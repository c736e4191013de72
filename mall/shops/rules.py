"""The life of a store as data, and how often it may be renamed. Pure."""

from datetime import timedelta
from enum import StrEnum

from kernel.lifecycle import Machine, State, Step


class Keeper(StrEnum):
    """Who may change the state of a store."""

    SELLER = "seller"
    LECTURER = "lecturer"
    SYSTEM = "system"


SHOP = Machine(
    "mall.shop",
    initial="open",
    states={"open": State(), "closed": State(terminal=True), "retired": State(terminal=True)},
    steps=(
        Step("open", "close", frozenset({Keeper.SELLER}), "closed"),
        Step("open", "retire", frozenset({Keeper.LECTURER}), "retired"),
    ),
)

RENAMES_AT_MOST = 3
RENAMES_WITHIN = timedelta(days=30)
"""A store changes its name three times in thirty simulated days. 示例."""

DUTY_FROM_MINUTE = 9 * 60
DUTY_TO_MINUTE = 22 * 60
"""What a new store's opening hours are. 示例."""
