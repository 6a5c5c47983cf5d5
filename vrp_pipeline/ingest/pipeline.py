"""Ingest of a feed: its deliveries become months of bronze, in one sequence of stages.

Each stage takes what the one before returns. Only the selection reads the lake. Rows that belong to no month are
written to quarantine once all files are read, everything else by publishing. If a run is killed, the verdicts of its
months do not match them, and `staleness.stale_partitions` returns these months again.
"""

from collections.abc import Collection

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.ingest.assignment import assign_months
from vrp_pipeline.ingest.conform import conform_tables
from vrp_pipeline.ingest.judged_months import judge_months
from vrp_pipeline.ingest.outcomes import decide_months
from vrp_pipeline.ingest.progress import report_progress
from vrp_pipeline.ingest.publishing import publish
from vrp_pipeline.ingest.reading import read_tables
from vrp_pipeline.ingest.rows_by_month import sort_by_month
from vrp_pipeline.ingest.selection import select
from vrp_pipeline.ingest.store import FeedStore
from vrp_pipeline.lake.atomic import holding_zone
from vrp_pipeline.lake.bronze import ensure_empty_partition
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Verdict


def ingest(lake: Lake, feed: Feed, partitions: Collection[str] | None = None) -> list[Verdict]:
    """Ingest the given months (or editions) of a feed, by default all received, and return their verdicts.

    Months that were not received have no verdict. Progress is reported to the listener of `ingest.progress`. Raises
    ZoneBusyError if another ingest is running, NotErasedError if a delivery may hold rows of erased people
    (`erasure.people.apply_erasures` removes them), ReconciliationError if the rows read differ from those received.
    """
    store = FeedStore(lake, feed)
    with store.writing():
        selection = select(store, partitions)
        if selection is None:
            return []
        tables = read_tables(selection)
        conformed = conform_tables(selection, tables)
        assigned = assign_months(selection, conformed)
        months = sort_by_month(selection, assigned)
        store.write_without_month(months.without_month)
        report_progress(feed, "validating", 0, len(selection.partitions))
        judged = judge_months(selection, months)
        outcomes = decide_months(selection, months, judged)
        return publish(store, selection, judged.judgement, outcomes)


def ensure_schemas(lake: Lake) -> None:
    """Write the bronze schema of every feed, including feeds that have never been delivered."""
    with holding_zone(lake.root, "bronze"):
        for feed in FEEDS.values():
            ensure_empty_partition(lake, feed)
