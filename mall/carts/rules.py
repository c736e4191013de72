"""When a line of a cart cannot be bought as it stands. Pure."""

from enum import StrEnum


class InvalidReason(StrEnum):
    """Why a line stands apart as 失效."""

    OFF_SHELF = "off_shelf"
    SPEC_GONE = "spec_gone"
    SOLD_OUT = "sold_out"
    INSUFFICIENT = "insufficient"


def why_invalid(state: str, *, retired: bool, sellable: int, quantity: int) -> InvalidReason | None:
    """Returns why a line cannot be bought, `None` if it can: gone goods first, then none left, then fewer than wanted."""
    if state != "on_sale":
        return InvalidReason.OFF_SHELF
    if retired:
        return InvalidReason.SPEC_GONE
    if sellable < 1:
        return InvalidReason.SOLD_OUT
    return InvalidReason.INSUFFICIENT if sellable < quantity else None
