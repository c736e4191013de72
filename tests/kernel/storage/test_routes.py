"""Uploading and seeing pictures over HTTP: who may, what is sent back, and that refusals leave nothing behind."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio
import pytest
from httpx import Response

from kernel.http import session
from kernel.ids import new_id
from kernel.runtime import Runtime
from kernel.storage import receive, rules
from kernel.storage.service import DECODERS
from tests.kernel.storage import photos
from tests.kernel.storage.conftest import Class, Person, Site
from tests.kernel.storage.rows import files_on_disk, lose_thumbs, open_to_others, rows_of

URL = "/api/v1/files"
BOUNDARY = "kaidian-boundary"


async def upload(
    site: Site, person: Person, content: bytes, *, name: str = "photo.jpg", sent_type: str = "image/jpeg"
) -> Response:
    return await site.client.post(
        URL,
        headers=site.headers(person),
        files={"file": (name, content, sent_type)},
        data={"purpose": "product_picture"},
    )


async def upload_form(site: Site, person: Person, body: bytes, *, media_type: str | None = None) -> Response:
    headers = {**site.headers(person), "Content-Type": media_type or f"multipart/form-data; boundary={BOUNDARY}"}
    return await site.client.post(URL, headers=headers, content=body)


def part(name: str, content: bytes, *, filename: str | None = None) -> bytes:
    ending = f'; filename="{filename}"' if filename else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{ending}\r\n\r\n'
    return head.encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()
PURPOSE = part("purpose", b"product_picture")


def errors_of(answer: Response) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def assert_nothing_kept(runtime: Runtime, person: Person) -> None:
    assert await rows_of(runtime, person.sandbox_id) == []
    assert files_on_disk(runtime) == []


class TestUpload:
    async def test_keeps_a_picture_and_its_thumb(self, site: Site, runtime: Runtime, first_class: Class) -> None:
        answer = await upload(site, first_class.anna, photos.encoded(photos.quarters()))
        assert answer.status_code == 201
        view: dict[str, Any] = answer.json()
        file_id = UUID(view["id"])
        assert view == {
            "id": str(file_id),
            "url": f"{URL}/{file_id}",
            "thumb_url": f"{URL}/{file_id}/thumb",
            "width": 800,
            "height": 600,
        }
        (row,) = await rows_of(runtime, first_class.sandbox_id)
        assert (row.id, row.seat_id, row.purpose) == (file_id, first_class.anna.seat_id, "product_picture")
        folder = f"{first_class.sandbox_id}/{row.sha256[:2]}"
        assert files_on_disk(runtime) == [f"{folder}/{file_id}.thumb.webp", f"{folder}/{file_id}.webp"]

    async def test_keeps_files_from_other_accounts(self, site: Site, runtime: Runtime, first_class: Class) -> None:
        await upload(site, first_class.anna, photos.photo())
        assert open_to_others(runtime) == []
        assert len(files_on_disk(runtime)) == 2

    async def test_believes_content_and_not_the_sent_name(
        self, site: Site, runtime: Runtime, first_class: Class
    ) -> None:
        lying = await upload(
            site,
            first_class.anna,
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            name="photo.png",
            sent_type="image/png",
        )
        assert (lying.status_code, errors_of(lying)) == (422, [("/file", "kernel.storage.not_a_picture")])
        await assert_nothing_kept(runtime, first_class.anna)
        honest = await upload(site, first_class.anna, photos.photo(), name="../../evil.html", sent_type="text/html")
        assert honest.status_code == 201

    async def test_returns_the_same_file_for_the_same_bytes(
        self, site: Site, runtime: Runtime, first_class: Class
    ) -> None:
        first, again = [await upload(site, first_class.anna, photos.photo()) for _ in range(2)]
        other = await upload(site, first_class.bo, photos.photo())
        assert first.json() == again.json()
        assert other.json()["id"] != first.json()["id"]
        assert len(files_on_disk(runtime)) == 4

    async def test_accepts_the_purpose_behind_the_file(self, site: Site, first_class: Class) -> None:
        body = part("file", photos.photo(), filename="a.jpg") + PURPOSE + END
        assert (await upload_form(site, first_class.anna, body)).status_code == 201

    @pytest.mark.parametrize(
        ("body", "errors"),
        [
            (PURPOSE + END, [("/file", "kernel.field.missing")]),
            (part("file", photos.photo()) + END, [("/purpose", "kernel.field.missing")]),
            (
                part("file", photos.photo()) + part("purpose", b"virus") + END,
                [("/purpose", "kernel.field.not_offered")],
            ),
            (part("purpose", bytes(1000)) + END, [("/purpose", "kernel.field.not_offered")]),
            (
                PURPOSE + part("file", photos.photo()) + part("seat_id", b"1") + END,
                [("", "kernel.storage.unexpected_field")],
            ),
            (PURPOSE + part("file", b"a") + part("file", b"b") + END, [("", "kernel.storage.unexpected_field")]),
            (PURPOSE + part("file", photos.photo()), [("", "kernel.storage.not_multipart")]),
            (b"no form at all", [("", "kernel.storage.not_multipart")]),
            (b"", [("", "kernel.storage.not_multipart")]),
        ],
    )
    async def test_refuses_a_wrong_form(
        self, site: Site, runtime: Runtime, first_class: Class, body: bytes, errors: list[tuple[str, str]]
    ) -> None:
        answer = await upload_form(site, first_class.anna, body)
        assert (answer.status_code, errors_of(answer)) == (422, errors)
        await assert_nothing_kept(runtime, first_class.anna)

    @pytest.mark.parametrize(
        "media_type", ["application/json", "multipart/form-data", "multipart/form-data; boundary="]
    )
    async def test_refuses_what_is_no_form(self, site: Site, first_class: Class, media_type: str) -> None:
        answer = await upload_form(site, first_class.anna, b"{}", media_type=media_type)
        assert errors_of(answer) == [("", "kernel.storage.not_multipart")]

    async def test_stops_writing_at_the_limit(
        self, site: Site, runtime: Runtime, media: Path, first_class: Class
    ) -> None:
        largest = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal largest
            yield PURPOSE + part("file", b"")[:-2]
            for _ in range(9 * 16):
                yield bytes(64 * 1024)
                largest = max(largest, *(path.stat().st_size for path in (media / "incoming").iterdir()), 0)
            yield END

        headers = {**site.headers(first_class.anna), "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        answer = await site.client.post(URL, headers=headers, content=endless())
        assert (answer.status_code, answer.json()["code"]) == (413, "kernel.storage.too_large")
        assert 0 < largest <= rules.UPLOAD_LIMIT_BYTES
        await assert_nothing_kept(runtime, first_class.anna)

    async def test_accepts_a_file_of_exactly_the_limit(self, site: Site, first_class: Class) -> None:
        content = photos.photo()
        padded = content + bytes(rules.UPLOAD_LIMIT_BYTES - len(content))
        assert (await upload(site, first_class.anna, padded)).status_code == 201
        assert (await upload(site, first_class.anna, padded + b"\0")).status_code == 413

    async def test_gives_up_on_an_upload_that_stalls(
        self, site: Site, runtime: Runtime, first_class: Class, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(receive, "PATIENCE_SECONDS", 0)
        answer = await upload(site, first_class.anna, photos.photo())
        assert (answer.status_code, answer.json()["code"]) == (408, "kernel.storage.interrupted")
        await assert_nothing_kept(runtime, first_class.anna)

    async def test_refuses_strangers_and_forged_requests(
        self, site: Site, runtime: Runtime, first_class: Class
    ) -> None:
        anna = first_class.anna
        files = {"file": photos.photo()}
        cookie = {"Cookie": f"{session.COOKIE}={anna.token}"}
        assert (await site.client.post(URL, files=files)).status_code == 401
        assert (await site.client.post(URL, files=files, headers=cookie)).status_code == 403
        elsewhere = {**site.headers(anna), "Origin": "http://evil.test"}
        assert (await site.client.post(URL, files=files, headers=elsewhere)).status_code == 403
        assert (await upload(site, Person(first_class.sandbox_id, None), photos.photo())).status_code == 401
        assert (await upload(site, first_class.lecturer, photos.photo())).status_code == 403
        await assert_nothing_kept(runtime, anna)


class TestRead:
    @pytest.mark.parametrize("ending", ["", "/thumb"])
    async def test_serves_a_picture_to_the_whole_class(self, site: Site, first_class: Class, ending: str) -> None:
        url = (await upload(site, first_class.anna, photos.photo())).json()["url"] + ending
        for person in (first_class.anna, first_class.bo, first_class.lecturer):
            answer = await site.client.get(url, headers=site.headers(person))
            assert answer.status_code == 200
            assert answer.content[8:12] == b"WEBP"
            expected = {
                "content-type": "image/webp",
                "content-length": str(len(answer.content)),
                "cache-control": "private, max-age=31536000, immutable",
                "content-security-policy": "sandbox",
                "cross-origin-resource-policy": "same-origin",
                "x-content-type-options": "nosniff",
                "x-robots-tag": "noindex",
            }
            assert {name: answer.headers[name] for name in expected} == expected
            assert answer.headers.get_list("content-security-policy") == ["sandbox"]

    async def test_answers_a_known_etag_without_the_bytes(self, site: Site, first_class: Class) -> None:
        view = (await upload(site, first_class.anna, photos.photo())).json()
        headers = site.headers(first_class.bo)
        tags = [(await site.client.get(view[name], headers=headers)).headers["etag"] for name in ("url", "thumb_url")]
        assert tags[0] != tags[1]
        for given in (tags[0], f'"other", W/{tags[0]}', "*"):
            answer = await site.client.get(view["url"], headers={**headers, "If-None-Match": given})
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tags[0])
        assert (await site.client.get(view["url"], headers={**headers, "If-None-Match": tags[1]})).status_code == 200

    @pytest.mark.parametrize("ending", ["", "/thumb"])
    async def test_hides_pictures_of_another_sandbox(
        self, site: Site, first_class: Class, second_class: Class, ending: str
    ) -> None:
        url = (await upload(site, first_class.anna, photos.photo())).json()["url"] + ending
        etag = (await site.client.get(url, headers=site.headers(first_class.bo))).headers["etag"]
        for extra in ({}, {"If-None-Match": etag}):
            answer = await site.client.get(url, headers={**site.headers(second_class.anna), **extra})
            assert (answer.status_code, answer.json()["code"]) == (404, "kernel.storage.not_found")
        assert (await site.client.get(url)).status_code == 401

    async def test_answers_not_found_for_what_is_not_there(
        self, site: Site, runtime: Runtime, first_class: Class
    ) -> None:
        headers = site.headers(first_class.anna)
        assert (await site.client.get(f"{URL}/{new_id()}", headers=headers)).status_code == 404
        assert (await site.client.get(f"{URL}/../../etc/passwd", headers=headers)).status_code == 404
        assert (await site.client.get(f"{URL}/no-uuid", headers=headers)).status_code == 422
        view = (await upload(site, first_class.anna, photos.photo())).json()
        lose_thumbs(runtime)
        assert (await site.client.get(view["thumb_url"], headers=headers)).status_code == 404
        assert (await site.client.get(view["url"], headers=headers)).status_code == 200


class TestLoad:
    async def test_decodes_two_at_once_and_keeps_the_loop_free(self, site: Site, first_class: Class) -> None:

        content = [photos.encoded(photos.noise(1000, 1000 + number)) for number in range(5)]
        most = turns = 0
        async with anyio.create_task_group() as group:
            for each in content:
                group.start_soon(upload, site, first_class.anna, each)
            while most == 0 or DECODERS.borrowed_tokens:
                most = max(most, DECODERS.borrowed_tokens)
                turns += 1
                await anyio.sleep(0.001)
        assert most == DECODERS.total_tokens == 2
        assert turns > 20
