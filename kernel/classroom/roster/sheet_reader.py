"""A program of its own: reads one workbook from standard input and writes its cells as JSON to standard output.

Workbooks come from strangers. Whatever one does to the reader (a zip bomb, a cell in the last of a million rows) meets
the limits this process sets on itself and ends it, not the worker. It has no database, no keys, no environment, and
imports nothing of ours. `confined` starts it, `parsing` knows what its answers mean.
"""

import contextlib
import io
import json
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MEMORY_BYTES = 768 * 1024 * 1024
CPU_SECONDS = 10
UNPACKED_BYTES = 160 * 1024 * 1024
"""20 000 rows unpack to about 20 MB."""
LOCKED = "EncryptedPackage".encode("utf-16-le")
"""The part of a compound file that holds an encrypted xlsx. Source: [MS-OFFCRYPTO] §1.3.2."""
SHEETS, COLUMNS = 10, 60
ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Sets what this process may use at most; beyond it, it dies."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def refusal(content: bytes) -> str | None:
    """Returns why these bytes are not read at all, by their content; the file's name says nothing."""
    if content.startswith(COMPOUND):
        return "locked" if LOCKED in content else None
    if not content.startswith(ZIP):
        return "not_a_workbook"
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "damaged"
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        return "not_a_workbook"
    return "too_complex" if sum(part.file_size for part in parts) > UNPACKED_BYTES else None


def read(content: bytes, rows_at_most: int) -> dict[str, Any]:
    """Returns the visible sheets: name, and each row that is not blank with its number from 0."""
    failure = refusal(content)
    if failure is not None:
        return {"failure": failure}
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        seen = [
            meta
            for meta in workbook.sheets_metadata
            if meta.typ is SheetTypeEnum.WorkSheet and meta.visible is SheetVisibleEnum.Visible
        ]
        return {"sheets": [_sheet(workbook, meta.name, rows_at_most) for meta in seen[:SHEETS]]}
    except PasswordError:
        return {"failure": "locked"}
    except (CalamineError, ValueError, OSError):
        return {"failure": "damaged"}


def _sheet(workbook: CalamineWorkbook, name: str, rows_at_most: int) -> dict[str, Any]:
    sheet = workbook.get_sheet_by_name(name)
    if sheet.start is None:
        return {"name": name, "rows": [], "more": 0}
    left = sheet.start[1]
    rows: list[list[Any]] = []
    more = 0
    for number, cells in enumerate(sheet.iter_rows()):  # from the sheet's first row, but from the first column in use
        plain = [_plain(cell) for cell in [None] * min(left, COLUMNS) + cells[: max(COLUMNS - left, 0)]]
        if not any(cell is not None for cell in plain):
            continue
        if len(rows) < rows_at_most:
            rows.append([number, plain])
        else:
            more += 1
    return {"name": name, "rows": rows, "more": more}


def _plain(cell: Any) -> Any:
    """Returns a cell as JSON has it; a date as its text, blanks as nothing."""
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else cell


def main() -> None:
    """Reads standard input, writes standard output."""
    limit(MEMORY_BYTES, CPU_SECONDS)
    try:
        answer = read(sys.stdin.buffer.read(), int(sys.argv[-1]))
    except MemoryError:
        answer = {"failure": "too_complex"}
    with contextlib.suppress(BrokenPipeError):
        json.dump(answer, sys.stdout, ensure_ascii=True, separators=(",", ":"))
