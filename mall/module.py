"""What the mall registers."""

from pathlib import Path

from fastapi import APIRouter

from kernel.module import Module
from mall.accounts.handlers import OPEN_BOOKS, OPEN_WALLETS
from mall.accounts.routes import router as accounts
from mall.addresses.routes import router as addresses
from mall.analytics.routes import router as analytics
from mall.carts.routes import router as carts
from mall.catalog.desk_routes import router as goods_desk
from mall.catalog.routes import router as catalog
from mall.checkout import cashier
from mall.checkout.routes import router as checkout
from mall.checkout.service import PAY_TIMEOUT, time_out
from mall.drawings.routes import router as drawings
from mall.events import EVENTS
from mall.favourites.routes import router as favourites
from mall.freight.routes import router as freight
from mall.fulfilment import service as fulfilment
from mall.members.routes import router as members
from mall.messages.handlers import TELL_BUYERS
from mall.messages.routes import router as messages
from mall.payments import refunds
from mall.payments.routes import router as payments
from mall.registrations.routes import router as registrations
from mall.resets.routes import router as resets
from mall.search.handlers import RANK_AFTER_SALE, RANK_AFTER_SHIPPING
from mall.search.routes import router as search
from mall.shops.routes import router as shops
from mall.stock.routes import router as stock
from mall.trades import receipt, shipping
from mall.trades import service as trades
from mall.trades.handlers import BADGES, BADGES_CHANGED
from mall.trades.routes import router as trades_router
from mall.wall.routes import router as wall

_router = APIRouter(prefix="/mall")
_PARTS = (
    addresses,
    favourites,
    messages,
    registrations,
    drawings,
    shops,
    members,
    freight,
    search,
    catalog,
    goods_desk,
    stock,
    carts,
    checkout,
    trades_router,
    payments,
    accounts,
    analytics,
    resets,
    wall,
)
for _part in _PARTS:
    _router.include_router(_part)

MODULE = Module(
    name="mall",
    locales=Path(__file__).with_name("locales"),
    routers=(_router,),
    timers={
        PAY_TIMEOUT: time_out,
        trades.SHIP_DEADLINE: trades.note_late_shipping,
        receipt.AUTO_CONFIRM: receipt.auto_confirm,
        receipt.SEAL: trades.seal,
        fulfilment.STEP: receipt.move_parcel,
        fulfilment.UNTRACKED: shipping.note_untracked,
        cashier.NOTIFY: cashier.hear,
        refunds.SETTLE: refunds.settle,
    },
    events=EVENTS,
    reactions=(OPEN_BOOKS, OPEN_WALLETS, TELL_BUYERS, RANK_AFTER_SALE, RANK_AFTER_SHIPPING),
    broadcasts=(BADGES_CHANGED,),
    topics=(BADGES,),
)
