"""HTTP of trades: the buyer's and the seller's lists, pages and actions; parcels; badges; couriers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from kernel.errors import DomainError
from kernel.http.deps import Command, ReadUow, reader, writer
from kernel.http.fields import Line
from kernel.i18n.catalogue import Catalogue
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.fulfilment import service as fulfilment
from mall.fulfilment.rules import CARRIERS
from mall.fulfilment.schemas import CarrierView
from mall.trades import changes, queries, receipt, shipping, timeline
from mall.trades.models import Flag
from mall.trades.queries import TradeFilter
from mall.trades.rules import Party
from mall.trades.schemas import (
    AddressAnswer,
    AddressAsk,
    Badges,
    BatchResult,
    BatchShip,
    BatchShipped,
    Grant,
    Memo,
    NumbersAsked,
    NumbersGiven,
    Readdress,
    ReceiverView,
    Reprice,
    Resend,
    Ship,
    TradePage,
    TradeView,
)

router = APIRouter(tags=["trades"])

Buyer = Annotated[UnitOfWork, reader(Capability.BUY)]
BuyerWriting = Annotated[UnitOfWork, writer(Capability.BUY)]
Seller = Annotated[UnitOfWork, reader(Capability.SELL)]
SellerWriting = Annotated[UnitOfWork, writer(Capability.SELL)]
Tab = Literal["wait_pay", "wait_ship", "part_shipped", "shipped", "finished", "closed"]
Page = Annotated[int, Query(ge=1, le=1000)]
Size = Annotated[int, Query(ge=1, le=100)]
SearchWord = Annotated[Line | None, Query(max_length=40)]
Moment = Annotated[datetime | None, Query(description="a simulated moment, without a zone")]


@router.get("/trades", operation_id="mall_trades_list")
async def list_bought(
    uow: Buyer, state: Tab | None = None, q: SearchWord = None, page: Page = 1, size: Size = 20
) -> TradePage:
    """Returns the acting learner's purchases."""
    return await queries.page(uow, Party.BUYER, wanted=TradeFilter(state=state, word=q), number=page, size=size)


@router.get("/trades/{trade_id}", operation_id="mall_trades_read")
async def read_bought(trade_id: UUID, uow: Buyer) -> TradeView:
    """Returns one purchase."""
    return await timeline.view_bought(uow, trade_id)


@router.post("/trades/{trade_id}/extend", operation_id="mall_trades_extend")
async def extend(trade_id: UUID, uow: BuyerWriting) -> TradeView:
    """Takes a few days more to receive, once."""
    await receipt.extend(uow, trade_id)
    return await timeline.view_bought(uow, trade_id)


@router.post("/trades/{trade_id}/confirm", operation_id="mall_trades_confirm")
async def confirm(trade_id: UUID, uow: BuyerWriting) -> TradeView:
    """Confirms receipt."""
    await receipt.confirm(uow, trade_id)
    return await timeline.view_bought(uow, trade_id)


@router.get("/trades/{trade_id}/receivers", operation_id="mall_trades_receivers")
async def list_receivers(trade_id: UUID, uow: Buyer) -> list[ReceiverView]:
    """Returns the other receivers to whom the trade may be sent instead."""
    return await changes.list_receivers(uow, trade_id)


@router.post("/trades/{trade_id}/ask-address", operation_id="mall_trades_ask_address")
async def ask_address(trade_id: UUID, body: AddressAsk, uow: BuyerWriting) -> TradeView:
    """Asks the seller to send the trade to another receiver."""
    await changes.ask_address(uow, trade_id, body.choice)
    return await timeline.view_bought(uow, trade_id)


def wanted_trades(
    state: Tab | None = None, q: SearchWord = None, flag: Flag | None = None, since: Moment = None, until: Moment = None
) -> TradeFilter:
    """Returns what a seller looks for, as the address says."""
    plain = [None if moment is None else moment.replace(tzinfo=None) for moment in (since, until)]
    return TradeFilter(state=state, word=q, flag=flag, since=plain[0], until=plain[1])


Wanted = Annotated[TradeFilter, Depends(wanted_trades)]


@router.get("/desk/trades", operation_id="mall_desk_trades_list")
async def list_sold(uow: Seller, wanted: Wanted, page: Page = 1, size: Size = 20) -> TradePage:
    """Returns the acting learner's sales."""
    return await queries.page(uow, Party.SELLER, wanted=wanted, number=page, size=size)


@router.post("/desk/trades-ship", operation_id="mall_desk_trades_ship_many", response_model=BatchShipped)
async def ship_many(body: BatchShip, uow: SellerWriting, request: Request, once: Command) -> Response:
    """Ships many trades; each row tells what became of it."""
    catalogue: Catalogue = request.app.state.catalogue

    async def act() -> BatchShipped:
        results = await shipping.ship_many(uow, body.carrier, body.rows)
        return BatchShipped(rows=[_result(catalogue, trade_id, refusal) for trade_id, refusal in results.items()])

    return await once.run(uow, body, act, status=200)


def _result(catalogue: Catalogue, trade_id: UUID, refusal: DomainError | None) -> BatchResult:
    if refusal is None:
        return BatchResult(trade_id=trade_id, shipped=True, code=None, problem=None)
    code, params = refusal.code, dict(refusal.params)
    if refusal.errors:
        code, params = refusal.errors[0].code, dict(refusal.errors[0].params)
    return BatchResult(trade_id=trade_id, shipped=False, code=code, problem=catalogue.render(code, params).title)


@router.get("/desk/trades/{trade_id}", operation_id="mall_desk_trades_read")
async def read_sold(trade_id: UUID, uow: Seller) -> TradeView:
    """Returns one sale."""
    return await timeline.view_sold(uow, trade_id)


@router.post("/desk/trades/{trade_id}/ship", operation_id="mall_desk_trades_ship")
async def ship(trade_id: UUID, body: Ship, uow: SellerWriting) -> TradeView:
    """Ships a trade or a part of it in one parcel."""
    await shipping.ship(uow, trade_id, body)
    return await timeline.view_sold(uow, trade_id)


@router.post("/desk/trades/{trade_id}/reprice", operation_id="mall_desk_trades_reprice")
async def reprice(trade_id: UUID, body: Reprice, uow: SellerWriting) -> TradeView:
    """Changes price and freight of an unpaid trade."""
    await changes.reprice(uow, trade_id, body)
    return await timeline.view_sold(uow, trade_id)


@router.put("/desk/trades/{trade_id}/memo", operation_id="mall_desk_trades_memo")
async def keep_memo(trade_id: UUID, body: Memo, uow: SellerWriting) -> TradeView:
    """Keeps the seller's own note and flag."""
    await changes.keep_memo(uow, trade_id, body)
    return await timeline.view_sold(uow, trade_id)


@router.post("/desk/trades/{trade_id}/answer-address", operation_id="mall_desk_trades_answer_address")
async def answer_address(trade_id: UUID, body: AddressAnswer, uow: SellerWriting) -> TradeView:
    """Agrees to the receiver that the buyer has asked for, or refuses."""
    await changes.answer_address(uow, trade_id, agree=body.agree)
    return await timeline.view_sold(uow, trade_id)


@router.post("/desk/trades/{trade_id}/readdress", operation_id="mall_desk_trades_readdress")
async def readdress(trade_id: UUID, body: Readdress, uow: SellerWriting) -> TradeView:
    """Corrects street and house for the buyer."""
    await changes.readdress(uow, trade_id, body.address)
    return await timeline.view_sold(uow, trade_id)


@router.post("/desk/trades/{trade_id}/grant", operation_id="mall_desk_trades_grant")
async def grant(trade_id: UUID, body: Grant, uow: SellerWriting) -> TradeView:
    """Gives the buyer more time to receive."""
    await receipt.grant(uow, trade_id, body.days)
    return await timeline.view_sold(uow, trade_id)


@router.post("/desk/parcels/{parcel_id}/recall", operation_id="mall_desk_parcels_recall")
async def recall(parcel_id: UUID, uow: SellerWriting) -> TradeView:
    """Calls a parcel back that nobody has picked up."""
    return await timeline.view_sold(uow, await shipping.recall(uow, parcel_id))


@router.post("/desk/parcels/{parcel_id}/resend", operation_id="mall_desk_parcels_resend")
async def resend(parcel_id: UUID, body: Resend, uow: SellerWriting) -> TradeView:
    """Sends the goods of a lost parcel again."""
    return await timeline.view_sold(uow, await shipping.resend(uow, parcel_id, body))


@router.post("/desk/parcels/{parcel_id}/refund", operation_id="mall_desk_parcels_refund")
async def refund_lost(parcel_id: UUID, uow: SellerWriting) -> TradeView:
    """Pays the goods of a lost parcel back."""
    return await timeline.view_sold(uow, await shipping.refund_lost(uow, parcel_id))


@router.post("/desk/waybills", operation_id="mall_desk_waybills_give", response_model=NumbersGiven)
async def give_numbers(body: NumbersAsked, uow: SellerWriting, once: Command) -> Response:
    """Lets the courier company give numbers before the goods are packed."""

    async def act() -> NumbersGiven:
        return NumbersGiven(numbers=await fulfilment.give_numbers(uow, uow.actor.seat, body.carrier, body.count))

    return await once.run(uow, body, act, status=200)


@router.get("/carriers", operation_id="mall_carriers_list")
async def list_carriers(_uow: ReadUow) -> list[CarrierView]:
    """Returns the simulated couriers."""
    return [CarrierView(code=carrier.code, name=carrier.name, example=carrier.example) for carrier in CARRIERS]


@router.get("/badges", operation_id="mall_badges_read")
async def read_badges(uow: Buyer) -> Badges:
    """Returns the numbers beside the menu entries."""
    return await queries.view_badges(uow, uow.actor.seat)
