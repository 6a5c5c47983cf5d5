"""The pairs of a sample side by side, and the sheet (CSV) on which somebody decides them away from the lake.

Shown is what bronze holds and a decision needs: times, places at the precision held, kinds, ages. Not shown are record
numbers, pseudonyms and what the model thinks.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from vrp_pipeline.lake.link_reviews import NO, UNSURE, YES, Sample

WORDS = (YES, NO, UNSURE)
# Columns of int_event_records, and how they are called on a sheet.
SHOWN = {
    "feed": "feed", "occurred_from": "happened from", "occurred_until": "happened until",
    "occurred_precision": "time known as", "reported_at": "reached the agency", "easting": "easting",
    "northing": "northing", "place_precision": "place known as", "is_default_place": "place is a default",
    "lsoa_code": "small area", "location_type": "kind of place", "residence_lsoa_code": "small area of the home",
    "kind": "kind", "weapon": "weapon", "injury": "injury", "victim_age": "age", "victim_sex": "sex",
}  # fmt: skip
_BESIDE = f"""
    select sampled.number as pair,
        {", ".join(f"l.{column} as l_{column}, r.{column} as r_{column}" for column in SHOWN)},
        case when l.pseudonym is null or r.pseudonym is null or l.pseudonym_kind <> r.pseudonym_kind then 'not known'
            when l.pseudonym = r.pseudonym then 'yes' else 'no' end as is_same_person
    from sampled
    left join records as l on sampled.left_record_id = l.event_record_id
    left join records as r on sampled.right_record_id = r.event_record_id
    order by pair
"""  # noqa: S608 - names of this module
COLUMNS_READ = ("event_record_id", *SHOWN, "pseudonym", "pseudonym_kind")
SAME_PERSON = "same number of the person"
DECISION = "decision"


class SheetError(ValueError):
    """A sheet is not what was written for this sample; the message names file, row and remedy."""


def side_by_side(sample: Sample, records: pa.Table) -> list[dict[str, tuple[str, ...]]]:
    """Return the pairs of a sample in order: for each heading both values, and one value for `SAME_PERSON`.

    `records` has the columns `COLUMNS_READ` of int_event_records. What is not known, or of a record that is no longer
    in the lake, is blank.
    """
    sampled = pa.table(
        {
            "number": list(range(1, len(sample.pairs) + 1)),
            "left_record_id": [pair.left_record_id for pair in sample.pairs],
            "right_record_id": [pair.right_record_id for pair in sample.pairs],
        }
    )
    with duckdb.connect() as connection:
        connection.register("sampled", sampled)
        connection.register("records", records)
        rows = connection.execute(_BESIDE).fetchall()
    return [
        {
            heading: (_text(row[1 + 2 * number]), _text(row[2 + 2 * number]))
            for number, heading in enumerate(SHOWN.values())
        }
        | {SAME_PERSON: (row[-1],)}
        for row in rows
    ]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value).replace("__", " ")


def write_sheet(path: Path, sample: Sample, pairs: Sequence[dict[str, tuple[str, ...]]]) -> None:
    """Write the pairs as CSV with an empty column for the decision; nobody's decision is on it."""
    headings = [f"{heading} {side}" for heading in SHOWN.values() for side in (1, 2)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["sample", "pair", DECISION, SAME_PERSON, *headings])
        for number, pair in enumerate(pairs, start=1):
            values = [value for heading in SHOWN.values() for value in pair[heading]]
            writer.writerow([sample.sample_id, number, "", *pair[SAME_PERSON], *values])


def read_sheet(path: Path, sample: Sample) -> list[tuple[int, str]]:
    """Return the decisions on a sheet as pairs of number and word; blank ones are left out. Raises SheetError."""
    found: dict[int, str] = {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if not {"sample", "pair", DECISION} <= set(reader.fieldnames or ()):
            raise SheetError(
                f"{path.name} lacks a column sample, pair or {DECISION}. Start from: vrp linkage review write"
            )
        for row in reader:
            place = f"{path.name}, row {reader.line_num}"
            if row["sample"] != sample.sample_id:
                raise SheetError(f"{place}: the sheet is not of sample {sample.sample_id}. Write it anew.")
            number, word = row["pair"] or "", (row[DECISION] or "").strip().lower()
            if not (number.isdecimal() and 1 <= int(number) <= len(sample.pairs)) or int(number) in found:
                raise SheetError(f"{place}: its pair is none of the sample, or stands twice. Restore the column pair.")
            if word and word not in WORDS:
                raise SheetError(f"{place}: its decision is none. Write {', '.join(WORDS)}, or leave it blank.")
            if word:
                found[int(number)] = word
    return sorted(found.items())
