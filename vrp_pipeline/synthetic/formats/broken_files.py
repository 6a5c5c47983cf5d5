"""Broken copies of whole files, as agencies really send them: each must be refused or held, never partly accepted.

Each fault takes a sound delivery (`source`) and writes a broken copy (`target`, which may be `source` itself). Faults
of headings and rows apply to a CSV file and to every CSV member of a zip. Faults of single rows are in
`truth.planted`.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from vrp_pipeline.synthetic.formats.files import write_zip

Rows = list[list[str]]
COPIES = 13
# Headings of the two coordinates of each feed with locations.
COORDINATES = (
    ("location_easting", "location_northing"),
    ("Longitude", "Latitude"),
    ("EC_Place_Of_Injury_Longitude", "EC_Place_Of_Injury_Latitude"),
    ("scene_easting", "scene_northing"),
    ("easting_rounded", "northing_rounded"),
)
# Headings of the date that gives a row its month, where the file itself does not.
DATES = ("date_recorded", "Arrival_Date", "Month", "Date", "call_connect_datetime", "ADMIDATE", "timestamp_of_call")


def simulate_fault(kind: str, source: Path, target: Path) -> Path:
    """Write a broken copy of `source` to `target`. Raises KeyError naming the known kinds if `kind` is unknown."""
    if kind not in FAULTS:
        raise KeyError(f"no fault '{kind}'; known are {', '.join(FAULTS)}")
    target.parent.mkdir(parents=True, exist_ok=True)
    FAULTS[kind](source, target)
    return target


def truncated(source: Path, target: Path) -> None:
    """Truncate the file at 60 %, like an aborted transfer."""
    content = source.read_bytes()
    target.write_bytes(content[: len(content) * 6 // 10])


def empty(_source: Path, target: Path) -> None:
    """Write a file of zero bytes."""
    target.write_bytes(b"")


def headings_only(source: Path, target: Path) -> None:
    """Keep the headings and no rows."""
    _rewrite(source, target, lambda rows: rows[:1])


def unknown_feed(_source: Path, target: Path) -> None:
    """Write a file of another kind under the name of the delivery."""
    target.write_text("invoice,amount,paid\n1,10.50,yes\n2,99.00,no\n", encoding="utf-8")


def missing_column(source: Path, target: Path) -> None:
    """Remove the last contracted column."""
    _rewrite(source, target, lambda rows: [row[:-1] for row in rows])


def extra_column(source: Path, target: Path) -> None:
    """Append a column that is not in the contract."""
    _rewrite(
        source,
        target,
        lambda rows: [[*row, "officer_comment" if number == 0 else "x"] for number, row in enumerate(rows)],
    )


def renamed_column(source: Path, target: Path) -> None:
    """Rename the second heading."""

    def rename(rows: Rows) -> Rows:
        return [[rows[0][0], f"{rows[0][1]}_v2", *rows[0][2:]], *rows[1:]]

    _rewrite(source, target, rename)


def swapped_coordinates(source: Path, target: Path) -> None:
    """Swap the two coordinates of every row; the headings stay unchanged."""
    _rewrite(source, target, _swap)


def utf16(source: Path, target: Path) -> None:
    """Re-encode the file as 'Unicode text' (UTF-16)."""
    target.write_bytes(source.read_text(encoding="utf-8").encode("utf-16"))


def cp1252(source: Path, target: Path) -> None:
    """Re-encode the file in Windows-1252, with a dash between the first two words that occur in a row."""
    heading, _, rows = source.read_text(encoding="utf-8").partition("\n")
    dashed, count = re.subn(r"([A-Za-z]{3,}) ([A-Za-z]{3,})", "\\1 \N{EN DASH} \\2", rows, count=1)
    if not count:
        raise ValueError(f"{source.name} holds no two words to put a dash between")
    target.write_bytes(f"{heading}\n{dashed}".encode("cp1252"))


def half_month(source: Path, target: Path) -> None:
    """Remove every second row of the newest month."""

    def halve(rows: Rows) -> Rows:
        month = _months(rows)
        newest = max(found for found in month if found)
        kept = [row for number, row in enumerate(rows[1:]) if month[number] != newest or number % 2]
        return [rows[0], *kept]

    _rewrite(source, target, halve, newest_member_only=True)


def copied_row(source: Path, target: Path) -> None:
    """Repeat the first row with a key until it occurs thirteen times."""

    def copy(rows: Rows) -> Rows:
        number = next(number for number, row in enumerate(rows) if number and row[0])
        return [*rows[:number], *([rows[number]] * COPIES), *rows[number + 1 :]]

    _rewrite(source, target, copy, newest_member_only=True)


FAULTS: dict[str, Callable[[Path, Path], None]] = {
    "truncated": truncated,
    "empty": empty,
    "headings only": headings_only,
    "unknown feed": unknown_feed,
    "missing column": missing_column,
    "extra column": extra_column,
    "renamed column": renamed_column,
    "swapped coordinates": swapped_coordinates,
    "utf-16": utf16,
    "cp1252": cp1252,
    "half month": half_month,
    "copied row": copied_row,
}


def _swap(rows: Rows) -> Rows:
    for first, second in COORDINATES:
        if first in rows[0]:
            one, other = rows[0].index(first), rows[0].index(second)
            for row in rows[1:]:
                row[one], row[other] = row[other], row[one]
            return rows
    raise ValueError(f"no coordinates among the headings: {', '.join(rows[0])}")


def _months(rows: Rows) -> list[str]:
    """Return the month YYYY-MM of each row after the headings; blank where its date is invalid."""
    for heading in DATES:
        if heading in rows[0]:
            position = rows[0].index(heading)
            return [row[position][:7] if re.match(r"\d{4}-\d{2}", row[position]) else "" for row in rows[1:]]
    raise ValueError(f"no date among the headings: {', '.join(rows[0])}")


def _rewrite(source: Path, target: Path, change: Callable[[Rows], Rows], *, newest_member_only: bool = False) -> None:
    """Apply `change` to the rows of a CSV file, or of the members of a zip (their names sort by month)."""
    if not zipfile.is_zipfile(source):
        target.write_bytes(_changed(source.read_bytes(), change))
        return
    with zipfile.ZipFile(source) as archive:
        names = archive.namelist()
        if "[Content_Types].xml" in names:
            raise ValueError(f"{source.name} is a workbook; faults of rows are for CSV files and archives of them")
        contents = {name: archive.read(name) for name in names}
    newest = max(name.split("/")[0] for name in names)
    write_zip(
        target,
        [
            (name, _changed(content, change) if name.startswith(newest) or not newest_member_only else content)
            for name, content in contents.items()
        ],
    )


def _changed(content: bytes, change: Callable[[Rows], Rows]) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows(change(rows))
    return written.getvalue().encode("utf-8")
