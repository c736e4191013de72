"""Identifiers: UUID version 7, which sort by the moment they were made."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Returns a fresh UUIDv7. It names things; it is never a source of simulated randomness."""
    return uuid7()
