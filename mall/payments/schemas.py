"""Requests and answers about payments and refunds."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, View
from kernel.money import FEN_LIMIT
from mall.payments.rules import Channel, Outcome


class PayAttempt(Command):
    """`expected_total_fen` is what the buyer saw; another total is refused. `outcome` is what he lets the bank do (模拟结果)."""

    channel: Channel
    outcome: Outcome
    expected_total_fen: Annotated[int, Field(strict=True, ge=1, le=FEN_LIMIT)]


class PaymentView(View):
    """One attempt; `repeated` counts notifications that came again and did nothing."""

    id: UUID
    attempt: int
    channel: str
    outcome: str
    state: str
    reason: str | None
    amount_fen: int
    notify_id: str
    repeated: int
    refund_state: str | None
    created_sim_at: datetime
    settled_sim_at: datetime | None


class RefundView(View):
    id: UUID
    number: str
    channel: str
    reason: str
    amount_fen: int
    state: str
    tries: int
    created_sim_at: datetime
    done_sim_at: datetime | None


class OpenRefund(RefundView):
    """A refund of the class that has not come through, for its lecturer."""

    trade_number: str | None
    seat_number: int
    buyer_name: str
