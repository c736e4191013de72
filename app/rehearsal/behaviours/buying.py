"""Learners buy from one another: look around, fill the cart, pay, or think better of it, or forget to pay."""

from typing import Any

from app.rehearsal.browser import Refused
from app.rehearsal.stage import Learner, Stage

TRADES_PER_PAIR = 3
"""How often a learner may buy at the same store; the mall refuses the fourth."""
STORES_A_DAY = 2
CHANCE_CANCEL = 0.12
CHANCE_FORGET = 0.06
LARGEST_LINE_FEN = 30_000
WORDS = ("茶", "蜂蜜", "T恤", "杯", "耳机", "坚果", "护手霜", "积木", "毛巾", "苹果")


async def buy_for_a_day(stage: Stage, day: int) -> None:
    """Lets every learner buy once, from one or two stores in one payment."""

    async def shop(learner: Learner) -> None:
        await look_around(stage, learner, day)
        lines = await fill_cart(stage, learner, day)
        if lines:
            await check_out(stage, learner, day, lines)

    await stage.everyone(shop)


async def look_around(stage: Stage, learner: Learner, day: int) -> None:
    """Looks at the first page, then searches for something."""
    await learner.buying.browse(size=20)
    await learner.buying.browse(size=20, q=WORDS[stage.pick("word", learner.number, day, of=len(WORDS))])


async def fill_cart(stage: Stage, learner: Learner, day: int) -> list[dict[str, Any]]:
    """Puts one or two units of one good per store into the cart; returns the lines."""
    lines: list[dict[str, Any]] = []
    for turn, shop_id in enumerate(stores_for(stage, learner, day)):
        goods = await learner.buying.visit(shop_id)
        card = goods[stage.pick("good", learner.number, day, turn, of=len(goods))]
        product = await learner.buying.look_at(card["id"])
        skus = [sku for sku in product["skus"] if sku["sellable"] > 1 and sku["price_fen"] <= LARGEST_LINE_FEN]
        if not skus:
            continue
        sku = skus[stage.pick("sku", learner.number, day, turn, of=len(skus))]
        line = {"sku_id": sku["id"], "quantity": 1 + stage.pick("quantity", learner.number, day, turn, of=2)}
        await learner.buying.put_in_cart(line["sku_id"], line["quantity"])
        learner.bought[shop_id] += 1
        lines.append(line)
    return lines


async def check_out(stage: Stage, learner: Learner, day: int, lines: list[dict[str, Any]]) -> None:
    """Places the order and pays, cancels or forgets it."""
    quoted = await learner.buying.quote(lines)
    if quoted["total_fen"] > quoted["wallet_fen"]:
        stage.done["wallet empty"] += 1
        return
    try:
        order = await learner.buying.place(lines, quoted["total_fen"])
    except Refused as refusal:
        stage.done[f"refused {refusal.code}"] += 1
        return
    stage.done["placed"] += len(order["trades"])
    fate = stage.chance("fate", learner.number, day)
    if fate < CHANCE_FORGET:
        stage.done["forgotten"] += len(order["trades"])
    elif fate < CHANCE_FORGET + CHANCE_CANCEL:
        for trade in order["trades"]:
            await learner.buying.cancel(trade["id"])
        stage.done["cancelled"] += len(order["trades"])
    else:
        await learner.buying.pay(order["id"])
        stage.done["paid"] += len(order["trades"])


def stores_for(stage: Stage, learner: Learner, day: int) -> list[str]:
    """Returns the stores where a learner buys on a day: others' own, none too often."""
    others = [other.shop_id for other in stage.learners if other is not learner and other.shop_id is not None]
    free = [shop_id for shop_id in others if learner.bought[shop_id] < TRADES_PER_PAIR]
    turns = range(min(STORES_A_DAY, len(free)))
    return [free.pop(stage.pick("store", learner.number, day, turn, of=len(free))) for turn in turns]
