"""What an event is: one fact, named `package.noun.past_participle.vN`, with ids and what consumers need.

A published event changes only by a new version; `tests/test_event_snapshots.py` watches over it.
"""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """Base of all events. Subclasses set `type` and name the aggregate whose events stay in order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: ClassVar[str]
    aggregate_kind: ClassVar[str]

    def aggregate_id(self) -> UUID:
        """Returns the id of the thing this fact is about."""
        raise TypeError(f"{type(self).__name__} does not name its aggregate")
