"""HTTP of the timetable, for a class's lecturers and the institution's staff."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from kernel.classroom import queries as classes
from kernel.classroom import service as classroom
from kernel.classroom.models import PeriodKind
from kernel.classroom.timetable import queries, service
from kernel.classroom.timetable.schemas import (
    CurrentPeriodView,
    DayShift,
    PeriodChange,
    TemplateView,
    TimetableMake,
    TimetableView,
)
from kernel.classroom.timetable.templates import templates
from kernel.http.deps import reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork

router = APIRouter(prefix="/classroom", tags=["timetable"])

ClassReader = Annotated[UnitOfWork, reader(Capability.MANAGE_CLASS)]
ClassManager = Annotated[UnitOfWork, writer(Capability.MANAGE_CLASS)]


@router.get("/timetable-templates", operation_id="classroom_templates_list")
async def list_templates(_uow: ClassReader) -> list[TemplateView]:
    """Returns the timetables a class can start from."""
    return [
        TemplateView(
            code=template.code,
            name=template.name,
            label=template.label,
            days=len(template.days),
            periods=len(template.lessons),
            practice_periods=sum(lesson.kind is PeriodKind.PRACTICE for lesson in template.lessons),
        )
        for template in templates().values()
    ]


@router.get("/classes/{cohort_id}/periods", operation_id="classroom_periods_list")
async def list_periods(cohort_id: UUID, uow: ClassReader) -> TimetableView:
    """Returns the timetable of a class."""
    return await queries.view_timetable(uow, await classes.access_cohort(uow, cohort_id))


@router.put("/classes/{cohort_id}/periods", operation_id="classroom_periods_make")
async def make_periods(cohort_id: UUID, body: TimetableMake, uow: ClassManager) -> TimetableView:
    """Makes the timetable of a planned class anew from a template."""
    await service.make(uow, await classroom.access_home(uow, cohort_id), body)
    return await queries.view_timetable(uow, await classes.access_cohort(uow, cohort_id))


@router.get("/classes/{cohort_id}/periods/current", operation_id="classroom_periods_current")
async def read_current(cohort_id: UUID, uow: ClassReader) -> CurrentPeriodView:
    """Returns the period that is on now."""
    await classes.access_cohort(uow, cohort_id)
    return await queries.view_current(uow, cohort_id)


@router.put("/classes/{cohort_id}/periods/{period_id}", operation_id="classroom_periods_change")
async def change_period(cohort_id: UUID, period_id: UUID, body: PeriodChange, uow: ClassManager) -> TimetableView:
    """Changes topic, kind and time of one period."""
    await service.change(uow, await classroom.access_home(uow, cohort_id), period_id, body)
    return await queries.view_timetable(uow, await classes.access_cohort(uow, cohort_id))


@router.post("/classes/{cohort_id}/periods/shift-day", operation_id="classroom_periods_shift_day")
async def shift_day(cohort_id: UUID, body: DayShift, uow: ClassManager) -> TimetableView:
    """Moves a whole day to another date."""
    await service.shift_day(uow, await classroom.access_home(uow, cohort_id), body)
    return await queries.view_timetable(uow, await classes.access_cohort(uow, cohort_id))
