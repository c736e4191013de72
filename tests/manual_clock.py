"""Real time as a test wants it."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)


class ManualClock:
    """A wall clock that moves only when told to."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, **duration: float) -> None:
        """Moves real time on, e.g. `advance(minutes=15)`."""
        self.at += timedelta(**duration)
