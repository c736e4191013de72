"""What PostgreSQL says of a failed statement: which constraint it met, or whether it only came at a bad moment."""

from sqlalchemy.exc import IntegrityError

_BAD_MOMENT = frozenset({"55P03", "40001", "40P01"})
"""Lock not available, serialisation failure, deadlock. Source: PostgreSQL manual, appendix A."""


def sqlstate_of(failure: BaseException) -> str | None:
    """Returns PostgreSQL's five-letter code of a database failure, if it has one."""
    seen: BaseException | None = failure
    while seen is not None:
        state = getattr(seen, "sqlstate", None)
        if isinstance(state, str):
            return state
        seen = getattr(seen, "orig", None) or seen.__cause__
    return None


def is_bad_moment(failure: BaseException) -> bool:
    """Returns whether the same work may well succeed when it is tried again: others held what it needed."""
    return sqlstate_of(failure) in _BAD_MOMENT


def constraint_of(failure: IntegrityError) -> str | None:
    """Returns the name of the violated constraint, if PostgreSQL named one."""
    seen: BaseException | None = failure.orig
    while seen is not None:
        name = getattr(seen, "constraint_name", None)
        if isinstance(name, str):
            return name
        seen = seen.__cause__
    return None
