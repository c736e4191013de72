"""Runs one of our small programs on a stranger's file, in a process of its own that limits itself.

The program gets no environment, so neither database nor keys, and the file on standard input, never in its arguments.
"""

import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[3]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from kernel.classroom.roster import {0}; {0}.main()"


def run(program: str, *arguments: str, content: bytes, seconds: int) -> bytes | None:
    """Returns what a program of this folder wrote; `None` if it met a limit or failed. Blocks: run it in a thread."""
    try:
        done = subprocess.run(  # noqa: S603  our own program, no shell
            [sys.executable, "-I", "-c", _START.format(program), str(_ROOT), *arguments],
            input=content,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={"LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None
