"""Opens stores and edits their profile. Opening is the last act of a registration; nobody else calls it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError

from kernel import randomness
from kernel.database.violations import constraint_of
from kernel.errors import Conflict, Invalid
from kernel.identity import regions
from kernel.ids import new_id
from kernel.sandbox.transitions import log, table_of
from kernel.unit_of_work import UnitOfWork
from mall.members import service as members
from mall.members.rules import Duty
from mall.registrations import rules as registration_rules
from mall.registrations.rules import Subject
from mall.search import service as search
from mall.shops import logos, names, queries
from mall.shops.models import Shop, ShopName, ShopState
from mall.shops.rules import DUTY_FROM_MINUTE, DUTY_TO_MINUTE, RENAMES_AT_MOST, RENAMES_WITHIN, Keeper
from mall.shops.rules import SHOP as SHOP_LIFE
from mall.shops.schemas import OwnShopView, ReturnAddressWrite, ShopUpdate

SHOP = table_of(Shop)
NAME = table_of(ShopName)
_FAMILY, _GIVEN = "周吴郑冯陈褚蒋沈韩杨", ("宁", "雨桐", "明远", "佳", "海涛", "文静")
_STREETS = ("沙盘路", "练习街", "模拟大道", "教学里", "实训巷")

_HAS_ONE = text("SELECT EXISTS (SELECT 1 FROM mall_shop WHERE state = 'open' AND seat_id = :seat_id)")
_RENAMED = text("SELECT count(*) FROM mall_shop_name WHERE shop_id = :shop_id AND sim_at > :since")
_SUBJECT = text("SELECT subject, papers FROM mall_registration WHERE shop_id = :shop_id")
_ADDRESSES = text("SELECT return_address FROM mall_shop WHERE id = :shop_id")


@dataclass(frozen=True, slots=True)
class Opening:
    """What a store begins with, as its registration says."""

    name: str
    intro: str = ""
    logo: dict[str, Any] | None = None
    categories: Sequence[str] = field(default_factory=tuple)


async def open_shop(uow: UnitOfWork, seat_id: UUID, opening: Opening, *, party: Keeper = Keeper.SELLER) -> UUID:
    """Opens a seat's store and returns its id.

    Raises:
        Conflict: the seat has one already.
        Invalid: the name is taken in this class.

    """
    if (await uow.execute(_HAS_ONE, {"seat_id": seat_id})).scalar_one():
        raise Conflict("mall.shop.already_open")
    shop_id = new_id()
    try:
        await uow.execute(
            insert(SHOP),
            {
                "id": shop_id,
                "sandbox_id": uow.sandbox.id,
                "seat_id": seat_id,
                "name": opening.name,
                "intro": opening.intro,
                "logo": opening.logo,
                "notice": "",
                "categories": list(opening.categories),
                "duty_from_minute": DUTY_FROM_MINUTE,
                "duty_to_minute": DUTY_TO_MINUTE,
                "state": ShopState.OPEN,
                "opened_sim_at": uow.now.sim_at,
            },
        )
    except IntegrityError as failure:  # someone was faster since we looked
        if constraint_of(failure) == "mall_shop_one_a_seat":
            raise Conflict("mall.shop.already_open") from failure
        raise Invalid.field("/name", "mall.shop.name_taken", name=opening.name) from failure
    await members.add_owner(uow, shop_id, seat_id)
    await log(uow, SHOP_LIFE, shop_id, from_state=None, event="open", to_state=ShopState.OPEN, party=party)
    return shop_id


async def update_shop(uow: UnitOfWork, command: ShopUpdate) -> OwnShopView:
    """Changes the profile; what is absent stays. A new name is kept beside the old one.

    Raises:
        NotFound: there is no store yet.
        Forbidden: the member's role does not include it.
        Conflict: it was renamed too often lately.
        Invalid: the name is taken or against the rules, or the hours end before they begin.

    """
    shop = await queries.access_shop(uow, Duty.PROFILE, lock=True)
    values = command.model_dump(exclude_none=True, exclude={"logo"})
    if command.logo is not None:
        values["logo"] = await logos.resolve(uow, command.logo)
    if command.name is not None and command.name != shop.name:
        await _rename(uow, shop, command.name)
    if values:
        try:
            await uow.execute(update(SHOP).where(SHOP.c.id == shop.id).values(**values))
        except IntegrityError as failure:
            if constraint_of(failure) == "mall_shop_duty_hours":
                raise Invalid.field("/duty_to_minute", "mall.shop.hours_backwards") from failure
            raise Invalid.field("/name", "mall.shop.name_taken", name=command.name) from failure
    if command.name is not None and command.name != shop.name:
        await search.refresh_shop(uow, shop.id)
    return await queries.view_own(uow)


async def set_return_address(uow: UnitOfWork, command: ReturnAddressWrite) -> OwnShopView:
    """Makes up a return address in the chosen region; asked again, it makes up another.

    Raises:
        NotFound: there is no store.
        Invalid: there is no such region.

    """
    shop = await queries.access_shop(uow, Duty.PROFILE, lock=True)
    if command.region_code not in regions.regions():
        raise Invalid.field("/region_code", "mall.freight.unknown_region")
    before = (await uow.execute(_ADDRESSES, {"shop_id": shop.id})).scalar_one()
    draw = 0 if before is None else int(before["draw"]) + 1

    def pick(step: int, high: int) -> int:
        return randomness.integer(uow.sandbox.seed, "return", int(command.region_code), draw, step, low=0, high=high)

    address = {
        "name": _FAMILY[pick(1, len(_FAMILY) - 1)] + _GIVEN[pick(2, len(_GIVEN) - 1)],
        "phone_masked": f"1{pick(3, 6) + 33}****{pick(4, 9999):04d}",
        "region_code": command.region_code,
        "region": regions.name_of(command.region_code),
        "address": f"{_STREETS[pick(5, len(_STREETS) - 1)]} {pick(6, 197) + 2} 号 {pick(7, 11) + 1} 号库",
        "draw": draw,
    }
    await uow.execute(update(SHOP).where(SHOP.c.id == shop.id).values(return_address=address))
    return await queries.view_own(uow)


async def _rename(uow: UnitOfWork, shop: Any, name: str) -> None:
    since = uow.now.sim_at - RENAMES_WITHIN
    renamed = (await uow.execute(_RENAMED, {"shop_id": shop.id, "since": since})).scalar_one()
    if renamed >= RENAMES_AT_MOST:
        raise Conflict("mall.shop.renamed_too_often", limit=RENAMES_AT_MOST, days=RENAMES_WITHIN.days)
    form = (await uow.execute(_SUBJECT, {"shop_id": shop.id})).one_or_none()
    subject = None if form is None or form.subject is None else Subject(form.subject["kind"])
    papers = set() if form is None else {paper["code"] for paper in form.papers}
    may_brand = registration_rules.may_brand(subject, papers)
    fault = await names.find_fault(uow, name, seat_id=shop.seat_id, may_brand=may_brand)
    if fault is not None:
        raise Invalid("kernel.request.invalid", errors=[fault])
    change = {"id": new_id(), "sandbox_id": uow.sandbox.id, "shop_id": shop.id, "before": shop.name, "after": name}
    await uow.execute(insert(NAME), {**change, "sim_at": uow.now.sim_at})
