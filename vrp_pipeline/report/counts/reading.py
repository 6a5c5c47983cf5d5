"""Reading of one release for one financial year: its figures, those of the year before, and their evidence.

Read only, and true counts: only `protecting` may pass them on. A release whose files do not match its manifest is
refused.
"""

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from vrp_pipeline.calendar.months import months_of_year, year_before
from vrp_pipeline.disclosure import NHS
from vrp_pipeline.release.ward_names import wards_in
from vrp_pipeline.report.content.admission_rates import AdmissionRate, admission_rates_of
from vrp_pipeline.report.content.columns import COMPLETE, KEY, figure_key
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

METRICS, CALENDAR, DEFINITIONS = "rpt_annual_metrics", "fct_feed_months", "dim_definition"
ALL_SOURCES, NEEDED_FEEDS, YEARS = "rpt_all_source_incidents", "bridge_metric_feeds", "fct_metric_years"
RATES, EXPECTED, COMPARATORS = "rpt_metric_rates", "rpt_all_source_expected", "rpt_comparators"
ADMISSION_RATES = "rpt_standardised_admissions"
HOT_SPOT_AREA, GROUND = "rpt_hot_spot_area", "dim_hexagon"
# Parts of a metric with fewer events in the year or the year before are not published: most would be hidden [P].
FEWEST_FOR_PARTS = 100
# What is published of the metrics that only the table of rates has: geography level and breakdown.
FURTHER = (("force", "all"), ("force", "age"), ("district", "all"))


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

    `dispersions` tell by the key of a figure how much more its 24 months vary than by chance alone, `residents` how
    many people live in its area, by the nearest census or estimate. `public_names` are the wards of the reference data,
    which may look like people. Nothing of this is published as it is: `protecting`
    makes of it what may be.
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
    manifest = _manifest(release)
    if manifest.get("is_simulated") and manifest.get("has_real_records"):
        raise ReleaseContentError(
            f"Release {release.name} rests on made-up and on real records together, so no figure of it is of either. "
            "Receive the real files into a lake of their own: vrp --lake FOLDER receive …"
        )
    figures = figures_of(_table(release, METRICS, manifest))
    rates = _rates(release, manifest)
    figures += _further_figures(rates, {figure.metric_id for figure in figures})
    years = sorted({figure.financial_year for figure in figures})
    if financial_year not in years:
        held = ", ".join(years) or "none"
        raise UnknownFinancialYearError(
            f"Release {release.name} has no figures for {financial_year!r}. Financial years it holds: {held}."
        )
    base_year = year_before(financial_year)
    feed_months = feed_months_of(_table(release, CALENDAR, manifest).to_pylist(), (base_year, financial_year))
    evidence = Evidence(
        feed_months=feed_months,
        definitions=definitions_of(_table(release, DEFINITIONS, manifest).to_pylist()),
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
        residents=_residents(rates),
        counted=(*counted, *places.tables),
        outlines=places.outlines,
        months_of_places=places.months,
        public_names=places.wards,
        comparators=comparators_of(_rows(release, COMPARATORS, manifest), financial_year),
        admission_rates=admission_rates_of(_rows(release, ADMISSION_RATES, manifest), financial_year),
    )


def newest_complete_year(release: Path) -> str:
    """Return the last financial year of which a count is complete, else the last of the release."""
    figures = figures_of(_table(release, METRICS, _manifest(release)))
    counted = [figure.financial_year for figure in figures if figure.is_known and figure.unit != "percent"]
    return max(counted or [figure.financial_year for figure in figures])


def accepted_months(figure: Figure, evidence: Evidence) -> str | None:
    """Return the months counted by decision behind a figure or its base as '2023-05, 2023-06'; None if there is none.

    A figure of one month rests on that month and the same of the year before, one of a feed on that feed alone.
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


def _rates(release: Path, manifest: dict[str, Any]) -> pa.Table:
    """Return the table of rates; an empty one for a release without it."""
    return _table(release, RATES, manifest) if (release / f"{RATES}.parquet").is_file() else pa.table({})


def _further_figures(rates: pa.Table, known: set[str]) -> tuple[Figure, ...]:
    """Return the metrics that only the table of rates has.

    Statements of complete figures quote true counts and are made anew; others say why there is no figure.
    """
    rows = [
        {**row, "statement": None if row["status"] == COMPLETE else row["statement"]}
        for row in rates.to_pylist()
        if row["metric_id"] not in known and (row["geography_level"], row["breakdown"]) in FURTHER
    ]
    few = {(row["metric_id"], row["financial_year"]) for row in rows if _is_whole(row) and _is_of_few(row)}
    kept = [row for row in rows if _is_whole(row) or (row["metric_id"], row["financial_year"]) not in few]
    return figures_of(pa.Table.from_pylist(kept, rates.schema)) if kept else ()


def _is_whole(row: Mapping[str, Any]) -> bool:
    return (row["geography_level"], row["breakdown"]) == ("force", "all")


def _is_of_few(row: Mapping[str, Any]) -> bool:
    """Return whether a whole is too small for parts, by the numbers that are printed, so that it tells no more."""
    known = [row[name] for name in ("value", "base_value") if row[name] is not None]
    return any((NHS.shown(int(value)).number or 0) < FEWEST_FOR_PARTS for value in known)


def _all_sources(release: Path, manifest: dict[str, Any], years: tuple[str, str]) -> tuple[AllSources, ...]:
    """Return nothing for a release older than record linkage, which is immutable and may still be published."""
    rows = _rows(release, ALL_SOURCES, manifest)
    return all_sources_of(rows, years, _rows(release, EXPECTED, manifest))


def _counted(release: Path, manifest: dict[str, Any], years: tuple[str, str]) -> tuple[CountedTable, ...]:
    """Return the further tables that the release has, with every count: an older release may lack one."""
    forms = [form for form in FORMS if form is not HEXAGONS and (release / f"{form.source}.parquet").is_file()]
    held = ((form, _table(release, form.source, manifest)) for form in forms)
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
    """Return incidents by published hexagon and the outlines of districts; nothing where places are not known."""
    names = (HEXAGONS.source, HOT_SPOT_AREA, GROUND)
    if not all((release / f"{name}.parquet").is_file() for name in names):
        return _Places()
    hexagons = _table(release, GROUND, manifest)
    spots, area = (_table(release, name, manifest).to_pylist() for name in (HEXAGONS.source, HOT_SPOT_AREA))
    ground = hexagons.to_pylist()
    if not spots or not ground:
        return _Places()
    months = (area[0]["first_month"], area[0]["last_month"])
    return _Places((counted_hexagons(spots, ground),), outlines(ground), months, wards_in(hexagons))


def _residents(rates: pa.Table) -> dict[tuple[str, ...], Residents]:
    if "residents" not in rates.column_names:
        return {}
    rows = rates.select([*KEY, "residents", "population"]).to_pylist()
    return {
        figure_key(row): Residents(row["residents"], row["population"]) for row in rows if row["residents"] is not None
    }


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
    """Nothing for a release without the table of years: no change can then be computed from protected counts."""
    rows = _rows(release, YEARS, manifest)
    return {figure_key(row): row["dispersion"] for row in rows if row["dispersion"] is not None}


def _needed_feeds(release: Path, manifest: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Nothing for a release from before it named them: its figures are then shown with every feed."""
    return needed_feeds_of(_rows(release, NEEDED_FEEDS, manifest))


def _manifest(release: Path) -> dict[str, Any]:
    path = release / "manifest.json"
    if not path.is_file():
        raise ReleaseContentError(f"{release.name} is not a release: it has no manifest.json.")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if not manifest.get("as_of"):
        raise ReleaseContentError(f"The manifest of release {release.name} does not say as of which date it holds.")
    return manifest


def _rows(release: Path, name: str, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a table; none of a table that a release is too old to have."""
    if not (release / f"{name}.parquet").is_file():
        return []
    rows: list[dict[str, Any]] = _table(release, name, manifest).to_pylist()
    return rows


def _table(release: Path, name: str, manifest: Mapping[str, Any]) -> pa.Table:
    path = release / f"{name}.parquet"
    if not path.is_file():
        raise ReleaseContentError(f"Release {release.name} lacks {path.name}. Build the release again.")
    content = path.read_bytes()
    promised = manifest.get("tables", {}).get(name, {}).get("sha256")
    if promised and hashlib.sha256(content).hexdigest() != promised:
        raise ReleaseContentError(
            f"{path.name} in release {release.name} is not the file its manifest names: it was changed afterwards."
        )
    return pq.read_table(pa.BufferReader(content))
