"""Revisions: why a published figure has changed, as steps from one release to another, in crimes.

Police reclassify, cancel and re-date crimes for years. A published version never changes; the steps here explain the
difference and add up to it; `vrp revisions` prints them for analysts, and `protecting` hides and rounds what is
published of them. They are counted from the crimes that both releases hold, never from the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import duckdb

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

    Both are None where the changes between two versions are not told.
    """

    financial_year: str
    metric_id: str
    step: str
    change: int | None
    crimes: int | None


def revisions(before: Path, after: Path, financial_year: str) -> list[Step]:
    """Return the steps of each metric in a year between two release folders; the first and last step are counts.

    The changes between `as published` and `as it stands` add up to their difference. A metric that is incomplete in
    either release has no steps, since months not received would read as withdrawn crimes. Empty if a release holds no
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


def _is_complete(connection: duckdb.DuckDBPyConnection, metrics: Path, metric: str, financial_year: str) -> bool:
    query = """
        select count(*) from read_parquet($path)
        where metric_id = $metric and financial_year = $year and geography_level = 'force'
            and breakdown = 'all' and status = 'complete'
    """
    asked = {"path": str(metrics), "metric": metric, "year": financial_year}
    return bool(connection.execute(query, asked).fetchall()[0][0])


def without_changes(steps: Sequence[Step]) -> list[Step]:
    """Return the first and last count of each metric, with one step between them that tells nothing."""
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
