"""Keeping and claiming pictures: quota under real concurrency, twins, and failures that leave nothing."""

import asyncio
from hashlib import sha256

import pytest
from sqlalchemy import text

from kernel.errors import Conflict, NotFound, Unauthorised
from kernel.ids import new_id
from kernel.runtime import Runtime
from kernel.storage import queries, rules, service
from kernel.storage.models import FilePurpose
from kernel.storage.pictures import Derived
from kernel.storage.queries import StoredFileRow
from kernel.storage.service import Upload
from tests.kernel.storage import photos
from tests.kernel.storage.conftest import Class, Person
from tests.kernel.storage.rows import files_on_disk, rows_of, sizes_on_disk, usage_of


async def keep(runtime: Runtime, person: Person, content: bytes) -> StoredFileRow:
    folder = runtime.settings.data_dir
    folder.mkdir(exist_ok=True)
    path = folder / new_id().hex
    path.write_bytes(content)
    upload = Upload(path, FilePurpose.PRODUCT_PICTURE, sha256(content).hexdigest())
    return await service.keep(runtime, person.token_hash, upload)


async def set_usage(runtime: Runtime, person: Person, *, files: int, size_bytes: int) -> None:
    async with runtime.enter_sandbox(person.sandbox_id) as uow:
        await uow.execute(
            text("INSERT INTO kernel_storage_usage VALUES (:sandbox_id, :seat_id, :files, :size_bytes)"),
            {"sandbox_id": person.sandbox_id, "seat_id": person.seat_id, "files": files, "size_bytes": size_bytes},
        )


class TestKeep:
    async def test_charges_what_lies_on_disk(self, runtime: Runtime, first_class: Class) -> None:
        kept = [await keep(runtime, first_class.anna, photos.photo(n)) for n in range(3)]
        on_disk = sum(sizes_on_disk(runtime))
        assert sum(row.size_bytes for row in kept) == on_disk
        assert await usage_of(runtime, first_class.sandbox_id) == [(first_class.anna.seat_id, 3, on_disk)]

    async def test_never_passes_the_count_when_uploads_race(self, runtime: Runtime, first_class: Class) -> None:
        await set_usage(runtime, first_class.anna, files=rules.QUOTA_FILES - 3, size_bytes=1)
        outcomes = await asyncio.gather(
            *(keep(runtime, first_class.anna, photos.photo(n)) for n in range(8)), return_exceptions=True
        )
        refused = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
        assert len(refused) == 5
        assert {refusal.code for refusal in refused} == {"kernel.storage.quota"}
        assert (await usage_of(runtime, first_class.sandbox_id))[0][1] == rules.QUOTA_FILES
        assert len(await rows_of(runtime, first_class.sandbox_id)) == 3
        assert len(sizes_on_disk(runtime)) == 6

    async def test_lets_the_second_connection_wait_and_refuses_it(self, runtime: Runtime, first_class: Class) -> None:
        """Both transactions are open at once on connections of their own; the first holds the last place."""
        anna = first_class.anna
        await set_usage(runtime, anna, files=rules.QUOTA_FILES - 1, size_bytes=1)
        assert anna.seat_id is not None
        rows = [
            StoredFileRow(new_id(), anna.sandbox_id, anna.seat_id, FilePurpose.PRODUCT_PICTURE, c * 64, 9, 9, 9)
            for c in "ab"
        ]
        async with runtime.enter_session(anna.token_hash) as first:
            await service.record(first, rows[0])

            async def second() -> None:
                async with runtime.enter_session(anna.token_hash) as uow:
                    await service.record(uow, rows[1])

            waiting = asyncio.create_task(second())
            await asyncio.sleep(0.2)
            assert not waiting.done()
        with pytest.raises(Conflict, match=r"kernel\.storage\.quota"):
            await waiting
        assert [row.sha256 for row in await rows_of(runtime, anna.sandbox_id)] == ["a" * 64]

    async def test_never_passes_the_bytes(self, runtime: Runtime, first_class: Class) -> None:
        await set_usage(runtime, first_class.anna, files=1, size_bytes=rules.QUOTA_BYTES - 100)
        with pytest.raises(Conflict, match=r"kernel\.storage\.quota"):
            await keep(runtime, first_class.anna, photos.photo())
        assert await usage_of(runtime, first_class.sandbox_id) == [
            (first_class.anna.seat_id, 1, rules.QUOTA_BYTES - 100)
        ]
        assert await rows_of(runtime, first_class.sandbox_id) == []
        assert sizes_on_disk(runtime) == []

    async def test_counts_each_seat_for_itself(self, runtime: Runtime, first_class: Class) -> None:
        await set_usage(runtime, first_class.anna, files=rules.QUOTA_FILES, size_bytes=1)
        assert (await keep(runtime, first_class.bo, photos.photo())).seat_id == first_class.bo.seat_id

    async def test_keeps_one_file_when_the_same_bytes_race(self, runtime: Runtime, first_class: Class) -> None:
        kept = await asyncio.gather(*(keep(runtime, first_class.anna, photos.photo()) for _ in range(6)))
        assert len({row.id for row in kept}) == 1
        assert [row.id for row in await rows_of(runtime, first_class.sandbox_id)] == [kept[0].id]
        assert (await usage_of(runtime, first_class.sandbox_id))[0][1] == 1
        assert len(sizes_on_disk(runtime)) == 2

    async def test_leaves_nothing_when_the_session_ends_meanwhile(self, runtime: Runtime, first_class: Class) -> None:
        row = StoredFileRow(new_id(), first_class.sandbox_id, new_id(), FilePurpose.PRODUCT_PICTURE, "a" * 64, 9, 9, 9)
        derived = Derived(9, 9, b"main", b"thumb")
        with pytest.raises(Unauthorised):
            await service._place_and_record(runtime, b"no such session", row, derived)
        assert files_on_disk(runtime) == []
        assert await rows_of(runtime, first_class.sandbox_id) == []

    async def test_leaves_nothing_when_it_is_cancelled(self, runtime: Runtime, first_class: Class) -> None:
        content = photos.encoded(photos.noise(900, 900))
        async with runtime.enter_sandbox(first_class.sandbox_id) as blocker:
            await blocker.execute(text("LOCK TABLE kernel_stored_file IN SHARE ROW EXCLUSIVE MODE"))
            task = asyncio.create_task(keep(runtime, first_class.anna, content))
            while not any(name.endswith(".thumb.webp") for name in files_on_disk(runtime)):
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert sizes_on_disk(runtime) == []
        assert await rows_of(runtime, first_class.sandbox_id) == []


class TestAdmit:
    async def test_refuses_a_full_seat_before_its_bytes_arrive(self, runtime: Runtime, first_class: Class) -> None:
        await set_usage(runtime, first_class.anna, files=rules.QUOTA_FILES, size_bytes=1)
        with pytest.raises(Conflict, match=r"kernel\.storage\.quota"):
            async with runtime.enter_session(first_class.anna.token_hash, read_only=True) as uow:
                await service.admit(uow)


class TestAccessFile:
    async def test_gives_a_file_to_the_seat_that_uploaded_it(
        self, runtime: Runtime, first_class: Class, second_class: Class
    ) -> None:
        kept = await keep(runtime, first_class.anna, photos.photo())
        async with runtime.enter_session(first_class.anna.token_hash) as uow:
            assert await queries.access_file(uow, kept.id) == kept
        for other in (first_class.bo, second_class.anna):
            async with runtime.enter_session(other.token_hash) as uow:
                with pytest.raises(NotFound, match=r"kernel\.storage\.not_found"):
                    await queries.access_file(uow, kept.id)


class TestWall:
    async def test_hides_rows_from_a_query_that_forgets_its_filter(
        self, runtime: Runtime, first_class: Class, second_class: Class
    ) -> None:
        await keep(runtime, first_class.anna, photos.photo())
        assert await rows_of(runtime, second_class.sandbox_id) == []
        assert await usage_of(runtime, second_class.sandbox_id) == []
        async with runtime.enter_system() as uow:
            for table in ("kernel_stored_file", "kernel_storage_usage"):
                assert (await uow.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0
