"""HTTP of people. A number in full is never in a list, and never kept by a browser."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from kernel.http.deps import CurrentRuntime, reader, writer
from kernel.identity.people import service
from kernel.identity.people.schemas import PersonRow, Reveal, RevealedView
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork

router = APIRouter(tags=["people"])


@router.get("/office/classes/{cohort_id}/people", operation_id="office_classes_people")
async def list_people(
    cohort_id: UUID, runtime: CurrentRuntime, uow: Annotated[UnitOfWork, reader(Capability.REVEAL)]
) -> list[PersonRow]:
    """Returns the learners of a class, their numbers masked."""
    return await service.list_of_class(uow, runtime.keyring, cohort_id)


@router.post("/people/{person_id}/reveal", operation_id="people_reveal")
async def reveal(
    person_id: UUID,
    body: Reveal,
    response: Response,
    runtime: CurrentRuntime,
    uow: Annotated[UnitOfWork, writer(Capability.REVEAL)],
) -> RevealedView:
    """Shows one number of a person in full; who asked for it and why is kept for good."""
    response.headers["Cache-Control"] = "no-store"
    return RevealedView(value=await service.reveal(uow, runtime.keyring, person_id, body))
