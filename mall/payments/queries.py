"""Reads of payments and refunds."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.unit_of_work import UnitOfWork
from mall.payments.schemas import OpenRefund, PaymentView, RefundView

_ATTEMPTS = text("""
    SELECT p.id, p.attempt, p.channel, p.outcome, p.state, p.amount_fen, p.notify_id, p.created_sim_at, p.settled_sim_at,
           (SELECT l.params ->> 'reason' FROM kernel_state_log l
             WHERE l.entity_id = p.id AND l.event <> 'notify_again' ORDER BY l.seq DESC LIMIT 1) AS reason,
           (SELECT count(*) FROM kernel_state_log l WHERE l.entity_id = p.id AND l.event = 'notify_again') AS repeated,
           r.state AS refund_state
      FROM mall_payment p LEFT JOIN mall_refund r ON r.payment_id = p.id
     WHERE p.pay_order_id = :id ORDER BY p.attempt
""")
_OF_TRADE = text("""
    SELECT id, number, channel, reason, amount_fen, state, tries, created_sim_at, done_sim_at
      FROM mall_refund WHERE trade_id = :id ORDER BY ordinal
""")
_OPEN = text("""
    SELECT r.id, r.number, r.channel, r.reason, r.amount_fen, r.state, r.tries, r.created_sim_at, r.done_sim_at,
           t.number AS trade_number, seat.number AS seat_number, seat.display_name AS buyer_name
      FROM mall_refund r
      JOIN kernel_seat seat ON seat.id = r.buyer_seat_id
      LEFT JOIN mall_trade t ON t.id = r.trade_id
     WHERE r.state <> 'success' ORDER BY r.state = 'manual' DESC, r.ordinal LIMIT 100
""")


async def list_attempts(uow: UnitOfWork, pay_order_id: UUID) -> list[PaymentView]:
    """Returns the attempts to pay a pay order, first to last."""
    return [PaymentView(**row._mapping) for row in await uow.execute(_ATTEMPTS, {"id": pay_order_id})]


async def list_refunds(uow: UnitOfWork, trade_id: UUID) -> list[RefundView]:
    """Returns the refunds of a trade, first to last."""
    return [RefundView(**row._mapping) for row in await uow.execute(_OF_TRADE, {"id": trade_id})]


async def list_open_refunds(uow: UnitOfWork) -> list[Any]:
    """Returns the class's refunds that have not come through, those that wait for a person first; a hundred at most."""
    return [OpenRefund(**row._mapping) for row in await uow.execute(_OPEN)]
