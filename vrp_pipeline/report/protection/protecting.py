"""From a reading to a protected one: describe every count, protect and attack them, and recompute changes.

This is the only module that makes protected figures, which `tests/test_architecture.py` verifies.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vrp_pipeline.disclosure import NHS, PinnedCellError, Position, ProtectedTables, Shown, protect
from vrp_pipeline.report.content.changes import Measured, adjusted, measured_of_shown
from vrp_pipeline.report.content.columns import COMPLETE
from vrp_pipeline.report.content.protected import (
    ALL_SOURCE_COUNTS,
    SIGNIFICANCE,
    ProtectedCounts,
    ProtectedFigure,
    ProtectedReading,
    ProtectedRow,
    ProtectedStep,
    ProtectedTable,
    ProtectedYear,
)
from vrp_pipeline.report.counts.all_sources import AllSources
from vrp_pipeline.report.counts.counted_tables import CountedTable
from vrp_pipeline.report.counts.figures import Figure
from vrp_pipeline.report.counts.reading import Reading
from vrp_pipeline.report.counts.revisions import Step, without_changes
from vrp_pipeline.report.protection import described, positions
from vrp_pipeline.report.protection.described_tables import counted_position
from vrp_pipeline.report.protection.statements import NO_COMPARISON, statement, without_counts

# The changes of all areas of one of these levels are adjusted together.
COMPARED_LEVELS = ("csp", "district")
# Headline metrics are not adjusted; further metrics of the whole area are adjusted together (docs/methods.md#rates).
JUDGED_ALONE = ("M1", "M1b")
# The age group whose changes are printed, adjusted together with those of all ages.
YOUNG = "under 25"
# Only the value of a figure of the year before is printed.
NOT_OF_THE_YEAR_BEFORE = (
    "base_value",
    "change_percent",
    "change_lower",
    "change_upper",
    "interval_method",
    "statement",
    "unknown_code_rows",
    "unlocated_rows",
    "quarantined_rows",
    "adjusted_p_value",
    "victims",
)


@dataclass(frozen=True)
class _Change:
    measured: Measured
    adjusted_p_value: float | None = None
    comparisons: int = 0

    @property
    def is_clear(self) -> bool:
        alone = self.measured.upper < 0 or self.measured.lower > 0
        return alone and (self.adjusted_p_value is None or self.adjusted_p_value < SIGNIFICANCE)


def protected_reading(
    reading: Reading, steps: Sequence[Step] = (), previous: Path | None = None, beside: Sequence[Path] = ()
) -> ProtectedReading:
    """Protect a reading together with the steps since the version in the folder `previous`.

    `beside` lists earlier versions, and versions of other financial years that print one of the two years.

    Raises PinnedCellError if a hidden count could be derived from everything published, and ReleaseContentError if the
    release contains a value that no rule covers.
    """
    tables, steps = _protect(reading, steps, previous, beside)
    changes = _changes(reading, tables)
    return ProtectedReading(
        release_id=reading.release_id,
        as_of=reading.as_of,
        is_simulated=reading.is_simulated,
        code_version=reading.code_version,
        financial_year=reading.financial_year,
        base_year=reading.base_year,
        figures=tuple(_figure(figure, reading.base_year, tables, changes) for figure in reading.figures),
        base_figures=tuple(_base_figure(figure, tables) for figure in reading.base_figures),
        evidence=reading.evidence,
        counts=_counts(reading, tables),
        rule=NHS.name,
        disclosure=tables.summary(),
        all_sources=tuple(_year(year, tables) for year in reading.all_sources),
        steps=tuple(_step(step, tables) for step in steps),
        tables={table.form.name: _table(table, tables) for table in reading.counted},
        residents=reading.residents,
        outlines=reading.outlines,
        months_of_places=reading.months_of_places,
        comparators=reading.comparators,
        admission_rates=reading.admission_rates,
        public_names=reading.public_names,
    )


def _protect(
    reading: Reading, steps: Sequence[Step], previous: Path | None, beside: Sequence[Path]
) -> tuple[ProtectedTables, Sequence[Step]]:
    """Protect all counts, and publish the changes since the last version unless that would hide figures.

    The sums of two versions leave few possible values of a figure, and a published change leaves fewer. Readers need
    the figure more than the reason why it changed.
    """
    told = described.tables_of(reading, steps, previous, beside)
    if not (untold := without_changes(steps)):
        return protect(told), steps
    try:
        return protect(told, most_withheld=0), steps
    except PinnedCellError as error:
        pinned = error.pinned
    quiet = described.tables_of(reading, untold, previous, beside)
    try:
        return protect(quiet, most_withheld=0), untold
    except PinnedCellError as error:
        is_no_matter = error.pinned == pinned
    return (protect(told), steps) if is_no_matter else (protect(quiet), untold)


def _shown(tables: ProtectedTables, at: Position, true: float | None) -> Shown | None:
    return None if true is None else tables[at]


def _number(shown: Shown | None) -> float | None:
    return None if shown is None or shown.number is None else float(shown.number)


def _changes(reading: Reading, tables: ProtectedTables) -> dict[tuple[str, ...], _Change]:
    """Return the change of each figure that may have one, adjusted among the areas of a level."""
    found: dict[tuple[str, ...], Measured] = {}
    families: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    for figure in reading.figures:
        dispersion = reading.dispersions.get(figure.key)
        if figure.unit in positions.PUBLIC_UNITS or not figure.is_known or dispersion is None:
            continue
        if figure.breakdown == "month" or figure.is_unlocated or NO_COMPARISON in (figure.statement or ""):
            continue
        value = _shown(tables, positions.position(figure), figure.value)
        base = _shown(tables, positions.base_position(figure, reading.base_year), figure.base_value)
        change = None if value is None or base is None else measured_of_shown(value, base, dispersion)
        if change is None:
            continue
        found[figure.key] = change
        if figure.geography_level in COMPARED_LEVELS and (figure.breakdown or "all") == "all":
            families[figure.metric_id, figure.geography_level].append(figure.key)
        elif (
            figure.metric_id not in JUDGED_ALONE
            and figure.geography_level == "force"
            and (figure.breakdown in (None, "all") or figure.category == YOUNG)
        ):
            families["further measures", "force"].append(figure.key)
    changes = {key: _Change(change) for key, change in found.items()}
    for keys in families.values():
        together = adjusted([found[key].p_value for key in keys])
        changes |= {key: _Change(found[key], p, len(keys)) for key, p in zip(keys, together, strict=True)}
    return changes


def _figure(
    figure: Figure, base_year: str, tables: ProtectedTables, changes: dict[tuple[str, ...], _Change]
) -> ProtectedFigure:
    columns = (*described.COUNTED, "unlocated_rows")
    shown = {
        column: _shown(tables, positions.position(figure, column), getattr(figure, column))
        for column in columns
        if not (column == "value" and positions.is_public_number(figure))
    }
    if not positions.is_public_number(figure):
        shown["base_value"] = _shown(tables, positions.base_position(figure, base_year), figure.base_value)
    numbers = {column: _number(held) for column, held in shown.items()}
    hidden = ", ".join(sorted(column for column, held in shown.items() if held is not None and held.is_hidden))
    own: dict[str, Any] = {
        "value": figure.value,
        "base_value": figure.base_value,
        "change_percent": figure.change_percent,
        "change_lower": figure.change_lower,
        "change_upper": figure.change_upper,
        "interval_method": figure.interval_method,
        "adjusted_p_value": figure.adjusted_p_value,
        "statement": figure.statement,
    }
    if figure.unit not in positions.PUBLIC_UNITS:
        own |= _derived(figure, base_year, shown, changes.get(figure.key), bool(changes))
    elif figure.status != COMPLETE and figure.statement is not None:
        own["statement"] = without_counts(figure.statement, " / ".join(figure.key))
    return ProtectedFigure(**{**_plain(figure), **own, **numbers, "confidential": hidden or None})


def _derived(
    figure: Figure, base_year: str, shown: dict[str, Shown | None], change: _Change | None, is_scattered_known: bool
) -> dict[str, Any]:
    """Return the values derived from the counts of a figure, computed from the protected counts."""
    held = change.measured if change else None
    said = statement(
        figure,
        shown["value"],
        shown["base_value"],
        shown["unknown_code_rows"],
        base_year,
        held,
        comparisons=change.comparisons if change else 0,
        is_clear=change.is_clear if change else False,
        is_scattered_known=is_scattered_known,
    )
    return {
        "change_percent": held.percent if held else None,
        "change_lower": held.lower if held else None,
        "change_upper": held.upper if held else None,
        "interval_method": held.method if held else None,
        "adjusted_p_value": change.adjusted_p_value if change else None,
        "statement": said,
    }


def _base_figure(figure: Figure, tables: ProtectedTables) -> ProtectedFigure:
    """Protect a figure of the year before: months are printed, of other figures only the status."""
    is_printed = figure.breakdown == "month" and not positions.is_public_number(figure)
    value = _shown(tables, positions.position(figure), figure.value) if is_printed else None
    nothing = dict.fromkeys(NOT_OF_THE_YEAR_BEFORE)
    hidden = "value" if (value is not None and value.is_hidden) or (not is_printed and figure.is_known) else None
    return ProtectedFigure(**{**_plain(figure), **nothing, "value": _number(value), "confidential": hidden})


def _plain(figure: Figure) -> dict[str, Any]:
    """Return the columns of a figure that are not counts."""
    return {
        "metric_id": figure.metric_id,
        "metric_name": figure.metric_name,
        "financial_year": figure.financial_year,
        "geography_level": figure.geography_level,
        "area_code": figure.area_code,
        "area_name": figure.area_name,
        "breakdown": figure.breakdown,
        "category": figure.category,
        "unit": figure.unit,
        "status": figure.status,
        "definition_version": figure.definition_version,
        "as_of": figure.as_of,
        "completeness_percent": figure.completeness_percent,
        "accepted_months": figure.accepted_months,
    }


def _counts(reading: Reading, tables: ProtectedTables) -> ProtectedCounts:
    held = reading.row_counts
    return ProtectedCounts(
        deliveries={key: tables[positions.delivery_position(*key)] for key in held.deliveries},
        rows={feed: {step: tables[positions.rows_position(feed, step)] for step in s} for feed, s in held.rows.items()},
        reached={what: tables[positions.rows_position("reached", what)] for what in held.reached},
    )


def _year(year: AllSources, tables: ProtectedTables) -> ProtectedYear:
    about = f"all sources {year.financial_year}"
    missing, doubt = (None if text is None else without_counts(text, about) for text in (year.missing, year.doubt))
    if not year.is_known:
        return ProtectedYear(year.financial_year, False, missing, doubt)
    shown = {
        column: _shown(tables, positions.source_position(year.financial_year, column), getattr(year, column))
        for column in ALL_SOURCE_COUNTS
    }
    part, whole = _number(shown["unknown_to_police"]), _number(shown["incidents"])
    is_given = year.unknown_to_police_percent is not None and part is not None and whole
    percent = round(100 * part / whole, 1) if is_given and part is not None and whole else None
    return ProtectedYear(year.financial_year, True, missing, doubt, unknown_to_police_percent=percent, **shown)


def _table(table: CountedTable, tables: ProtectedTables) -> ProtectedTable:
    rows = (
        ProtectedRow(
            row.key,
            {
                column: _shown(tables, counted_position(table.form, row.key, column), count)
                for column, count in row.counts.items()
            },
            row.words,
        )
        for row in table.rows
    )
    return ProtectedTable(table.form, tuple(rows))


def _step(step: Step, tables: ProtectedTables) -> ProtectedStep:
    crimes = tables[positions.step_position(step)].number
    if step.change is None:
        return ProtectedStep(step.financial_year, step.metric_id, step.step, None, None)
    sign = (step.change > 0) - (step.change < 0)
    change = 0 if sign == 0 else None if crimes is None else sign * crimes
    return ProtectedStep(step.financial_year, step.metric_id, step.step, change, crimes)
