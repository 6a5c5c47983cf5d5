"""The figures of a release: the columns of `rpt_annual_metrics` and the months counted by decision, one `Figure` a row.

These are true numbers, which only `protecting` may pass on to publications. Invalid content (a number where data are
missing, two rows for one figure) is refused before a page is made.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from vrp_pipeline.report.content.columns import COMPLETE, NUMBER, SCHEMA, FigureColumns

# Absent from releases made before these columns existed; the last one is never in a release but filled in by `reading`.
ADDED_LATER = (
    "unknown_code_rows",
    "unlocated_rows",
    "quarantined_rows",
    "adjusted_p_value",
    "victims",
    "accepted_months",
)
NUMBERS = tuple(column.name for column in SCHEMA if column.type == NUMBER)


class ReleaseContentError(ValueError):
    """The release holds content that may not be published."""


@dataclass(frozen=True)
class Figure(FigureColumns):
    """One row of the annual metrics, with true numbers."""

    @property
    def is_known(self) -> bool:
        """Return whether every month the figure needs was received, so that its value may be shown."""
        return self.status == COMPLETE and self.value is not None


def figures_of(table: pa.Table) -> tuple[Figure, ...]:
    """Read every row of `rpt_annual_metrics`, in order of publication.

    Raises ReleaseContentError if columns are absent, a figure occurs twice, or a value is present where data are
    missing.
    """
    for name in ADDED_LATER:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(table.num_rows, SCHEMA.field(name).type))
    absent = [name for name in SCHEMA.names if name not in table.column_names]
    if absent:
        raise ReleaseContentError(f"rpt_annual_metrics lacks {', '.join(absent)}. Build the release again.")
    rows = table.select(SCHEMA.names).cast(SCHEMA).to_pylist()
    found = sorted((_figure(row) for row in rows), key=lambda figure: figure.key)
    _refuse_repeats(found)
    _refuse_numbers_without_data(found)
    return tuple(found)


def _figure(row: Mapping[str, Any]) -> Figure:
    """Read one row; NaN counts as null, because SQL engines return either for 0/0."""
    numbers = {name: row[name] for name in NUMBERS}
    return Figure(
        **{
            **row,
            **{name: None if number is None or math.isnan(number) else number for name, number in numbers.items()},
        }
    )


def _refuse_repeats(figures: list[Figure]) -> None:
    repeated = [key for key, times in Counter(figure.key for figure in figures).items() if times > 1]
    if repeated:
        raise ReleaseContentError(f"rpt_annual_metrics has more than one row for {' / '.join(repeated[0])}.")


def _refuse_numbers_without_data(figures: list[Figure]) -> None:
    """Raise ReleaseContentError for a value on an incomplete figure: missing is neither zero nor a fall."""
    for figure in figures:
        numbers = (figure.value, figure.change_percent, figure.change_lower, figure.change_upper)
        if figure.status != COMPLETE and any(number is not None for number in numbers):
            raise ReleaseContentError(
                f"{' / '.join(figure.key)} is '{figure.status}' and yet has a number. Nothing was published."
            )
