"""Requests and answers about what a buyer keeps."""

from datetime import datetime
from uuid import UUID

from kernel.http.fields import Command, View
from mall.catalog.schemas import Picture


class KeptProduct(View):
    """A product in a list of favourites or footprints. `kept_price_fen` is what it cost when marked, null for footprints."""

    id: UUID
    title: str
    picture: Picture
    price_fen: int
    kept_price_fen: int | None
    on_sale: bool
    shop_id: UUID
    shop_name: str
    kept_sim_at: datetime


class KeptProducts(View):
    rows: list[KeptProduct]
    limit: int


class FollowedShopView(View):
    id: UUID
    name: str
    intro: str
    open: bool
    on_sale: int
    followed_sim_at: datetime


class FollowedShops(View):
    rows: list[FollowedShopView]
    limit: int


class ProductStanding(View):
    """What a product is to the acting buyer."""

    favourite: bool
    favourites: int
    follows_shop: bool


class ShopStanding(View):
    """What a store is to the acting buyer, and to how many others."""

    follows: bool
    followers: int


class FootprintMake(Command):
    product_id: UUID


class BuyerCounts(View):
    """The numbers on a buyer's own page."""

    favourites: int
    followed_shops: int
    footprints: int
    addresses: int
    unread_messages: int
