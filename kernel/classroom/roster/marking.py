"""Gives a workbook back to whoever handed it in, its wrong cells marked: starts the marker."""

from collections.abc import Iterable
from typing import Any

import orjson

from kernel.classroom.roster import confined
from kernel.classroom.roster.findings import Level
from kernel.classroom.roster.form import Form
from kernel.classroom.roster.parsing import parse
from kernel.classroom.roster.words import say
from kernel.errors import Invalid

PATIENCE_SECONDS = 90


def mark(content: bytes, preview: Iterable[dict[str, Any]], form: Form, *, with_class: bool) -> bytes:
    """Returns the workbook with what the preview found. Takes seconds: run it in a thread.

    Raises:
        Invalid: it can be read, but not be written anew.

    """
    sheet = parse(content, form, with_class=with_class)
    marks = [mark for row in preview for mark in row["marks"] if mark["level"] != Level.NOTE]
    order = {
        "sheet": sheet.name,
        "heading_row": sheet.heading_row,
        "heading": form.words["errors_heading"],
        "author": form.words["comment_author"],
        "marks": [
            [mark["cell"], say(mark["code"], mark["params"]).title, mark["level"] == Level.ERROR] for mark in marks
        ],
    }
    marked = confined.run("sheet_marker", content=orjson.dumps(order) + b"\n" + content, seconds=PATIENCE_SECONDS)
    if marked is None:
        raise Invalid("kernel.roster.too_complex")
    return marked
