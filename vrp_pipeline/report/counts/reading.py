"""Reads one release for one financial year: its figures, those of the year before, and their evidence.

Counts are true, and only `protecting` may pass them on. A release whose files do not match its manifest is refused.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from vrp_pipeline.calendar.months import months_of_year, year_before
from vrp_pipeline.release.ward_names import wards_in
from vrp_pipeline.report.content.admission_rates import AdmissionRate, admission_rates_of
from vrp_pipeline.report.content.columns import figure_key
from vrp_pipeline.report.content.comparators import Comparator, comparators_of
from vrp_pipeline.report.content.evidence import (
    Evidence,
    accepted_of,
    definitions_of,
    deliveries_of,
    descriptions_of,
    feed_months_of,
    needed_feeds_of,
)
from vrp_pipeline.report.content.protected import Outline
from vrp_pipeline.report.content.residents import Residents
from vrp_pipeline.report.content.table_forms import FORMS, HEXAGONS
from vrp_pipeline.report.counts.all_sources import AllSources, all_sources_of
from vrp_pipeline.report.counts.counted_tables import CountedTable, counted_table
from vrp_pipeline.report.counts.figures import Figure, ReleaseContentError, figures_of
from vrp_pipeline.report.counts.places import counted_hexagons, outlines
from vrp_pipeline.report.counts.rate_figures import further_figures, rates_of, residents_of
from vrp_pipeline.report.counts.release_files import manifest_of, rows_of, table_of

METRICS, CALENDAR, DEFINITIONS = "rpt_annual_metrics", "fct_feed_months", "dim_definition"
ALL_SOURCES, NEEDED_FEEDS, YEARS = "rpt_all_source_incidents", "bridge_metric_feeds", "fct_metric_years"
EXPECTED, COMPARATORS = "rpt_all_source_expected", "rpt_comparators"
ADMISSION_RATES = "rpt_standardised_admissions"
HOT_SPOT_AREA, GROUND = "rpt_hot_spot_area", "dim_hexagon"


class UnknownFinancialYearError(ValueError):
    """The release has no figures for the requested financial year."""


@dataclass(frozen=True)
class RowCounts:
    """True counts of rows: of deliveries by feed and id, of feeds by step of the pipeline, and of the release."""

    deliveries: Mapping[tuple[str | None, str], int] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    reached: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """The content of a release for one financial year (`figures`) and the year before (`base_figures`).

    `dispersions` give by the key of a figure how much more its 24 months vary than by chance alone, `residents` the
    population of its area by the nearest census or estimate. `public_names` are the wards of the reference data, whose
    names may look like those of people. None of this is published unchanged: `protecting` derives what may be.
    """

    release_id: str
    as_of: dt.date
    is_simulated: bool
    code_version: str
    financial_year: str
    base_year: str
    figures: tuple[Figure, ...]
    base_figures: tuple[Figure, ...]
    evidence: Evidence
    all_sources: tuple[AllSources, ...] = ()
    row_counts: RowCounts = field(default_factory=RowCounts)
    dispersions: Mapping[tuple[str, ...], float] = field(default_factory=dict)
    residents: Mapping[tuple[str, ...], Residents] = field(default_factory=dict)
    counted: tuple[CountedTable, ...] = ()
    outlines: tuple[Outline, ...] = ()
    months_of_places: tuple[str, str] | None = None
    comparators: tuple[Comparator, ...] = ()
    admission_rates: tuple[AdmissionRate, ...] = ()
    public_names: tuple[str, ...] = ()

    def figure(self, metric_id: str) -> Figure | None:
        """Return the figure of a metric for the whole partnership and the whole year, or None."""
        about = (metric_id, "force", "all")
        held = ((f.metric_id, f.geography_level, f.breakdown or "all") for f in self.figures)
        return next((figure for figure, key in zip(self.figures, held, strict=True) if key == about), None)


def read_release(release: Path, financial_year: str) -> Reading:
    """Read the release in the folder `release`.

    Raises UnknownFinancialYearError naming the years in the release, and ReleaseContentError if the release is
    incomplete.
    """
    manifest = manifest_of(release)
    if manifest.get("is_simulated") and manifest.get("has_real_records"):
        raise ReleaseContentError(
            f"Release {release.name} holds simulated and real records together, so its figures describe neither. "
            "Receive the real files into a lake of their own: vrp --lake FOLDER receive …"
        )
    figures = figures_of(table_of(release, METRICS, manifest))
    rates = rates_of(release, manifest)
    figures += further_figures(rates, {figure.metric_id for figure in figures})
    years = sorted({figure.financial_year for figure in figures})
    if financial_year not in years:
        held = ", ".join(years) or "none"
        raise UnknownFinancialYearError(
            f"Release {release.name} has no figures for {financial_year!r}. Financial years it holds: {held}."
        )
    base_year = year_before(financial_year)
    feed_months = feed_months_of(table_of(release, CALENDAR, manifest).to_pylist(), (base_year, financial_year))
    evidence = Evidence(
        feed_months=feed_months,
        definitions=definitions_of(table_of(release, DEFINITIONS, manifest).to_pylist()),
        deliveries=deliveries_of(manifest.get("deliveries", ()), feed_months),
        accepted=accepted_of(manifest.get("accepted", ()), feed_months),
        needed_feeds=_needed_feeds(release, manifest),
        descriptions=descriptions_of(manifest.get("tables", {})),
    )
    marked = [dataclasses.replace(figure, accepted_months=accepted_months(figure, evidence)) for figure in figures]
    counted, places = _counted(release, manifest, (financial_year, base_year)), _places(release, manifest)
    return Reading(
        release_id=str(manifest.get("release", release.name)),
        as_of=dt.date.fromisoformat(manifest["as_of"]),
        is_simulated=bool(manifest.get("is_simulated", False)),
        code_version=str(manifest.get("code_version") or "not recorded"),
        financial_year=financial_year,
        base_year=base_year,
        figures=tuple(figure for figure in marked if figure.financial_year == financial_year),
        base_figures=tuple(figure for figure in marked if figure.financial_year == base_year),
        evidence=evidence,
        all_sources=_all_sources(release, manifest, (base_year, financial_year)),
        row_counts=_row_counts(manifest, evidence),
        dispersions=_dispersions(release, manifest),
        residents=residents_of(rates),
        counted=(*counted, *places.tables),
        outlines=places.outlines,
        months_of_places=places.months,
        public_names=places.wards,
        comparators=comparators_of(rows_of(release, COMPARATORS, manifest), financial_year),
        admission_rates=admission_rates_of(rows_of(release, ADMISSION_RATES, manifest), financial_year),
    )


def newest_complete_year(release: Path) -> str:
    """Return the last financial year with a complete count, else the last of the release."""
    figures = figures_of(table_of(release, METRICS, manifest_of(release)))
    counted = [figure.financial_year for figure in figures if figure.is_known and figure.unit != "percent"]
    return max(counted or [figure.financial_year for figure in figures])


def accepted_months(figure: Figure, evidence: Evidence) -> str | None:
    """Return the months counted by decision behind a figure or its base as '2023-05, 2023-06'; None if there is none.

    A figure for one month uses that month and the same month of the year before; a figure for one feed uses only that
    feed.
    """
    if not figure.is_known:
        return None
    feed = figure.category if figure.breakdown == "feed" else None
    years = (figure.financial_year, year_before(figure.financial_year))
    found = [
        month
        for month in evidence.accepted_for(figure.metric_id, feed)
        if any(month in months_of_year(year) for year in years)
        and (figure.breakdown != "month" or month[5:] == (figure.category or "")[5:])
    ]
    return ", ".join(found) or None


def _all_sources(release: Path, manifest: dict[str, Any], years: tuple[str, str]) -> tuple[AllSources, ...]:
    """Return nothing for a release made before record linkage: it is immutable and may still be published."""
    rows = rows_of(release, ALL_SOURCES, manifest)
    return all_sources_of(rows, years, rows_of(release, EXPECTED, manifest))


def _counted(release: Path, manifest: dict[str, Any], years: tuple[str, str]) -> tuple[CountedTable, ...]:
    """Return the further tables that the release has, with true counts; an older release may lack some."""
    forms = [form for form in FORMS if form is not HEXAGONS and (release / f"{form.source}.parquet").is_file()]
    held = ((form, table_of(release, form.source, manifest)) for form in forms)
    return tuple(
        counted_table(form, table.to_pylist(), years)
        for form, table in held
        if form.rules.keys() <= set(table.column_names)
    )


class _Places(NamedTuple):
    tables: tuple[CountedTable, ...] = ()
    outlines: tuple[Outline, ...] = ()
    months: tuple[str, str] | None = None
    wards: tuple[str, ...] = ()


def _places(release: Path, manifest: dict[str, Any]) -> _Places:
    """Return incidents by published hexagon and the outlines of districts; nothing if places are unknown."""
    names = (HEXAGONS.source, HOT_SPOT_AREA, GROUND)
    if not all((release / f"{name}.parquet").is_file() for name in names):
        return _Places()
    hexagons = table_of(release, GROUND, manifest)
    spots, area = (table_of(release, name, manifest).to_pylist() for name in (HEXAGONS.source, HOT_SPOT_AREA))
    ground = hexagons.to_pylist()
    if not spots or not ground:
        return _Places()
    months = (area[0]["first_month"], area[0]["last_month"])
    return _Places((counted_hexagons(spots, ground),), outlines(ground), months, wards_in(hexagons))


def _row_counts(manifest: dict[str, Any], evidence: Evidence) -> RowCounts:
    """Return the row counts of what is published: of the deliveries the evidence names, and of every feed."""
    named = {(delivery.feed, delivery.delivery_id) for delivery in evidence.deliveries}
    delivered = {
        (entry.get("feed"), entry["delivery_id"]): entry["rows"]
        for entry in manifest.get("deliveries", ())
        if entry.get("rows") is not None
    }
    return RowCounts(
        deliveries={about: rows for about, rows in delivered.items() if about in named},
        rows=manifest.get("rows", {}),
        reached=manifest.get("reached", {}),
    )


def _dispersions(release: Path, manifest: dict[str, Any]) -> dict[tuple[str, ...], float]:
    """Return nothing for a release without the table of years; no change is then computed from protected counts."""
    rows = rows_of(release, YEARS, manifest)
    return {figure_key(row): row["dispersion"] for row in rows if row["dispersion"] is not None}


def _needed_feeds(release: Path, manifest: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return nothing for a release too old to name them; its figures are then shown with every feed."""
    return needed_feeds_of(rows_of(release, NEEDED_FEEDS, manifest))
