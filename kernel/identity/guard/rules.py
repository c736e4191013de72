"""How long a log-in name is locked after wrong passwords in a row. Pure; the numbers are 示例, no regulation names them.

Per name, never per address: a classroom of thirty shares one address, and must not be locked out by one of its own.
"""

from datetime import timedelta

WRONG_IN_A_ROW = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
"""After so long without a try the count begins anew."""


def lock_after(failures: int) -> timedelta | None:
    """Returns how long the name is locked by this many tries in a row; `None` while it is not.

    The fifth locks for one minute; each further one, possible only after the lock, for twice as long, up to fifteen.
    """
    over = failures - WRONG_IN_A_ROW
    if over < 0:
        return None
    doublings = min(over, LONGEST_LOCK // FIRST_LOCK)  # more cannot count, and would be a huge number
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)
