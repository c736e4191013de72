"""Where certificates and keys lie: beside the key file, outside the data folder, so that no backup takes them along.

Imports no cryptography: the supervisor only needs the names.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

KEY_FILE = "KAIDIAN_KEY_FILE"


@dataclass(frozen=True)
class Files:
    """The four files of one person's machine; all his installations share them, so phones trust once."""

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    @property
    def authority_key(self) -> Path:
        return self.folder / "authority.key"

    @property
    def leaf(self) -> Path:
        return self.folder / "server.pem"

    @property
    def leaf_key(self) -> Path:
        return self.folder / "server.key"


def of(given: Mapping[str, str], environment: Mapping[str, str] = os.environ) -> Files:
    """Returns the files beside the key file that `given` names, else in the user's folder for settings."""
    if given.get(KEY_FILE):
        return Files(Path(given[KEY_FILE]).expanduser().resolve().parent / "tls")
    settings = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Files(Path(settings) / "kaidian" / "tls")
