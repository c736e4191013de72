"""HTTP of the list of a class, for its lecturers and for the institution's staff."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from kernel.classroom import service as classroom
from kernel.classroom.seats import pins, service, views
from kernel.classroom.seats.schemas import (
    PinSlip,
    PinSlipsView,
    SeatAdd,
    SeatChange,
    SeatListView,
    SeatReason,
    SeatRow,
)
from kernel.classroom.service import Home
from kernel.http.deps import Command, CurrentRuntime, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork

router = APIRouter(prefix="/classroom/classes/{cohort_id}", tags=["classroom"])

ClassReader = Annotated[UnitOfWork, reader(Capability.MANAGE_CLASS)]
ClassManager = Annotated[UnitOfWork, writer(Capability.MANAGE_CLASS)]


@router.get("/seats", operation_id="classroom_seats_list")
async def list_seats(cohort_id: UUID, uow: ClassReader) -> SeatListView:
    """Returns the list of a class with everything a lecturer sees of each seat."""
    return await views.view_list(uow, cohort_id)


@router.post("/seats", operation_id="classroom_seats_add", response_model=SeatRow, status_code=201)
async def add_seat(
    cohort_id: UUID, body: SeatAdd, uow: ClassManager, runtime: CurrentRuntime, once: Command
) -> Response:
    """Seats one learner by hand, also in a class that is open."""
    home = await classroom.access_home(uow, cohort_id)

    async def act() -> SeatRow:
        seat_id = await service.add(uow, runtime.keyring, home, body)
        return await views.view_seat(uow, cohort_id, seat_id)

    return await once.run(uow, body, act)


@router.post("/seats/unlock", operation_id="classroom_seats_unlock")
async def unlock_seats(cohort_id: UUID, uow: ClassManager) -> SeatListView:
    """Lifts the locks that wrong PINs have laid on seats, and leaves the PINs as they are."""
    await pins.unlock(uow, await classroom.access_home(uow, cohort_id))
    return await views.view_list(uow, cohort_id)


@router.put("/seats/{seat_id}", operation_id="classroom_seats_change")
async def change_seat(
    cohort_id: UUID, seat_id: UUID, body: SeatChange, uow: ClassManager, runtime: CurrentRuntime
) -> SeatRow:
    """Puts a learner's name or number right."""
    home = await classroom.access_home(uow, cohort_id)
    await service.change(uow, runtime.keyring, home, seat_id, body)
    return await views.view_seat(uow, cohort_id, seat_id)


@router.post("/seats/{seat_id}/undo-claim", operation_id="classroom_seats_undo_claim")
async def undo_claim(
    cohort_id: UUID, seat_id: UUID, body: SeatReason, uow: ClassManager, runtime: CurrentRuntime
) -> SeatRow:
    """Takes a seat from whoever claimed it and gives it another PIN."""
    home = await classroom.access_home(uow, cohort_id)
    await service.undo_claim(uow, runtime.keyring, home, seat_id, body.reason)
    return await views.view_seat(uow, cohort_id, seat_id)


@router.post("/seats/{seat_id}/withdraw", operation_id="classroom_seats_withdraw")
async def withdraw(cohort_id: UUID, seat_id: UUID, body: SeatReason, uow: ClassManager) -> SeatRow:
    """Takes a learner out of the class."""
    home = await classroom.access_home(uow, cohort_id)
    await service.withdraw(uow, home, seat_id, body.reason)
    return await views.view_seat(uow, cohort_id, seat_id)


@router.post("/seats/{seat_id}/readmit", operation_id="classroom_seats_readmit")
async def readmit(cohort_id: UUID, seat_id: UUID, body: SeatReason, uow: ClassManager) -> SeatRow:
    """Takes a learner back who had withdrawn."""
    home = await classroom.access_home(uow, cohort_id)
    await service.readmit(uow, home, seat_id, body.reason)
    return await views.view_seat(uow, cohort_id, seat_id)


@router.post("/pin-slips", operation_id="classroom_pins_print")
async def print_slips(cohort_id: UUID, uow: ClassManager, runtime: CurrentRuntime, response: Response) -> PinSlipsView:
    """Returns the PIN slips of all seats that are still to be claimed, and makes the PINs that are missing.

    A POST, though nothing is ordered: it may write, and no cache or history keeps its answer.
    """
    response.headers["Cache-Control"] = "no-store"
    cohort = await views.access_class(uow, cohort_id)
    home = Home(cohort_id=cohort_id, institution_id=cohort.institution_id, region_code=cohort.region_code)
    slips = await pins.print_slips(uow, runtime.keyring, home)
    return PinSlipsView(class_name=cohort.name, class_code=cohort.code, slips=slips)


@router.post("/seats/{seat_id}/pin", operation_id="classroom_pins_read")
async def read_pin(
    cohort_id: UUID, seat_id: UUID, uow: ClassManager, runtime: CurrentRuntime, response: Response
) -> PinSlip:
    """Returns the PIN of one seat that is still to be claimed."""
    response.headers["Cache-Control"] = "no-store"
    home = await classroom.access_home(uow, cohort_id)
    return await pins.read(uow, runtime.keyring, home, seat_id)


@router.post("/seats/{seat_id}/new-pin", operation_id="classroom_pins_renew")
async def renew_pin(
    cohort_id: UUID, seat_id: UUID, uow: ClassManager, runtime: CurrentRuntime, response: Response
) -> PinSlip:
    """Gives one seat another PIN, which also unlocks it."""
    response.headers["Cache-Control"] = "no-store"
    home = await classroom.access_home(uow, cohort_id)
    return await pins.renew(uow, runtime.keyring, home, seat_id)
