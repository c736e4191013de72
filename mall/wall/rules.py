"""What the wall looks back and ahead at. Pure."""

from datetime import datetime, timedelta

SPARK_BUCKETS = 12
SPARK_STEP = timedelta(hours=2)
"""The small line of a store shows one simulated day; at 24× that is the last hour in the room."""

SHIP_SOON = timedelta(hours=6)
"""A store is to be watched when a ship deadline is nearer than this; at 24× that is a quarter of an hour. 示例."""


def spark_start(sim_at: datetime) -> datetime:
    """Returns where the small line begins, so that its last bucket ends at the end of the present one."""
    begin = sim_at.replace(minute=0, second=0, microsecond=0)
    begin -= timedelta(hours=begin.hour % int(SPARK_STEP / timedelta(hours=1)))
    return begin - SPARK_STEP * (SPARK_BUCKETS - 1)


def spark_of(counts: dict[int, int]) -> list[int]:
    """Returns the counts of all buckets, oldest first."""
    return [counts.get(bucket, 0) for bucket in range(SPARK_BUCKETS)]
