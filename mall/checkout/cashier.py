"""The simulated cashier (收银台): attempts to pay, and the one path by which the bank's notifications come in.

A notification may come at once, late, twice or after the order was closed. `notify` makes each of them harmless: the first one
to an attempt that waits has an effect, any other is only written down, and money for an order that no longer waits goes back.
Lock order: timer → pay order → wallet → stock → trade.
"""

from typing import Any
from uuid import UUID

from kernel.errors import Conflict
from kernel.sandbox import timers
from kernel.sandbox.timers import DueTimer
from kernel.unit_of_work import UnitOfWork
from mall.accounts import queries as wallets
from mall.accounts import service as accounts
from mall.accounts.models import AccountKind, TransferCause
from mall.checkout import queries
from mall.checkout.schemas import PayOrderView
from mall.checkout.service import PAY_TIMEOUT
from mall.payments import refunds
from mall.payments import service as payments
from mall.payments.models import PaymentState, PayOrderState
from mall.payments.rules import NOTICES, Channel, Notice, Outcome, Verdict
from mall.payments.schemas import PayAttempt
from mall.trades import service as trades
from mall.trades.models import TradeState

NOTIFY = "mall.payment.notify"


async def pay(uow: UnitOfWork, pay_order_id: UUID, *, expected_total_fen: int | None = None) -> PayOrderView:
    """Pays a pay order from the acting buyer's wallet into escrow, at once; all its trades or none.

    Raises:
        NotFound: absent, or another's.
        Conflict: already paid, closed or out of time, another total than the buyer saw, or the wallet holds too little.
    Emits: `TradePaid` per trade.

    """
    order = await _lock_waiting(uow, pay_order_id, expected_total_fen)
    payment = await payments.attempt(uow, order, channel=Channel.WALLET, outcome=Outcome.SUCCESS)
    await _collect(uow, order, payment)
    return await queries.view_pay_order(uow, pay_order_id)


async def attempt(uow: UnitOfWork, pay_order_id: UUID, command: PayAttempt) -> PayOrderView:
    """Begins a payment whose outcome the learner has chosen, and lets the bank tell of it: now, later, or twice.

    Raises:
        NotFound: absent, or another's.
        Conflict: already paid, closed or out of time, another total than the buyer saw, or too many attempts.
    Emits: `TradePaid` per trade when the money came.

    """
    order = await _lock_waiting(uow, pay_order_id, command.expected_total_fen)
    payment = await payments.attempt(uow, order, channel=command.channel, outcome=command.outcome)
    notice = NOTICES[command.outcome]
    if notice.after_class_ms is None:
        for _ in range(2 if notice.again else 1):
            await notify(uow, payment.notify_id, notice.verdict)
    else:
        await _announce(uow, order, payment, notice, notice.after_class_ms)
    return await queries.view_pay_order(uow, pay_order_id)


async def _announce(uow: UnitOfWork, order: Any, payment: Any, notice: Notice, after_class_ms: int) -> None:
    start = order.pay_by_class_ms if notice.after_close else uow.now.class_ms
    payload = {"notify_id": payment.notify_id, "verdict": notice.verdict.value}
    await timers.schedule_class(uow, NOTIFY, payment.id, due_class_ms=start + after_class_ms, payload=payload)


async def hear(uow: UnitOfWork, timer: DueTimer) -> None:
    """Hears a notification that the bank sends later."""
    await notify(uow, timer.payload["notify_id"], Verdict(timer.payload["verdict"]))


async def notify(uow: UnitOfWork, notify_id: str, verdict: Verdict) -> None:
    """Takes the bank's word about an attempt: the one way in. Safe twice, and after the order was closed.

    Raises:
        NotFound: the bank speaks of an attempt that nobody made.
    Emits: `TradePaid` per trade, the first time, if the order still waits for exactly this amount.

    """
    payment = await payments.access_payment(uow, notify_id)
    await timers.lock_pending(uow, PAY_TIMEOUT, [payment.pay_order_id])
    order = await payments.lock_any(uow, payment.pay_order_id)
    payment = await payments.access_payment(uow, notify_id)
    if payment.state != PaymentState.CREATED:
        await payments.note_repeated(uow, payment)
        return
    if verdict is Verdict.PAID:
        await accounts.lock_wallets(uow, buyers=[order.buyer_seat_id], sellers=[])
        if await wallets.find_balance(uow, order.buyer_seat_id) < payment.amount_fen:
            verdict = Verdict.INSUFFICIENT
    if verdict is not Verdict.PAID:
        await payments.settle(uow, payment, event="fail", reason=verdict.value)
    elif _is_waiting(uow, order) and order.total_fen == payment.amount_fen:
        await _collect(uow, order, payment)
    else:
        await payments.settle(uow, payment, event="return_late", reason=f"order_{order.state}")
        await refunds.of_payment(uow, payment)


def _is_waiting(uow: UnitOfWork, order: Any) -> bool:
    return bool(order.state == PayOrderState.CREATED and uow.now.class_ms < order.pay_by_class_ms)


async def _lock_waiting(uow: UnitOfWork, pay_order_id: UUID, expected_total_fen: int | None) -> Any:
    await timers.lock_pending(uow, PAY_TIMEOUT, [pay_order_id])
    order = await payments.lock_own(uow, pay_order_id)
    if order.state == PayOrderState.PAID:
        raise Conflict("mall.payment.already_paid", number=order.number)
    if not _is_waiting(uow, order):
        raise Conflict("mall.payment.closed", number=order.number)
    if expected_total_fen not in {None, order.total_fen}:
        raise Conflict("mall.trade.price_changed", expected_fen=expected_total_fen, total_fen=order.total_fen)
    return order


async def _collect(uow: UnitOfWork, order: Any, payment: Any) -> None:
    """Moves the money of a locked order into escrow and lets its trades go on."""
    await timers.cancel(uow, PAY_TIMEOUT, order.id)
    waiting = [row for row in await queries.list_trades(uow, order.id) if row.state == TradeState.WAIT_PAY]
    for trade in waiting:
        await accounts.move(
            uow,
            trade.total_fen,
            debit=(AccountKind.BUYER, order.buyer_seat_id),
            credit=(AccountKind.ESCROW, uow.sandbox.id),
            cause=TransferCause.PAYMENT,
            cause_id=trade.id,
            number=trade.number,
        )
    await payments.settle(uow, payment, event="succeed", reason="paid")
    await payments.mark_paid(uow, order)
    for trade in waiting:
        await trades.mark_paid(uow, trade)
