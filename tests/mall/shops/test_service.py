"""The profile of a store: names and how often they change, hours, return address."""

from tests.mall.sales import jump
from tests.manual_clock import ManualClock
from tests.world import Person, World

SHOP = "/mall/desk/shop"


async def rename(person: Person, name: str) -> int:
    return (await person.send("PATCH", SHOP, json={"name": name})).status_code


class TestRename:
    async def test_is_kept_and_bounded_within_thirty_days(self, world: World, wall: ManualClock) -> None:
        one = world.learners[0]
        await world.open_shop(one, "云岭", [])
        assert [await rename(one, f"云岭{n}") for n in "一二三四"] == [200, 200, 200, 409]
        shop = await one.get(SHOP)
        assert (shop["name"], shop["renames_left"]) == ("云岭三", 0)
        assert [(change["before"], change["after"]) for change in shop["name_changes"]][-1] == ("云岭", "云岭一")
        await jump(world, wall, days=31)
        assert await rename(one, "云岭四") == 200

    async def test_to_the_same_name_counts_for_nothing(self, world: World) -> None:
        one = world.learners[0]
        await world.open_shop(one, "云岭", [])
        assert await rename(one, "云岭") == 200
        assert (await one.get(SHOP))["renames_left"] == 3

    async def test_to_a_taken_name_is_refused(self, world: World) -> None:
        one, other, _ = world.learners
        await world.open_shop(one, "云岭", [])
        await world.open_shop(other, "青禾", [])
        assert await rename(one, "青禾") == 422
        assert (await one.get(SHOP))["renames_left"] == 3


class TestProfile:
    async def test_refuses_hours_that_end_before_they_begin(self, world: World) -> None:
        one = world.learners[0]
        await world.open_shop(one, "云岭", [])
        answer = await one.send("PATCH", SHOP, json={"duty_from_minute": 1200, "duty_to_minute": 600})
        assert answer.json()["errors"][0]["code"] == "mall.shop.hours_backwards"

    async def test_makes_up_a_return_address_in_the_region(self, world: World) -> None:
        one = world.learners[0]
        await world.open_shop(one, "云岭", [])
        first = (await one.put(f"{SHOP}/return-address", {"region_code": "610100"}))["return_address"]
        again = (await one.put(f"{SHOP}/return-address", {"region_code": "610100"}))["return_address"]
        assert (first["region"], first != again, "****" in first["phone_masked"]) == ("陕西省西安市", True, True)
