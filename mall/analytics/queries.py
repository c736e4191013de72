"""Reads for the seller's day and the reconciliation."""

from uuid import UUID

from sqlalchemy import text

from kernel.unit_of_work import UnitOfWork
from mall.accounts.queries import check_money
from mall.analytics.schemas import DeskHome, Hour, Reconciliation, Todo
from mall.stock.queries import list_differences

_FIGURES = text("""
    SELECT coalesce(sum(total_fen) FILTER (WHERE paid_sim_at >= :day), 0)::bigint AS paid_fen_today,
           count(*) FILTER (WHERE paid_sim_at >= :day) AS paid_trades_today,
           count(*) FILTER (WHERE state IN ('wait_ship', 'part_shipped')) AS to_ship,
           coalesce(sum(total_fen - refunded_fen) FILTER (WHERE state IN ('wait_ship', 'part_shipped', 'shipped')), 0)::bigint AS in_escrow_fen,
           (SELECT count(*) FROM mall_product p WHERE p.shop_id = :shop_id AND p.state = 'on_sale') AS on_sale,
           (SELECT coalesce(sum(x.amount_fen), 0) FROM mall_trade y
              JOIN mall_transfer x ON x.cause_id = y.id AND x.cause = 'settlement'
             WHERE y.shop_id = :shop_id)::bigint AS settled_fen
      FROM mall_trade WHERE shop_id = :shop_id
""")
_TODOS = text("""
    SELECT t.id AS trade_id, t.number, t.ship_by_sim_at AS deadline_sim_at,
           (SELECT title FROM mall_trade_line l WHERE l.trade_id = t.id ORDER BY l.id LIMIT 1) AS title
      FROM mall_trade t WHERE t.shop_id = :shop_id AND t.state IN ('wait_ship', 'part_shipped')
     ORDER BY t.ship_by_sim_at, t.id LIMIT 20
""")
_HOURLY = text("""
    SELECT extract(hour FROM paid_sim_at)::int AS hour, count(*) AS paid_trades, sum(total_fen)::bigint AS paid_fen
      FROM mall_trade WHERE shop_id = :shop_id AND paid_sim_at >= :day GROUP BY 1 ORDER BY 1
""")


async def view_desk_home(uow: UnitOfWork, shop_id: UUID) -> DeskHome:
    """Returns the figures of the seller's simulated day; `hourly` has all 24 hours."""
    params = {"shop_id": shop_id, "day": uow.now.day_start_sim_at}
    figures = (await uow.execute(_FIGURES, params)).one()
    todos = [Todo(kind="ship", **row._mapping) for row in await uow.execute(_TODOS, {"shop_id": shop_id})]
    hours = {row.hour: row for row in await uow.execute(_HOURLY, {"shop_id": shop_id, "day": params["day"]})}
    hourly = [
        Hour(hour=hour, paid_trades=hours[hour].paid_trades, paid_fen=hours[hour].paid_fen)
        if hour in hours
        else Hour(hour=hour, paid_trades=0, paid_fen=0)
        for hour in range(24)
    ]
    return DeskHome(**figures._mapping, todos=todos, hourly=hourly)


async def reconcile(uow: UnitOfWork) -> Reconciliation:
    """Compares counters with ledgers, for money and for stock."""
    money = await check_money(uow)
    stock = await list_differences(uow)
    balanced = not any(money.model_dump(exclude={"transfers"}).values())
    return Reconciliation(checked_at=uow.now.at, money=money, stock=stock, balanced=balanced and not stock)
