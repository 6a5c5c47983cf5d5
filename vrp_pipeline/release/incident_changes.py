"""The log of incident ids that changed: what became of an id of one release in the next.

An incident is named after its record that was received first, so an id changes only if its links change or that record
is removed. A release holds only its own ids, because its name is a digest of its content. The log depends on which
nights were run, cannot be rebuilt, and is therefore backed up.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vrp_pipeline.lake.atomic import replacing
from vrp_pipeline.lake.paths import Lake

RECORDS = "bridge_incident_records"
LOG = "changes.parquet"
MERGED, SPLIT, MOVED, RENAMED, WITHDRAWN = "merged", "split", "moved", "renamed", "withdrawn"
CHANGES = pa.schema(
    [
        ("release_before", pa.string()),
        ("release_after", pa.string()),
        ("old_incident_id", pa.string()),
        ("new_incident_id", pa.string()),  # null if none of its records is left
        ("kind", pa.string()),
        ("records", pa.int32()),  # records that moved from the old to the new incident, or are gone
    ]
)
# Records in both releases whose incident has another id. An id in both releases lost only some of its records.
_CHANGES = f"""
    with before as (select event_record_id, incident_id as old_id from read_parquet(?)),
    after as (select event_record_id, incident_id as new_id from read_parquet(?)),
    old_ids as (select old_id, count(*) as records from before group by old_id),
    new_ids as (select distinct new_id from after),
    moved as (
        select old_id, new_id, count(*) as records
        from before inner join after using (event_record_id)
        where old_id <> new_id
        group by old_id, new_id
    )
    select old_id as old_incident_id, new_id as new_incident_id,
        case
            when old_id not in (from new_ids) and new_id in (select old_id from old_ids) then '{MERGED}'
            when old_id not in (from new_ids) then '{RENAMED}'
            when new_id in (select old_id from old_ids) then '{MOVED}'
            else '{SPLIT}'
        end as kind,
        cast(records as integer) as records
    from moved
    union all
    select old_id, null, '{WITHDRAWN}', cast(records as integer) from old_ids
    where old_id not in (from new_ids) and old_id not in (select old_id from moved)
    order by all
"""  # noqa: S608 - the parts are constants of this module


def note_changes(lake: Lake, before: Path, after: Path, *, erased_between: bool) -> None:
    """Add what became of the ids of one release in the next. Call it before the pointer moves to the next one.

    `before` and `after` are folders of releases. If people were erased between them, only changes between ids of
    records that are still there are kept, old ones included: nothing may lead to who was erased.
    """
    if before == after or not all((each / f"{RECORDS}.parquet").exists() for each in (before, after)):
        return
    held = read_changes(lake)
    if held.num_rows and (held["release_before"][-1].as_py(), held["release_after"][-1].as_py()) == (
        before.name, after.name,
    ):  # fmt: skip
        # A run was killed before the pointer moved to its release.
        return
    table = pa.concat_tables([held, changes(before, after)])
    if erased_between:
        table = _of_records(table, after)
    if not table.equals(held):
        lake.incident_ids.mkdir(exist_ok=True)
        with replacing(lake.incident_ids / LOG) as partial:
            pq.write_table(table, partial, compression="zstd")


def changes(before: Path, after: Path) -> pa.Table:
    """Return what became of the ids of one release in another, in the schema CHANGES, in order of the ids."""
    paths = [str(each / f"{RECORDS}.parquet") for each in (before, after)]
    with duckdb.connect() as connection:
        found = connection.execute(_CHANGES, paths).to_arrow_table()
    names = [pa.repeat(each.name, found.num_rows) for each in (before, after)]
    return pa.table([*names, *found.columns], names=CHANGES.names).cast(CHANGES)


def read_changes(lake: Lake) -> pa.Table:
    """Return the log, the oldest change first, in the schema CHANGES."""
    path = lake.incident_ids / LOG
    return pq.read_table(path) if path.exists() else CHANGES.empty_table()


def counts(log: pa.Table) -> list[tuple[str, str, str, int]]:
    """Return how many ids changed: release before, release after, kind and number, in the order of the log."""
    found = Counter(zip(*(log[name].to_pylist() for name in ("release_before", "release_after", "kind")), strict=True))
    return [(*names, number) for names, number in found.items()]


def of_incident(log: pa.Table, incident_id: str) -> list[dict[str, Any]]:
    """Return the changes that involve an id, the oldest first."""
    ends = (pc.equal(log[name], incident_id) for name in ("old_incident_id", "new_incident_id"))
    return log.filter(pc.or_kleene(*ends)).to_pylist()  # type: ignore[no-any-return]


def incidents_of(release: Path, record_ids: list[str]) -> dict[str, str]:
    """Return the incident of each of these records in a release; records that it does not hold are left out."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select event_record_id, incident_id from read_parquet(?) where event_record_id in (select unnest(?))",
            [str(release / f"{RECORDS}.parquet"), record_ids],
        ).fetchall()
    return dict(rows)


def _of_records(table: pa.Table, release: Path) -> pa.Table:
    with duckdb.connect() as connection:
        connection.register("changes", table.append_column("place", pa.array(range(table.num_rows))))
        kept = connection.execute(
            """
            with known as (select event_record_id from read_parquet(?))
            select * exclude place from changes
            where old_incident_id in (from known) and new_incident_id in (from known)
            order by place
            """,
            [str(release / f"{RECORDS}.parquet")],
        ).to_arrow_table()
    return kept.cast(CHANGES)
