"""Every table of the mall, imported so that the metadata is complete."""

from mall.accounts.models import MoneyAccount, Transfer
from mall.addresses.models import Address
from mall.carts.models import CartItem
from mall.catalog.models import Product, Sku
from mall.favourites.models import Favourite, FollowedShop, Footprint
from mall.freight.models import FreightTemplate
from mall.fulfilment.models import Parcel, ParcelLine, ParcelTrack
from mall.members.models import ShopMember
from mall.messages.models import Message
from mall.payments.models import Payment, PayOrder, Refund
from mall.registrations.models import Deposit, Registration, RegistrationSetting
from mall.search.models import SearchCount, SearchEntry, SearchTerm
from mall.shops.models import Shop, ShopName
from mall.stock.models import StockHold, StockLevel, StockMove
from mall.trades.models import ClassmatePair, Trade, TradeLine

TABLES = (
    Address,
    CartItem,
    ClassmatePair,
    Deposit,
    Favourite,
    FollowedShop,
    Footprint,
    FreightTemplate,
    Message,
    MoneyAccount,
    Parcel,
    ParcelLine,
    ParcelTrack,
    PayOrder,
    Payment,
    Product,
    Refund,
    Registration,
    RegistrationSetting,
    SearchCount,
    SearchEntry,
    SearchTerm,
    Shop,
    ShopMember,
    ShopName,
    Sku,
    StockHold,
    StockLevel,
    StockMove,
    Trade,
    TradeLine,
    Transfer,
)
