"""Events of the sandbox."""

from typing import ClassVar
from uuid import UUID

from kernel.events.event import Event


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
