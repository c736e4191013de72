"""A small rehearsal from beginning to end, on an installation of its own, over HTTP."""

import json
import subprocess
import sys

from app.embedded.places import CHECKOUT

PATIENCE_SECONDS = 240
COMMAND = [sys.executable, "-m", "app.cli", "rehearse", "--learners", "4", "--days", "1", "--seed", "3", "--json"]


class TestRehearse:
    def test_ends_well_with_a_report(self) -> None:
        done = subprocess.run(
            COMMAND, cwd=CHECKOUT, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        report = json.loads(done.stdout)
        assert (report["ok"], report["failed"], report["contradictions"]) == (True, 0, [])
        assert report["script"]["goods"] == 4 * 20
        assert sum(report["found"]["states"].values()) == report["script"]["placed"] > 0
        assert report["found"]["reconciliation"]["balanced"] is True
        operations = {row["operation"]: row for row in report["operations"]}
        assert operations["goods: list"]["requests"] == 4 * 20
        assert {"claim", "store: hand in", "trade: place", "trade: pay", "sold: ship"} <= set(operations)
