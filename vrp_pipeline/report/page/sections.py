"""The further tables as grouped on the page: rates by district, who and where, programmes, cost, agencies.

Only selection and order: numbers are those of the published tables, mark-up is in `templates/`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vrp_pipeline.disclosure.rules import Shown
from vrp_pipeline.report import words
from vrp_pipeline.report.content.derived import cost_per_young_person, cost_with_unrecorded, share_of_known
from vrp_pipeline.report.content.protected import ProtectedReading, ProtectedRow, ProtectedTable
from vrp_pipeline.report.content.rates import ABOVE, BELOW, TOO_SCATTERED, Rate, rates
from vrp_pipeline.report.content.table_forms import AGENCIES, HARM_AND_COST, PEOPLE_KNOWN, PROFILE, PROGRAMMES
from vrp_pipeline.report.page.panels import Line, base_words

YOUNG = "under 25"
_BREAKDOWNS = {
    "domestic": "domestic or not",
    "deprivation": "deprivation of the small area, fifths of England",
    "part_of_day": "part of the day",
}


@dataclass(frozen=True)
class DistrictRates:
    """Rates by district: the names of the measures, and for each district one rate per measure, None if hidden."""

    measures: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[Rate | None, ...]], ...]

    @property
    def is_marked(self) -> bool:
        """Whether any rate of any district is marked as above or below the others."""
        return any(ABOVE in placed or BELOW in placed for placed in self._positions.values())

    @property
    def too_scattered(self) -> tuple[str, ...]:
        """The measures whose districts differ so widely that none can be told from the others."""
        return tuple(name for name, placed in self._positions.items() if TOO_SCATTERED in placed)

    @property
    def populations(self) -> tuple[str, ...]:
        """The populations of the denominators, in words."""
        return tuple(dict.fromkeys(rate.population for _, held in self.rows for rate in held if rate is not None))

    @property
    def _positions(self) -> dict[str, set[str]]:
        """The positions of districts in each measure, by its name."""
        by_measure = zip(self.measures, zip(*(held for _, held in self.rows), strict=True), strict=True)
        return {
            name: {rate.funnel.position for rate in held if rate is not None and rate.funnel is not None}
            for (_, name), held in by_measure
        }

    @property
    def standing_out(self) -> tuple[str, ...]:
        """The districts above or below the others in the first measure, as 'above in Southampton'."""
        placed = [(name, held[0].funnel) for name, held in self.rows if held[0] is not None]
        return tuple(f"{f.position} in {name}" for name, f in placed if f is not None and f.position in (ABOVE, BELOW))


@dataclass(frozen=True)
class ProfilePart:
    """One part of a breakdown: its counts in both years, and its percentage of known parts."""

    category: str
    value: Shown | None
    base: Shown | None
    share: float | None


@dataclass(frozen=True)
class Breakdown:
    """One breakdown of crimes, victims or suspects with its parts."""

    title: str
    parts: tuple[ProfilePart, ...]


@dataclass(frozen=True)
class Programme:
    """One programme of the year, or all of them: its counts, people under 25 who engaged, and cost for each of them."""

    name: str
    row: ProtectedRow
    young_people: Shown | None
    cost_each: float | None


@dataclass(frozen=True)
class Sector:
    """The partner agencies of one sector, each with what it delivered."""

    name: str
    agencies: tuple[tuple[str, str], ...]


def district_rates(reading: ProtectedReading) -> DistrictRates | None:
    """Return the rates of all metrics that have them by district; None if there are none."""
    held = [rate for rate in rates(reading) if rate.figure.geography_level == "district"]
    if not held:
        return None
    measures = tuple(dict.fromkeys((rate.figure.metric_id, rate.figure.metric_name) for rate in held))
    by_place = {(rate.figure.area_name, rate.figure.metric_id): rate for rate in held}
    names = sorted({rate.figure.area_name or "" for rate in held})
    return DistrictRates(
        measures, tuple((name, tuple(by_place.get((name, metric)) for metric, _ in measures)) for name in names)
    )


def young(reading: ProtectedReading) -> list[Line]:
    """Return the lines of all metrics of the whole area for people under 25."""
    found = [
        figure
        for figure in reading.figures
        if (figure.geography_level, figure.breakdown, figure.category) == ("force", "age", YOUNG)
    ]
    return [Line(f"{figure.metric_name} ({figure.unit})", figure, base_words(reading, figure)) for figure in found]


def people_known(reading: ProtectedReading) -> ProtectedRow | None:
    """Return how many people under 25 were known to agencies in the year; None if the year is not complete."""
    table = reading.tables.get(PEOPLE_KNOWN.name)
    row = table.row(reading.financial_year, YOUNG) if table else None
    return row if row and row.is_known else None


def profile(reading: ProtectedReading) -> dict[str, tuple[Breakdown, ...]]:
    """Return the breakdowns of crimes, victims and suspects; nothing if the year is not complete."""
    table = reading.tables.get(PROFILE.name)
    found: dict[str, tuple[Breakdown, ...]] = {}
    if table is None:
        return found
    for unit in ("crimes", "victims", "suspects"):
        rows = table.where(financial_year=reading.financial_year, unit=unit)
        breakdowns = dict.fromkeys(row.key[2] for row in rows if row.is_known)
        if breakdowns:
            found[unit] = tuple(_breakdown(table, reading, unit, each) for each in breakdowns)
    return found


def _breakdown(table: ProtectedTable, reading: ProtectedReading, unit: str, breakdown: str) -> Breakdown:
    parts = []
    for row in table.where(financial_year=reading.financial_year, unit=unit, breakdown=breakdown):
        before = table.row(reading.base_year, *row.key[1:])
        base = before.counts["value"] if before else None
        label = words.sentence_case(row.key[-1])
        parts.append(ProfilePart(label, row.counts["value"], base, share_of_known(table, row)))
    return Breakdown(f"{words.sentence_case(unit)}: {_BREAKDOWNS.get(breakdown, breakdown)}", tuple(parts))


def settings(reading: ProtectedReading) -> Sequence[ProtectedRow]:
    """Return the rows of the settings of crimes of the year."""
    table = reading.tables.get(PROFILE.name)
    asked = {"financial_year": reading.financial_year, "unit": "crimes", "breakdown": "setting"}
    return table.where(**asked) if table else ()


def programmes(reading: ProtectedReading) -> list[Programme]:
    """Return the programmes of the year, with their total last; nothing if the year is not complete."""
    table = reading.tables.get(PROGRAMMES.name)
    found: list[Programme] = []
    if table is None:
        return found
    for row in table.where(financial_year=reading.financial_year, age_group="all"):
        if row.counts["referrals"] is None:
            continue
        under_25 = table.row(*row.key[:2], YOUNG)
        people = under_25.counts["people_engaged"] if under_25 else None
        name = "All programmes" if row.key[1] == "all" else words.sentence_case(row.key[1].lower())
        found.append(Programme(name, row, people, cost_per_young_person(table, row)))
    return sorted(found, key=lambda each: (each.row.key[1] == "all", each.name))


def harm(reading: ProtectedReading) -> list[tuple[ProtectedRow, float | None]]:
    """Return the rows of harm and cost of both years, each with the cost including unrecorded crime."""
    table = reading.tables.get(HARM_AND_COST.name)
    return [(row, cost_with_unrecorded(table, row)) for row in table.rows if row.is_known] if table else []


def sectors(reading: ProtectedReading) -> list[Sector]:
    """Return the agencies that were members on 31 March of the year, by sector."""
    table = reading.tables.get(AGENCIES.name)
    by_sector: dict[str, list[tuple[str, str]]] = {}
    for row in table.where(financial_year=reading.financial_year) if table else ():
        if row.words["is_member_on_31_march"] == "yes":
            by_sector.setdefault(row.words["sector"], []).append((row.words["agency_name"], row.words["delivered"]))
    return [Sector(words.sentence_case(name), tuple(sorted(held))) for name, held in sorted(by_sector.items())]
