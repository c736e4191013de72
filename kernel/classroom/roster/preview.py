"""What is kept of a judged roster: masked rows with their marks, and counts. Pure."""

from collections import defaultdict
from typing import Any

from kernel.classroom.roster.findings import Finding, Level, without_numbers
from kernel.classroom.roster.form import Column
from kernel.classroom.roster.judging import Judgement
from kernel.classroom.roster.parsing import Sheet
from kernel.classroom.roster.rules import RawRow, tidy
from kernel.crypto import masking

CELL_LIMIT = 60
CLASSES_NAMED = 50


def rows_of(sheet: Sheet, judgement: Judgement) -> list[dict[str, Any]]:
    """Returns each row as the page shows it: no number can be read in full."""
    marks: dict[int, list[Finding]] = defaultdict(list)
    for finding in judgement.findings:
        marks[finding.row].append(finding)
    shown = [column for column in sheet.columns if column is not Column.REMARK]
    return [
        {
            "row": raw.number,
            "cells": {column.value: _shown(raw, column) for column in shown},
            "marks": [_mark(sheet, finding) for finding in marks[raw.number]],
        }
        for raw in sheet.rows
    ]


def _shown(raw: RawRow, column: Column) -> str:
    text = tidy(raw.cells.get(column))
    if column is Column.ID_NUMBER:
        return masking.mask_id_number("".join(text.split()))
    if column is Column.PHONE:
        return masking.mask_phone("".join(text.split()))
    return without_numbers(text[:CELL_LIMIT])


def _mark(sheet: Sheet, finding: Finding) -> dict[str, Any]:
    return {
        "column": finding.column.value,
        "cell": sheet.address(finding.row, finding.column),
        "code": finding.code.value,
        "level": finding.level.value,
        "params": finding.params,
    }


def summary_of(sheet: Sheet, judgement: Judgement) -> dict[str, Any]:
    """Returns the counts above the preview."""
    levels = [finding.level for finding in judgement.findings]
    return {
        "errors": levels.count(Level.ERROR),
        "warnings": levels.count(Level.WARNING),
        "new_people": len(judgement.seatings) - judgement.known,
        "known_people": judgement.known,
        "repeated": judgement.merged,
        "seated_before": judgement.seated_before,
        "new_classes": judgement.new_rooms[:CLASSES_NAMED],
        "new_class_count": len(judgement.new_rooms),
        "sheet": without_numbers(sheet.name[:CELL_LIMIT]),
        "examples": sheet.examples[:CELL_LIMIT],
        "ignored": sheet.ignored[:CELL_LIMIT],
    }
