"""Incidents of all sources in a release: an estimate between a lower and an upper bound, and each service's own count.

Only the data classes and how they are read; wording is in `sentences`, charts in `charts`. The services' own counts
remain the primary figures and are never added together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class AllSources:
    """One financial year of the whole partnership. Counts are None if the year is not complete.

    `missing` names the months not received; `doubt` says what could not be counted although all were. `lower_incidents`
    merges all plausible links, `upper_incidents` only certain ones. The share unknown to police is in per cent, None if
    its base is too small.
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

    @property
    def is_known(self) -> bool:
        """Return whether every feed of every month was received."""
        return self.status == "complete" and self.incidents is not None


def all_sources_of(rows: Iterable[Mapping[str, Any]], financial_years: Iterable[str]) -> tuple[AllSources, ...]:
    """Read the requested financial years of the force from rows of `rpt_all_source_incidents`, newest first."""
    wanted = set(financial_years)
    names = [field.name for field in fields(AllSources)]
    found = [
        AllSources(**{name: row[name] for name in names if name in row})
        for row in rows
        if row["geography_level"] == "force" and row["financial_year"] in wanted
    ]
    return tuple(sorted(found, key=lambda year: year.financial_year, reverse=True))
