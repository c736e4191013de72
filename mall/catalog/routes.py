"""HTTP of goods as buyers see them."""

from uuid import UUID

from fastapi import APIRouter

from kernel.http.deps import ReadUow
from mall.catalog import category, queries
from mall.catalog.schemas import CategoryView, LeafView, ProductView, ShopFront
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


@router.get("/products/{product_id}", operation_id="mall_products_read")
async def read_product(product_id: UUID, uow: ReadUow) -> ProductView:
    """Returns one product."""
    return await queries.view_product(uow, product_id)


@router.get("/shops/{shop_id}", operation_id="mall_shops_read")
async def read_shop(shop_id: UUID, uow: ReadUow) -> ShopFront:
    """Returns a store with its goods."""
    shop = await shops.view_shop(uow, shop_id)
    return ShopFront(shop=shop, rows=await queries.list_of_shop(uow, shop_id))
