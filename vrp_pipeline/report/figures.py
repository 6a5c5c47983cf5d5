"""The published figures: the columns of `rpt_annual_metrics` and the months counted by decision, one `Figure` per row.

Figures are read here and never computed: counts, changes and intervals come from the release. Invalid content (a number
where data are missing, two rows for one figure) is refused before a page is made.
"""

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import pyarrow as pa

TEXT, NUMBER, DAY = pa.string(), pa.float64(), pa.date32()

# The contract with the release and with every reader of metrics.csv: column names, order and types.
SCHEMA = pa.schema(
    [
        ("metric_id", TEXT),
        ("metric_name", TEXT),
        ("financial_year", TEXT),
        ("geography_level", TEXT),
        ("area_code", TEXT),
        ("area_name", TEXT),
        ("breakdown", TEXT),
        ("category", TEXT),
        ("unit", TEXT),
        ("value", NUMBER),
        ("base_value", NUMBER),
        ("change_percent", NUMBER),
        ("change_lower", NUMBER),
        ("change_upper", NUMBER),
        ("interval_method", TEXT),
        ("statement", TEXT),
        ("status", TEXT),
        ("definition_version", TEXT),
        ("as_of", DAY),
        ("completeness_percent", NUMBER),
        ("unknown_code_rows", NUMBER),
        ("unlocated_rows", NUMBER),
        ("quarantined_rows", NUMBER),
        ("adjusted_p_value", NUMBER),
        ("victims", NUMBER),
        ("accepted_months", TEXT),
    ]
)
# Absent from releases made before these columns were; no release has the last, which `reading` fills in.
ADDED_LATER = (
    "unknown_code_rows",
    "unlocated_rows",
    "quarantined_rows",
    "adjusted_p_value",
    "victims",
    "accepted_months",
)
NUMBERS = tuple(column.name for column in SCHEMA if column.type == NUMBER)

COMPLETE = "complete"
SIGNIFICANCE = 0.05


class ReleaseContentError(ValueError):
    """The release holds content that may not be published."""


class Change(NamedTuple):
    """A change on the year before with its 95 % confidence interval, all in per cent.

    `is_clear_together` is False for an area whose change is not clear once all areas are compared.
    """

    percent: float
    lower: float
    upper: float
    is_clear_together: bool = True

    @property
    def direction(self) -> int:
        """Return -1 or 1 if the interval excludes zero and the change is clear among its like, else 0."""
        if not self.is_clear_together:
            return 0
        return -1 if self.upper < 0 else 1 if self.lower > 0 else 0


@dataclass(frozen=True)
class Figure:
    """One row of the annual metrics. Units are named by `unit`, percentages are out of 100.

    `unknown_code_rows`, `unlocated_rows` and `quarantined_rows` count what could belong in the figure and could not be
    counted; `accepted_months` names the months of its two years that are counted by decision ('2023-05, 2023-06').
    """

    metric_id: str
    metric_name: str
    financial_year: str
    geography_level: str | None
    area_code: str | None
    area_name: str | None
    breakdown: str | None
    category: str | None
    unit: str | None
    value: float | None
    base_value: float | None
    change_percent: float | None
    change_lower: float | None
    change_upper: float | None
    interval_method: str | None
    statement: str | None
    status: str
    definition_version: str | None
    as_of: dt.date | None
    completeness_percent: float | None
    unknown_code_rows: float | None = None
    unlocated_rows: float | None = None
    quarantined_rows: float | None = None
    adjusted_p_value: float | None = None
    victims: float | None = None
    accepted_months: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """The identity of the figure, year included; also the order of publication."""
        about = (self.metric_id, self.financial_year, self.geography_level, self.area_code, self.breakdown)
        return tuple(part or "" for part in (*about, self.category))

    @property
    def is_known(self) -> bool:
        """Return whether every month the figure needs was received, so that its value may be shown."""
        return self.status == COMPLETE and self.value is not None

    @property
    def change(self) -> Change | None:
        """The change with its interval, or None unless the release gives all three numbers."""
        if not self.is_known or self.change_percent is None or self.change_lower is None or self.change_upper is None:
            return None
        clear = self.adjusted_p_value is None or self.adjusted_p_value < SIGNIFICANCE
        return Change(self.change_percent, self.change_lower, self.change_upper, clear)


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


def table_of(figures: Iterable[Figure]) -> pa.Table:
    """Return the figures as a table with `SCHEMA`, in the given order."""
    names = [field.name for field in fields(Figure)]
    return pa.Table.from_pylist([{name: getattr(figure, name) for name in names} for figure in figures], SCHEMA)


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
