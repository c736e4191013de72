"""Who does something: a person in a class, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from kernel.errors import Unauthorised


class ActorKind(StrEnum):
    """As what somebody acts. A class makes learners and lecturers; the others follow from a role grant."""

    LEARNER = "learner"
    LECTURER = "lecturer"
    SCORER = "scorer"
    OFFICER = "officer"
    INSTITUTION = "institution"
    SUPPLIER = "supplier"
    OPERATOR = "operator"
    VISITOR = "visitor"
    """Signed in, but holds neither a seat nor an assignment nor a grant, or must first change the password."""
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it: a person with an account and perhaps a seat, or the system itself."""

    kind: ActorKind
    account_id: UUID | None = None
    seat_id: UUID | None = None
    display_name: str = ""
    cohort_id: UUID | None = None
    institution_id: UUID | None = None
    region_code: str = ""
    read_only: bool = False
    """An API token that may only read, or a lecturer who looks at a learner's pages."""

    @property
    def id(self) -> UUID | None:
        """The id written into logs: the seat inside a class, else the account."""
        return self.seat_id or self.account_id

    @property
    def seat(self) -> UUID:
        """The actor's seat.

        Raises:
            Unauthorised: he has none in this sandbox.

        """
        if self.seat_id is None:
            raise Unauthorised("kernel.identity.no_seat")
        return self.seat_id


SYSTEM = Actor(kind=ActorKind.SYSTEM)
