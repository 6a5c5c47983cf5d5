"""Publishing: the outcomes of the months and the Data Docs of a run are written.

Which file holds what belongs to the store. The Data Docs page is written beside the months and the index, which counts
verdicts, after them: if a run dies late, either may stay outdated until the next ingest.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from vrp_pipeline.ingest.outcomes import MonthOutcome
from vrp_pipeline.ingest.progress import report_progress
from vrp_pipeline.ingest.selection import Selection
from vrp_pipeline.ingest.store import FeedStore
from vrp_pipeline.lake.verdicts import Verdict
from vrp_pipeline.validation.judgement import Judgement

# Months written in parallel: half of the time is spent waiting for the disk.
WRITERS = 2


def publish(
    store: FeedStore, selection: Selection, judgement: Judgement, outcomes: Iterable[MonthOutcome]
) -> list[Verdict]:
    """Write each month and the Data Docs, and return the verdicts in order of month."""

    def write(month: MonthOutcome) -> Verdict:
        store.write_month(month.verdict, month.bronze, month.quarantine)
        return month.verdict

    verdicts = []
    with ThreadPoolExecutor(WRITERS) as pool:
        page = pool.submit(store.write_page, judgement, selection.standings)
        for verdict in pool.map(write, outcomes):
            verdicts.append(verdict)
            report_progress(selection.feed, "publishing", len(verdicts), len(selection.partitions))
        page.result()
    store.write_index(selection.newest)
    return verdicts
