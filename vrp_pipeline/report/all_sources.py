"""Violence that any agency saw, as a release tells it: an estimate between two bounds, and what each service counted.

Shapes and their reading only. The services' own counts stay primary and are never added.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

DEFINITION = "ALL_SOURCE_VIOLENCE"


@dataclass(frozen=True)
class AllSources:
    """One financial year of the whole partnership. Numbers are None where the year is not complete.

    `lower_incidents` has everything plausible merged, `upper_incidents` only what is certain. The share unknown to
    police is in per cent, and None where the base is too small.
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

    @property
    def is_known(self) -> bool:
        """Whether every feed of every month was received."""
        return self.status == "complete" and self.incidents is not None


def all_sources_of(rows: Iterable[Mapping[str, Any]], financial_years: Iterable[str]) -> tuple[AllSources, ...]:
    """The years asked for of the force, from rows of `rpt_all_source_incidents`, the newest year first."""
    wanted = set(financial_years)
    names = [field.name for field in fields(AllSources)]
    found = [
        AllSources(**{name: row[name] for name in names})
        for row in rows
        if row["geography_level"] == "force" and row["financial_year"] in wanted
    ]
    return tuple(sorted(found, key=lambda year: year.financial_year, reverse=True))
