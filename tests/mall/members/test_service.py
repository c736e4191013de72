"""Who works in a store: invitation, answer, what each role may do, and in which store somebody works."""

from typing import Any

from tests.manual_clock import ManualClock
from tests.world import Person, World, item


async def join(owner: Person, member: Person, role: str) -> Any:
    """Lets an owner invite a classmate who accepts."""
    await owner.post("/mall/desk/members", {"seat_id": str(member.seat_id), "role": role}, status=201)
    [invitation] = (await member.get("/mall/desk/invitations"))["rows"]
    await member.post(f"/mall/desk/invitations/{invitation['id']}/accept")
    return invitation


class TestInvite:
    async def test_reaches_a_classmate_who_accepts(self, world: World) -> None:
        owner, member, _ = world.learners
        await world.open_shop(owner, "云岭", [item()])
        await join(owner, member, "operations")
        shop = await member.get("/mall/desk/shop")
        assert (shop["name"], shop["role"], shop["owner_name"]) == ("云岭", "operations", owner.name)
        assert (await member.get("/mall/badges"))["seller"] is not None

    async def test_is_refused_twice(self, world: World) -> None:
        owner, member, _ = world.learners
        await world.open_shop(owner, "云岭", [])
        body = {"seat_id": str(member.seat_id), "role": "service"}
        await owner.post("/mall/desk/members", body, status=201)
        assert (await owner.post("/mall/desk/members", body, status=409))["code"] == "mall.member.there_already"

    async def test_cannot_be_accepted_by_another_or_after_it_was_withdrawn(self, world: World) -> None:
        owner, member, stranger = world.learners
        await world.open_shop(owner, "云岭", [])
        body = {"seat_id": str(member.seat_id), "role": "service"}
        members = await owner.post("/mall/desk/members", body, status=201)
        [asked] = (await member.get("/mall/desk/invitations"))["rows"]
        await stranger.post(f"/mall/desk/invitations/{asked['id']}/accept", status=404)
        assert [row["state"] for row in members["rows"]] == ["active", "invited"]
        await owner.post(f"/mall/desk/members/{asked['id']}/remove")
        await member.post(f"/mall/desk/invitations/{asked['id']}/accept", status=404)


class TestRoles:
    async def test_let_service_look_and_change_nothing(self, world: World) -> None:
        owner, member, _ = world.learners
        [honey] = await world.open_shop(owner, "云岭", [item()])
        await join(owner, member, "service")
        assert (await member.get("/mall/desk/products"))["total"] == 1
        refused = await member.post(f"/mall/desk/products/{honey['id']}/take-off-shelf", status=403)
        assert refused["code"] == "mall.member.not_allowed"
        for path in ("/mall/desk/members", "/mall/desk/shop/close"):
            await member.post(path, {"seat_id": str(member.seat_id), "role": "service"}, status=403)

    async def test_let_operations_keep_the_face_but_not_the_members(self, world: World) -> None:
        owner, member, _ = world.learners
        await world.open_shop(owner, "云岭", [])
        await join(owner, member, "operations")
        changed = await member.send("PATCH", "/mall/desk/shop", json={"notice": "今天发货"})
        assert (changed.status_code, changed.json()["notice"]) == (200, "今天发货")
        assert (await member.get("/mall/desk/members", status=403))["code"] == "mall.member.not_allowed"

    async def test_end_when_the_member_is_let_go(self, world: World) -> None:
        owner, member, _ = world.learners
        await world.open_shop(owner, "云岭", [])
        invitation = await join(owner, member, "operations")
        await owner.post(f"/mall/desk/members/{invitation['id']}/remove")
        assert (await member.get("/mall/desk/shop", status=404))["code"] == "mall.shop.none"


class TestEnter:
    async def test_chooses_between_the_own_store_and_another(self, world: World, wall: ManualClock) -> None:
        owner, member, _ = world.learners
        await world.open_shop(owner, "云岭", [])
        await world.open_shop(member, "青禾", [])
        wall.advance(seconds=1)
        invitation = await join(owner, member, "operations")
        wall.advance(seconds=1)
        assert (await member.get("/mall/desk/shop"))["name"] == "云岭", "where he accepted last"
        own = next(row for row in (await member.get("/mall/desk/shop"))["work_places"] if row["role"] == "owner")
        entered = await member.post(f"/mall/desk/work-places/{own['id']}/enter")
        assert (entered["name"], entered["role"]) == ("青禾", "owner")
        await owner.post(f"/mall/desk/work-places/{own['id']}/enter", status=404)
        assert invitation["shop_name"] == "云岭"

    async def test_ends_for_all_when_the_store_is_reset(self, world: World) -> None:
        owner, member, _ = world.learners
        await world.open_shop(owner, "云岭", [])
        await join(owner, member, "service")
        await world.lecturer.post(f"/mall/seats/{owner.seat_id}/reset", {"reason": "重新来过"})
        await member.get("/mall/desk/shop", status=404)
