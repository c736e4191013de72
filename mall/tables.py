"""Every table of the mall, imported so that the metadata is complete."""

from mall.accounts.models import MoneyAccount, Transfer
from mall.addresses.models import Address
from mall.carts.models import CartItem
from mall.catalog.models import Product, Sku
from mall.favourites.models import Favourite, FollowedShop, Footprint
from mall.fulfilment.models import Parcel, ParcelTrack
from mall.messages.models import Message
from mall.payments.models import PayOrder
from mall.search.models import SearchCount, SearchEntry, SearchTerm
from mall.shops.models import Shop
from mall.stock.models import StockHold, StockLevel, StockMove
from mall.trades.models import ClassmatePair, Trade, TradeLine

TABLES = (
    Address,
    CartItem,
    ClassmatePair,
    Favourite,
    FollowedShop,
    Footprint,
    Message,
    MoneyAccount,
    Parcel,
    ParcelTrack,
    PayOrder,
    Product,
    SearchCount,
    SearchEntry,
    SearchTerm,
    Shop,
    Sku,
    StockHold,
    StockLevel,
    StockMove,
    Trade,
    TradeLine,
    Transfer,
)
