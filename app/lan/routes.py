"""HTTP of the entrance: what a lecturer's screen shows for phones to scan. Open to anybody: it names no class."""

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response

from app.lan import addresses, codes, entrance
from app.lan.entrance import Serving
from app.lan.schemas import CodeView, EntranceView, OwnPath, WayView
from kernel.http.deps import CurrentRuntime
from kernel.settings import Settings

router = APIRouter(tags=["entrance"])


@router.get("/entrance", operation_id="entrance_read")
async def read_entrance(
    request: Request, response: Response, runtime: CurrentRuntime, path: Annotated[OwnPath, Query()] = "/"
) -> EntranceView:
    """Returns the addresses at which this server is reached, each with a code of the page `path`."""
    response.headers["Cache-Control"] = "no-store"
    return await to_thread.run_sync(_view, request.headers.get("host", ""), runtime.settings, path)


def _view(host: str, settings: Settings, path: str) -> EntranceView:
    serving = Serving(tls=settings.tls, lan=settings.lan, setup_port=settings.setup_port)
    return EntranceView(
        ways=[
            WayView(
                adapter=way.adapter,
                code=_code(way.site + path),
                setup=_code(way.setup) if way.setup is not None else None,
            )
            for way in entrance.ways(host, serving, _addresses(settings))
        ]
    )


def _addresses(settings: Settings) -> list[addresses.LanAddress]:
    """Looks anew each time: a laptop may change its Wi-Fi during the lesson."""
    if not settings.lan:
        return []
    known = addresses.here()
    if not settings.lan_address:
        return known
    chosen = [entry for entry in known if entry.address == settings.lan_address]
    return chosen or [addresses.LanAddress("", settings.lan_address)]


def _code(url: str) -> CodeView:
    drawn = codes.drawing(url)
    return CodeView(url=url, size=drawn.size, path=drawn.path)
