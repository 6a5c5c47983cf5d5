"""Incidents from all sources in a release: an estimate between two bounds, and each service's own count.

Only the data classes and how they are read; wording is in `sentences`, charts in `charts`. The services' own counts
remain the primary figures and are never added together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class AllSources:
    """One financial year of the whole partnership. Counts are None if the year is not complete.

    `missing` names the months not received; `doubt` says what could not be counted although all months were received.
    `lower_incidents` merges all plausible links, `upper_incidents` only certain ones. The share unknown to police is a
    percentage, None if its base is too small. The expected number, and the number of `emergency_attendances` known to
    police, have 95 % intervals.
    """

    financial_year: str
    status: str
    incidents: int | None
    lower_incidents: int | None
    upper_incidents: int | None
    unknown_to_police: int | None
    unknown_to_police_percent: float | None
    police_crimes: int | None
    ambulance_calls: int | None
    emergency_attendances: int | None
    admissions: int | None
    missing: str | None
    doubt: str | None = None
    expected_incidents: int | None = None
    expected_lower: int | None = None
    expected_upper: int | None = None
    attendances_known_to_police: int | None = None
    attendances_known_lower: int | None = None
    attendances_known_upper: int | None = None

    @property
    def is_known(self) -> bool:
        """Return whether every feed of every month was received."""
        return self.status == "complete" and self.incidents is not None


def all_sources_of(
    rows: Iterable[Mapping[str, Any]], financial_years: Iterable[str], expected: Iterable[Mapping[str, Any]] = ()
) -> tuple[AllSources, ...]:
    """Read the requested financial years of the force from rows of `rpt_all_source_incidents`, newest first.

    `expected` are the rows of `rpt_all_source_expected`.
    """
    wanted = set(financial_years)
    names = [field.name for field in fields(AllSources)]
    likely = {row["financial_year"]: _expected(row) for row in expected if row["geography_level"] == "force"}
    found = [
        AllSources(**{name: row[name] for name in names if name in row} | likely.get(row["financial_year"], {}))
        for row in rows
        if row["geography_level"] == "force" and row["financial_year"] in wanted
    ]
    return tuple(sorted(found, key=lambda year: year.financial_year, reverse=True))


def _expected(row: Mapping[str, Any]) -> dict[str, int | None]:
    """Return the expected numbers as counts, with shares of attendances converted to numbers."""
    found = {name: row[name] for name in ("expected_incidents", "expected_lower", "expected_upper")}
    shares = {
        "attendances_known_to_police": "known_to_police_percent",
        "attendances_known_lower": "known_to_police_lower",
        "attendances_known_upper": "known_to_police_upper",
    }
    whole = row["emergency_attendances"]
    found |= {name: None if row[share] is None else whole * row[share] / 100 for name, share in shares.items()}
    return {name: None if number is None else round(number) for name, number in found.items()}
