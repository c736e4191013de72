"""HTTP of checkout: quote, place, pay, cancel."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from kernel.http.deps import Command, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.checkout import queries, service
from mall.checkout.schemas import PayOrderView, QuoteRequest, QuoteView, TradePlace
from mall.trades import timeline
from mall.trades.schemas import TradeView

router = APIRouter(tags=["checkout"])

Buyer = Annotated[UnitOfWork, reader(Capability.BUY)]
BuyerWriting = Annotated[UnitOfWork, writer(Capability.BUY)]


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
async def pay(pay_order_id: UUID, uow: BuyerWriting, once: Command) -> Response:
    """Pays a pay order from the wallet."""
    return await once.run(uow, None, lambda: service.pay(uow, pay_order_id), status=200)


@router.post("/trades/{trade_id}/cancel", operation_id="mall_trades_cancel")
async def cancel(trade_id: UUID, uow: BuyerWriting) -> TradeView:
    """Cancels an unpaid trade."""
    await service.cancel(uow, trade_id)
    return await timeline.view_bought(uow, trade_id)
