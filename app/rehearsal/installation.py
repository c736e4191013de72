"""An installation for one rehearsal: a free port, its data in a temporary folder, ended and removed afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import httpx

from app.embedded.places import CHECKOUT

PATIENCE_SECONDS = 120.0
STOP_SECONDS = 60.0
_KEPT = "KAIDIAN_WEB_DIST"
"""The one setting of the user's that a throw-away installation keeps: where the built front end lies."""


class NotReady(Exception):  # noqa: N818  reads as the sentence it is
    """The installation ended or did not answer in time; the text is what it printed last."""


@contextmanager
def throw_away() -> Iterator[str]:
    """Yields the address of a running installation with the demo's lecturer.

    Raises:
        NotReady: it does not come up.

    """
    folder = Path(tempfile.mkdtemp(prefix="kaidian-rehearsal-"))
    folder.chmod(0o755)  # PostgreSQL runs as another account under root and must reach its own folder
    port = _free_port()
    log = folder / "output.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "app.cli", "up", "--demo", "--port", str(port), "--data-dir", str(folder / "var")],
            cwd=CHECKOUT,
            env=_environment(folder),
            stdout=output,
            stderr=output,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process, log)
        yield url
    finally:
        _stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KAIDIAN_") or key == _KEPT}
    return {**kept, "XDG_CONFIG_HOME": str(folder / "config")}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{url}/health/ready", timeout=2, trust_env=False).status_code == HTTPStatus.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise NotReady(log.read_text(encoding="utf-8", errors="replace")[-2000:])


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
