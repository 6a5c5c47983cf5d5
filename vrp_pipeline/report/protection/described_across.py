"""Relations between counts of different tables that count the same crimes, or some of the same people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from vrp_pipeline.disclosure import Position, Tables
from vrp_pipeline.report.content.columns import UNLOCATED
from vrp_pipeline.report.content.table_forms import HARM_AND_COST, PROFILE, PROGRAMMES
from vrp_pipeline.report.protection.positions import METRICS, PAGE, REPEATED_COUNTS

# Whole of a partition that no row states.
WHOLE = "all"
# A count of any table without its year; for figures: metric, area or level, breakdown, category and column.
Place = tuple[str, ...]

_PROFILE, _HARM, _PROGRAMMES = (f"{form.name}.csv" for form in (PROFILE, HARM_AND_COST, PROGRAMMES))


def _whole(metric: str, column: str = "value") -> Place:
    return (METRICS, metric, "force", WHOLE, "", column)


# Positions that count the same rows.
EQUAL: tuple[tuple[Place, Place], ...] = (
    ((_PROFILE, "crimes", WHOLE, WHOLE, "value"), _whole("M1")),
    ((_PROFILE, "victims", WHOLE, WHOLE, "value"), _whole("M1", "victims")),
    ((_PROFILE, "victims", WHOLE, WHOLE, "value"), _whole("M1b", "victims")),
    ((_PROFILE, "crimes", "weapon", "firearm", "value"), _whole("M5")),
    # A crime without a known place has no deprivation fifth.
    ((_PROFILE, "crimes", "deprivation", "unknown", "value"), (METRICS, "M1", UNLOCATED, WHOLE, "", "value")),
    ((_HARM, "all", "crimes"), _whole("M1b")),
    # The only kind of M1b without a harm weight.
    ((_HARM, "all", "crimes_without_weight"), (METRICS, "M1b", "force", "tier", "aggravated burglary", "value")),
    ((_PROGRAMMES, "all", "all", "events"), _whole("M9")),
    ((PAGE, "all sources", "admissions"), _whole("M2b")),
)
# Crimes with a victim of an age, and the age bands in which each of them has one victim or more.
VICTIMS_OF_CRIMES: Mapping[str, tuple[str, ...]] = {
    "under 18": ("0-9", "10-17"),
    "under 25": ("0-9", "10-17", "18-24"),
    "under 25 less under 18": ("18-24",),
    "unknown": ("unknown",),
    "all less under 25 less unknown": ("25 and over",),
}


def relate_across(tables: Tables) -> None:
    """Relate counts of different tables that are equal, or of which one never exceeds the sum of others."""
    years = _by_year(tables)
    for held in years.values():
        for one, other in EQUAL:
            if one in held and other in held:
                tables.relate([(held[one], 1), (held[other], -1)])
        for age, bands in VICTIMS_OF_CRIMES.items():
            crimes = held.get((_HARM, age, "crimes"))
            victims = [held.get((_PROFILE, "victims", "age", band, "value")) for band in bands]
            if crimes is not None and None not in victims:
                people = [(at, 1) for at in victims if at is not None]
                tables.relate([*people, (crimes, -1)], greatest=float("inf"))
    _relate_unlocated_of_levels(tables)
    _relate_repeated_counts(tables)


def _by_year(tables: Tables) -> dict[str, dict[Place, Position]]:
    """Return the positions by financial year; of figures only those of the whole area and the unlocated ones."""
    found: dict[str, dict[Place, Position]] = {}
    for at in tables.cells:
        for year, place in _places(at):
            found.setdefault(year, {})[place] = at
    return found


def _places(at: Position) -> Iterable[tuple[str, Place]]:
    if at.table == METRICS:
        metric, year, level, area, breakdown, category, column = at.cell
        where = UNLOCATED if (level, area) == ("district", UNLOCATED) else level
        yield year, (METRICS, metric, where, breakdown, "" if breakdown == WHOLE else category, column)
    elif at.table == PAGE:
        of_sources, year, column = at.cell
        yield year, (PAGE, of_sources, column)
    elif at.table in (_PROFILE, _HARM, _PROGRAMMES):
        year, *about = at.cell
        yield year, (at.table, *about)


def _relate_unlocated_of_levels(tables: Tables) -> None:
    """Crimes that could not be placed in a district could not be placed in a community safety partnership either."""
    for at in list(tables.cells):
        if at.table == METRICS and at.cell[2:4] == ("csp", UNLOCATED):
            district = Position(METRICS, (*at.cell[:2], "district", *at.cell[3:]))
            if district in tables.cells:
                tables.relate([(at, 1), (district, -1)])


def _relate_repeated_counts(tables: Tables) -> None:
    """Metrics that use only one feed, and the completeness of that feed, repeat its row counts.

    Which metrics these are is public, so equal counts are treated as one; an attacker cannot know more.
    """
    repeated: dict[tuple[object, ...], list[Position]] = defaultdict(list)
    for at, cell in tables.cells.items():
        if at.table == METRICS and at.cell[-1] in REPEATED_COUNTS and cell.count:
            _, year, level, area, breakdown, category, column = at.cell
            period = category if breakdown == "month" else ""
            repeated[year, level, area, period, column, cell.count].append(at)
    for positions in repeated.values():
        for one, other in pairwise(sorted(positions)):
            tables.relate([(one, 1), (other, -1)])
