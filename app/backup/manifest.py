"""What a backup says of itself: of which installation, when, with which schema, how many rows of what."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

import orjson

from app.backup.errors import BackupFailed

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """The head of a backup. `counts` are rows by table in the very moment of the dump."""

    installation_id: str
    at: datetime
    revision: str
    server: str
    counts: Mapping[str, int]
    format: int = FORMAT

    def as_json(self) -> bytes:
        """Returns it as the backup holds it."""
        return orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2)

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Returns the head of a backup.

        Raises:
            BackupFailed: it is of a newer form, or none at all.

        """
        try:
            content: dict[str, Any] = orjson.loads(text)
            if int(content["format"]) > FORMAT:
                raise BackupFailed("app.backup.newer_format")
            return cls(**{**content, "at": datetime.fromisoformat(content["at"])})
        except (ValueError, TypeError, KeyError) as error:
            raise BackupFailed("app.backup.damaged") from error


@dataclass(frozen=True, slots=True)
class Totals:
    """The tail of a backup: what was in it, to compare with what was read."""

    database_bytes: int
    database_sha256: str
    files: int
    files_bytes: int
    files_sha256: str

    def as_json(self) -> bytes:
        """Returns it as the backup holds it."""
        return orjson.dumps(asdict(self))

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Returns the tail of a backup.

        Raises:
            BackupFailed: it is none.

        """
        try:
            return cls(**orjson.loads(text))
        except (ValueError, TypeError) as error:
            raise BackupFailed("app.backup.damaged") from error
