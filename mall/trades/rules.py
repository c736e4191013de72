"""The life of a trade as data, its parties, and what its page shows as done. Pure.

Source: e-commerce reference §3.2, the states of an order per store; group-buy comes with its issue.
"""

from enum import StrEnum

from kernel.lifecycle import Machine, State, Step, by


class Party(StrEnum):
    """Who may move a trade."""

    BUYER = "buyer"
    SELLER = "seller"
    LECTURER = "lecturer"
    SYSTEM = "system"


TRADE = Machine(
    "mall.trade",
    initial="wait_pay",
    states={
        "wait_pay": State(must_act=Party.BUYER, deadline="pay"),
        "wait_ship": State(must_act=Party.SELLER, deadline="ship"),
        "part_shipped": State(must_act=Party.SELLER, deadline="ship"),
        "shipped": State(must_act=Party.BUYER, deadline="auto_confirm"),
        "finished": State(deadline="after_sale"),
        "sealed": State(terminal=True),
        "closed": State(terminal=True),
    },
    steps=(
        Step("wait_pay", "pay", by(Party.BUYER), "wait_ship"),
        Step("wait_pay", "reprice", by(Party.SELLER), "wait_pay"),
        Step("wait_pay", "ask_address", by(Party.BUYER), "wait_pay"),
        Step("wait_pay", "readdress", by(Party.SELLER), "wait_pay"),
        Step("wait_pay", "cancel", by(Party.BUYER), "closed"),
        Step("wait_pay", "close", by(Party.SELLER), "closed"),
        Step("wait_pay", "time_out", by(Party.SYSTEM), "closed"),
        Step("wait_pay", "reset", by(Party.LECTURER), "closed"),
        Step("wait_ship", "ship", by(Party.SELLER), "shipped"),
        Step("wait_ship", "ship_part", by(Party.SELLER), "part_shipped"),
        Step("wait_ship", "ask_address", by(Party.BUYER), "wait_ship"),
        Step("wait_ship", "readdress", by(Party.SELLER), "wait_ship"),
        Step("wait_ship", "reset", by(Party.LECTURER), "closed"),
        Step("part_shipped", "ship", by(Party.SELLER), "shipped"),
        Step("part_shipped", "ship_part", by(Party.SELLER), "part_shipped"),
        Step("part_shipped", "recall", by(Party.SELLER), "part_shipped"),
        Step("part_shipped", "recall_all", by(Party.SELLER), "wait_ship"),
        Step("part_shipped", "reset_rest", by(Party.LECTURER), "shipped"),
        Step("part_shipped", "reset", by(Party.LECTURER), "closed"),
        Step("shipped", "confirm", by(Party.BUYER), "finished"),
        Step("shipped", "extend", by(Party.BUYER), "shipped"),
        Step("shipped", "grant", by(Party.SELLER), "shipped"),
        Step("shipped", "recall", by(Party.SELLER), "part_shipped"),
        Step("shipped", "recall_all", by(Party.SELLER), "wait_ship"),
        Step("shipped", "refund_all", by(Party.SELLER), "closed"),
        Step("shipped", "auto_confirm", by(Party.SYSTEM), "finished"),
        Step("finished", "seal", by(Party.SYSTEM), "sealed"),
    ),
)
IN_HAND = ("wait_ship", "part_shipped", "shipped")
"""The states in which a trade's money lies in escrow."""

BUYER_REASONS = ("buyer_cancelled", "buyer_wrong_goods", "buyer_wrong_details", "buyer_found_better")
"""Why a buyer may cancel (示例)."""
SELLER_REASONS = (
    "seller_unpaid",
    "seller_buyer_declined",
    "seller_wrong_details",
    "seller_malicious",
    "seller_out_of_stock",
    "seller_wrong_goods",
    "seller_in_person",
)
"""Why a seller may close an unpaid trade. Source: training domain §8.1 (Taobao's trade.close)."""

TIMELINE_CODES = {
    "place": "trade.placed",
    "pay": "trade.paid",
    "reprice": "trade.repriced",
    "ask_address": "trade.address_asked",
    "readdress": "trade.readdressed",
    "refuse_address": "trade.address_refused",
    "cancel": "trade.closed",
    "close": "trade.closed",
    "time_out": "trade.closed",
    "reset": "trade.closed",
    "reset_rest": "trade.rest_refunded",
    "ship": "trade.shipped",
    "ship_part": "trade.part_shipped",
    "recall": "trade.recalled",
    "recall_all": "trade.recalled",
    "ship_late": "trade.ship_late",
    "untracked": "trade.untracked",
    "resend": "trade.resent",
    "refund_lost": "trade.lost_refunded",
    "refund_all": "trade.closed",
    "extend": "trade.extended",
    "grant": "trade.granted",
    "wait_parcels": "trade.waits_for_parcels",
    "confirm": "trade.finished",
    "auto_confirm": "trade.finished",
    "seal": "trade.sealed",
}
"""What the timeline calls each logged event."""


def refund_of(*, paid_share_fen: int, quantity: int, refunded: int, refunded_fen: int, units: int) -> int:
    """Returns what `units` more of a line give back: their part of what was paid for it, never of the list price.

    Rounded down on the units refunded so far, so that all units together give back the line's share to the fen.
    Source: e-commerce reference §3.3.
    """
    return paid_share_fen * (refunded + units) // quantity - refunded_fen
