"""Roles in a store and what each may do. Pure.

The owner (店主) may everything; operations (运营) keeps goods, stock, freight and the store's face; service (客服) ships and looks.
Money, members and closing stay with the owner. Modelled on the sub-accounts of sellers' desks; 示例.
"""

from enum import StrEnum

from kernel.lifecycle import Machine, State, Step, by

MEMBERS_AT_MOST = 5
"""Besides the owner. 示例."""


class Role(StrEnum):
    OWNER = "owner"
    OPERATIONS = "operations"
    SERVICE = "service"


class Duty(StrEnum):
    """One kind of work in a store; a desk's use case asks for a duty, never for a role."""

    LOOK = "look"
    GOODS = "goods"
    STOCK = "stock"
    TRADES = "trades"
    FREIGHT = "freight"
    PROFILE = "profile"
    MEMBERS = "members"
    CLOSE = "close"


DUTIES: dict[Role, frozenset[Duty]] = {
    Role.OWNER: frozenset(Duty),
    Role.OPERATIONS: frozenset({Duty.LOOK, Duty.GOODS, Duty.STOCK, Duty.TRADES, Duty.FREIGHT, Duty.PROFILE}),
    Role.SERVICE: frozenset({Duty.LOOK, Duty.TRADES}),
}


class Party(StrEnum):
    """Who may move a membership."""

    OWNER = "owner"
    MEMBER = "member"
    SYSTEM = "system"


MEMBER = Machine(
    "mall.member",
    initial="invited",
    states={
        "invited": State(must_act=Party.MEMBER),
        "active": State(),
        "declined": State(terminal=True),
        "gone": State(terminal=True),
    },
    steps=(
        Step("invited", "accept", by(Party.MEMBER), "active"),
        Step("invited", "decline", by(Party.MEMBER), "declined"),
        Step("invited", "remove", by(Party.OWNER, Party.SYSTEM), "gone"),
        Step("active", "remove", by(Party.OWNER, Party.SYSTEM), "gone"),
        Step("active", "leave", by(Party.MEMBER), "gone"),
    ),
)
