"""HTTP of the seller's goods: the table, the editor with its drafts, the shelf, the recycle bin, many at once."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from kernel.errors import Invalid
from kernel.http.deps import Command, reader, writer
from kernel.http.fields import Line, Word
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.catalog import batch, category, contents, desk, drafts, service, words
from mall.catalog.desk import DeskSort, Tab, Wanted
from mall.catalog.desk_schemas import (
    AttributeForm,
    BatchAnswer,
    DeskProductPage,
    DeskProductView,
    LeafForm,
    PriceSet,
    ProductBatch,
    ProductDraft,
    QualificationView,
    QualityView,
    VerdictView,
    WordView,
)
from mall.catalog.models import ProductState
from mall.catalog.schemas import ProductCreate, ProductUpdate
from mall.members.rules import Duty
from mall.shops import queries as shops

router = APIRouter(prefix="/desk", tags=["goods"])

Seller = Annotated[UnitOfWork, reader(Capability.SELL)]
SellerWriting = Annotated[UnitOfWork, writer(Capability.SELL)]


@router.get("/category", operation_id="mall_desk_category_read")
async def read_category(_uow: Seller, code: Annotated[Word, Query(max_length=24)]) -> LeafForm:
    """Returns what the editor asks for goods of a leaf."""
    leaf, categories = category.find_leaf(code), category.load()
    if leaf is None:
        raise Invalid.field("/query/code", "mall.product.unknown_category")
    needed = next((entry for entry in categories.qualifications if entry.code == leaf.qualification), None)
    return LeafForm(
        code=leaf.code,
        name=leaf.name,
        top_name=next(top.name for top in categories.tops if top.code == leaf.top),
        label=categories.label,
        specs=list(leaf.specs),
        attributes=[AttributeForm.model_validate(entry, from_attributes=True) for entry in leaf.attributes],
        qualification=None if needed is None else QualificationView.model_validate(needed, from_attributes=True),
    )


@router.put("/skus/{sku_id}/price", operation_id="mall_desk_skus_set_price")
async def set_price(sku_id: UUID, body: PriceSet, uow: SellerWriting) -> DeskProductView:
    """Sets the price of one SKU."""
    return await service.set_price(uow, sku_id, price_fen=body.price_fen)


@router.get("/products", operation_id="mall_desk_products_list")
async def list_own(
    uow: Seller,
    state: Tab | None = None,
    q: Annotated[Line | None, Query(max_length=40)] = None,
    sort: DeskSort = DeskSort.UPDATED,
    page: Annotated[int, Query(ge=1, le=1000)] = 1,
    size: Annotated[int, Query(ge=1, le=100)] = 20,
) -> DeskProductPage:
    """Returns the seller's goods; without a state all but what lies in the recycle bin."""
    shop = await shops.access_shop(uow, Duty.LOOK)
    return await desk.page_of_desk(uow, shop.id, Wanted(tab=state, words=q, sort=sort, page=page, size=size))


@router.post("/products", operation_id="mall_desk_products_create", response_model=DeskProductView, status_code=201)
async def create(body: ProductCreate, uow: SellerWriting, once: Command) -> Response:
    """Adds a product."""
    return await once.run(uow, body, lambda: service.create(uow, body))


@router.post("/products/quality", operation_id="mall_desk_products_judge")
async def judge(body: ProductDraft, uow: Seller) -> QualityView:
    """Judges goods as they are being written. Reads only, although it is a POST: a draft is too long for an address."""
    contents.refuse_unknown(body)
    judgement = contents.judge(uow, body)
    return QualityView(
        score=judgement.score,
        label=words.load().label,
        verdicts=[VerdictView.model_validate(verdict, from_attributes=True) for verdict in judgement.verdicts],
        words=[
            WordView(
                pointer=pointer,
                word=hit.word,
                start=hit.start,
                end=hit.end,
                group=hit.group.name,
                blocks=hit.group.blocks,
                law=hit.group.law,
                consequence=hit.group.consequence,
                instead=list(hit.group.instead),
            )
            for pointer, hit in contents.find_words(body.model_dump(mode="json"))
        ],
    )


@router.post("/products/drafts", operation_id="mall_desk_drafts_begin", response_model=DeskProductView, status_code=201)
async def begin_draft(body: ProductDraft, uow: SellerWriting, once: Command) -> Response:
    """Adds a product that is only a draft."""
    return await once.run(uow, body, lambda: drafts.begin(uow, body))


@router.post("/products/batch", operation_id="mall_desk_products_change_many", response_model=BatchAnswer)
async def change_many(body: ProductBatch, uow: SellerWriting, once: Command) -> Response:
    """Carries out one change on many of the seller's goods."""
    return await once.run(uow, body, lambda: batch.run(uow, body), status=200)


@router.get("/products/{product_id}", operation_id="mall_desk_products_read")
async def read_own(product_id: UUID, uow: Seller) -> DeskProductView:
    """Returns one of the seller's goods."""
    return await desk.access_own_product(uow, product_id)


@router.put("/products/{product_id}", operation_id="mall_desk_products_change")
async def change(product_id: UUID, body: ProductUpdate, uow: SellerWriting) -> DeskProductView:
    """Publishes what the editor holds."""
    return await service.change(uow, product_id, body)


@router.put("/products/{product_id}/draft", operation_id="mall_desk_drafts_save")
async def save_draft(product_id: UUID, body: ProductDraft, uow: SellerWriting) -> DeskProductView:
    """Keeps what is being written; buyers see nothing of it."""
    return await drafts.save(uow, product_id, body)


@router.delete("/products/{product_id}/draft", operation_id="mall_desk_drafts_discard")
async def discard_draft(product_id: UUID, uow: SellerWriting) -> DeskProductView:
    """Throws unpublished changes away."""
    return await drafts.discard(uow, product_id)


@router.post(
    "/products/{product_id}/copy",
    operation_id="mall_desk_products_copy",
    response_model=DeskProductView,
    status_code=201,
)
async def copy(product_id: UUID, uow: SellerWriting, once: Command) -> Response:
    """Adds a draft with the content of a product."""
    return await once.run(uow, None, lambda: drafts.copy(uow, product_id))


@router.post("/products/{product_id}/put-on-shelf", operation_id="mall_desk_products_put_on_shelf")
async def put_on_shelf(product_id: UUID, uow: SellerWriting) -> DeskProductView:
    """Offers a product for sale."""
    return await service.shelve(uow, product_id, ProductState.ON_SALE)


@router.post("/products/{product_id}/take-off-shelf", operation_id="mall_desk_products_take_off_shelf")
async def take_off_shelf(product_id: UUID, uow: SellerWriting) -> DeskProductView:
    """Takes a product off the shelf."""
    return await service.shelve(uow, product_id, ProductState.OFF_SHELF)


@router.post("/products/{product_id}/recycle", operation_id="mall_desk_products_recycle")
async def recycle(product_id: UUID, uow: SellerWriting) -> DeskProductView:
    """Puts a product into the recycle bin."""
    return await service.recycle(uow, product_id)


@router.post("/products/{product_id}/restore", operation_id="mall_desk_products_restore")
async def restore(product_id: UUID, uow: SellerWriting) -> DeskProductView:
    """Takes a product out of the recycle bin."""
    return await service.restore(uow, product_id)
