"""Writes web/package-lock.json anew from package.json, in an empty folder, and leaves every address out of it.

Run by `make lock`. Over an installed `node_modules`, npm would write down only this platform's packages.
"""

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

WEB = Path(__file__).resolve().parent
ADDRESS = re.compile(r"https?://")


def without_addresses(value: Any) -> Any:
    """Returns a part of a lock file without the entries that hold or name an address."""
    if isinstance(value, dict):
        kept = {key: without_addresses(part) for key, part in value.items() if key not in {"funding", "resolved"}}
        return {key: part for key, part in kept.items() if not (isinstance(part, str) and ADDRESS.search(part))}
    if isinstance(value, list):
        return [without_addresses(part) for part in value]
    return value


def main() -> None:
    """Resolves, strips and writes the lock file."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", ".npmrc"):
            shutil.copy(WEB / name, folder)
        subprocess.run(["npm", "install", "--package-lock-only"], cwd=folder, check=True)  # noqa: S607  our own tool
        lock = json.loads((Path(folder) / "package-lock.json").read_text(encoding="utf-8"))
    text = json.dumps(without_addresses(lock), indent=2, ensure_ascii=False)
    (WEB / "package-lock.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
