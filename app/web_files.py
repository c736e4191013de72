"""Serves the built front end from memory: compressed once, immutable where the name carries a hash.

Every address that is no file and no API gets `index.html`; the front end's router decides there.
"""

import gzip
import mimetypes
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kernel.errors import NotFound

_COMPRESSED = frozenset({".html", ".js", ".css", ".svg", ".json", ".txt"})
_API = ("api/", "openapi/", "ws/", "health/", "metrics")
_MISSING = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>开店沙盘</title>'
    "<p>前端页面还没有构建。请运行 make demo，或 kaidian frontend build。</p></html>"
)


@dataclass(frozen=True, slots=True)
class WebFile:
    """One file, ready to send."""

    body: bytes
    gzipped: bytes | None
    media_type: str
    etag: str
    immutable: bool


class WebFiles:
    """The files of one build. A missing build shows a page that says what to do."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            path.relative_to(folder).as_posix(): _read(path, folder)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    async def serve(self, request: Request) -> Response:
        """Returns the file an address names, else the front end's entry page.

        Raises:
            NotFound: the address belongs to an API, or looks like a file that is not there.

        """
        path = request.path_params["path"]
        if path.startswith(_API):
            raise NotFound("kernel.request.no_such_page")
        file = self._files.get(path)
        if file is None and path.startswith("assets/"):
            raise NotFound("kernel.request.no_such_page")
        file = file or self._files.get("index.html")
        if file is None:
            return Response(_MISSING, status_code=503, media_type="text/html")
        headers = {
            "ETag": file.etag,
            "Vary": "Accept-Encoding",
            "Cache-Control": "public, max-age=31536000, immutable" if file.immutable else "no-cache",
        }
        if request.headers.get("if-none-match") == file.etag:
            return Response(status_code=304, headers=headers)
        if file.gzipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.gzipped, headers={**headers, "Content-Encoding": "gzip"}, media_type=file.media_type)
        return Response(file.body, headers=headers, media_type=file.media_type)


class Leftover(Route):
    """The route of every address that no other route knows. Only pages live there: any method but reading finds nothing."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a page.

        Raises:
            NotFound: somebody wants to change what is not there; 405 would claim that it is.

        """
        if self.methods is not None and scope["method"] not in self.methods:
            raise NotFound("kernel.request.no_such_page")
        await super().handle(scope, receive, send)


def _read(path: Path, folder: Path) -> WebFile:
    body = path.read_bytes()
    return WebFile(
        body=body,
        gzipped=gzip.compress(body, 6, mtime=0) if path.suffix in _COMPRESSED else None,
        media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        etag=f'"{sha256(body).hexdigest()[:20]}"',
        immutable=path.relative_to(folder).parts[0] == "assets",
    )
