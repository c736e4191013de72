"""Finds a free port, and who holds a busy one."""

import contextlib
import socket

import psutil

DEFAULT = 8000
TRIED = 50


class PortBusy(Exception):  # noqa: N818 -- reads as the sentence it is
    """The port the user asked for is taken; `holder` names the process when that may be known."""

    def __init__(self, port: int, holder: str) -> None:
        super().__init__(f"port {port} is taken by {holder or 'somebody'}")
        self.port = port
        self.holder = holder


def choose(host: str, wanted: int | None, *, default: int | None = None, tried: int = TRIED) -> int:
    """Returns `wanted` if it is free; without a wish, the default or the next free one of the `tried` from it on.

    Raises:
        PortBusy: `wanted`, or all that were tried, are taken.

    """
    first = DEFAULT if default is None else default
    candidates = [wanted] if wanted is not None else range(first, first + tried)
    for port in candidates:
        if is_free(host, port):
            return port
    port = wanted if wanted is not None else first
    raise PortBusy(port, holder(port))


def is_free(host: str, port: int) -> bool:
    """Says whether a server could listen on `port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def holder(port: int) -> str:
    """Returns name and number of the process that listens on `port`; empty when we may not know."""
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            is_listening = connection.status == psutil.CONN_LISTEN
            if is_listening and connection.laddr and connection.laddr.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()}（进程号 {connection.pid}）"
    return ""
