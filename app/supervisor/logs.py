"""Keeps the log files of the children within bounds."""

import os
import shutil
from pathlib import Path

LARGEST_BYTES = 10 * 1024 * 1024
KEPT = 3


def rotate(folder: Path) -> None:
    """Moves each log that grew too large to ``name.log.1`` … ``.3``.

    The file is copied and emptied, not renamed: its writers hold it open in append mode. Lines written between copy and
    emptying are lost, which is the price of needing nothing from the writer.
    """
    for log in folder.glob("*.log"):
        if log.stat().st_size > LARGEST_BYTES:
            for number in range(KEPT - 1, 0, -1):
                older = log.with_name(f"{log.name}.{number}")
                if older.exists():
                    older.replace(log.with_name(f"{log.name}.{number + 1}"))
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)
