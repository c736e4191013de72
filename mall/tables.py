"""Every table of the mall, imported so that the metadata is complete."""

from mall.accounts.models import MoneyAccount, Transfer
from mall.carts.models import CartItem
from mall.catalog.models import Product, Sku
from mall.fulfilment.models import Parcel, ParcelLine, ParcelTrack
from mall.payments.models import Payment, PayOrder, Refund
from mall.shops.models import Shop
from mall.stock.models import StockHold, StockLevel, StockMove
from mall.trades.models import ClassmatePair, Trade, TradeLine

TABLES = (
    CartItem,
    ClassmatePair,
    MoneyAccount,
    Parcel,
    ParcelLine,
    ParcelTrack,
    PayOrder,
    Payment,
    Product,
    Refund,
    Shop,
    Sku,
    StockHold,
    StockLevel,
    StockMove,
    Trade,
    TradeLine,
    Transfer,
)
