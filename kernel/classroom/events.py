"""Events of the class."""

from typing import ClassVar
from uuid import UUID

from kernel.events.event import Event


class ClassOpened(Event):
    """Emitted when a class has opened and its sandbox exists. Listeners: the mall opens its books and wallets."""

    type: ClassVar[str] = "kernel.class.opened.v1"
    aggregate_kind: ClassVar[str] = "kernel.sandbox"

    sandbox_id: UUID
    cohort_id: UUID
    seat_ids: list[UUID]

    def aggregate_id(self) -> UUID:
        """Returns the sandbox."""
        return self.sandbox_id


class LearnerSeated(Event):
    """Emitted when somebody joins a class that is already open. Listeners: the mall opens his wallets."""

    type: ClassVar[str] = "kernel.learner.seated.v1"
    aggregate_kind: ClassVar[str] = "kernel.sandbox"

    sandbox_id: UUID
    seat_id: UUID

    def aggregate_id(self) -> UUID:
        """Returns the sandbox, so that the seat comes after the opening."""
        return self.sandbox_id


class NoticesChanged(Event):
    """Emitted when a message to the class was sent or withdrawn. Listeners: the realtime topic `notices`."""

    type: ClassVar[str] = "kernel.notices.changed.v1"
    aggregate_kind: ClassVar[str] = "kernel.sandbox"

    sandbox_id: UUID

    def aggregate_id(self) -> UUID:
        """Returns the sandbox."""
        return self.sandbox_id
