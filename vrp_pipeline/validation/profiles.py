"""The profile of a month: its rows by value of the columns watched for drift, by slice, and by day.

Later months are compared with it, in `drift`, `slice_extremes`, `days` and `levels`. Profiles are stored in verdicts,
so they hold no identifier (see `labels`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.history import months_before
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.geography.districts import Districts
from vrp_pipeline.validation.alike_rows import Contents, contents_of
from vrp_pipeline.validation.births import Births, births_of
from vrp_pipeline.validation.days import Days, days_of
from vrp_pipeline.validation.editions import Figures, parts_of, totals_of
from vrp_pipeline.validation.grain import Grain, grain_of
from vrp_pipeline.validation.keys import keys_of
from vrp_pipeline.validation.labels import BLANK, codes_of, measures_of
from vrp_pipeline.validation.lags import Lags, lags_of
from vrp_pipeline.validation.levels import Levels, levels_of
from vrp_pipeline.validation.same_events import SameEvents, same_events_of
from vrp_pipeline.validation.series import figures_by_code, series_of
from vrp_pipeline.validation.sketches import Sketch
from vrp_pipeline.validation.slices import Slices, slices_of
from vrp_pipeline.validation.suite import read_expectations

SHIFT, BLANKS, SPREAD = "shift_of_", "blanks_of_", "spread_of_"
SPREADS, SLICING, DAYS, LEVELS = "spread of ", "slices by ", "days of ", "level of "
LAGS, BIRTHS, GRAIN, ONE_EVENT = "lag of ", "births of ", "grain of ", "rows of one event"
KEYS, CONTENTS, ALIKE_COUNTS = "keyed hashes of keys", "keyed hashes of contents", "rows alike"
TOTALS, PARTS = "figures of areas", "figures of parts"
_OTHERS = (SPREADS, SLICING, DAYS, LEVELS, LAGS, BIRTHS, GRAIN, ONE_EVENT, KEYS, CONTENTS, ALIKE_COUNTS, TOTALS, PARTS)
GIVEN = "(given)"
# Of fewer rows hours and ages tell nothing: the same few people come again, and have birthdays.
LEAST_MEASURED = 100

# Rows by value, for each watched column.
Columns = Mapping[str, Mapping[str, int]]
# A profile as verdicts hold it: under the name of a column, or of a slicing or sender behind its prefix.
StoredProfile = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Profile:
    """The rows of one month by value of each watched column, by slice of each slicing, and by day of each sender.

    `spreads` counts the rows with a value by hour or size of each measured column; {} for one with too few to tell.
    `levels` holds what the typical value of a quantity follows from, `lags` what the time between two columns does.
    `keys` is a sketch of the keys of its rows, where those of different months must differ, `contents` what the rows
    hold beside them, `one_event` how many tell of the event of another. `births` are those of some of its people,
    each under a keyed hash, `grain` says how often one value of a quantity comes. `totals` and `parts` are the
    figures by which editions are compared.
    """

    columns: Columns = field(default_factory=dict)
    spreads: Columns = field(default_factory=dict)
    slices: Slices = field(default_factory=dict)
    days: Days = field(default_factory=dict)
    levels: Levels = field(default_factory=dict)
    keys: Sketch = field(default_factory=dict)
    contents: Contents = field(default_factory=Contents)
    totals: Figures = field(default_factory=dict)
    parts: Figures = field(default_factory=dict)
    lags: Lags = field(default_factory=dict)
    births: Births = field(default_factory=dict)
    one_event: SameEvents = field(default_factory=dict)
    grain: Grain = field(default_factory=dict)

    @classmethod
    def from_dict(cls, stored: StoredProfile) -> "Profile":
        """Return the profile that a verdict holds."""
        return cls(
            {name: counts for name, counts in stored.items() if not name.startswith(_OTHERS)},
            {name.removeprefix(SPREADS): counts for name, counts in stored.items() if name.startswith(SPREADS)},
            {name.removeprefix(SLICING): counts for name, counts in stored.items() if name.startswith(SLICING)},
            {name.removeprefix(DAYS): counts for name, counts in stored.items() if name.startswith(DAYS)},
            {name.removeprefix(LEVELS): sums for name, sums in stored.items() if name.startswith(LEVELS)},
            stored.get(KEYS, {}),
            Contents(stored.get(ALIKE_COUNTS, {}), stored.get(CONTENTS, {})),
            stored.get(TOTALS, {}),
            stored.get(PARTS, {}),
            {name.removeprefix(LAGS): found for name, found in stored.items() if name.startswith(LAGS)},
            {name.removeprefix(BIRTHS): people for name, people in stored.items() if name.startswith(BIRTHS)},
            stored.get(ONE_EVENT, {}),
            {name.removeprefix(GRAIN): counts for name, counts in stored.items() if name.startswith(GRAIN)},
        )

    @cached_property
    def stored(self) -> StoredProfile:
        """The profile as verdicts hold it."""
        return {
            **{name: dict(counts) for name, counts in self.columns.items()},
            **{SPREADS + name: dict(counts) for name, counts in self.spreads.items()},
            **{SLICING + name: dict(counts) for name, counts in self.slices.items()},
            **{DAYS + sender: dict(counts) for sender, counts in self.days.items()},
            **{LEVELS + name: dict(sums) for name, sums in self.levels.items()},
            **{LAGS + name: dict(found) for name, found in self.lags.items()},
            **{BIRTHS + name: dict(people) for name, people in self.births.items()},
            **{GRAIN + name: dict(counts) for name, counts in self.grain.items()},
            **{
                name: dict(counts)
                for name, counts in (
                    (KEYS, self.keys),
                    (ALIKE_COUNTS, self.contents.counts),
                    (CONTENTS, self.contents.undated),
                    (TOTALS, self.totals),
                    (PARTS, self.parts),
                    (ONE_EVENT, self.one_event),
                )
                if counts
            },
        }


def watched_columns(feed: Feed) -> dict[str, bool]:
    """Return the bronze columns watched for drift: True for all their values, False for their blanks only."""
    metrics = _judged_metrics(feed)
    blanks = {metric.removeprefix(BLANKS): False for metric in metrics if metric.startswith(BLANKS)}
    return blanks | {metric.removeprefix(SHIFT): True for metric in metrics if metric.startswith(SHIFT)}


def measured_columns(feed: Feed) -> list[str]:
    """Return the bronze columns of times and numbers whose spread over hours or sizes is watched."""
    return [metric.removeprefix(SPREAD) for metric in _judged_metrics(feed) if metric.startswith(SPREAD)]


def _judged_metrics(feed: Feed) -> list[str]:
    return [expectation.column for expectation in read_expectations(feed) if expectation.level == "month"]


def profile_of(
    feed: Feed,
    rows: pa.Table,
    key: bytes,
    districts: Districts | None = None,
    senders: pd.Categorical | None = None,
) -> Profile:
    """Return the number of rows by label of each watched column, blanks included, and by slice, and by day and sender.

    `senders` gives the sender of each row, "" for a row that names none.
    """
    columns: StoredProfile = {}
    for name, by_value in watched_columns(feed).items():
        if not by_value:
            blank = rows[name].null_count
            columns[name] = {BLANK: blank, GIVEN: rows.num_rows - blank}
            continue
        columns[name] = _counted(codes_of(feed, name, rows[name].combine_chunks(), key))
    tolerances = feed.tolerances
    return Profile(
        columns,
        {name: _spread(rows[name].combine_chunks()) for name in measured_columns(feed)},
        slices_of(feed, rows, districts, key),
        days_of(feed, rows, senders) if tolerances.days_without_rows is not None else {},
        levels_of(feed.levels, rows),
        keys_of(rows, key) if tolerances.keys_of_months_before is not None else {},
        contents_of(feed, rows, key) if tolerances.rows_alike is not None else Contents(),
        series_of(feed.series, rows) if feed.series else totals_of(feed.totals, rows) if feed.totals else {},
        figures_by_code(feed.series, rows) if feed.series else parts_of(feed.totals, rows) if feed.totals else {},
        lags_of(feed.lags, rows),
        births_of(feed, rows, key, senders),
        same_events_of(feed.one_row, rows) if feed.one_row else {},
        grain_of(feed, rows) if feed.is_monthly else {},
    )


def profiles_before(partition: str, received: Iterable[str], profiles: Mapping[str, Profile]) -> list[Profile]:
    """Return the profiles that a month is compared with: those of the months received before it, as far as known."""
    return [profiles[month] for month in months_before(partition, received) if month in profiles]


def digest(profiles: Sequence[Profile]) -> bytes:
    """Return the SHA-256 digest of the profiles that a judgement depends on."""
    return hashlib.sha256(json.dumps([profile.stored for profile in profiles], sort_keys=True).encode()).digest()


def _counted(labels: pa.Array) -> dict[str, int]:
    counted = pc.value_counts(pc.fill_null(labels, BLANK)).to_pylist()
    return dict(sorted((pair["values"], pair["counts"]) for pair in counted))


def _spread(values: pa.Array) -> dict[str, int]:
    known = values.drop_null()
    return _counted(measures_of(known)) if len(known) >= LEAST_MEASURED else {}
