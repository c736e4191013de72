"""Requests and answers about members of a store."""

from typing import Literal
from uuid import UUID

from kernel.http.fields import Command, View


class MemberInvite(Command):
    seat_id: UUID
    role: Literal["operations", "service"]


class MemberRow(View):
    id: UUID
    seat_number: int
    name: str
    role: str
    state: str


class Candidate(View):
    seat_id: UUID
    seat_number: int
    name: str


class MemberList(View):
    shop_name: str
    rows: list[MemberRow]
    candidates: list[Candidate]
    """Learners of the class who could be invited."""
    at_most: int


class Invitation(View):
    id: UUID
    shop_id: UUID
    shop_name: str
    owner_name: str
    role: str


class InvitationList(View):
    rows: list[Invitation]
