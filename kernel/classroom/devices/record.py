"""Writes the record of a room's device checks (设备与网络检测记录) as xlsx or csv. The form is our example, and says so."""

import csv
from datetime import datetime
from enum import StrEnum
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from kernel.classroom.devices.measures import Measures, MediaState
from kernel.classroom.devices.rules import megabits
from kernel.classroom.devices.schemas import DeviceCheckView, DeviceRoom, DeviceSeat
from kernel.classroom.devices.wording import say

CLASSROOM_ZONE = ZoneInfo("Asia/Shanghai")
_COLUMNS = (
    ("number", 6),
    ("learner", 10),
    ("verdict", 8),
    ("download", 12),
    ("upload", 12),
    ("latency", 12),
    ("socket", 9),
    ("camera", 10),
    ("microphone", 10),
    ("browser", 22),
    ("screen", 12),
    ("clock", 11),
    ("findings", 44),
    ("by", 13),
    ("at", 17),
)
_WRAPPED = [name for name, _ in _COLUMNS].index("findings") + 1
_FILLS = {"pass": "EDF8F2", "warn": "FFF7E8", "fail": "FDF0F2"}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Format(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        if self is Format.CSV:
            return "text/csv; charset=utf-8"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write(room: DeviceRoom, form: Format) -> bytes:
    """Returns the record as a file. Slow enough (tens of milliseconds) to be called in a thread."""
    return _csv(room) if form is Format.CSV else _xlsx(room)


def rows_of(room: DeviceRoom) -> list[list[str]]:
    """Returns one row per place, as texts, in the order of the columns."""
    return [[_plain(cell) for cell in _cells(seat)] for seat in room.seats]


def _csv(room: DeviceRoom) -> bytes:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([say(f"form.{name}") for name, _ in _COLUMNS])
    writer.writerows(rows_of(room))
    return out.getvalue().encode("utf-8-sig")  # without the mark, Excel takes it for the system's old code page


def _xlsx(room: DeviceRoom) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  a new workbook has one
    sheet.title = say("form.title")
    _head(sheet, room)
    top = sheet.max_row + 1
    sheet.append([say(f"form.{name}") for name, _ in _COLUMNS])
    for row in rows_of(room):
        sheet.append(row)
    _dress(sheet, room, top)
    _foot(sheet, room)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Worksheet, room: DeviceRoom) -> None:
    sheet.append([say("form.title")])
    sheet["A1"].font = Font(size=16, bold=True)
    sheet.append([say("form.sample", rules=room.rules, label=room.rules_label)])
    parts = (("institution", room.institution_name), ("class", room.cohort_name), ("printed_at", _time(room.read_at)))
    sheet.append(["    ".join(f"{say(f'form.{name}')}：{value}" for name, value in parts)])


def _dress(sheet: Worksheet, room: DeviceRoom, top: int) -> None:
    edge = Side(style="thin", color="C6CBD4")
    for index, (_, width) in enumerate(_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
        sheet.cell(top, index).font = Font(bold=True)
    for row, seat in enumerate(room.seats, start=top + 1):
        fill = None if seat.check is None else _FILLS[seat.check.verdict.value]
        for index in range(1, len(_COLUMNS) + 1):
            cell = sheet.cell(row, index)
            cell.data_type = "s"  # a name that begins with “=” stays a name
            cell.border = Border(edge, edge, edge, edge)
            cell.alignment = Alignment(vertical="top", wrap_text=index == _WRAPPED)
            if fill is not None and index == 3:  # noqa: PLR2004  the verdict
                cell.fill = PatternFill("solid", fgColor=fill)
    sheet.freeze_panes = f"A{top + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{top}:{top}"


def _foot(sheet: Worksheet, room: DeviceRoom) -> None:
    sheet.append([])
    for line in figure_lines(room):
        sheet.append([line])
    sheet.append([])
    for code in ("form.line", "form.sign_lecturers", "form.sign_institution", "form.sign_date"):
        sheet.append([say(code)])


def figure_lines(room: DeviceRoom) -> list[str]:
    """Returns the room's figures in sentences, with what they do not say."""
    figures = room.figures
    least = "—" if figures.download_least_kbit is None else megabits(figures.download_least_kbit)
    latency = "—" if figures.latency_most_ms is None else str(figures.latency_most_ms)
    return [
        say(
            "form.figures",
            checked=figures.checked,
            passed=figures.passed,
            warned=figures.warned,
            failed=figures.failed,
        ),
        say(
            "form.rates",
            down=megabits(figures.download_sum_kbit),
            least=least,
            up=megabits(figures.upload_sum_kbit),
            latency=latency,
        ),
        say("form.reference", source=room.room_source, reference=room.room_reference_kbit // 1000),
        say("form.caveat"),
    ]


def _cells(seat: DeviceSeat) -> list[str]:
    head = [f"{seat.number:02d}", seat.learner_name or ""]
    if seat.check is None:
        return [*head, say("verdict.none"), *[""] * (len(_COLUMNS) - 3)]
    return [*head, say(f"verdict.{seat.check.verdict.value}"), *_measured(seat.check)]


def _measured(check: DeviceCheckView) -> list[str]:
    measures = check.measures
    problems = [finding.title for finding in check.findings if finding.level != "note"]
    return [
        "" if check.download_kbit is None else megabits(check.download_kbit),
        "" if check.upload_kbit is None else megabits(check.upload_kbit),
        "" if measures.latency is None else str(measures.latency.median_ms),
        "" if measures.socket is None else say("form.yes" if measures.socket.connected else "form.no"),
        *_media(measures),
        check.browser,
        "" if measures.screen is None else f"{measures.screen.width}×{measures.screen.height}",
        "" if measures.clock_offset_ms is None else f"{measures.clock_offset_ms / 1000:.1f}".replace("-", "−"),
        "；".join(problems),
        say("form.by_learner" if check.signed_in else "form.by_place"),
        _time(check.at),
    ]


def _media(measures: Measures) -> list[str]:
    states: list[MediaState | None] = [None, None]
    if measures.media is not None:
        states = [measures.media.camera, measures.media.microphone]
    return [say(f"media.{'skipped' if state is None else state.value}") for state in states]


def _time(at: datetime) -> str:
    return at.astimezone(CLASSROOM_ZONE).strftime("%Y-%m-%d %H:%M")


def _plain(cell: str) -> str:
    """Returns a text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
