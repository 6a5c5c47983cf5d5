"""Revisions: why a published figure has changed, as steps from one release to another, in crimes.

Police reclassify, cancel and re-date crimes for years, while a published version never changes. The steps explain the
difference and add up to it. `vrp revisions` prints them for analysts; `protecting` hides and rounds what is published
of them. They are counted from the crimes in both releases, never from the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import duckdb

from vrp_pipeline.report.approval.version_changes import WORDS

REPORTS, METRICS = "bridge_incident_records.parquet", "rpt_annual_metrics.parquet"
AS_PUBLISHED, AS_IT_STANDS = "as published", "as it stands"
NOT_TOLD = "changes that are not told, because figures could be worked out from them"
# Metric, and the flag of the crimes it counts.
COUNTED = {"M1": "is_serious_violence", "M1b": "is_serious_violence_excluding_possession"}
_STEPS = """
    with before_crimes as (
        select event_record_id, financial_year, tier, {flag} as is_counted
        from read_parquet($before) where crimes = 1
    ),
    after_crimes as (
        select event_record_id, financial_year, tier, {flag} as is_counted
        from read_parquet($after) where crimes = 1
    ),
    paired as (
        select
            before_crimes.event_record_id is not null as was_held,
            after_crimes.event_record_id is not null as is_held,
            case when before_crimes.is_counted then before_crimes.financial_year end as before_year,
            case when after_crimes.is_counted then after_crimes.financial_year end as after_year,
            before_crimes.tier is distinct from after_crimes.tier as is_other_tier
        from before_crimes full outer join after_crimes using (event_record_id)
    ),
    stepped as (
        select 1 as number, '{published}' as step, before_year as financial_year, 1 as change
        from paired where before_year is not null
        union all
        select 2, 'no longer counted: cancelled, transferred or withdrawn', before_year, -1
        from paired where before_year is not null and not is_held
        union all
        select 3, 'reclassified out', before_year, -1
        from paired where before_year is not null and is_held and after_year is null
        union all
        select 4, 'recorded date moved out of the year', before_year, -1
        from paired where before_year <> after_year
        union all
        select 5, 'recorded since', after_year, 1
        from paired where after_year is not null and not was_held
        union all
        select 6, 'reclassified in', after_year, 1
        from paired where after_year is not null and was_held and before_year is null
        union all
        select 7, 'recorded date moved into the year', after_year, 1
        from paired where before_year <> after_year
        union all
        select 8, 'reclassified within', after_year, 0
        from paired where before_year = after_year and is_other_tier
        union all
        select 9, '{stands}', after_year, 1
        from paired where after_year is not null
    )
    select financial_year, '{metric}' as metric_id, step, sum(change) as change, count(*) as crimes
    from stepped group by number, financial_year, step order by financial_year, number
"""


@dataclass(frozen=True)
class Step:
    """One step of a metric in a year: `change` is its effect on the count, `crimes` the number of crimes concerned.

    Both are None if the changes between two versions are not published.
    """

    financial_year: str
    metric_id: str
    step: str
    change: int | None
    crimes: int | None


def revisions(before: Path, after: Path, financial_year: str) -> list[Step]:
    """Return the steps of each metric in a year between two release folders; the first and last step are counts.

    The changes between `as published` and `as it stands` add up to their difference. A metric that is incomplete in
    either release has no steps, because missing months would look like withdrawn crimes. Empty if a release has no
    table of crimes.
    """
    paths = {"before": before / REPORTS, "after": after / REPORTS}
    if not all(path.is_file() for path in paths.values()):
        return []
    found = []
    with duckdb.connect() as connection:
        for metric, flag in COUNTED.items():
            if not all(
                _is_complete(connection, release / METRICS, metric, financial_year) for release in (before, after)
            ):
                continue
            query = _STEPS.format(flag=flag, metric=metric, published=AS_PUBLISHED, stands=AS_IT_STANDS)
            rows = connection.execute(query, {name: str(path) for name, path in paths.items()}).fetchall()
            found += [Step(*row) for row in rows if row[0] == financial_year]
    return found


@dataclass(frozen=True)
class TableChange:
    """The number of rows of a year that differ in a table between two releases, per metric if it has metrics."""

    table: str
    metric_id: str | None
    rows: int


def table_changes(before: Path, after: Path, financial_year: str) -> list[TableChange]:
    """Return where figures of a year differ between two release folders beyond what `revisions` explains.

    Compares all tables of figures (`rpt_…`) by financial year, on the columns that both releases have, except columns
    of words. A table that one release lacks is left out, and so are the counts of the whole area that `revisions`
    explains.
    """
    told = {step.metric_id for step in revisions(before, after, financial_year)}
    found = []
    with duckdb.connect() as connection:
        for path in sorted(after.glob("rpt_*.parquet")):
            paths = {"before": str(before / path.name), "after": str(path)}
            if (before / path.name).is_file():
                found += _changed_rows(connection, path.stem, paths, financial_year, told)
    return found


def _changed_rows(
    connection: duckdb.DuckDBPyConnection, table: str, paths: dict[str, str], financial_year: str, told: set[str]
) -> list[TableChange]:
    describe = "select column_name from (describe from read_parquet($path))"
    held = [
        {name: None for (name,) in connection.execute(describe, {"path": path}).fetchall()} for path in paths.values()
    ]
    columns = [name for name in held[0] if name in held[1] and name not in WORDS]
    if "financial_year" not in columns:
        return []
    metric = "metric_id" if "metric_id" in columns else "null"
    where = "financial_year = $year"
    if f"{table}.parquet" == METRICS:
        where += " and not (metric_id in (select unnest($told)) and geography_level = 'force' and breakdown = 'all')"
    listed = ", ".join(f'"{name}"' for name in columns)
    query = f"""
        with before_rows as (select {listed} from read_parquet($before) where {where}),
        after_rows as (select {listed} from read_parquet($after) where {where}),
        gone as (from before_rows except all from after_rows),
        made as (from after_rows except all from before_rows),
        counted as (
            select {metric} as metric_id, 1 as gone, 0 as made from gone
            union all
            select {metric}, 0, 1 from made
        )
        select metric_id, greatest(sum(gone), sum(made))::int from counted group by metric_id order by metric_id
    """  # noqa: S608 - columns of a release
    asked: dict[str, object] = {**paths, "year": financial_year}
    if "$told" in query:
        asked["told"] = sorted(told)
    return [TableChange(table, metric_id, rows) for metric_id, rows in connection.execute(query, asked).fetchall()]


def _is_complete(connection: duckdb.DuckDBPyConnection, metrics: Path, metric: str, financial_year: str) -> bool:
    query = """
        select count(*) from read_parquet($path)
        where metric_id = $metric and financial_year = $year and geography_level = 'force'
            and breakdown = 'all' and status = 'complete'
    """
    asked = {"path": str(metrics), "metric": metric, "year": financial_year}
    return bool(connection.execute(query, asked).fetchall()[0][0])


def without_changes(steps: Sequence[Step]) -> list[Step]:
    """Return the first and last count of each metric, with one step between them that gives no reason."""
    told = []
    for metric_id, of_metric in groupby(steps, attrgetter("metric_id")):
        held = list(of_metric)
        told += [step for step in held if step.step == AS_PUBLISHED]
        if changes(held):
            told.append(Step(held[0].financial_year, metric_id, NOT_TOLD, None, None))
        told += [step for step in held if step.step == AS_IT_STANDS]
    return told


def changes(steps: list[Step]) -> list[Step]:
    """Return the steps that are changes, without the first and last count."""
    return [step for step in steps if step.step not in (AS_PUBLISHED, AS_IT_STANDS)]
