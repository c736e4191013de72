"""HTTP of trades: the buyer's and the seller's lists, pages and actions; badges; couriers."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from kernel.http.deps import ReadUow, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.fulfilment.rules import CARRIERS
from mall.trades import queries, service, timeline
from mall.trades.rules import Party
from mall.trades.schemas import Badges, CarrierView, Ship, TradePage, TradeView

router = APIRouter(tags=["trades"])

Buyer = Annotated[UnitOfWork, reader(Capability.BUY)]
BuyerWriting = Annotated[UnitOfWork, writer(Capability.BUY)]
Seller = Annotated[UnitOfWork, reader(Capability.SELL)]
SellerWriting = Annotated[UnitOfWork, writer(Capability.SELL)]
Tab = Literal["wait_pay", "wait_ship", "shipped", "finished", "closed"]
Page = Annotated[int, Query(ge=1, le=1000)]
Size = Annotated[int, Query(ge=1, le=100)]


@router.get("/trades", operation_id="mall_trades_list")
async def list_bought(uow: Buyer, state: Tab | None = None, page: Page = 1, size: Size = 20) -> TradePage:
    """Returns the acting learner's purchases."""
    return await queries.page(uow, Party.BUYER, state=state, number=page, size=size)


@router.get("/trades/{trade_id}", operation_id="mall_trades_read")
async def read_bought(trade_id: UUID, uow: Buyer) -> TradeView:
    """Returns one purchase."""
    return await timeline.view_bought(uow, trade_id)


@router.post("/trades/{trade_id}/confirm", operation_id="mall_trades_confirm")
async def confirm(trade_id: UUID, uow: BuyerWriting) -> TradeView:
    """Confirms receipt."""
    await service.confirm(uow, trade_id)
    return await timeline.view_bought(uow, trade_id)


@router.get("/desk/trades", operation_id="mall_desk_trades_list")
async def list_sold(uow: Seller, state: Tab | None = None, page: Page = 1, size: Size = 20) -> TradePage:
    """Returns the acting learner's sales."""
    return await queries.page(uow, Party.SELLER, state=state, number=page, size=size)


@router.get("/desk/trades/{trade_id}", operation_id="mall_desk_trades_read")
async def read_sold(trade_id: UUID, uow: Seller) -> TradeView:
    """Returns one sale."""
    return await timeline.view_sold(uow, trade_id)


@router.post("/desk/trades/{trade_id}/ship", operation_id="mall_desk_trades_ship")
async def ship(trade_id: UUID, body: Ship, uow: SellerWriting) -> TradeView:
    """Ships a trade."""
    await service.ship(uow, trade_id, carrier_code=body.carrier)
    return await timeline.view_sold(uow, trade_id)


@router.get("/carriers", operation_id="mall_carriers_list")
async def list_carriers(_uow: ReadUow) -> list[CarrierView]:
    """Returns the simulated couriers."""
    return [CarrierView(code=carrier.code, name=carrier.name) for carrier in CARRIERS]


@router.get("/badges", operation_id="mall_badges_read")
async def read_badges(uow: Buyer) -> Badges:
    """Returns the numbers beside the menu entries."""
    return await queries.view_badges(uow, uow.actor.seat)
