"""The life of a store as data. Pure."""

from enum import StrEnum

from kernel.lifecycle import Machine, State, Step


class Keeper(StrEnum):
    """Who may change the state of a store."""

    SELLER = "seller"
    LECTURER = "lecturer"


SHOP = Machine(
    "mall.shop",
    initial="open",
    states={"open": State(), "retired": State(terminal=True)},
    steps=(Step("open", "retire", frozenset({Keeper.LECTURER}), "retired"),),
)
