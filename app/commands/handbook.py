"""`kaidian handbook`: prints the guides for learners and lecturers."""

from datetime import date
from pathlib import Path

from app.commands.terminal import Terminal
from app.embedded.places import CHECKOUT
from app.embedded.process import ProgramFailed
from app.handbook import guide, printing
from app.handbook.guide import GUIDES, GuideError
from app.handbook.printing import ChromiumMissingError

SOURCES = CHECKOUT / "docs" / "guide"
STYLE = CHECKOUT / "app" / "handbook" / "print.css"


def run(pictures: Path, target: Path) -> int:
    """Prints every guide into a folder and returns the exit code."""
    terminal = Terminal(steps=len(GUIDES))
    style = STYLE.read_text(encoding="utf-8")
    for one in GUIDES:
        pdf = target / f"{one.title}（{one.reader}）.pdf"
        try:
            with terminal.step(f"{one.title}（{one.reader}）"):
                chapters = guide.chapters_of(SOURCES / one.name)
                html = guide.page_of(one, chapters, pictures, style=style, today=date.today())  # noqa: DTZ011 -- the day on the cover is the reader's
                printing.print_page(html, pdf)
        except GuideError as failure:
            terminal.failure("手册还不能印", str(failure), "图由浏览器旅程拍摄：make e2e，或直接 make handbook。")
            return 1
        except ChromiumMissingError:
            terminal.failure("没有找到 Chromium", "手册由浏览器印成 PDF。", "sudo apt install chromium")
            return 1
        except ProgramFailed as failure:
            terminal.failure("浏览器没有印成", failure.output)
            return 1
        terminal.note(f"{pdf}　{pdf.stat().st_size / 1024 / 1024:.1f} MB，{len(chapters)} 章")
    return 0
