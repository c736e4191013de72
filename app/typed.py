"""How the reader of the terminal types one of our commands. Decides nothing else and runs nothing."""

import shutil
import sys
from pathlib import Path


def typed(arguments: str) -> str:
    """Returns a command that works as it stands: short where `kaidian` is found, else with the folder it lies in."""
    if shutil.which("kaidian") is not None:
        return f"kaidian {arguments}"
    program = Path(sys.executable).parent / "kaidian"
    if program.is_relative_to(Path.cwd()):
        program = program.relative_to(Path.cwd())
    return f"{program} {arguments}"
