"""The area compared with the most similar forces and England, from tables published for all of them.

These numbers come from public tables and are not the partnership's own counts, so no rule hides them. The own counts
are shown separately: they are as of another day, and protected.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

# Published by the Office for National Statistics; the other metrics are counted in the tables of the Home Office.
OF_KNIVES = "M3"
OWN_AREA, SIMILAR, ENGLAND = "own area", "most similar forces", "England"
# For the own area the rate of the police force, whose crimes include those without a named partnership.
_LEVELS = {OWN_AREA: "force", SIMILAR: "group", ENGLAND: "country"}


@dataclass(frozen=True)
class Comparator:
    """One area and year of `rpt_comparators`: crimes per 1,000 residents with 95 % limits, or the reason for none.

    `ratio_to_england` is the rate divided by England's, `comparison_refused` names the earlier years that this one
    must not be compared with, `edition` is the year of the newest quarter of the tables.
    """

    metric_id: str
    metric_name: str
    financial_year: str
    comparator: str
    area_code: str
    area_name: str
    rate_per_1000: float | None
    rate_lower: float | None
    rate_upper: float | None
    ratio_to_england: float | None
    population: str | None
    status: str
    why_no_rate: str | None
    break_reason: str | None
    comparable_since: str | None
    comparison_refused: str | None
    edition: int | None


COLUMNS = tuple(field.name for field in fields(Comparator))


def comparators_of(rows: Iterable[Mapping[str, Any]], financial_year: str) -> tuple[Comparator, ...]:
    """Return the rows up to a financial year, the newest year first; nothing if no table has a year of them."""
    found = [
        Comparator(**{name: row[name] for name in COLUMNS})
        for row in rows
        if row["financial_year"] <= financial_year and _LEVELS.get(row["comparator"]) == row["geography_level"]
    ]
    if all(each.edition is None for each in found):
        return ()
    places = list(_LEVELS)
    found.sort(key=lambda each: (each.metric_id, -int(each.financial_year[:4]), places.index(each.comparator)))
    return tuple(found)


def of_year(rows: Iterable[Comparator], financial_year: str) -> dict[str, tuple[Comparator, ...]]:
    """Return the rows of one financial year by metric, without metrics of which no area has a rate."""
    by_metric: dict[str, list[Comparator]] = {}
    for row in rows:
        if row.financial_year == financial_year:
            by_metric.setdefault(row.metric_id, []).append(row)
    return {
        metric: tuple(held) for metric, held in by_metric.items() if any(row.rate_per_1000 is not None for row in held)
    }


def newest_quarter_year(rows: Iterable[Comparator], *, of_knives: bool = False) -> int | None:
    """Return the year of the newest quarter in the tables behind rows: the table of knife crime, or the others.

    None if no table has such rows.
    """
    found = (row for row in rows if (row.metric_id == OF_KNIVES) == of_knives)
    return max((row.edition for row in found if row.edition is not None), default=None)


def notes(rows: Iterable[Comparator]) -> tuple[str, ...]:
    """Return each reason for a missing rate once, and each break in a series.

    The Home Office's tables have the same gaps for all metrics, except that of knife crime.
    """
    told = []
    for row in rows:
        area = f"{row.metric_name}, {row.area_name}" if row.metric_id == OF_KNIVES else row.area_name
        if row.why_no_rate is not None:
            told.append(f"{area}: {row.why_no_rate}")
        if row.break_reason is not None:
            told.append(f"{area}, a break in the series: {row.break_reason}")
    return tuple(dict.fromkeys(told))


def against_england(rows: Iterable[Comparator]) -> str | None:
    """Return 'above', 'below' or 'like': the own area's interval relative to England's rate; None if unknown."""
    by_area = {row.comparator: row for row in rows}
    own, england = by_area.get(OWN_AREA), by_area.get(ENGLAND)
    if own is None or england is None or own.rate_lower is None or own.rate_upper is None:
        return None
    if england.rate_per_1000 is None:
        return None
    if own.rate_lower > england.rate_per_1000:
        return "above"
    return "below" if own.rate_upper < england.rate_per_1000 else "like"
