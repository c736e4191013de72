"""Requests and answers of device checks."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.classroom.devices.lanes import TOKEN_PATTERN
from kernel.classroom.devices.measures import Measures, Yes
from kernel.classroom.devices.rules import Verdict
from kernel.classroom.devices.thresholds import Level
from kernel.classroom.rules import SEATS_AT_MOST
from kernel.http.fields import Command, Line, View, Word

TestToken = Annotated[Word, Field(max_length=32, pattern=TOKEN_PATTERN)]


class EchoView(View):
    at: datetime
    """The server's clock."""


class LaneView(View):
    granted: Yes
    ahead: int


class TestView(View):
    test: str
    lane: LaneView
    download_bytes: int
    download_seconds: int
    upload_pieces: list[int]


class UploadView(View):
    bytes: int


class FindingView(View):
    """One thing to say, in the catalogue's words: what is so, and the cure."""

    part: str
    code: str
    level: Level
    title: str
    cure: str


class JudgementAsk(Command):
    measures: Measures


class JudgementView(View):
    verdict: Verdict
    findings: list[FindingView]
    rules: str
    rules_label: str


class PlaceIn(Command):
    """Where a machine stands, from somebody who is not signed in: the class code and the number on its desk."""

    code: Annotated[Line, Field(min_length=1, max_length=12)]
    seat_number: Annotated[int, Field(strict=True, ge=1, le=SEATS_AT_MOST)]


class DeviceCheckCreate(Command):
    test: TestToken
    place: PlaceIn | None
    """Null: the seat of the learner who is signed in."""
    measures: Measures


class DeviceCheckView(View):
    id: UUID
    seat_number: int
    verdict: Verdict
    findings: list[FindingView]
    measures: Measures
    download_kbit: int | None
    upload_kbit: int | None
    rules: str
    browser: str
    signed_in: bool
    """Whether a learner at his own seat did it; else somebody typed the number."""
    at: datetime


class DeviceCheckKept(View):
    cohort_name: str
    check: DeviceCheckView


class DeviceSeat(View):
    number: int
    learner_name: str | None
    check: DeviceCheckView | None


class RoomFiguresView(View):
    checked: int
    passed: int
    warned: int
    failed: int
    download_sum_kbit: int
    download_least_kbit: int | None
    upload_sum_kbit: int
    latency_most_ms: int | None


class DeviceRoom(View):
    """All thirty places of a class with their newest checks."""

    cohort_id: UUID
    cohort_name: str
    code: str
    institution_name: str
    seats: list[DeviceSeat]
    figures: RoomFiguresView
    room_reference_kbit: int
    room_source: str
    rules: str
    rules_label: str
    read_at: datetime
