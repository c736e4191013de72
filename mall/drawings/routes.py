"""HTTP of drawings: one small picture per key, the same for everybody."""

from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Query, Response

from kernel.errors import NotFound
from kernel.http.fields import Word
from mall.drawings import catalogue
from mall.drawings.composition import draw

router = APIRouter(prefix="/drawings", tags=["goods"])

_SVG = "image/svg+xml"
# The address carries the edition of all drawings, so a browser never asks twice.
_FOREVER = "public, max-age=31536000, immutable"
_FOR_NOW = "public, max-age=300"


@router.get(
    "",
    operation_id="mall_drawings_read",
    response_class=Response,
    responses={200: {"content": {_SVG: {"schema": {"type": "string"}}}}},
)
async def read_drawing(
    key: Annotated[Word, Query(max_length=32)], edition: Annotated[Word, Query(max_length=12)]
) -> Response:
    """Returns a drawing. Open to anybody: the log-in page shows some, and a key tells nothing about a class.

    An address of another edition is answered too, but not for keeps: its page is older or newer than this server.

    Raises:
        NotFound: no such object, scheme or scene.

    """
    body = _svg(key)
    if body is None:
        raise NotFound("mall.drawing.not_found")
    current = edition == catalogue.load().edition
    return Response(body, media_type=_SVG, headers={"Cache-Control": _FOREVER if current else _FOR_NOW})


@lru_cache(maxsize=2048)
def _svg(key: str) -> bytes | None:
    composition = catalogue.find(key)
    return None if composition is None else draw(composition).encode()
