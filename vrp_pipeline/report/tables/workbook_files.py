"""Sheets as files: `tables.xlsx` by XlsxWriter and `tables.ods`, with the same cells and the same bytes each time.

Text is written as text: what begins with `=` is no formula in either.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence

import xlsxwriter

from vrp_pipeline.report.rendering import environment
from vrp_pipeline.report.tables.metrics_files import FORMULA_STARTS
from vrp_pipeline.report.tables.workbook_sheets import Sheet

# Characters of a column, between which the longest text of its cells lies.
NARROWEST, WIDEST = 10, 60
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
# The beginning of time in a zip file, so that the same content gives the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


def xlsx(sheets: Sequence[Sheet], as_of: dt.date) -> bytes:
    """Return the sheets as a workbook of Excel; each table is marked as one, so that a screen reader finds it."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False}) as book:
        created = dt.datetime.combine(as_of, dt.time())
        book.set_properties({"title": sheets[0].title, "created": created})
        font = {"font_name": "Arial", "font_size": 12, "valign": "top"}
        formats = {
            "title": book.add_format({**font, "font_size": 15, "bold": True}),
            "head": book.add_format({**font, "bold": True, "text_wrap": True, "bottom": 1}),
            "text": book.add_format({**font, "text_wrap": True}),
            "line": book.add_format(font),
            "number": book.add_format({**font, "align": "right"}),
            "quoted": book.add_format({**font, "text_wrap": True, "quote_prefix": True}),
        }
        for number, sheet in enumerate(sheets):
            _xlsx_sheet(book.add_worksheet(sheet.name), sheet, formats, number)
    return held.getvalue()


def _xlsx_sheet(
    page: "xlsxwriter.worksheet.Worksheet",
    sheet: Sheet,
    formats: dict[str, "xlsxwriter.format.Format"],
    number: int,
) -> None:
    page.write_string(0, 0, sheet.title, formats["title"])
    for at, line in enumerate(sheet.lines, start=1):
        page.write_string(at, 0, line, formats["line"])
    if not sheet.header:
        page.set_column(0, 0, WIDEST)
        return
    top = len(sheet.lines) + 1
    page.add_table(
        top,
        0,
        top + len(sheet.rows),
        len(sheet.header) - 1,
        {
            "name": f"table_{number}",
            "style": None,
            "autofilter": False,
            "columns": [{"header": head, "header_format": formats["head"]} for head in sheet.header],
        },
    )
    for row, cells in enumerate(sheet.rows, start=top + 1):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                form = "quoted" if cell.startswith(FORMULA_STARTS) else "number" if cell.startswith("[") else "text"
                page.write_string(row, column, cell, formats[form])
            else:
                page.write_number(row, column, cell, formats["number"])
    for column, head in enumerate(sheet.header):
        longest = max((len(str(cells[column])) for cells in sheet.rows), default=0)
        page.set_column(column, column, min(WIDEST, max(NARROWEST, longest + 2, len(head) // 2)))


def ods(sheets: Sequence[Sheet]) -> bytes:
    """Return the sheets as an OpenDocument spreadsheet."""
    content = environment().get_template("ods_content.xml.j2").render(sheets=sheets)
    manifest = environment().get_template("ods_manifest.xml.j2").render(media_type=ODS_TYPE)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        # The media type comes first and unpacked, so that a file is recognised without unpacking it.
        archive.writestr(zipfile.ZipInfo("mimetype", EPOCH), ODS_TYPE, zipfile.ZIP_STORED)
        for name, text in (("META-INF/manifest.xml", manifest), ("content.xml", content)):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return held.getvalue()
