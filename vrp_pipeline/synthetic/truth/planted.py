"""Faults planted in single rows: few enough that every month still passes, each with its expected outcome.

A faulty row is a copy of a valid one under a new key, so that the valid row stays and the truth does not depend on the
fault; if the fault is let through, a count differs from the truth. Faults of whole files are in
`formats.broken_files`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

QUARANTINE, HOLD, EXCLUDE = "quarantine", "hold", "exclude"
# A month gets a faulty row only if that is at most one in 200: the suites tolerate 0.5 % of most faults.
ROWS_PER_FAULT = 200
# Copies of one row: thirteen in all, as in a real case (docs/methods.md#tests test 2), but below a quarter of a month.
COPIES, LEAST_SHARE = 12, 4


@dataclass(frozen=True)
class RowFault:
    """A fault to plant in the given month (index into patterns.MONTHS): values by heading."""

    month: int
    reason: str
    overwrite: Mapping[str, str | None]


@dataclass(frozen=True)
class PlantedFault:
    """One faulty row as delivered: `row` counts data rows from 1; `member` is the file within an archive."""

    feed: str
    file: str
    member: str | None
    row: int | None
    key: str | None
    reason: str
    action: str


@dataclass(frozen=True)
class Planting:
    """The faults of a feed. `keys` are the headings of its key; a faulty row gets a new first key from `prefix`.

    Feeds whose suites tolerate more faults may have fewer `rows_per_fault`. Without `keys`, faulty rows are identified
    by their row number alone.
    """

    feed: str
    keys: tuple[str, ...]
    prefix: str
    faults: Sequence[RowFault]
    copies_in: int | None = None
    rows_per_fault: int = ROWS_PER_FAULT


OFFENCES = Planting(
    feed="police__offences",
    keys=("crime_reference",),
    prefix="4400999",
    copies_in=9,
    faults=(
        RowFault(3, "the time is no time", {"committed_from_datetime": "not known"}),
        RowFault(5, "the date does not exist", {"date_recorded": "2022-02-31"}),
        RowFault(7, "the status is not agreed", {"crime_status": "undetected"}),
        RowFault(
            8, "0,0 stands for unknown, where a blank is agreed", {"location_easting": "0", "location_northing": "0"}
        ),
        RowFault(10, "the place is in Edinburgh", {"location_easting": "325000", "location_northing": "673000"}),
        RowFault(13, "the victim would be 150", {"victim_dob": "1873-01-01"}),
        RowFault(15, "the victim was not born", {"victim_dob": "2031-01-01"}),
        RowFault(17, "the offence is a title, no code", {"ho_offence_code": "assault (vatp)"}),
        RowFault(19, "a spreadsheet rounded the reference", {"crime_reference": "4.424E+10"}),
        RowFault(21, "the date is no date", {"date_recorded": "unknown"}),
    ),
)
ATTENDANCES = Planting(
    feed="health__emergency_attendances",
    keys=("EC_Ident",),
    prefix="9999",
    copies_in=8,
    faults=(
        RowFault(2, "the date does not exist", {"Arrival_Date": "2022-06-31"}),
        RowFault(4, "the date is no date", {"EC_Injury_Date": "yesterday"}),
        RowFault(6, "the age is negative", {"Age_At_Arrival": "-1"}),
        RowFault(10, "the age is 150", {"Age_At_Arrival": "150"}),
        RowFault(
            12, "0,0 stands for unknown, where a blank is agreed",
            {"EC_Place_Of_Injury_Latitude": "0", "EC_Place_Of_Injury_Longitude": "0"},
        ),
        RowFault(16, "the time is no time", {"Arrival_Time": "25:61"}),
    ),
)  # fmt: skip
STREET_CRIMES = Planting(
    feed="police__street_crimes",
    keys=("Crime ID",),
    prefix="f",
    copies_in=4,
    faults=(
        RowFault(
            6, "0,0 stands for unknown, where a blank is agreed", {"Longitude": "0.000000", "Latitude": "0.000000"}
        ),
        RowFault(14, "longitude and latitude are swapped", {"Longitude": "50.909700", "Latitude": "-1.404400"}),
        RowFault(18, "the Crime ID was cut short", {"Crime ID": "a2d13e45"}),
    ),
)


def plant(
    planting: Planting, delivery: pa.Table, months: np.ndarray, sound: np.ndarray, file: str, member: str | None = None
) -> tuple[pa.Table, list[PlantedFault]]:
    """Append the faulty rows of the months in `delivery`.

    `months` is the month of each row and `sound` the indices of rows that may be copied: rows that count, so that a
    fault let through is visible. Months too small for a fault, or without such a row, get none.
    """
    added: list[pa.Table] = []
    planted: list[PlantedFault] = []

    def add(rows: pa.Table, reason: str) -> None:
        for number in range(rows.num_rows):
            key = rows[planting.keys[0]][number].as_py() if planting.keys else None
            row = delivery.num_rows + sum(table.num_rows for table in added) + number + 1
            planted.append(PlantedFault(planting.feed, file, member, row, key, reason, QUARANTINE))
        added.append(rows)

    held = np.bincount(months, minlength=64)
    for number, fault in enumerate(planting.faults):
        fit = np.flatnonzero((months == fault.month) & sound)
        if held[fault.month] >= planting.rows_per_fault and len(fit):
            renamed = _new_key(planting, delivery, int(fit[0]), number + 1)
            add(
                _overwritten(delivery.slice(int(fit[number % len(fit)]), 1), {**renamed, **fault.overwrite}),
                fault.reason,
            )
    if planting.copies_in is not None:
        fit = np.flatnonzero((months == planting.copies_in) & sound)
        copies = min(COPIES, int(held[planting.copies_in]) // LEAST_SHARE)
        if copies and len(fit):
            one = delivery.slice(int(fit[0]), 1)
            add(pa.concat_tables([one] * copies), "a copy of another row of the same key")
    return pa.concat_tables([delivery, *added]), planted


def _new_key(planting: Planting, delivery: pa.Table, row: int, number: int) -> dict[str, str]:
    """Return the key of the nth faulty row, with the length of the key of `row`."""
    if not planting.keys:
        return {}
    width = len(delivery[planting.keys[0]][row].as_py())
    return {planting.keys[0]: planting.prefix + f"{number:0{width - len(planting.prefix)}d}"}


def _overwritten(row: pa.Table, values: Mapping[str, str | None]) -> pa.Table:
    for heading, text in values.items():
        row = row.set_column(row.column_names.index(heading), heading, pa.array([text], pa.string()))
    return row
