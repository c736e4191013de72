"""Judges a whole roster: what rows say about each other, and what is known of people and classes. Pure.

The result is both the preview and, when it has no error, the plan of the import.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from kernel.classroom.models import CohortState
from kernel.classroom.roster.findings import Code, Finding, Level
from kernel.classroom.roster.form import Column
from kernel.classroom.roster.rules import Entry
from kernel.classroom.rules import SEATS_AT_MOST
from kernel.errors import Param


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody whom some institution knows. The rest is this one's own record of him, and empty where it has none.

    `has_phone` says whether the roster's phone is the recorded one.
    """

    id: UUID
    record_id: UUID | None = None
    name: str | None = None
    has_phone: bool = False


@dataclass(slots=True)
class Room:
    """A class people go into: one that is there, or (no id) one that the import will plan."""

    name: str
    cohort_id: UUID | None = None
    state: CohortState = CohortState.PLANNED
    taken: set[int] = field(default_factory=set)
    seat_of: dict[UUID, int] = field(default_factory=dict)
    """The seat numbers of the people in it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says about the people and classes of one roster."""

    people: dict[str, KnownPerson]
    """By ID number."""
    rooms: dict[str, Room]
    """By class name; of a class import the one class under the empty name."""
    ambiguous: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Seating:
    """One person to be seated; what has no id yet, he himself or the institution's record of him, is made first."""

    entry: Entry
    room: Room
    number: int
    person_id: UUID | None = None
    record_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything found, and who is to be seated where. The plan holds only if there is no error."""

    findings: list[Finding]
    seatings: list[Seating]
    known: int
    merged: int
    seated_before: int
    new_rooms: list[str]

    @property
    def wrong_rows(self) -> set[int]:
        """The rows with an error."""
        return {finding.row for finding in self.findings if finding.level is Level.ERROR}


def judge(entries: Sequence[Entry], findings: Iterable[Finding], known: Known, *, is_late: bool) -> Judgement:
    """Returns the judgement on a roster whose cells have been read; `is_late`: the class may be open already."""
    return _Judge(entries, findings, known, is_late=is_late).judge()


class _Judge:
    def __init__(self, entries: Sequence[Entry], findings: Iterable[Finding], known: Known, *, is_late: bool) -> None:
        self.entries = entries
        self.findings = list(findings)
        self.known = known
        self.is_late = is_late
        self.merged: set[int] = set()
        self.seated_before: set[int] = set()

    def judge(self) -> Judgement:
        self._compare_rows_of_one_person()
        self._compare_phones()
        self._compare_with_records()
        seatings: list[Seating] = []
        new_rooms: list[str] = []
        by_class: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._remaining():
            if entry.class_name is not None or "" in self.known.rooms:
                by_class[entry.class_name or ""].append(entry)
        for name, entries in by_class.items():
            room = self.known.rooms.get(name) or Room(name)
            if room.cohort_id is None:
                new_rooms.append(name)
            if self._may_be_entered(room, entries):
                seatings += self._seat(room, entries)
        return Judgement(
            findings=sorted(self.findings, key=lambda finding: (finding.row, finding.level is not Level.ERROR)),
            seatings=seatings,
            known=sum(each.record_id is not None for each in seatings),
            merged=len(self.merged),
            seated_before=len(self.seated_before),
            new_rooms=new_rooms,
        )

    def _note(self, entry: Entry, column: Column, code: Code, **params: Param) -> None:
        self.findings.append(Finding(entry.row, column, code, params))

    def _remaining(self) -> list[Entry]:
        gone = self.merged | self.seated_before
        return [entry for entry in self.entries if entry.row not in gone]

    def _compare_rows_of_one_person(self) -> None:
        same: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            if entry.id_number is not None:
                same[entry.id_number].append(entry)
        for first, *others in same.values():
            contradicting = [other for other in others if not _agree(first, other)]
            for other in others:
                if other in contradicting:
                    self._note(other, Column.ID_NUMBER, Code.ID_TWICE, other=first.row)
                else:
                    self.merged.add(other.row)
                    self._note(other, Column.ID_NUMBER, Code.ROW_REPEATED, other=first.row)
            if contradicting:
                self._note(first, Column.ID_NUMBER, Code.ID_TWICE, other=contradicting[0].row)

    def _compare_phones(self) -> None:
        first_of: dict[str, Entry] = {}
        for entry in self._remaining():
            if entry.phone is None:
                continue
            first = first_of.setdefault(entry.phone, entry)
            if first is not entry and first.id_number != entry.id_number:
                self._note(entry, Column.PHONE, Code.PHONE_TWICE, other=first.row)

    def _compare_with_records(self) -> None:
        for entry in self._remaining():
            person = self.known.people.get(entry.id_number or "")
            if person is None or person.name is None:
                continue  # whom others know is news to this institution, and stays so
            if entry.name is not None and entry.name != person.name:
                self._note(entry, Column.NAME, Code.NAME_DIFFERS, known=_hidden(person.name))
                continue
            room = self.known.rooms.get(entry.class_name or "")
            number = None if room is None else room.seat_of.get(person.id)
            if number is not None:
                self.seated_before.add(entry.row)
                self._note(entry, Column.NAME, Code.ALREADY_SEATED, number=number)
                continue
            self._note(entry, Column.NAME, Code.KNOWN_PERSON)
            if entry.phone is not None and not person.has_phone:
                self._note(entry, Column.PHONE, Code.PHONE_CHANGED)

    def _may_be_entered(self, room: Room, entries: list[Entry]) -> bool:
        code = None
        if room.name in self.known.ambiguous:
            code = Code.CLASS_AMBIGUOUS
        elif room.state is not CohortState.PLANNED and not self.is_late:
            code = Code.CLASS_STARTED
        if code is not None:
            for entry in entries:
                self._note(entry, Column.CLASS_NAME, code)
        return code is None

    def _seat(self, room: Room, entries: list[Entry]) -> list[Seating]:
        """Gives each his number: the wanted one, else the lowest that nobody has or wants."""
        wanted = Counter(entry.seat_number for entry in entries if entry.seat_number is not None)
        self._compare_seat_numbers(room, entries, wanted)
        free = iter([n for n in range(1, SEATS_AT_MOST + 1) if n not in room.taken and n not in wanted])
        places = SEATS_AT_MOST - len(room.taken)
        seatings: list[Seating] = []
        for place, entry in enumerate(entries, start=1):
            if place > places:
                column = Column.CLASS_NAME if entry.class_name is not None else Column.NAME
                self._note(entry, column, Code.CLASS_FULL, limit=SEATS_AT_MOST, seated=len(room.taken))
                continue
            number = entry.seat_number if entry.seat_number is not None else next(free, None)
            if number is not None:
                person = self.known.people.get(entry.id_number or "")
                ids = (None, None) if person is None else (person.id, person.record_id)
                seatings.append(Seating(entry, room, number, *ids))
        return seatings

    def _compare_seat_numbers(self, room: Room, entries: list[Entry], wanted: Counter[int]) -> None:
        for entry in entries:
            number = entry.seat_number
            if number is None:
                continue
            if number in room.taken:
                self._note(entry, Column.SEAT_NUMBER, Code.SEAT_TAKEN, number=number)
            elif wanted[number] > 1:
                self._note(entry, Column.SEAT_NUMBER, Code.SEAT_TWICE, number=number)


def _agree(one: Entry, other: Entry) -> bool:
    """Says whether two rows of one ID number are the same person said twice; what one leaves open contradicts nothing."""
    if (one.name, one.phone, one.class_name) != (other.name, other.phone, other.class_name):
        return False
    pairs = ((one.education, other.education), (one.category, other.category), (one.seat_number, other.seat_number))
    return all(left is None or right is None or left == right for left, right in pairs)


def _hidden(name: str) -> str:
    """Returns a recorded name of which only the last character can be read: whoever knows it recognises it."""
    return "*" * (len(name) - 1) + name[-1:]
