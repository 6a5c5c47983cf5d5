"""Traces one figure of a release back to the delivered files: definition, SQL, rows, deliveries and decisions.

Counts are exact and meant for the partnership's analysts. Publications print the protected equivalent.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from vrp_pipeline.calendar.months import months_of_year, year_before
from vrp_pipeline.calendar.partitions import partition_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.code_version import code_version
from vrp_pipeline.lake.ledger import deliveries
from vrp_pipeline.lake.paths import DBT_PROJECT, Lake
from vrp_pipeline.lake.verdicts import Status, Verdict, current_verdicts
from vrp_pipeline.release.database import literal
from vrp_pipeline.release.releases import Release

# The tables with figures. The last repeats those of the first and has further metrics.
FIGURES, ALL_SOURCES, RATES = "rpt_annual_metrics", "rpt_all_source_incidents", "rpt_metric_rates"
FORCE = "force"
# How to recount the figure of a year from the rows of the release, bypassing the models in between.
_CRIMES = "select count(*) from bridge_incident_records where crimes = 1 and {flag} and financial_year = '{year}'"
_RECOUNTS = {
    "M1": _CRIMES.replace("{flag}", "is_serious_violence"),
    "M1b": _CRIMES.replace("{flag}", "is_serious_violence_excluding_possession"),
    "M9": "select count(*) from fct_events where is_counted and financial_year = '{year}'",
}
_REFERENCE = re.compile(r"""\bref\(\s*['"](\w+)['"]\s*\)""")


class NoSuchFigureError(ValueError):
    """Raised if the release has no such metric, year or area; the message names those it has."""


def explain(
    lake: Lake, release: Release, metric_id: str, year: str | None = None, area: str | None = None
) -> dict[str, Any]:
    """Return where a figure comes from; by default of the newest complete year and the whole area.

    `area` is an ONS code or a name. SQL, verdicts and files in landing are those of the present project and lake;
    `since` says where these have changed since the release was made. Raises NoSuchFigureError.
    """
    with duckdb.connect() as connection:
        table, figure = _figure(connection, release, metric_id, year, area)
        found_year = str(figure["financial_year"])
        feeds = [
            row["feed"] for row in _rows(connection, release, "bridge_metric_feeds") if row["metric_id"] == metric_id
        ]
        recount = _recount(connection, release, metric_id, figure)
        definition = _definition(connection, release, metric_id, figure)
        known = _rows(connection, release, "fct_feed_months")
    manifest = release.manifest
    months = [*months_of_year(year_before(found_year)), *months_of_year(found_year)]
    feeds = [feed for feed in FEEDS if feed in feeds]
    spans = {feed: _spans(feed, months) for feed in feeds}
    judged = {feed: current_verdicts(lake, FEEDS[feed], spans[feed]) for feed in feeds}
    return {
        "release": release.release_id,
        "as_of": manifest.get("as_of"),
        "is_simulated": manifest.get("is_simulated", False),
        "code_version": manifest.get("code_version"),
        "figure": figure,
        "definition": definition,
        "sql": list(_models(table)),
        "recount": recount,
        "rows": {feed: manifest.get("rows", {}).get(feed) for feed in feeds},
        "reached": manifest.get("reached", {}),
        "deliveries": [each for feed in feeds for each in _deliveries(lake, manifest, feed, spans[feed])],
        "verdicts": [_told(verdict) for feed in feeds for verdict in judged[feed]],
        "decisions": [
            each for each in manifest.get("accepted", ()) if each["partition"] in spans.get(each["feed"], ())
        ],
        "since": [
            *_other_code(manifest),
            *(each for feed in feeds for each in _other_verdicts(feed, spans[feed], judged[feed], known)),
        ],
    }


def _figure(
    connection: duckdb.DuckDBPyConnection, release: Release, metric_id: str, year: str | None, area: str | None
) -> tuple[str, dict[str, Any]]:
    rows: list[tuple[str, dict[str, Any]]] = []
    for table in (FIGURES, ALL_SOURCES, RATES):
        told = {row["metric_id"] for _, row in rows}
        rows += [
            (table, row)
            for row in _rows(connection, release, table)
            if row.get("breakdown", "all") == "all" and row["metric_id"] not in told
        ]
    known = sorted({str(row["metric_id"]) for _, row in rows})
    rows = [(table, row) for table, row in rows if row["metric_id"] == metric_id]
    if not rows:
        raise NoSuchFigureError(f"The release has no metric '{metric_id}'. It has: {', '.join(known)}.")
    years = sorted({str(row["financial_year"]) for _, row in rows})
    complete = sorted({str(row["financial_year"]) for _, row in rows if row["status"] == "complete"})
    wanted = year or (complete or years)[-1]
    rows = [(table, row) for table, row in rows if row["financial_year"] == wanted]
    if not rows:
        raise NoSuchFigureError(f"The release has no {metric_id} of '{wanted}'. It has: {', '.join(years)}.")
    areas = sorted({str(row["area_name"]) for _, row in rows if row["geography_level"] != FORCE})
    found = [(table, row) for table, row in rows if _is_meant(row, area)]
    if not found:
        raise NoSuchFigureError(f"The release has no area '{area}' of {metric_id}. It has: {', '.join(areas)}.")
    # A district and a community safety partnership may share a name; then the smaller one is meant.
    return max(found, key=lambda each: each[1]["geography_level"] == "district")


def _is_meant(row: dict[str, Any], area: str | None) -> bool:
    if area is None:
        return bool(row["geography_level"] == FORCE)
    return area.casefold() in (str(row["area_code"]).casefold(), str(row["area_name"]).casefold())


def _recount(
    connection: duckdb.DuckDBPyConnection, release: Release, metric_id: str, figure: dict[str, Any]
) -> dict[str, Any] | None:
    """Recount a figure from the rows of the release; None if no query of one table can.

    `agrees` is None where the release has no figure to compare.
    """
    if metric_id not in _RECOUNTS or figure["geography_level"] not in (FORCE, "district"):
        return None
    sql = _RECOUNTS[metric_id].format(year=figure["financial_year"])
    if figure["geography_level"] == "district":
        sql += f" and coalesce(district_code, 'unlocated') = {literal(figure['area_code'])}"
    for table, path in release.tables.items():
        if f"from {table} " in sql:
            connection.execute(f"create or replace view {table} as from read_parquet({literal(path)})")
    (counted,) = connection.execute(sql).fetchall()[0]
    return {"sql": sql, "counted": counted, "agrees": None if figure["value"] is None else counted == figure["value"]}


def _definition(
    connection: duckdb.DuckDBPyConnection, release: Release, metric_id: str, figure: dict[str, Any]
) -> dict[str, Any] | None:
    label = figure.get("definition_version")
    if label is None and metric_id == "M12":
        label = "ALL_SOURCE_VIOLENCE v1"
    found = _rows(connection, release, "dim_definition")
    return next((row for row in found if row["definition_version"] == label), None)


def _models(table: str) -> Iterator[dict[str, str]]:
    """Yield the models a table is built from, itself first, each with its file and present SQL."""
    files = {path.stem: path for path in sorted((DBT_PROJECT / "models").rglob("*.sql"))}
    waiting, seen = [table], {table}
    while waiting:
        name = waiting.pop(0)
        path = files.get(name)
        if path is None:
            continue  # a seed: its rows are the definitions themselves
        sql = path.read_text(encoding="utf-8")
        yield {"model": name, "file": path.relative_to(DBT_PROJECT.parent).as_posix(), "sql": sql}
        for each in _REFERENCE.findall(sql):
            if each not in seen:
                seen.add(each)
                waiting.append(each)


def _deliveries(lake: Lake, manifest: dict[str, Any], feed: str, months: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the deliveries of a feed that count in the months, each with its hash and its file in landing."""
    stored = {each.delivery_id: each for each in deliveries(lake, FEEDS[feed])}
    for entry in manifest.get("deliveries", ()):
        used = [month for month in entry.get("months", ()) if month in months]
        if entry.get("feed") != feed or not used:
            continue
        kept = stored.get(entry["delivery_id"])
        yield {
            "feed": feed,
            "delivery_id": entry["delivery_id"],
            "sha256": entry["sha256"],
            "received_at": entry["received_at"],
            "rows": entry["rows"],
            "months": used,
            "file": str(kept.path(lake).relative_to(lake.present.root)) if kept else None,
        }


def _told(verdict: Verdict) -> dict[str, Any]:
    return {
        "feed": verdict.feed,
        "month": verdict.partition,
        "status": str(verdict.status),
        "delivery_id": verdict.delivery_id,
        "rows_read": verdict.rows_read,
        "rows_published": verdict.rows_published,
        "rows_quarantined": verdict.rows_quarantined,
        "unmet_expectations": [unmet.expectation for unmet in verdict.unmet_expectations],
    }


def _other_code(manifest: dict[str, Any]) -> Iterator[str]:
    made_by, now = manifest.get("code_version") or "not recorded", code_version()
    if made_by != now:
        yield f"the SQL is that of code {now}; the release was made by code {made_by}"


def _other_verdicts(feed: str, spans: list[str], judged: list[Verdict], known: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a sentence for each month whose verdict differs from the one in the calendar of the release."""
    if not known:
        return
    verdicts = {verdict.partition: verdict for verdict in judged}
    # Of a yearly return the last month has the rows.
    released = {partition_of(FEEDS[feed], row["month"]): row for row in known if row["feed"] == feed}
    for span in spans:
        verdict, row = verdicts.get(span), released.get(span)
        was_judged = row is not None and row["delivery_id"] is not None
        then = _standing(is_held=row["status"] == Status.HELD) if row and was_judged else "not received"
        if verdict is None:
            if was_judged:
                yield f"{feed} {span}: no verdict in the lake; in the release {then}"
            continue
        now = _standing(is_held=verdict.status is Status.HELD)
        if now != then:
            yield f"{feed} {span}: {now}; in the release {then}"
        elif row and (verdict.delivery_ids or (verdict.delivery_id,))[-1] != row["delivery_id"]:
            yield f"{feed} {span}: {now} by delivery {verdict.delivery_id}; in the release by {row['delivery_id']}"
        elif row and row["rows_published"] not in (None, verdict.rows_published):
            yield f"{feed} {span}: {verdict.rows_published:,} rows counted; in the release {row['rows_published']:,}"


def _spans(feed: str, months: list[str]) -> list[str]:
    """Return the months or yearly returns of a feed that cover the months; none of reference data."""
    declared = FEEDS[feed]
    return list(dict.fromkeys(partition_of(declared, month) for month in months)) if declared.is_in_calendar else []


def _standing(*, is_held: bool) -> str:
    return "held" if is_held else "counted"


def _rows(connection: duckdb.DuckDBPyConnection, release: Release, table: str) -> list[dict[str, Any]]:
    path: Path = release.path / f"{table}.parquet"
    if not path.is_file():
        return []
    asked = connection.execute("from read_parquet($path)", {"path": str(path)})
    names = [column[0] for column in asked.description or ()]
    return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
