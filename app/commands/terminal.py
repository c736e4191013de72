"""What the person who started us sees: numbered steps, short lines, tables."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table


class Terminal:
    """Writes to the standard output; `steps` is how many numbered steps will come."""

    def __init__(self, steps: int = 0) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._steps = steps
        self._step = 0

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Prints ``[2/6] title … 1.3 秒`` around the work; a failure leaves the line open for its message."""
        self._step += 1
        began = time.monotonic()
        self._console.print(f"[cyan]\\[{self._step}/{self._steps}][/] {title}")
        yield
        seconds = time.monotonic() - began
        if seconds >= 1:
            self._console.print(f"      [dim]用时 {seconds:.1f} 秒[/]")

    def say(self, line: str) -> None:
        """Prints one line."""
        self._console.print(line, markup=False)

    def note(self, line: str) -> None:
        """Prints a remark under the present step."""
        self._console.print(f"      {line}", style="dim", markup=False)

    def event(self, line: str) -> None:
        """Prints something that happened later, with the time of day."""
        self._console.print(f"{time.strftime('%H:%M:%S')} {line}", style="yellow", markup=False)

    def failure(self, title: str, details: str, cure: str = "") -> None:
        """Prints what went wrong, the program's own words, and what to do."""
        self._console.print(f"\n✗ {title}", style="bold red", markup=False)
        if details.strip():
            self._console.print(details.strip(), markup=False)
        if cure:
            self._console.print(cure, style="bold", markup=False)

    def code(self, lines: Sequence[str]) -> None:
        """Prints a QR code whose drawn parts are light, in colours of its own, so that any terminal shows it right."""
        if "█".encode(self._console.encoding, "ignore") == b"":
            self.note("（这个终端显示不了二维码，请看下面的网址。）")
            return
        for line in lines:
            self._console.print(line, style="#ffffff on #000000", markup=False, no_wrap=True, crop=False)

    def large(self, lines: Sequence[str]) -> None:
        """Prints an address in large letters."""
        if "█".encode(self._console.encoding, "ignore") == b"":
            return
        self._console.print()
        for line in lines:
            self._console.print(line, style="bold", markup=False, no_wrap=True, crop=False)

    def table(self, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Prints a table."""
        table = Table(title=title, title_justify="left", title_style="bold")
        for head in heads:
            table.add_column(head, overflow="fold")
        for row in rows:
            table.add_row(*row)
        self._console.print(table)
