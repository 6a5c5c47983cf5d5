"""Dates of a row that contradict each other: a crime recorded before it began, a case closed before it was opened.

Which pairs can be in one order alone, or tell of the same day or clock, is said in the contract (`InOrder`, `SameDay`,
`SameClock`). Whether a single date is plausible is checked by the suite.
"""

from collections.abc import Mapping
from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.validation.reasons import Reasons

# See InOrder: no pair is contradictory within it.
ALLOWED = timedelta(days=1)
MINUTES_ALLOWED = 30
MINUTES_OF_DAY = 24 * 60


def contradictory_dates(feed: Feed, values: Mapping[str, pa.Array]) -> pa.Array:
    """Return the contradictions of each row (string, null where there is none); blank dates contradict nothing.

    `values` holds the conformed columns of the feed (date32 or timestamp), one value per row.
    """
    found = Reasons(len(next(iter(values.values()))))
    header = {column.name: column.header for column in feed.columns}
    for pair in feed.in_order:
        mask = _lies_before(values[pair.later], values[pair.earlier])
        found.add_to(mask, f"'{header[pair.later]}' lies before '{header[pair.earlier]}'")
    for same in feed.same_day:
        one, other = values[same.one], values[same.other]
        mask = pc.or_(_lies_before(one, other), _lies_before(other, one))
        found.add_to(mask, f"'{header[same.one]}' and '{header[same.other]}' differ by more than a day")
    for clocks in feed.same_clock:
        mask = _are_other_clocks(values[clocks.clock], values[clocks.moment])
        words = f"'{header[clocks.clock]}' and '{header[clocks.moment]}' differ by more than half an hour"
        found.add_to(mask, f"{words}: one may be in UTC")
    return found.to_array()


def _lies_before(date: pa.Array, other: pa.Array) -> pa.Array:
    """Return a Boolean for each row: whether the date lies before the other by more than is allowed."""
    day, other_day = (pc.cast(values, pa.date32(), safe=False) for values in (date, other))
    return pc.fill_null(pc.less(pc.add(day, pa.scalar(ALLOWED)), pc.cast(other_day, pa.timestamp("s"))), False)


def _are_other_clocks(clock: pa.Array, moment: pa.Array) -> pa.Array:
    """Return a Boolean for each row: whether a time (HH:MM:SS) is not that of a moment, at midnight either way."""
    hour, minute = (pc.cast(pc.utf8_slice_codeunits(clock, at, at + 2), pa.int64()) for at in (0, 3))
    told = pc.add(pc.multiply(hour, 60), minute)
    apart = pc.abs(pc.subtract(told, pc.add(pc.multiply(pc.hour(moment), 60), pc.minute(moment))))
    nearest = pc.min_element_wise(apart, pc.subtract(MINUTES_OF_DAY, apart), skip_nulls=False)
    return pc.fill_null(pc.greater(nearest, MINUTES_ALLOWED), False)
