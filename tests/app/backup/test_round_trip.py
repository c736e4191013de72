"""A backup made under load restores to a whole class: books agree, walls stand, nobody is late."""

import asyncio
import errno
import re
from asyncio import to_thread
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.backup import making, restoring, runs
from app.backup.database import Database
from app.backup.errors import BackupFailed
from app.backup.making import AlreadyBackingUp, Place
from app.backup.rules import Trigger
from app.embedded import postgres
from kernel.crypto.keyring import Keyring
from kernel.database import migrate
from kernel.runtime import Runtime
from kernel.settings import Settings
from mall.analytics.queries import reconcile
from tests.architecture.test_schema import shape
from tests.kernel.busy_class import make_busy
from tests.manual_clock import ManualClock
from tests.world import World, item

_CASTS = re.compile(r"::(text|character varying)(\[\])?|[()\s]")
RING = Keyring.generate("0123456789abcdef")
BEFORE = "SELECT count(*) FROM mall_trade"
TORN = text("""
    SELECT count(*) FROM mall_trade t
     WHERE NOT EXISTS (SELECT 1 FROM mall_trade_line l WHERE l.trade_id = t.id)
        OR NOT EXISTS (SELECT 1 FROM mall_pay_order p WHERE p.id = t.pay_order_id)
        OR NOT EXISTS (SELECT 1 FROM kernel_state_log g WHERE g.entity_id = t.id)
        OR NOT EXISTS (SELECT 1 FROM kernel_outbox o WHERE o.aggregate_id = t.id)
""")


@pytest.fixture
def empty() -> Iterator[postgres.Cluster]:
    """Yields a PostgreSQL without a schema, to restore into."""
    with postgres.throwaway() as cluster:
        yield cluster


@pytest.fixture
def place(settings: Settings, database: postgres.Urls, tmp_path: Path) -> Place:
    """Returns what is backed up: the tests' own database and data folder."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Place(settings.data_dir, tmp_path / "backups", Database.at(database.owner), RING)


def refused(place: Place, wall: ManualClock) -> str:
    """Returns why a backup failed; nothing that looks like one is left."""
    run = making.back_up(place, Trigger.ASKED, wall)
    assert run.name is None
    assert runs.read(place.data_dir)[0] == run
    assert not place.folder.is_dir() or list(place.folder.iterdir()) == []
    assert run.error is not None
    return run.error


class TestUnderLoad:
    async def test_restores_a_whole_class(
        self, runtime: Runtime, world: World, place: Place, wall: ManualClock, empty: postgres.Cluster, tmp_path: Path
    ) -> None:
        await make_busy(world, wall)
        await world.learners[1].post("/mall/desk/registration/take-back")
        for applicant in world.learners[1:]:
            await applicant.post("/mall/desk/registration/abandon", status=204)
        shops = [
            await world.open_shop(owner, f"店铺{n}", [item(stock=500)]) for n, owner in enumerate(world.learners[1:])
        ]
        await world.lecturer.post("/sandbox/clock/start")
        wall.advance(seconds=5)
        buying = asyncio.create_task(_buy(world, [goods[0]["sku_id"] for goods in shops]))
        await asyncio.sleep(0.5)
        run = await to_thread(making.back_up, place, Trigger.PAUSE, wall)
        buying.cancel()
        await asyncio.gather(buying, return_exceptions=True)
        assert (run.error, run.params) == (None, {})
        file = place.folder / str(run.name)
        assert [path.name for path in place.folder.iterdir()] == [run.name]
        contents = await to_thread(restoring.verify, file, RING)
        target = Database.at(empty.urls.owner)
        await to_thread(restoring.fill, file, RING, target, tmp_path / "new")
        role = migrate.app_role_of(empty.urls.app)
        await to_thread(migrate.upgrade, empty.urls.owner, app_role=role)
        await restoring.stand_still(empty.urls.owner, contents.manifest.at)
        assert await _bare_shape(empty.urls.owner) == await _bare_shape(_owner_url(place))
        await _check(empty, runtime.settings, world, wall)
        pictures = sorted(path.relative_to(tmp_path / "new") for path in (tmp_path / "new").rglob("*.webp"))
        assert pictures == sorted(path.relative_to(place.data_dir) for path in place.data_dir.rglob("*.webp"))
        assert len(pictures) == 2


async def _buy(world: World, skus: list[str]) -> None:
    """Places and pays orders until cancelled; refusals (three of a pair) are part of the load."""
    while True:
        for buyer in world.learners:
            for sku in skus:
                body = {"lines": [{"sku_id": sku, "quantity": 1}], "expected_total_fen": 5900}
                order = await buyer.send("POST", "/mall/trades", json=body)
                if order.status_code == 201:
                    await buyer.send("POST", f"/mall/pay-orders/{order.json()['id']}/pay")
                await buyer.send("POST", "/mall/cart/items", json={"sku_id": sku, "quantity": 1})


async def _bare_shape(url: str) -> set[str]:
    """Returns everything in a schema; a CHECK that was dumped comes back with its casts written another way."""
    return {_CASTS.sub("", line) for line in await shape(url)}


def _owner_url(place: Place) -> str:
    known = place.database.environment
    host, name = known["PGHOST"], known["PGDATABASE"]
    return f"postgresql+asyncpg://{known['PGUSER']}:{known['PGPASSWORD']}@/{name}?host={host}"


async def _check(cluster: postgres.Cluster, settings: Settings, world: World, wall: ManualClock) -> None:
    """Passes when the restored class is whole, balanced, and stands where it stood."""
    moved = settings.model_copy(update={"database_url": cluster.urls.app})
    there = Runtime.open(moved, application_name="restored", wall=wall)
    try:
        async with there.enter_sandbox(world.sandbox_id) as uow:
            assert (await reconcile(uow)).balanced
            assert (await uow.execute(TORN)).scalar_one() == 0
            assert int((await uow.execute(text(BEFORE))).scalar_one()) >= 3
            assert uow.sandbox.clock.state == "paused"
            stood = uow.now.sim_at
        wall.advance(days=30)
        async with there.enter_sandbox(world.sandbox_id) as uow:
            assert uow.now.sim_at == stood
    finally:
        await there.close()


@pytest.mark.usefixtures("world")
class TestFailure:
    async def test_of_a_full_disk_is_told_and_leaves_nothing(
        self, place: Place, wall: ManualClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_descriptor: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("app.backup.making.os.fsync", full)
        assert await to_thread(refused, place, wall) == "app.backup.disk_full"

    async def test_of_too_little_room_is_told_before_writing(
        self, place: Place, wall: ManualClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(making, "SPARE_BYTES", 10**18)
        assert await to_thread(refused, place, wall) == "app.backup.no_room"

    async def test_of_a_folder_that_is_a_file_is_told(self, place: Place, wall: ManualClock) -> None:
        place.folder.write_text("a file")
        run = await to_thread(making.back_up, place, Trigger.ASKED, wall)
        assert run.error == "app.backup.disk_trouble"

    async def test_of_a_database_that_is_down_is_told(self, place: Place, wall: ManualClock, tmp_path: Path) -> None:
        nowhere = Database({**place.database.environment, "PGHOST": str(tmp_path)})
        away = Place(place.data_dir, place.folder, nowhere, RING)
        assert await to_thread(refused, away, wall) == "app.backup.database_refuses"
        assert RING.backup_identity not in (place.data_dir / runs.NAME).read_text()

    async def test_two_at_once_are_one(self, place: Place, wall: ManualClock) -> None:
        with making._alone(place.data_dir), pytest.raises(AlreadyBackingUp):
            await to_thread(making.back_up, place, Trigger.ASKED, wall)
        assert runs.read(place.data_dir) == []


@pytest.mark.usefixtures("world")
class TestRestore:
    async def test_refuses_a_schema_it_does_not_know(
        self, place: Place, wall: ManualClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = await to_thread(making.back_up, place, Trigger.ASKED, wall)
        monkeypatch.setattr(migrate, "knows", lambda _revision: False)
        with pytest.raises(BackupFailed) as failure:
            await to_thread(restoring.verify, place.folder / str(run.name), RING)
        assert failure.value.code == "app.backup.newer_schema"

    async def test_needs_the_key_of_the_installation(self, place: Place, wall: ManualClock) -> None:
        run = await to_thread(making.back_up, place, Trigger.ASKED, wall)
        with pytest.raises(BackupFailed) as failure:
            await to_thread(restoring.verify, place.folder / str(run.name), Keyring.generate("f" * 16))
        assert failure.value.code == "app.backup.other_key"

    async def test_holds_no_key(self, place: Place, wall: ManualClock) -> None:
        run = await to_thread(making.back_up, place, Trigger.ASKED, wall)
        content = (place.folder / str(run.name)).read_bytes()
        plain = pyrage.decrypt(content, [pyrage.x25519.Identity.from_str(RING.backup_identity)])
        assert RING.backup_identity.encode() not in plain
        assert (place.folder / str(run.name)).stat().st_mode & 0o077 == 0


class TestEyes:
    async def test_are_the_owners_alone(self, settings: Settings, world: World) -> None:
        """The application may say that it makes a backup; it sees nothing more for it."""
        assert world.sandbox_id
        engine = create_async_engine(settings.database_url, poolclass=NullPool)
        async with engine.connect() as connection:
            await connection.execute(text("SELECT set_config('kaidian.scope', 'backup', true)"))
            seen = (await connection.execute(text("SELECT count(*) FROM kernel_sandbox"))).scalar_one()
        await engine.dispose()
        assert seen == 0
