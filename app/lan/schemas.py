"""What pages get to show as codes."""

from typing import Annotated

from pydantic import StringConstraints

from kernel.http.fields import View

OwnPath = Annotated[str, StringConstraints(max_length=120, pattern=r"^/([A-Za-z0-9._~%?&=+-][A-Za-z0-9._~%?&=+/-]*)?$")]
"""A page of this site: it begins with one slash, so that no other host fits in."""


class CodeView(View):
    """A QR code: dark modules as one SVG path on a square of `size` units, the white margin included."""

    url: str
    size: int
    path: str


class WayView(View):
    """One way in; `setup` is the page that installs the class's certificate, absent where none is needed."""

    adapter: str
    code: CodeView
    setup: CodeView | None


class EntranceView(View):
    """The ways in, the likeliest first; none when the server serves its own machine only."""

    ways: list[WayView]
