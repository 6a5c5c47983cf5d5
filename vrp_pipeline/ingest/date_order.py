"""Dates of a row that contradict each other: a crime recorded before it began, a case closed before it was opened.

Which pairs can be in one order alone is said in the contract (`InOrder`). Whether a single date is plausible is checked
by the suite.
"""

from collections.abc import Mapping
from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.validation.reasons import Reasons

# See InOrder: no pair is contradictory within it.
ALLOWED = timedelta(days=1)


def contradictory_dates(feed: Feed, values: Mapping[str, pa.Array]) -> pa.Array:
    """Return the contradictions of each row (string, null where there is none); blank dates contradict nothing.

    `values` holds the conformed columns of the feed (date32 or timestamp), one value per row.
    """
    found = Reasons(len(next(iter(values.values()))))
    for pair in feed.in_order:
        earlier, later = (pc.cast(values[name], pa.date32(), safe=False) for name in (pair.earlier, pair.later))
        before = pc.less(pc.add(later, pa.scalar(ALLOWED)), pc.cast(earlier, pa.timestamp("s")))
        header = {name: feed.by_name[name].header for name in (pair.earlier, pair.later)}
        found.add_to(pc.fill_null(before, False), f"'{header[pair.later]}' lies before '{header[pair.earlier]}'")
    return found.to_array()
