"""One-time tickets: how a page that holds a session cookie opens a socket.

A browser cannot add our CSRF header to a WebSocket, so the page first asks for a ticket over HTTP. The ticket is good
for one socket within thirty seconds and stands for the session that asked; Redis knows only its SHA-256.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from redis.asyncio import Redis

TICKET_SECONDS = 30

_TICKET_LENGTH = len(secrets.token_urlsafe(32))


@dataclass(frozen=True, slots=True)
class Admission:
    """What a ticket stands for: a log-in session, and the sandbox it was in when it asked."""

    token_hash: bytes
    sandbox_id: UUID


async def issue(redis: Redis, admission: Admission) -> str:
    """Returns a fresh ticket."""
    ticket = secrets.token_urlsafe(32)
    await redis.set(_key(ticket), admission.sandbox_id.bytes + admission.token_hash, ex=TICKET_SECONDS)
    return ticket


async def redeem(redis: Redis, ticket: str) -> Admission | None:
    """Returns what a ticket stands for and makes it void; None when it is forged, used or too old."""
    if len(ticket) != _TICKET_LENGTH:
        return None
    stored = await redis.getdel(_key(ticket))
    if not isinstance(stored, bytes):
        return None
    return Admission(token_hash=stored[16:], sandbox_id=UUID(bytes=stored[:16]))


def _key(ticket: str) -> str:
    return f"kd:rt-ticket:{sha256(ticket.encode()).hexdigest()}"
