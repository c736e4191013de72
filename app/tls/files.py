"""Where certificates and keys lie: beside the key file, outside the data folder, so that no backup takes them along.

Imports no cryptography: the supervisor only needs the names.
"""

from dataclasses import dataclass
from pathlib import Path


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
