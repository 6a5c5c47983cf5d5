"""The columns of a figure: what `rpt_annual_metrics` and metrics.csv have in common, names, order and types.

It holds no figures: a `Figure` has true numbers in these columns, a `ProtectedFigure` numbers that may be published.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

TEXT, NUMBER, DAY = pa.string(), pa.float64(), pa.date32()

# The contract with the release and with every reader of metrics.csv, which has one more column.
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

COMPLETE = "complete"
# The area of what could not be placed.
UNLOCATED = "unlocated"
# The columns that name a figure, year included.
KEY = ("metric_id", "financial_year", "geography_level", "area_code", "breakdown", "category")


def figure_key(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the identity of the figure in a row, year included."""
    return tuple(row[name] or "" for name in KEY)


@dataclass(frozen=True)
class FigureColumns:
    """One row. Units are named by `unit`, percentages are out of 100.

    `unknown_code_rows`, `unlocated_rows` and `quarantined_rows` count rows that could belong in the figure but could
    not be counted; `accepted_months` names the months of both years that are counted by decision ('2023-05, 2023-06').
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
        return figure_key(vars(self))

    @property
    def is_unlocated(self) -> bool:
        """Whether the figure counts what could not be placed in an area of its level."""
        return self.area_code == UNLOCATED
