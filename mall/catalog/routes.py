"""HTTP of goods as buyers see them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from kernel.http.deps import ReadUow
from kernel.http.fields import Line, Word
from mall.catalog import category, queries
from mall.catalog.queries import Filters, Sort
from mall.catalog.schemas import CategoryView, LeafView, ProductPage, ProductView, ShopFront
from mall.shops import queries as shops

router = APIRouter(tags=["goods"])


@router.get("/categories", operation_id="mall_categories_list")
async def list_categories(_uow: ReadUow) -> list[CategoryView]:
    """Returns the mall's departments with their leaves; a department's drawing is that of its first leaf."""
    return [
        CategoryView(
            code=top.code,
            name=top.name,
            art=top.leaves[0].art,
            leaves=[LeafView(code=leaf.code, name=leaf.name, art=leaf.art) for leaf in top.leaves],
        )
        for top in category.load().tops
    ]


@router.get("/products", operation_id="mall_products_list")
async def list_products(
    uow: ReadUow,
    category: Annotated[Word | None, Query(max_length=24)] = None,
    q: Annotated[Line | None, Query(max_length=40)] = None,
    sort: Sort = Sort.RECOMMENDED,
    cursor: Annotated[Word | None, Query(max_length=300)] = None,
    size: Annotated[int, Query(ge=1, le=60)] = 20,
) -> ProductPage:
    """Returns one page of goods on sale; a category is a leaf or a whole department."""
    return await queries.list_products(uow, Filters(category=category, words=q, sort=sort, size=size, cursor=cursor))


@router.get("/products/{product_id}", operation_id="mall_products_read")
async def read_product(product_id: UUID, uow: ReadUow) -> ProductView:
    """Returns one product."""
    return await queries.view_product(uow, product_id)


@router.get("/shops/{shop_id}", operation_id="mall_shops_read")
async def read_shop(shop_id: UUID, uow: ReadUow) -> ShopFront:
    """Returns a store with its goods."""
    shop = await shops.view_shop(uow, shop_id)
    return ShopFront(shop=shop, rows=await queries.list_of_shop(uow, shop_id))
