"""Puts goods into a cart and takes them out."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import Conflict, NotFound
from kernel.unit_of_work import UnitOfWork
from mall.carts.schemas import ITEM_LIMIT, QUANTITY_LIMIT, CartChange, CartSelect, CartSwap

_SKU = text("""
    SELECT CASE s.state WHEN 'open' THEN p.state ELSE 'off_shelf' END AS state, s.seat_id, p.id AS product_id, k.price_fen,
           k.retired_sim_at IS NOT NULL AS retired
      FROM mall_sku k
      JOIN mall_product p ON p.id = k.product_id JOIN mall_shop s ON s.id = p.shop_id
     WHERE k.id = :sku_id
""")
_ADD = text("""
    INSERT INTO mall_cart_item (seat_id, sku_id, sandbox_id, quantity, selected, added_price_fen)
    VALUES (:seat_id, :sku_id, :sandbox_id, :quantity, true, :price_fen)
    ON CONFLICT (seat_id, sku_id) DO UPDATE
       SET quantity = least(mall_cart_item.quantity + excluded.quantity, :limit), selected = true,
           added_price_fen = excluded.added_price_fen
""")
# Two swaps in opposite directions must not wait for each other: both lines first, by id.
_LOCK_LINES = text("""
    SELECT sku_id, (SELECT product_id FROM mall_sku WHERE id = sku_id) AS product_id FROM mall_cart_item
     WHERE seat_id = :seat_id AND sku_id = ANY(:sku_ids) ORDER BY sku_id FOR UPDATE
""")
# The other specification takes the line's place in the order, unless it stood in the cart already.
_SWAP = text("""
    WITH gone AS (DELETE FROM mall_cart_item WHERE seat_id = :seat_id AND sku_id = :old_sku_id RETURNING seq)
    INSERT INTO mall_cart_item (seat_id, sku_id, sandbox_id, seq, quantity, selected, added_price_fen)
    OVERRIDING SYSTEM VALUE SELECT :seat_id, :sku_id, :sandbox_id, seq, :quantity, true, :price_fen FROM gone
    ON CONFLICT (seat_id, sku_id) DO UPDATE
       SET quantity = least(mall_cart_item.quantity + excluded.quantity, :limit), selected = true,
           added_price_fen = excluded.added_price_fen
""")
_SELECT = text("UPDATE mall_cart_item SET selected = :selected WHERE seat_id = :seat_id AND sku_id = ANY(:sku_ids)")
_OTHERS = text("SELECT count(*) AS items FROM mall_cart_item WHERE seat_id = :seat_id AND sku_id <> :sku_id")
_CHANGE = text("""
    UPDATE mall_cart_item SET quantity = coalesce(:quantity, quantity), selected = coalesce(:selected, selected)
     WHERE seat_id = :seat_id AND sku_id = :sku_id
""")
_REMOVE = text("DELETE FROM mall_cart_item WHERE seat_id = :seat_id AND sku_id = ANY(:sku_ids)")

# A line that somebody changes at this very moment is left to him: it shows as off the shelf. So nobody waits here, and two
# resets whose learners hold goods of each other's stores cannot wait for each other.
_EMPTY = text("""
    WITH free AS MATERIALIZED (
        SELECT c.seat_id, c.sku_id FROM mall_cart_item c
          JOIN mall_sku k ON k.id = c.sku_id JOIN mall_product p ON p.id = k.product_id
         WHERE c.seat_id = :seat_id OR p.shop_id = :shop_id FOR UPDATE OF c SKIP LOCKED)
    DELETE FROM mall_cart_item i USING free WHERE i.seat_id = free.seat_id AND i.sku_id = free.sku_id
    RETURNING i.seat_id
""")


async def add(uow: UnitOfWork, sku_id: UUID, *, quantity: int) -> None:
    """Adds units of a SKU to the acting buyer's cart; at most 999 of one SKU and 100 different ones.

    Raises:
        NotFound: there is no such SKU here.
        Conflict: it is off the shelf or gone, it is his own, or the cart is full.

    """
    seat_id = uow.actor.seat
    sku = await _access_buyable(uow, sku_id)
    others = (await uow.execute(_OTHERS, {"seat_id": seat_id, "sku_id": sku_id})).one()
    if others.items >= ITEM_LIMIT:
        raise Conflict("mall.cart.full", limit=ITEM_LIMIT)
    await uow.execute(
        _ADD,
        {
            "seat_id": seat_id,
            "sku_id": sku_id,
            "sandbox_id": uow.sandbox.id,
            "quantity": quantity,
            "limit": QUANTITY_LIMIT,
            "price_fen": sku.price_fen,
        },
    )


async def swap(uow: UnitOfWork, command: CartSwap) -> None:
    """Puts another specification of the same product in a line's place; one that is in the cart already takes the units in.

    Raises:
        NotFound: the line is not in the cart, or there is no such SKU of its product.
        Conflict: the other one is off the shelf, or it is his own.

    """
    sku_id = command.sku_id
    if command.to_sku_id == sku_id:
        await change(uow, sku_id, CartChange(quantity=command.quantity))
        return
    seat_id = uow.actor.seat
    params = {"seat_id": seat_id, "sku_ids": [sku_id, command.to_sku_id]}
    products = {row.sku_id: row.product_id for row in await uow.execute(_LOCK_LINES, params)}
    if sku_id not in products:
        raise NotFound("mall.cart.not_in_cart")
    wanted = await _access_buyable(uow, command.to_sku_id)
    if products[sku_id] != wanted.product_id:
        raise NotFound("mall.sku.not_found")
    await uow.execute(
        _SWAP,
        {
            "seat_id": seat_id,
            "old_sku_id": sku_id,
            "sku_id": command.to_sku_id,
            "sandbox_id": uow.sandbox.id,
            "quantity": command.quantity,
            "limit": QUANTITY_LIMIT,
            "price_fen": wanted.price_fen,
        },
    )


async def select(uow: UnitOfWork, command: CartSelect) -> None:
    """Chooses lines for the checkout or leaves them out; what is not in the cart is ignored."""
    await uow.execute(_SELECT, {"seat_id": uow.actor.seat, **command.model_dump()})


async def _access_buyable(uow: UnitOfWork, sku_id: UUID) -> Any:
    """Returns the SKU's product and price.

    Raises:
        NotFound: there is no such SKU here.
        Conflict: it is off the shelf, or it is his own.

    """
    sku = (await uow.execute(_SKU, {"sku_id": sku_id})).one_or_none()
    if sku is None:
        raise NotFound("mall.sku.not_found")
    if sku.seat_id == uow.actor.seat:
        raise Conflict("mall.trade.own_goods")
    if sku.state != "on_sale":
        raise Conflict("mall.product.off_shelf")
    if sku.retired:
        raise Conflict("mall.sku.gone")
    return sku


async def change(uow: UnitOfWork, sku_id: UUID, command: CartChange) -> None:
    """Sets quantity or selection of one line.

    Raises:
        NotFound: it is not in the cart.

    """
    params = {"seat_id": uow.actor.seat, "sku_id": sku_id, **command.model_dump()}
    if (await uow.execute(_CHANGE, params)).rowcount != 1:
        raise NotFound("mall.cart.not_in_cart")


async def remove(uow: UnitOfWork, sku_ids: Iterable[UUID]) -> None:
    """Takes SKUs out of the acting buyer's cart; what is not in it is ignored."""
    await uow.execute(_REMOVE, {"seat_id": uow.actor.seat, "sku_ids": list(sku_ids)})


async def empty(uow: UnitOfWork, *, seat_id: UUID, shop_id: UUID) -> list[UUID]:
    """Empties a seat's cart and takes a store's goods out of every other; returns whose carts have changed."""
    rows = await uow.execute(_EMPTY, {"seat_id": seat_id, "shop_id": shop_id})
    return sorted({row.seat_id for row in rows})
