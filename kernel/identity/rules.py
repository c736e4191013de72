"""Roles, what each may do, and the limits of log-in names and passwords. Pure."""

from enum import StrEnum

from kernel.actor import Actor, ActorKind
from kernel.errors import Forbidden


class Capability(StrEnum):
    """One thing a person may be allowed to do; routes ask for a capability, never for a role."""

    BUY = "mall.buy"
    SELL = "mall.sell"
    RECONCILE = "mall.reconcile"
    OPEN_CLASS = "classroom.open"
    MANAGE_CLASS = "classroom.manage"
    IMPORT_ROSTERS = "classroom.import_rosters"
    WATCH_CLASS = "classroom.watch"
    INTERVENE = "classroom.intervene"
    CONTROL_CLOCK = "sandbox.control_clock"
    REPLAY_PARKED = "sandbox.replay_parked"
    SNAPSHOT = "sandbox.snapshot"
    RESET_PASSWORDS = "identity.reset_passwords"
    AUDIT_LOGINS = "identity.audit_logins"
    MANAGE_ACCOUNTS = "identity.manage_accounts"
    MANAGE_INSTITUTIONS = "identity.manage_institutions"
    OVERSEE = "identity.oversee"
    REVEAL = "identity.reveal"
    BACK_UP = "installation.back_up"


IN_A_LIVE_MARKET = frozenset({Capability.BUY, Capability.SELL, Capability.INTERVENE})
"""What changes the market or its evidence; refused once the class is over, when its pages can only be read."""

CAPABILITIES: dict[ActorKind, frozenset[Capability]] = {
    ActorKind.LEARNER: frozenset({Capability.BUY, Capability.SELL}),
    ActorKind.LECTURER: frozenset(
        {
            Capability.RECONCILE,
            Capability.OPEN_CLASS,
            Capability.MANAGE_CLASS,
            Capability.WATCH_CLASS,
            Capability.INTERVENE,
            Capability.CONTROL_CLOCK,
            Capability.REPLAY_PARKED,
            Capability.SNAPSHOT,
            Capability.RESET_PASSWORDS,
            Capability.AUDIT_LOGINS,
            Capability.BACK_UP,
        }
    ),
    ActorKind.SCORER: frozenset(),
    ActorKind.OFFICER: frozenset({Capability.OVERSEE, Capability.AUDIT_LOGINS, Capability.REVEAL}),
    ActorKind.INSTITUTION: frozenset(
        {
            Capability.OPEN_CLASS,
            Capability.MANAGE_CLASS,
            Capability.IMPORT_ROSTERS,
            Capability.RESET_PASSWORDS,
            Capability.AUDIT_LOGINS,
            Capability.MANAGE_ACCOUNTS,
            Capability.OVERSEE,
            Capability.REVEAL,
        }
    ),
    ActorKind.SUPPLIER: frozenset(),
    ActorKind.OPERATOR: frozenset(
        {
            Capability.RESET_PASSWORDS,
            Capability.MANAGE_ACCOUNTS,
            Capability.MANAGE_INSTITUTIONS,
            Capability.OVERSEE,
            Capability.AUDIT_LOGINS,
            Capability.BACK_UP,
        }
    ),
    ActorKind.VISITOR: frozenset(),
    ActorKind.SYSTEM: frozenset(Capability),
}


def require(actor: Actor, capability: Capability) -> None:
    """Passes when the actor has the capability.

    Raises:
        Forbidden: he has not.

    """
    if capability not in CAPABILITIES[actor.kind]:
        raise Forbidden("kernel.identity.not_allowed", capability=capability.value)
