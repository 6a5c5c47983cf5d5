"""The sheets of the workbook: cover, contents, notes, and one table a sheet, by the rules of [AF spreadsheets 2026].

One table on a sheet from its title in A1, no merged and no blank cell, shorthand explained on the notes, nothing told
by colour. Only content; `workbook_files` writes it as XLSX and as ODS.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vrp_pipeline.disclosure.rules import EXACT, NHS, Shown
from vrp_pipeline.feeds import partnership
from vrp_pipeline.report import sentences, words
from vrp_pipeline.report.content.derived import FOLLOWS_FROM
from vrp_pipeline.report.content.protected import ProtectedFigure, ProtectedReading, ProtectedYear
from vrp_pipeline.report.content.table_forms import FORMS
from vrp_pipeline.report.tables.description_files import About
from vrp_pipeline.report.tables.published_tables import (
    DECIMAL,
    TEXT,
    PublishedColumn,
    PublishedTable,
    Value,
    published_tables,
)

NOT_AVAILABLE, NOT_APPLICABLE = "[x]", "[z]"
SHORTHAND = (
    (
        words.CONFIDENTIAL,
        "Confidential: a count of 1 to 7, or one from which another could be found. A table with other limits gives"
        " them.",
    ),
    (
        NOT_AVAILABLE,
        "Not available: a month is missing, too many rows could not be counted, or nobody counts it. It is never zero.",
    ),
    (
        NOT_APPLICABLE,
        "Not applicable to this row. In the place of a change: none is given, for the reason in the column In words.",
    ),
)
ROUNDED = (
    "Counts of crimes, people and incidents are rounded to the nearest 5, each from its own true count, so rows need"
    " not add up to totals. Events are counted exactly; changes are computed from the counts shown."
)
# The headings of a change with its interval, and the columns of a figure with these and both years.
CHANGE = ("Change (%)", "Lower limit of the 95% interval (%)", "Upper limit of the 95% interval (%)")
_NUMBERS = ("value", "base_value", "change_percent", "change_lower", "change_upper")
ONE_TABLE = "This sheet holds one table."
_ONE_TABLE_WITH_SHORTHAND = f"{ONE_TABLE} Shorthand such as [c] is explained on the sheet Notes."
# Published tables whose sheets are made from the figures, with words.
_OWN_SHEETS = frozenset({"metrics", "all_source_incidents", "coverage"})
_LEVELS = {"csp": "community safety partnership", "lsoa": "small area"}
Cell = str | int | float


@dataclass(frozen=True)
class Sheet:
    """One sheet: the title in A1, lines below it, and a table with its header; without `header` lines alone."""

    name: str
    title: str
    lines: tuple[str, ...]
    header: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()


def sheets(reading: ProtectedReading, about: About) -> tuple[Sheet, ...]:
    """Return all sheets of the workbook in order."""
    tables = [
        Sheet(f"Table_{number}", f"Table {number}: {sheet.title}", sheet.lines, sheet.header, sheet.rows)
        for number, sheet in enumerate(_tables(reading), start=1)
    ]
    contents = Sheet(
        "Contents",
        "Table of contents",
        (ONE_TABLE,),
        ("Sheet", "What it holds"),
        (("Notes", "Shorthand and how counts are protected"), *((each.name, each.title) for each in tables)),
    )
    return (_cover(reading, about), contents, _notes(), *tables)


def _cover(reading: ProtectedReading, about: About) -> Sheet:
    simulated = ("Every record behind these tables was made up. No figure describes real crimes, patients or events.",)
    lines = (
        *(simulated if reading.is_simulated else ()),
        f"Published by {partnership.NAME}.",
        f"Records as they stood on {words.day(reading.as_of)}.",
        ROUNDED,
        f"Contact: {about.programme.contact}",
        f"Licence: {about.programme.licence}",
        f"Cite as: {about.citation}",
    )
    return Sheet("Cover", about.title, lines)


def _notes() -> Sheet:
    lines = (
        ONE_TABLE,
        "Counts of crimes, people and incidents are rounded to the nearest 5; 0 is shown; 1 to 7 are confidential.",
        "Changes and intervals are computed from the rounded counts.",
    )
    return Sheet("Notes", "Notes", lines, ("Shorthand", "Meaning"), SHORTHAND)


def _tables(reading: ProtectedReading) -> Iterable[Sheet]:
    groups: dict[tuple[str, str, str], list[ProtectedFigure]] = {}
    for figure in reading.figures:
        key = (figure.metric_id, figure.geography_level or "", figure.breakdown or "all")
        groups.setdefault(key, []).append(figure)
    for (_, level, breakdown), figures in groups.items():
        yield _figures(reading, level, breakdown, figures)
    if reading.all_sources:
        yield _all_sources(reading.all_sources)
    for table in published_tables(reading):
        if table.name not in _OWN_SHEETS:
            yield _sheet_of(table)
    if reading.evidence.feed_months:
        yield from _coverage(reading)


def _sheet_of(table: PublishedTable) -> Sheet:
    """Return a published table as a sheet; numbers that are hidden or unknown are replaced by the shorthand."""
    lines = (_ONE_TABLE_WITH_SHORTHAND, *_other_rules(table))
    hidden_in = [column.name for column in table.columns].index("confidential") if _has_hidden(table) else None
    columns = [column for column in table.columns if column.name != "confidential"]
    rows = []
    for row in table.rows:
        hidden = str(row[hidden_in] or "").split(", ") if hidden_in is not None else ()
        cells = zip(table.columns, row, strict=True)
        rows.append(
            tuple(
                words.CONFIDENTIAL
                if {column.name, *FOLLOWS_FROM.get(column.name, ())} & set(hidden)
                else _plain(value, column)
                for column, value in cells
                if column.name != "confidential"
            )
        )
    header = tuple(words.heading_of(column.name) for column in columns)
    return Sheet("", table.title, lines, header, tuple(rows))


def _other_rules(table: PublishedTable) -> Iterable[str]:
    """Yield how the counts of a table are protected and rounded, if it differs from the notes."""
    for form in FORMS:
        for name, rule in form.rules.items():
            if form.name == table.name and rule not in (NHS, EXACT):
                least = 1 if rule.shows_zero else 0
                yield (
                    f"{words.heading_of(name)}: {least} to {rule.hidden_up_to:,} is confidential,"
                    f" others are rounded to the nearest {rule.base:,}."
                )


def _has_hidden(table: PublishedTable) -> bool:
    return any(column.name == "confidential" for column in table.columns)


def _plain(value: Value, column: PublishedColumn) -> Cell:
    if value is None:
        return NOT_APPLICABLE if column.type in (DECIMAL, TEXT) else NOT_AVAILABLE
    return value.isoformat() if isinstance(value, dt.date) else value


def _figures(reading: ProtectedReading, level: str, breakdown: str, figures: Sequence[ProtectedFigure]) -> Sheet:
    by = breakdown.replace("_", " ") if breakdown != "all" else _LEVELS.get(level, level)
    is_whole = breakdown == "all" and level == "force"
    name, unit = figures[0].metric_name, figures[0].unit or "count"
    title = f"{name}{', whole area' if is_whole else f' by {by}'}, {reading.base_year} and {reading.financial_year}"
    is_by_area = breakdown == "all"
    header = (
        *(("Area code", "Area") if is_by_area else (words.sentence_case(by),)),
        f"{reading.financial_year} ({unit})",
        f"{reading.base_year} ({unit})",
        *CHANGE,
        "Status",
        "In words",
    )
    rows = [
        (
            *((_text(figure.area_code), _text(figure.area_name)) if is_by_area else (_category(figure),)),
            *numbers_of(figure),
            words.sentence_case(figure.status),
            _text(figure.statement),
        )
        for figure in figures
    ]
    definition = figures[0].definition_version
    lines = [_ONE_TABLE_WITH_SHORTHAND]
    lines += [f"Definition: {definition}."] if definition else []
    return Sheet("", title, tuple(lines), header, tuple(rows))


def _all_sources(years: Sequence[ProtectedYear]) -> Sheet:
    names = {
        "lower_incidents": "Lower bound (incidents)",
        "incidents": "Best estimate (incidents)",
        "upper_incidents": "Upper bound (incidents)",
        "unknown_to_police": "Not known to police (incidents)",
        "police_crimes": "Police (crimes of violence)",
        "ambulance_calls": "Ambulance (calls)",
        "emergency_attendances": "A&E (attendances)",
        "admissions": "Hospitals (admissions)",
        "expected_incidents": "Expected from the probabilities of the links (incidents)",
        "expected_lower": "Lower limit of its 95% interval",
        "expected_upper": "Upper limit of its 95% interval",
    }
    rows = []
    for year in years:
        held = [getattr(year, name) for name in names]
        counts = [shown_cell(each) for each in held]
        rows.append((year.financial_year, *counts, words.sentence_case(year.missing or year.doubt or "complete")))
    lines = (
        _ONE_TABLE_WITH_SHORTHAND,
        "The counts of the services are of the same events and may not be added.",
    )
    title = "Incidents of violence that any agency saw (M12), with bounds"
    return Sheet("", title, lines, ("Financial year", *names.values(), "Status"), tuple(rows))


def _coverage(reading: ProtectedReading) -> Iterable[Sheet]:
    lines = (ONE_TABLE, "A month that is not received or held makes figures incomplete.")
    for title, header, rows in coverage_rows(reading, reading.evidence.feeds()):
        yield Sheet("", title, lines, header, rows)


def coverage_rows(
    reading: ProtectedReading, feeds: Iterable[str]
) -> Iterable[tuple[str, tuple[str, ...], tuple[tuple[Cell, ...], ...]]]:
    """Yield title, header and rows of the table of feeds by month, for each year that the calendar holds."""
    evidence, feeds = reading.evidence, tuple(feeds)
    for year in (reading.base_year, reading.financial_year):
        months = sorted({each.month for each in evidence.feed_months if each.financial_year == year})
        if not months:
            continue
        rows = []
        for feed in feeds:
            held = {each.month: each.status for each in evidence.months(feed, year)}
            rows.append((sentences.feed_title(feed), *(words.sentence_case(held.get(m, "not due")) for m in months)))
        header = ("Feed", *(words.month(month) for month in months))
        yield f"Coverage: deliveries by feed and month, {year}", header, tuple(rows)


def _category(figure: ProtectedFigure) -> str:
    if figure.breakdown == "month" and figure.category:
        return words.month(figure.category)
    if figure.breakdown == "feed":
        return sentences.feed_title(figure.category)
    return _text(words.sentence_case(figure.category or ""))


def numbers_of(figure: ProtectedFigure) -> tuple[Cell, ...]:
    """Return the value of a figure, that of the year before and the three numbers of `CHANGE`.

    A missing number is replaced by the shorthand for the reason.
    """
    return tuple(_cell_of(figure, column) for column in _NUMBERS)


def _cell_of(figure: ProtectedFigure, column: str) -> Cell:
    if column.startswith("change"):
        return _or(getattr(figure, column), NOT_APPLICABLE)
    return _or(getattr(figure, column), words.CONFIDENTIAL if figure.hides(column) else NOT_AVAILABLE)


def shown_cell(held: Shown | None) -> Cell:
    """Return a protected count, or the shorthand if it is hidden or unknown."""
    return NOT_AVAILABLE if held is None else _or(held.number, words.CONFIDENTIAL)


def _or(number: float | None, mark: str) -> Cell:
    return mark if number is None else number


def _text(text: str | None) -> str:
    return text or NOT_APPLICABLE
