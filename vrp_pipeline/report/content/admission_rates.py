"""Published rates of admissions after violence: the districts beside England, as OHID prints them for all areas.

These numbers come from a public table, to which its publisher has applied suppression, so no rule hides them here. The
partnership's own admissions are protected and shown elsewhere.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from vrp_pipeline.report.words import listed

ENGLAND = "country"
# More districts than this that are similar to England are counted instead of named.
MOST_NAMED = 4
# As OHID writes a year and years together: 2022/23, 2020/21 - 22/23.
PERIOD = re.compile(r"(\d{2})(\d{2})/\d{2}(?: - (\d{2})/\d{2})?")


@dataclass(frozen=True)
class AdmissionRate:
    """One area and three years of `rpt_standardised_admissions`, per 100,000 residents a year with 95 % limits."""

    metric_id: str
    period: str
    geography_level: str
    area_code: str
    area_name: str
    rate_per_100000: float | None
    rate_lower: float | None
    rate_upper: float | None
    why_no_rate: str | None
    edition: int | None


COLUMNS = tuple(field.name for field in fields(AdmissionRate))


@dataclass(frozen=True)
class AdmissionsCompared:
    """The newest period: England's rate, and the districts by the position of their intervals relative to it."""

    period: str
    england: AdmissionRate
    above: tuple[str, ...]
    below: tuple[str, ...]
    alike: tuple[str, ...]
    not_comparable: tuple[tuple[str, str], ...]

    @property
    def england_published_in(self) -> int | None:
        """The year of the publisher's table that has England's rate."""
        return self.england.edition

    @property
    def sentences(self) -> tuple[str, ...]:
        """Sentences on the districts above, below or similar to England, and on those that cannot be compared."""
        said = [
            f"{word} England in {listed(names)}"
            for word, names in (("above", self.above), ("below", self.below))
            if names
        ]
        told = [f"The published rate was {' and '.join(said)}."] if said else []
        if self.alike:
            where = listed(self.alike) if len(self.alike) <= MOST_NAMED else f"{len(self.alike)} districts"
            told.append(f"{'It' if said else 'The published rate'} did not differ clearly from England’s in {where}.")
        why: dict[str, list[str]] = {}
        for name, reason in self.not_comparable:
            why.setdefault(reason, []).append(name)
        told += [f"{listed(names)} cannot be set beside England ({reason})." for reason, names in why.items()]
        return tuple(told)


def admission_rates_of(rows: Iterable[Mapping[str, Any]], financial_year: str) -> tuple[AdmissionRate, ...]:
    """Return the published rates of periods that end by a financial year, newest first, England before districts.

    A period that is not in the publisher's format is left out, because its end is unknown.
    """
    found = [
        (last_year, AdmissionRate(**{name: row[name] for name in COLUMNS}))
        for row in rows
        if row["comparator"] == "published"
        and (last_year := _last_year(row["period"])) is not None
        and last_year <= int(financial_year[:4])
    ]
    found.sort(key=lambda each: (-each[0], each[1].geography_level != ENGLAND, each[1].area_name))
    return tuple(rate for _, rate in found)


def compared(rates: Iterable[AdmissionRate]) -> AdmissionsCompared | None:
    """Return the newest period in which England has a rate beside those of districts; None if there is none."""
    by_period: dict[str, list[AdmissionRate]] = {}
    for rate in rates:
        by_period.setdefault(rate.period, []).append(rate)
    for period, held in by_period.items():
        england = next((rate for rate in held if rate.geography_level == ENGLAND), None)
        districts = [rate for rate in held if rate.geography_level != ENGLAND]
        if england is None or england.rate_per_100000 is None or not districts:
            continue
        stands: dict[str, list[str]] = {"above": [], "below": [], "alike": []}
        not_comparable = []
        for rate in districts:
            stand = _stands(rate, england.rate_per_100000)
            if stand is None:
                not_comparable.append((rate.area_name, _reason(rate)))
            else:
                stands[stand].append(rate.area_name)
        return AdmissionsCompared(
            period=period,
            england=england,
            **{name: tuple(names) for name, names in stands.items()},
            not_comparable=tuple(not_comparable),
        )
    return None


def _stands(rate: AdmissionRate, england: float) -> str | None:
    if rate.rate_lower is None or rate.rate_upper is None:
        return None
    if rate.rate_lower > england:
        return "above"
    return "below" if rate.rate_upper < england else "alike"


def _reason(rate: AdmissionRate) -> str:
    if rate.rate_per_100000 is not None:
        return "no limits are published"
    reason = (rate.why_no_rate or "no reason is given").removesuffix(".")
    return reason[:1].lower() + reason[1:]


def _last_year(period: str) -> int | None:
    """Return the calendar year in which the last financial year of a period begins: 2022 of '2020/21 - 22/23'."""
    match = PERIOD.fullmatch(period)
    return int(match[1] + (match[3] or match[2])) if match else None
