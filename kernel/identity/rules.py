"""Roles, what each may do, and the limits of log-in names and passwords. Pure."""

from enum import StrEnum

from kernel.actor import Actor, ActorKind
from kernel.errors import Forbidden


class Capability(StrEnum):
    """One thing a person may be allowed to do; routes ask for a capability, never for a role."""

    BUY = "mall.buy"
    SELL = "mall.sell"
    WATCH_CLASS = "classroom.watch"
    CONTROL_CLOCK = "sandbox.control_clock"
    SNAPSHOT = "sandbox.snapshot"
    REPLAY_PARKED = "sandbox.replay_parked"
    RECONCILE = "mall.reconcile"
    BACK_UP = "installation.back_up"


CAPABILITIES: dict[ActorKind, frozenset[Capability]] = {
    ActorKind.LEARNER: frozenset({Capability.BUY, Capability.SELL}),
    ActorKind.LECTURER: frozenset(
        {
            Capability.WATCH_CLASS,
            Capability.CONTROL_CLOCK,
            Capability.SNAPSHOT,
            Capability.REPLAY_PARKED,
            Capability.RECONCILE,
            Capability.BACK_UP,
        }
    ),
    ActorKind.SYSTEM: frozenset(Capability),
}


def require(actor: Actor, capability: Capability) -> None:
    """Passes when the actor has the capability.

    Raises:
        Forbidden: he has not.

    """
    if capability not in CAPABILITIES[actor.kind]:
        raise Forbidden("kernel.identity.not_allowed", capability=capability.value)
