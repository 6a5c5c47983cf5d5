"""The tables of a publication as data: columns with type and meaning, and rows of protected values.

CSV, CSVW, data package, workbooks and catalogue all come from here; the meaning of columns is dbt's, from the release.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import pyarrow as pa

from vrp_pipeline.disclosure.rules import Shown
from vrp_pipeline.report import sentences
from vrp_pipeline.report.content.admission_rates import AdmissionRate
from vrp_pipeline.report.content.columns import DAY, KEY, NUMBER
from vrp_pipeline.report.content.comparators import Comparator
from vrp_pipeline.report.content.derived import DERIVED
from vrp_pipeline.report.content.evidence import Evidence
from vrp_pipeline.report.content.protected import (
    ALL_SOURCE_COUNTS,
    SCHEMA,
    ProtectedReading,
    ProtectedTable,
    ProtectedYear,
)
from vrp_pipeline.report.content.rates import rates

Value = str | float | dt.date | None
TEXT, DECIMAL, INTEGER, DATE = "string", "number", "integer", "date"
# The types of columns from public tables that are not text.
_PUBLIC_TYPES: Mapping[Any, str] = {float | None: DECIMAL, int | None: INTEGER}

# Columns published in addition to those of the release.
OWN_COLUMNS: Mapping[str, str] = {
    "accepted_months": "Months of the two years that are counted by decision of a named person.",
    "confidential": "Columns of the row whose number is confidential and left blank, separated by comma and space.",
    "title": "Name of the feed in words.",
    "cost_without_homicides_with_unrecorded_gbp": "1.6 times the cost without homicides: an estimate that adds what is"
    " never recorded.",
    "expected_incidents": "Expected number of incidents: where records may be of one incident or of two, each way"
    " counts by its probability.",
    "expected_lower": "Lower limit of the 95 % interval of the expected number of incidents.",
    "expected_upper": "Upper limit of the 95 % interval of the expected number of incidents.",
    "attendances_known_to_police": "Expected number of the emergency attendances of which police have a record.",
    "attendances_known_lower": "Lower limit of its 95 % interval.",
    "attendances_known_upper": "Upper limit of its 95 % interval.",
}


@dataclass(frozen=True)
class PublishedColumn:
    """One column: its name, type (`string`, `number`, `integer` or `date`) and meaning."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class PublishedTable:
    """One table: `name` is that of its CSV file; `key` names the columns that identify a row."""

    name: str
    title: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[PublishedColumn, ...]
    rows: tuple[tuple[Value, ...], ...]


def published_tables(reading: ProtectedReading) -> tuple[PublishedTable, ...]:
    """Return the tables of a publication, each with at least one row, the figures first."""
    further = (_further(reading, table) for table in reading.tables.values())
    before = (_metrics, _rates, _comparators, _admission_rates, _all_sources)
    made = (*(table_of(reading) for table_of in before), *further, _coverage(reading))
    return tuple(table for table in made if table.rows)


def _metrics(reading: ProtectedReading) -> PublishedTable:
    meant = _Meanings(reading.evidence, "rpt_annual_metrics")
    return PublishedTable(
        "metrics",
        f"Annual metrics, {reading.financial_year}",
        meant.table,
        KEY,
        tuple(meant.column(name, _type_of(SCHEMA.field(name).type)) for name in SCHEMA.names),
        tuple(tuple(getattr(figure, name) for name in SCHEMA.names) for figure in reading.figures),
    )


def _all_sources(reading: ProtectedReading) -> PublishedTable:
    meant = _Meanings(reading.evidence, "rpt_all_source_incidents")
    columns = [meant.column("metric_id", TEXT), meant.column("financial_year", TEXT), meant.column("status", TEXT)]
    columns += [meant.column(name, INTEGER) for name in ALL_SOURCE_COUNTS]
    columns += [meant.column("unknown_to_police_percent", DECIMAL), meant.column("confidential", TEXT)]
    rows = [
        (
            "M12",
            year.financial_year,
            "complete" if year.is_known else "incomplete",
            *(number(getattr(year, name)) for name in ALL_SOURCE_COUNTS),
            year.unknown_to_police_percent,
            ", ".join(hidden_columns(year)) or None,
        )
        for year in reading.all_sources
    ]
    title = f"Incidents of violence that any agency saw, with bounds, {reading.base_year} and {reading.financial_year}"
    key = ("metric_id", "financial_year")
    return PublishedTable("all_source_incidents", title, meant.table, key, tuple(columns), tuple(rows))


def _rates(reading: ProtectedReading) -> PublishedTable:
    meant = _Meanings(reading.evidence, "rpt_metric_rates")
    numbers = ("rate_per_1000", "rate_lower", "rate_upper", "expected_value", "funnel_lower", "funnel_upper")
    columns = [meant.column(name, TEXT) for name in (*KEY, "area_name")]
    columns += [meant.column("value", INTEGER), meant.column("population", TEXT), meant.column("residents", INTEGER)]
    columns += [meant.column(name, DECIMAL) for name in numbers] + [meant.column("funnel_position", TEXT)]
    rows = []
    for rate in rates(reading):
        funnel, count = rate.funnel, rate.figure.value
        placed = (funnel.expected, funnel.lower, funnel.upper, funnel.position) if funnel else (None,) * 4
        about = (*(getattr(rate.figure, name) for name in (*KEY, "area_name")), None if count is None else int(count))
        rows.append((*about, rate.population, rate.residents, rate.per_1000, rate.lower, rate.upper, *placed))
    title = f"Rates per 1,000 residents and the place of districts among all, {reading.financial_year}"
    return PublishedTable("rates", title, meant.table, KEY, tuple(columns), tuple(rows))


def _comparators(reading: ProtectedReading) -> PublishedTable:
    title = "Recorded crime beside England and the most similar forces, by tables of the Home Office and ONS"
    key = ("metric_id", "financial_year", "comparator", "area_code")
    meant = _Meanings(reading.evidence, "rpt_comparators")
    return _public("comparators", title, meant, key, Comparator, reading.comparators)


def _admission_rates(reading: ProtectedReading) -> PublishedTable:
    title = "Published rates of admissions after violence of the districts and England, by OHID"
    key = ("metric_id", "period", "geography_level", "area_code")
    meant = _Meanings(reading.evidence, "rpt_standardised_admissions")
    return _public("admission_rates", title, meant, key, AdmissionRate, reading.admission_rates)


def _public(
    name: str, title: str, meant: "_Meanings", key: tuple[str, ...],
    of: type[Comparator | AdmissionRate], held: Sequence[Comparator | AdmissionRate],
) -> PublishedTable:  # fmt: skip
    """Return numbers of a public table, whose columns are the fields of `of`."""
    columns = tuple(meant.column(field.name, _PUBLIC_TYPES.get(field.type, TEXT)) for field in fields(of))
    rows = tuple(tuple(getattr(each, field.name) for field in fields(of)) for each in held)
    return PublishedTable(name, title, meant.table, key, columns, rows)


def _further(reading: ProtectedReading, table: ProtectedTable) -> PublishedTable:
    form, derived = table.form, DERIVED.get(table.form.name, {})
    meant = _Meanings(reading.evidence, form.source)
    columns = [meant.column(name, TEXT) for name in (*form.key, *form.words)]
    columns += [meant.column(name, INTEGER) for name in form.rules]
    columns += [meant.column(name, DECIMAL) for name in derived]
    rows = [
        (
            *row.key,
            *(row.words[name] or None for name in form.words),
            *(row.number(name) for name in form.rules),
            *(derivation(table, row) for derivation in derived.values()),
            ", ".join(name for name, held in row.counts.items() if held is not None and held.is_hidden) or None,
        )
        for row in table.rows
    ]
    columns.append(meant.column("confidential", TEXT))
    return PublishedTable(form.name, form.title, meant.table, form.key, tuple(columns), tuple(rows))


def _coverage(reading: ProtectedReading) -> PublishedTable:
    meant = _Meanings(reading.evidence, "fct_feed_months")
    columns = [meant.column(name, TEXT) for name in ("feed", "title", "month", "financial_year", "status")]
    rows = [
        (each.feed, sentences.feed_title(each.feed), each.month, each.financial_year, each.status)
        for each in reading.evidence.feed_months
    ]
    title = f"Coverage: each feed and month, {reading.base_year} and {reading.financial_year}"
    return PublishedTable("coverage", title, meant.table, ("feed", "month"), tuple(columns), tuple(rows))


def number(held: Shown | None) -> int | None:
    """Return a protected count; None where it is hidden or not known."""
    return None if held is None else held.number


def hidden_columns(year: ProtectedYear) -> list[str]:
    """Return the counts of a year of all sources whose number is hidden."""
    held = ((name, getattr(year, name)) for name in ALL_SOURCE_COUNTS)
    return [name for name, each in held if each is not None and each.is_hidden]


def _type_of(arrow: pa.DataType) -> str:
    return DATE if arrow == DAY else DECIMAL if arrow == NUMBER else TEXT


class _Meanings:
    """The meanings of a table and its columns according to the release; the name in words if it has none."""

    def __init__(self, evidence: Evidence, table: str) -> None:
        held = evidence.descriptions.get(table)
        self.table = held.table if held else table
        self.columns = held.columns if held else {}

    def column(self, name: str, type_: str) -> PublishedColumn:
        meaning = OWN_COLUMNS.get(name) or self.columns.get(name) or name.replace("_", " ")
        return PublishedColumn(name, type_, " ".join(meaning.split()))
