"""The lives of a payment attempt and of a refund as data, and the outcomes a learner may choose at the cashier. Pure.

Source: e-commerce reference §3.3. A notification is the bank's word, and it may come late or twice: only the first one to an
attempt that still waits has an effect, and money that comes to a closed order goes back; a closed trade is never revived.
"""

from dataclasses import dataclass
from enum import StrEnum

from kernel import randomness
from kernel.lifecycle import Machine, State, Step, by


class Channel(StrEnum):
    """How a payment travels. Both draw on the one simulated wallet; the card's bank may refuse or be slow."""

    WALLET = "wallet"
    CARD = "card"


class Outcome(StrEnum):
    """What the learner lets the simulated bank do (模拟结果)."""

    SUCCESS = "success"
    TWICE = "twice"
    SLOW = "slow"
    LATE = "late"
    INSUFFICIENT = "insufficient"
    REFUSED = "refused"


class Verdict(StrEnum):
    """What one notification says of a payment."""

    PAID = "paid"
    INSUFFICIENT = "insufficient"
    REFUSED = "refused"


class Side(StrEnum):
    """Who moves payments and refunds."""

    BANK = "bank"
    SYSTEM = "system"
    LECTURER = "lecturer"


PAYMENT = Machine(
    "mall.payment",
    initial="created",
    states={
        "created": State(must_act=Side.BANK),
        "success": State(terminal=True),
        "failed": State(terminal=True),
        "returned": State(terminal=True),
    },
    steps=(
        Step("created", "succeed", by(Side.BANK), "success"),
        Step("created", "fail", by(Side.BANK), "failed"),
        Step("created", "return_late", by(Side.BANK), "returned"),
    ),
)

REFUND = Machine(
    "mall.refund",
    initial="created",
    states={
        "created": State(must_act=Side.SYSTEM),
        "processing": State(must_act=Side.BANK),
        "failed": State(must_act=Side.SYSTEM),
        "manual": State(must_act=Side.LECTURER),
        "success": State(terminal=True),
    },
    steps=(
        Step("created", "send", by(Side.SYSTEM), "processing"),
        Step("processing", "succeed", by(Side.BANK), "success"),
        Step("processing", "fail", by(Side.BANK), "failed"),
        Step("failed", "retry", by(Side.SYSTEM), "processing"),
        Step("failed", "give_up", by(Side.SYSTEM), "manual"),
        Step("manual", "pay_out", by(Side.LECTURER), "success"),
    ),
)


@dataclass(frozen=True, slots=True)
class Notice:
    """When the bank tells what: after so many milliseconds of class time, `None` at once; `after_close` counts from then."""

    verdict: Verdict
    after_class_ms: int | None = None
    after_close: bool = False
    again: bool = False


NOTICES: dict[Outcome, Notice] = {
    Outcome.SUCCESS: Notice(Verdict.PAID),
    Outcome.TWICE: Notice(Verdict.PAID, again=True),
    Outcome.SLOW: Notice(Verdict.PAID, after_class_ms=30_000),
    Outcome.LATE: Notice(Verdict.PAID, after_class_ms=10_000, after_close=True),
    Outcome.INSUFFICIENT: Notice(Verdict.INSUFFICIENT),
    Outcome.REFUSED: Notice(Verdict.REFUSED),
}
"""What follows each outcome (示例)."""


def refund_succeeds(seed: int, *, ordinal: int, attempt: int, failure_bp: int) -> bool:
    """Returns whether the bank carries out the n-th refund of a sandbox at this attempt, by the seed."""
    return randomness.integer(seed, "refund", ordinal, attempt, low=0, high=9_999) >= failure_bp
