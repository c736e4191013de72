"""Events of the sandbox."""

from typing import ClassVar
from uuid import UUID

from kernel.events.event import Event


class SandboxRolledBack(Event):
    """Emitted when a class's market was put back to a snapshot; `kept_as` is the snapshot of what was before.

    Listeners: every realtime topic of the class begins anew.
    """

    type: ClassVar[str] = "kernel.sandbox.rolled_back.v1"
    aggregate_kind: ClassVar[str] = "kernel.sandbox"

    sandbox_id: UUID
    snapshot_id: UUID
    kept_as: UUID

    def aggregate_id(self) -> UUID:
        """Returns the sandbox."""
        return self.sandbox_id


class ClockChanged(Event):
    """Emitted when a class's clock was started, paused, sped up, sent forward, or has landed.

    Listeners: the realtime topic `clock`.
    """

    type: ClassVar[str] = "kernel.clock.changed.v1"
    aggregate_kind: ClassVar[str] = "kernel.sandbox"

    sandbox_id: UUID
    version: int

    def aggregate_id(self) -> UUID:
        """Returns the sandbox."""
        return self.sandbox_id
