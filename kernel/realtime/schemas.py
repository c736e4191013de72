"""Answers of the realtime routes."""

from pydantic import BaseModel


class TicketView(BaseModel):
    """Opens one socket at `/ws/v1?ticket=…` within thirty seconds."""

    ticket: str
