"""Who may give which role, and what a role needs. Pure."""

import re

from kernel.actor import ActorKind
from kernel.identity.models import Role

LOGIN_SHAPE = r"^[a-z0-9][a-z0-9._-]*$"
_PERSONAL = re.compile(r"(\d{15}|\d{17}[\dx]|1[3-9]\d{9})")

GIVES: dict[ActorKind, frozenset[Role]] = {
    ActorKind.OPERATOR: frozenset(Role),
    ActorKind.INSTITUTION: frozenset({Role.INSTITUTION, Role.LECTURER}),
}
"""An institution gives its own roles, and within itself only."""

NEEDS_INSTITUTION = frozenset({Role.INSTITUTION, Role.LECTURER})
NEEDS_REGION = frozenset({Role.OFFICER})


OPENS: dict[ActorKind, frozenset[str]] = {
    ActorKind.OPERATOR: frozenset({ActorKind.LECTURER, ActorKind.INSTITUTION, ActorKind.OPERATOR}),
    ActorKind.INSTITUTION: frozenset({ActorKind.LECTURER, ActorKind.INSTITUTION}),
}
"""Whose closing of an account each may undo: that of his own rank and of those below."""


def opens(kind: ActorKind) -> frozenset[str]:
    """Returns as whom somebody may have closed an account that this kind may open again."""
    return OPENS.get(kind, frozenset())


def may_give(kind: ActorKind, role: Role) -> bool:
    """Says whether somebody of this kind may give or take a role."""
    return role in GIVES.get(kind, frozenset())


def is_personal(login: str) -> bool:
    """Says whether a log-in name is an ID number or a mobile number: names are shown, those are not."""
    return _PERSONAL.fullmatch(login) is not None
