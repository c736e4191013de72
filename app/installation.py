"""Which installation a data folder is, and where its key file lies.

The id is made at the first start and lies in the data, so that a copied folder finds its key on the same machine. The
key file lies in the account's own settings, outside the data and outside every backup. Imports nothing heavy:
`kaidian up` stays in memory with it.
"""

import contextlib
import json
import os
import re
import secrets
from pathlib import Path

NAME = "installation.json"
_ID = re.compile(r"[0-9a-f]{16}")


def id_of(data_dir: Path) -> str | None:
    """Returns the id of the installation in a data folder; `None` before its first start, or if the file is broken."""
    try:
        found = json.loads((data_dir / NAME).read_text(encoding="utf-8"))["installation_id"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) and _ID.fullmatch(found) else None


def ensure_id(data_dir: Path) -> str:
    """Returns the id of the installation in a data folder and makes one at the first start."""
    known = id_of(data_dir)
    if known is not None:
        return known
    return adopt(data_dir, secrets.token_hex(8))


def adopt(data_dir: Path, installation_id: str) -> str:
    """Makes a data folder that of an installation and returns its id: at the first start, or when data are restored."""
    data_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = data_dir / f".{NAME}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"installation_id": installation_id}) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(data_dir / NAME)
    return installation_id


def keys_folder() -> Path:
    """Returns the folder of the account's key files; it need not be there.

    Source: XDG Base Directory Specification, `$XDG_CONFIG_HOME`; a relative value is invalid and ignored.
    """
    named = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    with contextlib.suppress(RuntimeError):  # no home folder at all
        return (named if named.is_absolute() else Path.home() / ".config") / "kaidian"
    return Path("/etc/kaidian")


def default_key_file(installation_id: str) -> Path:
    """Returns where the key file of an installation lies unless `KAIDIAN_KEY_FILE` says otherwise."""
    return keys_folder() / f"{installation_id}.keys"
