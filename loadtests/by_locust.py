"""Runs the journeys by Locust against the bench, to compare it with the light client; Locust must be installed beside us."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

from app.embedded.places import CHECKOUT
from kernel.http import session
from loadtests.installation import Bench

USERS = {"list": "SeeList", "detail": "SeeDetail", "search": "Search", "checkout": "CheckOut"}


def measure(bench: Bench, chosen: list[str], seconds: float) -> None:
    """Prints Locust's own table for each journey and what Locust itself cost; says so when it is not installed."""
    locust = shutil.which("locust")
    if locust is None:
        print("Locust is not installed: pip install locust", file=sys.stderr)  # noqa: T201
        return
    people = [
        {
            "cookie": f"{session.COOKIE}={token}",
            "csrf_header": session.CSRF_HEADER,
            "csrf_token": session.csrf_token_of(token),
        }
        for token in bench.tokens
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.json"
        file.write_text(json.dumps({"people": people, "shops": bench.mall.shops}), encoding="utf-8")
        environment = {**os.environ, "KAIDIAN_LOAD_BENCH": str(file), "PYTHONPATH": str(CHECKOUT)}
        for name in chosen:
            before = psutil.Process().cpu_times()
            command = [locust, "-f", str(Path(__file__).with_name("locustfile.py")), USERS[name], "--headless"]
            options = ["--users", str(len(people)), "--spawn-rate", str(len(people)), "--only-summary"]
            where = ["--run-time", f"{seconds:.0f}s", "--host", f"http://127.0.0.1:{bench.web_port}"]
            subprocess.run([*command, *options, *where], env=environment, check=False)  # noqa: S603  our own
            after = psutil.Process().cpu_times()
            used = after.children_user + after.children_system - before.children_user - before.children_system
            print(f"{name}: Locust itself used {used / seconds * 100:.0f} % of a core")  # noqa: T201
