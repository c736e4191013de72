"""Failures of an upload that have HTTP statuses of their own."""

from kernel.errors import DomainError


class TooLarge(DomainError):  # noqa: N818  like its kin in kernel.errors
    """More bytes than are accepted."""

    status = 413


class Interrupted(DomainError):  # noqa: N818
    """The upload did not arrive whole: too slow, or the connection was cut."""

    status = 408
