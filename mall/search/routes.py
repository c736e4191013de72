"""HTTP of search: lists of goods, suggestions, hot words, new stores, and to a seller why his goods stand where they do."""

from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from kernel.http import rows
from kernel.http.deps import CurrentRuntime, ReadUow, reader, reading, writing
from kernel.http.fields import PRICE_LIMIT_FEN, Line, Word
from kernel.identity.rules import Capability, require
from kernel.unit_of_work import UnitOfWork
from mall.search import explaining, queries, service, suggesting
from mall.search.queries import Filters
from mall.search.rules import Sort
from mall.search.schemas import HotWords, NewShop, ProductPage, RankView, SearchSaid, Suggestions

router = APIRouter(tags=["search"])

COUNTED_ONCE_SECONDS = 3600
"""Whoever searches for the same within a real hour counts once."""

Price = Annotated[int | None, Query(ge=0, le=PRICE_LIMIT_FEN)]
Said = Annotated[Line | None, Query(max_length=40)]


@router.get("/products", operation_id="mall_products_list", response_model=ProductPage)
async def list_products(
    uow: ReadUow,
    category: Annotated[Word | None, Query(max_length=24)] = None,
    q: Said = None,
    from_fen: Price = None,
    to_fen: Price = None,
    *,
    in_stock: bool = False,
    sort: Sort = Sort.RECOMMENDED,
    cursor: Annotated[Word | None, Query(max_length=300)] = None,
    size: Annotated[int, Query(ge=1, le=60)] = 20,
) -> Response:
    """Returns one page of goods on sale."""
    filters = Filters(
        category=category,
        words=q or None,
        from_fen=from_fen,
        to_fen=to_fen,
        in_stock=in_stock,
        sort=sort,
        size=size,
        cursor=cursor,
    )
    return rows.answer(await queries.list_products(uow, filters))


@router.get("/search-suggestions", operation_id="mall_search_suggest")
async def suggest(uow: ReadUow, q: Annotated[Line, Query(max_length=40)] = "") -> Suggestions:
    """Returns what a buyer may be about to type."""
    return await suggesting.suggest(uow, q)


@router.get("/hot-words", operation_id="mall_search_hot_words")
async def list_hot_words(uow: ReadUow) -> HotWords:
    """Returns what the class has searched for most lately."""
    return HotWords(words=await queries.list_hot(uow))


@router.get("/new-shops", operation_id="mall_shops_list_new", response_model=list[NewShop])
async def list_new_shops(uow: ReadUow) -> Response:
    """Returns the stores opened last."""
    return rows.answer(await queries.list_new_shops(uow))


@router.post("/searches", operation_id="mall_searches_count", status_code=204)
async def count_search(body: SearchSaid, request: Request, runtime: CurrentRuntime) -> None:
    """Counts a search towards the class's hot words; who searched is forgotten within the hour."""
    async with reading(request) as uow:
        require(uow.actor, Capability.BUY)
        once = sha256(f"{uow.sandbox.id}:{uow.actor.seat}:{body.q}".encode()).hexdigest()
    if not await runtime.redis.set(f"kd:searched:{once}", 1, nx=True, ex=COUNTED_ONCE_SECONDS):
        return
    async with writing(request) as uow:
        await service.count(uow, body.q)


@router.get("/desk/products/{product_id}/rank", operation_id="mall_desk_products_explain_rank")
async def explain_rank(
    product_id: UUID,
    uow: Annotated[UnitOfWork, reader(Capability.SELL)],
    q: Annotated[Line, Query(max_length=40)] = "",
) -> RankView:
    """Returns why a product of the seller stands where it stands in a search."""
    return await explaining.explain(uow, product_id, q)
