"""HTTP of classes, for lecturers (their own) and the staff of an institution (all of it)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from kernel.classroom import service as classroom
from kernel.classroom.classes import queries, service
from kernel.classroom.classes.schemas import ClassChange, ClassCreate, ClassView, LecturerAdd
from kernel.http.deps import Command, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork

router = APIRouter(prefix="/classroom/classes", tags=["classes"])

ClassReader = Annotated[UnitOfWork, reader(Capability.MANAGE_CLASS)]
ClassManager = Annotated[UnitOfWork, writer(Capability.MANAGE_CLASS)]
ClassOpener = Annotated[UnitOfWork, writer(Capability.OPEN_CLASS)]


@router.get("", operation_id="classroom_classes_list")
async def list_classes(uow: ClassReader) -> list[ClassView]:
    """Returns the classes this person teaches, or those of his institution."""
    return await queries.list_own(uow)


@router.post("", operation_id="classroom_classes_create", response_model=ClassView, status_code=201)
async def create_class(body: ClassCreate, uow: ClassOpener, once: Command) -> Response:
    """Plans a class. Who made it goes there by `session_place_choose`."""

    async def act() -> ClassView:
        return await queries.view(uow, await service.create(uow, body))

    return await once.run(uow, body, act)


@router.get("/{cohort_id}", operation_id="classroom_classes_read")
async def read_class(cohort_id: UUID, uow: ClassReader) -> ClassView:
    """Returns one class with how far it is."""
    await classroom.access_home(uow, cohort_id)
    return await queries.view(uow, cohort_id)


@router.patch("/{cohort_id}", operation_id="classroom_classes_change")
async def change_class(cohort_id: UUID, body: ClassChange, uow: ClassManager) -> ClassView:
    """Changes name, first day and purpose."""
    await service.change(uow, await classroom.access_home(uow, cohort_id), body)
    return await queries.view(uow, cohort_id)


@router.post("/{cohort_id}/open", operation_id="classroom_classes_open")
async def open_class(cohort_id: UUID, uow: ClassOpener) -> ClassView:
    """Opens a planned class: its market and its clock begin. Pressed twice, the second is told that it is open."""
    await classroom.open_class(uow, await classroom.access_home(uow, cohort_id))
    return await queries.view(uow, cohort_id)


@router.post("/{cohort_id}/close", operation_id="classroom_classes_close")
async def close_class(cohort_id: UUID, uow: ClassManager) -> ClassView:
    """Ends a class: its clock stops for good."""
    await service.close(uow, await classroom.access_home(uow, cohort_id))
    return await queries.view(uow, cohort_id)


@router.post("/{cohort_id}/lecturers", operation_id="classroom_lecturers_add")
async def add_lecturer(cohort_id: UUID, body: LecturerAdd, uow: ClassManager) -> ClassView:
    """Lets a second lecturer teach a class."""
    await service.add_lecturer(uow, await classroom.access_home(uow, cohort_id), body.login)
    return await queries.view(uow, cohort_id)


@router.delete("/{cohort_id}/lecturers/{account_id}", operation_id="classroom_lecturers_remove")
async def remove_lecturer(cohort_id: UUID, account_id: UUID, uow: ClassManager) -> ClassView:
    """Takes a lecturer out of a class."""
    await service.remove_lecturer(uow, await classroom.access_home(uow, cohort_id), account_id)
    return await queries.view(uow, cohort_id)
