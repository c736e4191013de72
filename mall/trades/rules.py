"""The life of a trade as data, its parties, and what its page shows as done. Pure.

Source: e-commerce reference §3.2, the states of an order per store; group-buy and partial shipping come with their issues.
"""

from enum import StrEnum

from kernel.lifecycle import Machine, State, Step


class Party(StrEnum):
    """Who may move a trade."""

    BUYER = "buyer"
    SELLER = "seller"
    LECTURER = "lecturer"
    SYSTEM = "system"


def _by(*parties: Party) -> frozenset[StrEnum]:
    return frozenset(parties)


TRADE = Machine(
    "mall.trade",
    initial="wait_pay",
    states={
        "wait_pay": State(must_act=Party.BUYER, deadline="pay"),
        "wait_ship": State(must_act=Party.SELLER, deadline="ship"),
        "shipped": State(must_act=Party.BUYER, deadline="auto_confirm"),
        "finished": State(deadline="after_sale"),
        "sealed": State(terminal=True),
        "closed": State(terminal=True),
    },
    steps=(
        Step("wait_pay", "pay", _by(Party.BUYER), "wait_ship"),
        Step("wait_pay", "cancel", _by(Party.BUYER), "closed"),
        Step("wait_pay", "time_out", _by(Party.SYSTEM), "closed"),
        Step("wait_pay", "reset", _by(Party.LECTURER), "closed"),
        Step("wait_ship", "reset", _by(Party.LECTURER), "closed"),
        Step("wait_ship", "ship", _by(Party.SELLER), "shipped"),
        Step("shipped", "confirm", _by(Party.BUYER), "finished"),
        Step("shipped", "auto_confirm", _by(Party.SYSTEM), "finished"),
        Step("finished", "seal", _by(Party.SYSTEM), "sealed"),
    ),
)

TIMELINE_CODES = {
    "place": "trade.placed",
    "pay": "trade.paid",
    "cancel": "trade.closed",
    "time_out": "trade.closed",
    "reset": "trade.closed",
    "ship": "trade.shipped",
    "ship_late": "trade.ship_late",
    "confirm": "trade.finished",
    "auto_confirm": "trade.finished",
    "seal": "trade.sealed",
}
"""What the timeline calls each logged event."""
