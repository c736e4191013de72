"""What goods say of themselves, checked and made ready to be stored: texts, attributes, pictures, SKUs. Writes nothing.

Two ways in: `complete` for what is published, `of_draft` for what is being written. The rest asks what the words and the
quality of either are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kernel.errors import FieldError, Invalid
from kernel.storage import queries as stored_files
from kernel.storage.rules import urls
from kernel.unit_of_work import UnitOfWork
from mall import policy
from mall.catalog import category, quality, rules, words
from mall.catalog.desk_schemas import ProductDraft, SkuDraft
from mall.catalog.quality import Facts, Judgement, SkuFacts
from mall.catalog.schemas import DrawnPicture, PictureChoice, PictureWrite, ProductContent, SkuWrite, UploadedPicture
from mall.catalog.words import Hit
from mall.drawings import catalogue as drawings
from mall.freight import queries as freight
from mall.members.rules import Duty
from mall.shops import queries as shops


@dataclass(frozen=True, slots=True)
class Contents:
    """Columns of a product and of its SKUs; a SKU's `on_hand` goes into the stock's books, not into its row."""

    product: dict[str, Any]
    skus: list[dict[str, Any]]


async def complete(uow: UnitOfWork, content: ProductContent, *, for_sale: bool) -> Contents:
    """Returns what a product and its SKUs shall be.

    Raises:
        Invalid: every wrong field at once; with `for_sale` also words that keep goods from the shelf.
        NotFound: a picture is not an upload of the acting seat, or a freight template not of his store.

    """
    errors = _errors(content)
    if for_sale:
        errors += word_errors(content.model_dump(mode="json"))
    if errors:
        raise Invalid("kernel.request.invalid", errors=errors)
    await refuse_foreign_template(uow, content.freight_template_id)
    stored = await _stored(uow, content)
    return Contents(
        product={
            **{name: stored[name] for name in ("title", "category", "attributes", "specs", "pictures", "detail")},
            "merchant_code": content.merchant_code,
            "freight_template_id": content.freight_template_id,
            "picture": stored["pictures"][0],
            "quality": judge(uow, content).score,
            "draft": None,
            "draft_saved_sim_at": None,
        },
        skus=[{**sku, "spec_text": rules.spec_text(sku["spec"])} for sku in stored["skus"]],
    )


async def of_draft(uow: UnitOfWork, draft: ProductDraft) -> dict[str, Any]:
    """Returns what is kept of goods being written.

    Raises:
        Invalid: a category, attribute or drawing that there is not.
        NotFound: as in `complete`.

    """
    refuse_unknown(draft)
    await refuse_foreign_template(uow, draft.freight_template_id)
    return await _stored(uow, draft)


def refuse_unknown(draft: ProductDraft) -> None:
    """Passes goods being written that name nothing which there is not.

    Raises:
        Invalid: a category, attribute or drawing that there is not, a SKU outside the matrix.

    """
    leaf = category.find_leaf(draft.category)
    errors = [
        *rules.unknown_attributes(leaf, draft.attributes),
        *_drawing_errors(draft),
        *rules.place_errors(draft.specs, draft.skus),
    ]
    if leaf is None and draft.category != "":
        errors.append(FieldError("/category", "mall.product.unknown_category"))
    if errors:
        raise Invalid("kernel.request.invalid", errors=errors)


async def refuse_foreign_template(uow: UnitOfWork, template_id: UUID | None) -> None:
    """Passes goods without a freight template, or with one of the store that the acting learner works in.

    Raises:
        NotFound: he works in none, or it has no such template.

    """
    if template_id is not None:
        shop = await shops.access_shop(uow, Duty.LOOK)
        await freight.access_template(uow, shop.id, template_id)


def word_errors(values: Mapping[str, Any]) -> list[FieldError]:
    """Returns the words that keep goods from the shelf, each at its field."""
    return [
        FieldError(pointer, "mall.product.banned_word", (("word", hit.word), ("group", hit.group.name)))
        for pointer, hit in find_words(values)
        if hit.group.blocks
    ]


def find_words(values: Mapping[str, Any]) -> list[tuple[str, Hit]]:
    """Returns the forbidden and doubtful words of goods, given as stored, with the pointer of their field."""
    return [(pointer, hit) for pointer, text in _texts(values) for hit in words.find(text)]


def judge(uow: UnitOfWork, content: ProductContent | ProductDraft) -> Judgement:
    """Returns the quality of goods as they are written."""
    values = content.model_dump(mode="json")
    texts = [block["text"] for block in values["detail"] if block["kind"] == "text"]
    return quality.judge(
        Facts(
            title=content.title,
            leaf=category.find_leaf(content.category),
            attributes=content.attributes,
            pictures=len(content.pictures),
            own_pictures=sum(isinstance(picture, UploadedPicture) for picture in content.pictures),
            detail_length=sum(len(text) for text in texts),
            detail_pictures=len(values["detail"]) - len(texts),
            skus=[SkuFacts(sku.price_fen, sku.cost_fen, sku.on_hand, sku.code, sku.weight_g) for sku in content.skus],
            hits=[hit for _, hit in find_words(values)],
            commission_bp=policy.load(uow.sandbox.policy).commission_bp,
        )
    )


def _texts(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "/title", values["title"]
    for code, value in values["attributes"].items():
        if isinstance(value, str):
            yield f"/attributes/{code}", value
    for index, block in enumerate(values["detail"]):
        if block["kind"] == "text":
            yield f"/detail/{index}/text", block["text"]
    for place, spec in enumerate(values["specs"]):
        for index, value in enumerate(spec["values"]):
            yield f"/specs/{place}/values/{index}", value


def _errors(content: ProductContent) -> list[FieldError]:
    errors = rules.title_errors(content.title)
    leaf = category.find_leaf(content.category)
    if leaf is None:
        errors.append(FieldError("/category", "mall.product.unknown_category"))
    else:
        errors += rules.attribute_errors(leaf, content.attributes)
    return [*errors, *_drawing_errors(content), *rules.matrix_errors(content.specs, content.skus)]


def _drawing_errors(content: ProductContent | ProductDraft) -> list[FieldError]:
    known = drawings.keys()
    return [
        FieldError(f"{pointer}/key", "mall.product.unknown_drawing")
        for pointer, choice in _choices(content)
        if isinstance(choice, DrawnPicture) and choice.key not in known
    ]


def _choices(content: ProductContent | ProductDraft) -> Iterator[tuple[str, PictureChoice]]:
    for index, picture in enumerate(content.pictures):
        yield f"/pictures/{index}", picture
    for index, block in enumerate(content.detail):
        if isinstance(block, PictureWrite):
            yield f"/detail/{index}/picture", block.picture
    skus: Sequence[SkuWrite | SkuDraft] = content.skus
    for index, sku in enumerate(skus):
        if sku.picture is not None:
            yield f"/skus/{index}/picture", sku.picture


async def _stored(uow: UnitOfWork, content: ProductContent | ProductDraft) -> dict[str, Any]:
    """Returns goods as JSON, every picture with its addresses."""
    files = [choice.file_id for _, choice in _choices(content) if isinstance(choice, UploadedPicture)]
    await stored_files.access_files(uow, files)
    values = content.model_dump(mode="json", exclude={"on_shelf"})
    values["pictures"] = [_shown(picture) for picture in values["pictures"]]
    for block in values["detail"]:
        if block["kind"] == "picture":
            block["picture"] = _shown(block["picture"])
    for sku in values["skus"]:
        sku["picture"] = None if sku["picture"] is None else _shown(sku["picture"])
    return values


def _shown(choice: dict[str, Any]) -> dict[str, Any]:
    if choice["kind"] == "art":
        return choice
    url, thumb_url = urls(UUID(choice["file_id"]))
    return {**choice, "url": url, "thumb_url": thumb_url}
