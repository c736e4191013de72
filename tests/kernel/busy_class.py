"""A class in which everything has happened once: it has a row in every table and an id for every address."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from PIL import Image
from sqlalchemy import text

from app import modules
from kernel.classroom.roster import work as rosters
from kernel.events.relay import Relay
from kernel.identity.models import Role
from kernel.ids import new_id
from kernel.sandbox import lease, timers
from kernel.sandbox.runner import Runner, Turn
from mall.messages import service as messages
from mall.messages.models import MessageKind
from tests.kernel.busy_trades import Thirds, buy_for_the_third
from tests.kernel.class_rows import fill
from tests.kernel.classroom.roster.workbooks import book, row_of
from tests.kernel.http.bad_input import ADDRESS, TEMPLATE
from tests.mall.registrations.forms import register
from tests.manual_clock import ManualClock
from tests.people import made
from tests.world import STARTS_SIM_AT, Person, World, item

_PARK = text("UPDATE kernel_timer SET state = 'parked', attempts = 3, error = 'boom' WHERE subject_id = :id")
_PARK_DELIVERY = text("""
    UPDATE kernel_inbox SET state = 'parked', attempts = 10, error = 'boom'
     WHERE event_id = (SELECT event_id FROM kernel_inbox WHERE state = 'pending' ORDER BY seq LIMIT 1)
    RETURNING event_id, handler
""")
_FIND_MADE = text("""
    SELECT (SELECT id FROM kernel_class_request WHERE cohort_id = :cohort_id) AS request_id,
           (SELECT id FROM kernel_period WHERE cohort_id = :cohort_id) AS period_id,
           (SELECT id FROM kernel_notice WHERE cohort_id = :cohort_id) AS notice_id
""")
_COPY_UNDONE = text("""
    INSERT INTO kernel_roster_import (id, institution_id, region_code, cohort_id, account_id, file_name, state,
                                      rows_total, rows_done, rows_wrong, attempts, summary, created_at)
    SELECT :copy_id, institution_id, region_code, cohort_id, account_id, file_name, 'undone',
           rows_total, rows_done, rows_wrong, attempts, summary, created_at FROM kernel_roster_import WHERE id = :id
""")
_FIND_TIMER = text("SELECT id FROM kernel_timer WHERE subject_id = :id")


@dataclass(frozen=True, slots=True)
class Busy:
    """A class and the ids of what is in it. The second learner has bought from the first."""

    world: World
    shop_id: UUID
    product_id: UUID
    sku_id: UUID
    file_id: UUID
    unpaid_order_id: UUID
    unpaid_trade_id: UUID
    paid_trade_id: UUID
    shipped_trade_id: UUID
    address_id: UUID
    spare_address_id: UUID
    message_id: UUID
    snapshot_id: UUID
    parked_timer_id: UUID
    parked_event_id: UUID
    parked_handler: str
    registration_id: UUID
    template_id: UUID
    member_id: UUID
    other_invitation_id: UUID
    import_id: UUID
    undone_import_id: UUID
    person_id: UUID
    request_id: UUID
    period_id: UUID
    notice_id: UUID
    thirds: Thirds
    operator: Person
    staff: Person

    @property
    def seller(self) -> Person:
        return self.world.learners[0]

    @property
    def buyer(self) -> Person:
        return self.world.learners[1]

    @property
    def applicant(self) -> Person:
        """The third learner, who has begun to register a store and is invited into the seller's."""
        return self.world.learners[2]

    @property
    def newcomer(self) -> Person:
        """The fourth learner, where the class has one: nothing was done yet and nothing is used up."""
        return self.world.learners[3]

    @property
    def seller_seat_id(self) -> UUID:
        """The seat of the learner whose store has sold."""
        assert self.seller.seat_id is not None
        return self.seller.seat_id

    @property
    def spare_seat_id(self) -> UUID:
        """The seat of the third learner, who has no store and buys nothing: whatever is done to it stops nobody else."""
        seat_id = self.world.learners[2].seat_id
        assert seat_id is not None
        return seat_id


async def make_busy(world: World, wall: ManualClock) -> Busy:
    """Lets a class sell three times, jump two days and leave a poisoned timer and delivery behind."""
    seller, buyer, *_ = world.learners
    [honey] = await world.open_shop(seller, "云岭", [item(stock=30)])
    line = {"sku_id": honey["sku_id"], "quantity": 1}
    shipped = await _buy(buyer, line)
    await seller.post(f"/mall/desk/trades/{shipped}/ship", {"carrier": "moni"})
    await jump(world, wall, days=2)
    paid = await _buy(buyer, line)
    order = await buyer.post("/mall/trades", {"lines": [line], "expected_total_fen": 5900}, status=201)
    await buyer.post("/mall/cart/items", line)
    thirds = await buy_for_the_third(world, line)
    timer_id = await _poison_a_timer(world)
    import_id = await _check_a_roster(world)
    delivery = await _park_a_delivery(world)
    assert seller.seat_id is not None
    async with world.runtime.enter_system() as uow:
        person_id = await fill(uow, world.home, account_id=world.lecturer.account_id, seat_id=seller.seat_id)
    return Busy(
        world=world,
        product_id=UUID(honey["id"]),
        sku_id=UUID(honey["sku_id"]),
        file_id=await _upload(seller),
        unpaid_order_id=UUID(order["id"]),
        unpaid_trade_id=UUID(order["trades"][0]["id"]),
        paid_trade_id=UUID(paid),
        shipped_trade_id=UUID(shipped),
        **await _keep_things(world, honey, shipped),
        **await _keep_a_store(world),
        snapshot_id=await _keep(world),  # the last of what a rollback brings back
        parked_timer_id=timer_id,
        parked_event_id=delivery.event_id,
        parked_handler=delivery.handler,
        import_id=import_id,
        undone_import_id=await _undone(world, import_id),
        person_id=person_id,
        thirds=thirds,
        **await _made_rows(world),
        operator=await world.with_role(Role.OPERATOR),
        staff=await world.with_role(Role.INSTITUTION),
    )


async def _park_a_delivery(world: World) -> Any:
    """Gives all facts their inbox rows (other tests' facts, in the same database, may fill the first batches) and parks one."""
    relay = Relay(world.runtime, modules.directory())
    while await relay.fan_out():
        pass
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        return (await uow.execute(_PARK_DELIVERY)).one()


async def _keep_things(world: World, product: dict[str, Any], shipped: str) -> dict[str, UUID]:
    """Lets the buyer mark, follow and look at what there is, search, keep two addresses and be told; returns ids."""
    buyer = world.learners[1]
    shop_id = (await buyer.get(f"/mall/products/{product['id']}"))["shop"]["id"]
    await buyer.post("/mall/searches", {"q": "蜂蜜"}, status=204)
    await buyer.put(f"/mall/favourites/{product['id']}", {})
    await buyer.put(f"/mall/followed-shops/{shop_id}", {})
    await buyer.put("/mall/footprints", {"product_id": product["id"]}, status=204)
    for _ in range(2):
        kept = await buyer.post("/mall/addresses", ADDRESS, status=201)
    first, second = [UUID(row["id"]) for row in kept["rows"]]
    return {"address_id": first, "spare_address_id": second, "message_id": await _tell(world, shipped)}


async def _tell(world: World, trade_id: str) -> UUID:
    buyer = world.learners[1]
    assert buyer.seat_id is not None
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        await messages.tell(uow, buyer.seat_id, MessageKind.SHIPPED, trade_id=UUID(trade_id), params={})
    return UUID((await buyer.get("/mall/messages"))["rows"][0]["id"])


async def _keep(world: World) -> UUID:
    snapshot = await world.lecturer.post("/sandbox/snapshots", {"name": "第一节课"}, status=201)
    return UUID(snapshot["id"])


async def _upload(seller: Person) -> UUID:
    purpose = {"purpose": "product_picture"}
    upload = await seller.send("POST", "/files", files={"file": ("a.png", _picture())}, data=purpose)
    assert upload.status_code == 201, upload.text
    return UUID(upload.json()["id"])


async def _keep_a_store(world: World) -> dict[str, UUID]:
    """Leaves a store renamed twice, a freight template, two invitations, a form that waits and one that has begun."""
    seller, buyer, third, *_ = world.learners
    for name in ("云岭山", "云岭"):
        await seller.send("PATCH", "/mall/desk/shop", json={"name": name})
    template = await seller.post("/mall/desk/freight-templates", TEMPLATE, status=201)
    for person in (buyer, third):
        await seller.post("/mall/desk/members", {"seat_id": str(person.seat_id), "role": "service"}, status=201)
    await world.lecturer.put("/mall/registrations/approval", {"approval": "lecturer"})
    waiting = await register(buyer, "等待审批的店")
    await third.post("/mall/desk/registration", {}, status=201)
    [asked] = (await buyer.get("/mall/desk/invitations"))["rows"]
    [also] = (await third.get("/mall/desk/invitations"))["rows"]
    return {
        "shop_id": UUID((await seller.get("/mall/desk/shop"))["id"]),
        "registration_id": UUID(waiting["id"]),
        "template_id": UUID(template["id"]),
        "member_id": UUID(asked["id"]),
        "other_invitation_id": UUID(also["id"]),
    }


async def _made_rows(world: World) -> dict[str, UUID]:
    """Returns the ids of rows that the class was filled with, by the name they have in an address."""
    async with world.runtime.enter_system() as uow:
        row = (await uow.execute(_FIND_MADE, {"cohort_id": world.home.cohort_id})).one()
    return dict(row._mapping)


async def jump(world: World, wall: ManualClock, *, days: int) -> None:
    """Sends a class forward and runs it until it has landed."""
    now = datetime.fromisoformat((await world.lecturer.get("/sandbox/clock"))["sim_at"])
    target = {"target_sim_at": (now + timedelta(days=days)).isoformat()}
    await world.lecturer.post("/sandbox/clock/jump", target, status=202)
    wall.advance(seconds=1)
    await run_until_still(world)


async def run_until_still(world: World, runner: Runner | None = None) -> Turn:
    """Fires everything that is due now and returns the last turn, which found nothing."""
    runner = runner or world.runner()
    async with world.runtime.enter_system() as uow:
        token = await lease.take(uow, world.sandbox_id, holder=runner.holder)
    assert token is not None, "another runner holds the sandbox"
    while (turn := await runner.fire_next(world.sandbox_id, token)).more:
        pass
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        await lease.give_back(uow, token)
    return turn


async def _buy(buyer: Person, line: dict[str, Any]) -> str:
    order = await buyer.post("/mall/trades", {"lines": [line], "expected_total_fen": 5900}, status=201)
    await buyer.post(f"/mall/pay-orders/{order['id']}/pay")
    return str(order["trades"][0]["id"])


async def _poison_a_timer(world: World) -> UUID:
    subject_id = new_id()
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        await timers.schedule_sim(uow, "test.poison", subject_id, due_sim_at=STARTS_SIM_AT)
        await uow.execute(_PARK, {"id": subject_id})
        timer_id: UUID = (await uow.execute(_FIND_TIMER, {"id": subject_id})).scalar_one()
    return timer_id


async def _check_a_roster(world: World) -> UUID:
    """Hands in a workbook and lets the worker check it."""
    form = {"file": ("a.xlsx", book([row_of(made(1))]))}
    response = await world.lecturer.send(
        "POST", f"/classroom/classes/{world.home.cohort_id}/roster-imports", files=form
    )
    assert response.status_code == 201, response.text
    await rosters.work_off(world.runtime)
    return UUID(response.json()["id"])


async def _undone(world: World, import_id: UUID) -> UUID:
    async with world.runtime.enter_system() as uow:
        await uow.execute(_COPY_UNDONE, {"id": import_id, "copy_id": (copy_id := new_id())})
    return copy_id


def _picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (300, 300), (200, 120, 40)).save(buffer, "PNG")
    return buffer.getvalue()
