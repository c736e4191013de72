"""HTTP of places."""

from fastapi import APIRouter, Request

from kernel.http import session
from kernel.http.deps import ReadUow, writing
from kernel.identity.places import service
from kernel.identity.places.schemas import PlaceChoice, PlaceView
from kernel.identity.schemas import SessionView
from kernel.identity.views import session_view

router = APIRouter(prefix="/session", tags=["session"])


@router.get("/places", operation_id="session_places_list")
async def list_places(request: Request, uow: ReadUow) -> list[PlaceView]:
    """Returns the classes and roles among which the acting person can choose."""
    return await service.list_own(uow, token_hash=session.hash_of(session.token_of(request)))


@router.put("/place", operation_id="session_place_choose")
async def choose_place(body: PlaceChoice, request: Request) -> SessionView:
    """Moves this browser's session into another class or role, and returns what it is there."""
    token = session.cookie_of(request)
    async with writing(request) as uow:
        await service.move(uow, body, token_hash=session.hash_of(token))
    return await session_view(request)
