"""Which constraint a write has met, so that a race answers as the check before it would have."""

from sqlalchemy.exc import IntegrityError


def constraint_of(failure: IntegrityError) -> str | None:
    """Returns the name of the violated constraint, if PostgreSQL named one."""
    seen: BaseException | None = failure.orig
    while seen is not None:
        name = getattr(seen, "constraint_name", None)
        if isinstance(name, str):
            return name
        seen = seen.__cause__
    return None
