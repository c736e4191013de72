"""Case 18: one class cannot read or move what is another's: trades, parcels, payments, refunds. All routes: `kernel/test_forged_ids`."""

from sqlalchemy import text

from tests.conftest import MakeWorld
from tests.mall.sales import CARRIER, fingerprint, sale_in
from tests.manual_clock import ManualClock

TABLES = ("mall_trade", "mall_trade_line", "mall_parcel", "mall_parcel_line", "mall_payment", "mall_refund")


class TestTwoWorlds:
    async def test_do_not_see_each_other(self, new_world: MakeWorld, wall: ManualClock) -> None:
        ours, theirs = await new_world(), await new_world()
        sale = await sale_in(theirs, wall, "shipped")
        before = await fingerprint(theirs)
        [parcel] = (await sale.sold())["parcels"]
        stranger = ours.learners[0]
        assert (await stranger.get(f"/mall/trades/{sale.trade_id}", status=404))["code"] == "mall.trade.not_found"
        for path, body in (
            (f"/mall/trades/{sale.trade_id}/confirm", None),
            (f"/mall/desk/trades/{sale.trade_id}/ship", CARRIER),
            (f"/mall/desk/parcels/{parcel['id']}/recall", None),
            (f"/mall/pay-orders/{sale.pay_order_id}/pay", None),
        ):
            assert (await stranger.post(path, body, status=404))["status"] == 404
        async with ours.runtime.enter_sandbox(ours.sandbox_id) as uow:
            counts = [(await uow.execute(text(f"SELECT count(*) FROM {table}"))).scalar() for table in TABLES]
        assert counts == [0] * len(TABLES)
        assert await fingerprint(theirs) == before
