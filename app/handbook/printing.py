"""Prints an HTML page to PDF with the Chromium that also drives the journeys."""

import shutil
import tempfile
from pathlib import Path

from app.doctor.programs import CHROMIUM_NAMES
from app.embedded import process

_SECONDS = 120


class ChromiumMissingError(LookupError):
    """There is no Chromium on this machine."""


def print_page(html: str, pdf: Path) -> None:
    """Writes a page as PDF; the file is there whole or not at all.

    Raises:
        ChromiumMissingError: see there.
        ProgramFailed: Chromium could not print it.

    """
    program = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
    if program is None:
        raise ChromiumMissingError
    pdf.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kaidian-print-") as folder:
        page, printed = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(html, encoding="utf-8")
        process.run(
            [
                program,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                f"--user-data-dir={folder}/profile",
                "--no-pdf-header-footer",
                "--generate-pdf-document-outline",
                f"--print-to-pdf={printed}",
                page.as_uri(),
            ],
            timeout_seconds=_SECONDS,
        )
        shutil.move(printed, pdf)
