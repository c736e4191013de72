"""What one socket, and one process, may ask for. Values only; who exceeds them is answered in `connection`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the hub. The defaults serve a class of 30 with three pages each a hundred times over."""

    connections: int = 2_000
    """Sockets of one process; the next one is told to try again later."""

    message_bytes: int = 64 * 1024
    topics: int = 20
    ops_per_second: float = 10.0
    ops_burst: int = 20
    """A page joins all its topics at once when it opens."""

    refused_ops: int = 100
    """Operations refused in a row before the socket is closed."""

    queued_frames: int = 256
    queued_replies: int = 64
    """Answers a client has not read yet, above which the server stops reading its operations."""

    resumed_frames: int = 128
    """Missed frames sent on resume; whoever missed more gets a snapshot, which is smaller."""

    idle_seconds: float = 60.0
    write_seconds: float = 20.0
    session_check_seconds: float = 60.0


class TokenBucket:
    """Lets `rate` operations a second pass, and `burst` at once. Time is an argument: seconds of a steady clock."""

    def __init__(self, *, rate: float, burst: int, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = float(burst)
        self._at = now

    def take(self, now: float) -> bool:
        """Takes one token; false when none is left."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
