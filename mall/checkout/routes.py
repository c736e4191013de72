"""HTTP of checkout: quote, place, pay, cancel."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from kernel.http.deps import Command, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.checkout import cashier, queries, service
from mall.checkout.schemas import PayOrderView, QuoteRequest, QuoteView, TradePlace
from mall.payments.schemas import PayAttempt
from mall.trades import timeline
from mall.trades.models import CloseReason
from mall.trades.schemas import TradeClose, TradeView

router = APIRouter(tags=["checkout"])

Buyer = Annotated[UnitOfWork, reader(Capability.BUY)]
BuyerWriting = Annotated[UnitOfWork, writer(Capability.BUY)]
SellerWriting = Annotated[UnitOfWork, writer(Capability.SELL)]
BuyerReason = Literal[
    CloseReason.BUYER_CANCELLED,
    CloseReason.BUYER_WRONG_GOODS,
    CloseReason.BUYER_WRONG_DETAILS,
    CloseReason.BUYER_FOUND_BETTER,
]


@router.post("/quotes", operation_id="mall_quotes_make")
async def make_quote(body: QuoteRequest, uow: Buyer) -> QuoteView:
    """Prices lines and says why. Reads only, although it is a POST: a quote is too long for an address."""
    return await service.view_quote(uow, body)


@router.post("/trades", operation_id="mall_trades_place", response_model=PayOrderView, status_code=201)
async def place(body: TradePlace, uow: BuyerWriting, once: Command) -> Response:
    """Places one trade per store under one pay order."""
    return await once.run(uow, body, lambda: service.place(uow, body))


@router.get("/pay-orders/{pay_order_id}", operation_id="mall_pay_orders_read")
async def read_pay_order(pay_order_id: UUID, uow: Buyer) -> PayOrderView:
    """Returns a pay order."""
    return await queries.view_pay_order(uow, pay_order_id)


@router.post("/pay-orders/{pay_order_id}/pay", operation_id="mall_pay_orders_pay", response_model=PayOrderView)
async def pay(
    pay_order_id: UUID, uow: BuyerWriting, once: Command, expected_total_fen: Annotated[int | None, Query(ge=1)] = None
) -> Response:
    """Pays a pay order from the wallet, at once; refuses another total than the buyer saw."""

    async def act() -> PayOrderView:
        return await cashier.pay(uow, pay_order_id, expected_total_fen=expected_total_fen)

    return await once.run(uow, None, act, status=200)


@router.post("/pay-orders/{pay_order_id}/attempts", operation_id="mall_pay_orders_attempt", response_model=PayOrderView)
async def attempt(pay_order_id: UUID, body: PayAttempt, uow: BuyerWriting, once: Command) -> Response:
    """Begins a payment with the outcome the learner has chosen for it."""
    return await once.run(uow, body, lambda: cashier.attempt(uow, pay_order_id, body), status=200)


@router.post("/trades/{trade_id}/cancel", operation_id="mall_trades_cancel")
async def cancel(trade_id: UUID, uow: BuyerWriting, reason: BuyerReason = CloseReason.BUYER_CANCELLED) -> TradeView:
    """Cancels an unpaid trade, with the buyer's reason."""
    await service.cancel(uow, trade_id, reason)
    return await timeline.view_bought(uow, trade_id)


@router.post("/desk/trades/{trade_id}/close", operation_id="mall_desk_trades_close")
async def close(trade_id: UUID, body: TradeClose, uow: SellerWriting) -> TradeView:
    """Closes an unpaid trade, with the seller's reason."""
    await service.close(uow, trade_id, CloseReason(body.reason))
    return await timeline.view_sold(uow, trade_id)
