"""The demo accounts. The names are invented; the password is public and refused outside this machine."""

from pydantic import BaseModel, ConfigDict

PASSWORD = "kaidian-demo"  # noqa: S105  public by purpose: a demo binds to loopback only


class DemoAccount(BaseModel):
    """One account of the demo class as the log-in page offers it."""

    model_config = ConfigDict(frozen=True)

    login: str
    password: str
    display_name: str
    role: str
    note: str


def _learner(number: int, name: str, note: str) -> DemoAccount:
    return DemoAccount(login=f"xueyuan{number:02d}", password=PASSWORD, display_name=name, role="learner", note=note)


LECTURER = DemoAccount(
    login="laoshi", password=PASSWORD, display_name="林老师", role="lecturer", note="看班级墙，管时钟"
)
LEARNERS = (
    _learner(1, "李雨桐", "店铺：云岭山货铺"),
    _learner(2, "王一鸣", "店铺：拾光数码"),
    _learner(3, "周建华", "店铺：青釉小窑"),
    _learner(4, "吴晓燕", "店铺：橙意满满"),
    _learner(5, "赵佳", "还没开店，从头试起"),
    _learner(6, "陈思远", "还没开店，先当买家"),
)
ACCOUNTS = (*LEARNERS, LECTURER)
