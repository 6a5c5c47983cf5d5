"""The rows of the further tables of a release, with true numbers, which only `protecting` may pass on.

`table_forms` declares the tables. Tables that a release does not have are left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vrp_pipeline.report.content.table_forms import TableForm

# Orders in which rows are read; a table without them is in the order of its key.
_ORDERS = ("breakdown_order", "category_order")


@dataclass(frozen=True)
class CountedRow:
    """One row: the values of its key, true counts (None if unknown) and words."""

    key: tuple[str, ...]
    counts: Mapping[str, int | None]
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CountedTable:
    """The rows of one table, in the order in which they are published."""

    form: TableForm
    rows: tuple[CountedRow, ...]


def counted_table(form: TableForm, rows: Iterable[Mapping[str, Any]], years: Iterable[str]) -> CountedTable:
    """Read the rows of the financial years from those of the release, this year before the year before."""
    years = tuple(years)
    kept = [
        row
        for row in rows
        if row["financial_year"] in years and all(row[name] == value for name, value in form.only.items())
    ]
    kept.sort(key=lambda row: (_newest_first(row), *(row.get(name) or 0 for name in _ORDERS), _wholes_first(form, row)))
    return CountedTable(form, tuple(_row(form, row) for row in kept))


def _row(form: TableForm, row: Mapping[str, Any]) -> CountedRow:
    counts = {name: None if row[name] is None else round(row[name]) for name in form.rules}
    words = {name: _word(row[name]) for name in form.words}
    return CountedRow(tuple(str(row[name]) for name in form.key), counts, words)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _newest_first(row: Mapping[str, Any]) -> int:
    return -int(row["financial_year"][:4])


def _wholes_first(form: TableForm, row: Mapping[str, Any]) -> tuple[tuple[bool, str], ...]:
    return tuple((row[name] != form.wholes.get(name, "all"), str(row[name])) for name in form.key)
