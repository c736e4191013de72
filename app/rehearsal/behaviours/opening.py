"""Learners open stores and fill their shelves, each from another place of the example goods."""

from app.demo import shelves
from app.demo.shelves import Good
from app.rehearsal.stage import Learner, Stage

GOODS_PER_STORE = 20
_FIRST = "云山青橙白鹿松禾清晨星河木南"
_SECOND = "里野间谷田上舍屿渡川坊集"
_KIND = ("杂货铺", "小店", "生活馆", "好物集", "小铺")


async def open_stores(stage: Stage) -> None:
    """Opens a store for each learner, registered for what it will sell."""

    async def open_one(learner: Learner) -> None:
        trades = sorted({good.top for good in goods_of(stage, learner.number)})
        name = store_name(learner.number)
        learner.shop_id = await learner.selling.open_store(name, "实训小店，慢慢做好", trades)
        stage.done["stores"] += int(learner.shop_id is not None)

    await stage.everyone(open_one)


async def list_goods(stage: Stage) -> None:
    """Lists every store's goods."""

    async def fill(learner: Learner) -> None:
        for position, good in enumerate(goods_of(stage, learner.number), start=1):
            await learner.selling.list_good(
                shelves.listing(good, merchant_code=f"PL{learner.number:02d}{position:03d}")
            )
            stage.done["goods"] += 1
        await learner.selling.home()

    await stage.everyone(fill)


def store_name(number: int) -> str:
    """Returns a name that no other number has."""
    first = _FIRST[number % len(_FIRST)]
    second = _SECOND[number // len(_FIRST) % len(_SECOND)]
    return f"{first}{second}{_KIND[number % len(_KIND)]}{number:02d}"


def goods_of(stage: Stage, number: int) -> list[Good]:
    """Returns a store's goods: a run of neighbouring shelves that begins where the seed says, round the end if need be."""
    goods = shelves.load()
    start = stage.pick("shelf", number, of=len(goods))
    return [goods[(start + step) % len(goods)] for step in range(GOODS_PER_STORE)]
