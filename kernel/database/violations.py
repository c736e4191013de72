"""What PostgreSQL says of a failed statement: which constraint it met, or whether it only came at a bad moment."""

from sqlalchemy.exc import IntegrityError

_BAD_MOMENT = frozenset({"55P03", "40001", "40P01"})
"""Lock not available, serialisation failure, deadlock. Source: PostgreSQL manual, appendix A."""


def is_bad_moment(failure: BaseException) -> bool:
    """Returns whether the same work may well succeed when it is tried again: others held what it needed."""
    seen: BaseException | None = failure
    while seen is not None:
        if getattr(getattr(seen, "orig", seen), "sqlstate", None) in _BAD_MOMENT:
            return True
        seen = seen.__cause__
    return False


def constraint_of(failure: IntegrityError) -> str | None:
    """Returns the name of the violated constraint, if PostgreSQL named one."""
    seen: BaseException | None = failure.orig
    while seen is not None:
        name = getattr(seen, "constraint_name", None)
        if isinstance(name, str):
            return name
        seen = seen.__cause__
    return None
