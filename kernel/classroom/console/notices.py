"""Messages to the whole class (全班消息): sent, withdrawn, pushed to every open page."""

from uuid import UUID

from sqlalchemy import insert, text

from kernel.classroom import service as classroom
from kernel.classroom.console import queries
from kernel.classroom.console.models import Notice
from kernel.classroom.console.schemas import NoticesView, NoticeView
from kernel.classroom.events import NoticesChanged
from kernel.errors import Conflict, NotFound
from kernel.ids import new_id
from kernel.module import Broadcast, Frame
from kernel.realtime.topics import Addressing, Payload, Topic, everyone
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

NOTICE = table_of(Notice)

_WITHDRAW = text("""
    UPDATE kernel_notice SET withdrawn_at = coalesce(withdrawn_at, :now)
     WHERE id = :notice_id AND cohort_id = :cohort_id RETURNING id
""")
_COHORT = text("SELECT cohort_id FROM kernel_sandbox WHERE id = :sandbox_id")


async def send(uow: UnitOfWork, words: str) -> NoticeView:
    """Sends a message to the acting lecturer's class. Emits: `NoticesChanged`, once the class has opened."""
    home = await classroom.access_home(uow, _cohort(uow))
    row = {
        "id": new_id(),
        "institution_id": home.institution_id,
        "region_code": home.region_code,
        "cohort_id": home.cohort_id,
        "account_id": uow.actor.account_id,
        "author": uow.actor.display_name,
        "text": words,
        "at": uow.now.at,
        "withdrawn_at": None,
    }
    await uow.execute(insert(NOTICE), row)
    _tell(uow)
    return NoticeView.model_validate(row)


async def withdraw(uow: UnitOfWork, notice_id: UUID) -> None:
    """Takes a message back; it leaves every open page. Twice is harmless.

    Raises:
        NotFound: the class has none of this id.
    Emits: `NoticesChanged`.

    """
    params = {"notice_id": notice_id, "cohort_id": _cohort(uow), "now": uow.now.at}
    if (await uow.execute(_WITHDRAW, params)).one_or_none() is None:
        raise NotFound("kernel.classroom.notice_not_found")
    _tell(uow)


async def view_standing(uow: UnitOfWork, cohort_id: UUID | None) -> NoticesView:
    """Returns the messages to a class that stand."""
    rows = await queries.list_notices(uow, cohort_id)
    return NoticesView(notices=[NoticeView(**row._mapping) for row in rows])


def _cohort(uow: UnitOfWork) -> UUID:
    if uow.actor.cohort_id is None:
        raise Conflict("kernel.sandbox.not_entered")
    return uow.actor.cohort_id


def _tell(uow: UnitOfWork) -> None:
    """Before the opening there is no market to publish in; the waiting pages ask by themselves."""
    if uow.scope is not None:
        uow.publish(NoticesChanged(sandbox_id=uow.scope.id))


async def _snapshot(uow: UnitOfWork, _name: str) -> Payload:
    return await view_standing(uow, uow.actor.cohort_id)


async def _frames(uow: UnitOfWork, _event: NoticesChanged) -> list[Frame]:
    cohort_id = (await uow.execute(_COHORT, {"sandbox_id": uow.sandbox.id})).scalar_one()
    return [Frame(topic="notices", type="notices.changed", data=await view_standing(uow, cohort_id))]


NOTICES = Topic(kind="notices", addressing=Addressing.SANDBOX, authorise=everyone, snapshot=_snapshot)
NOTICES_CHANGED = Broadcast(name="kernel.notices.broadcast", events=(NoticesChanged,), frames=_frames)
