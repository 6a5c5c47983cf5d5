"""The profile of a month: its rows by value of the columns watched for drift, by slice, and by day.

Later months are compared with it, in `drift`, `slice_extremes` and `days`. Profiles are stored in verdicts, so they
hold no identifier: a value that is not a code of the contract appears as a keyed hash.
"""

import hashlib
import hmac
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
from vrp_pipeline.validation.days import Days, days_of
from vrp_pipeline.validation.editions import Figures, parts_of, totals_of
from vrp_pipeline.validation.keys import Keys, keys_of
from vrp_pipeline.validation.slices import Slices, slices_of
from vrp_pipeline.validation.suite import read_expectations

SHIFT, BLANKS, SLICING, DAYS = "shift_of_", "blanks_of_", "slices by ", "days of "
KEYS = "keyed hashes of keys"
TOTALS, PARTS = "figures of areas", "figures of parts"
_OTHERS = (SLICING, DAYS, KEYS, TOTALS, PARTS)
BLANK, GIVEN = "(blank)", "(given)"
HASH_DIGITS = 8

# Rows by value, for each watched column.
Columns = Mapping[str, Mapping[str, int]]
# A profile as verdicts hold it: under the name of a column, or of a slicing or sender behind its prefix.
StoredProfile = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Profile:
    """The rows of one month by value of each watched column, by slice of each slicing, and by day of each sender.

    `keys` is a sketch of the keys of its rows, where those of different months must differ. `totals` and `parts` are
    the figures by which editions are compared.
    """

    columns: Columns = field(default_factory=dict)
    slices: Slices = field(default_factory=dict)
    days: Days = field(default_factory=dict)
    keys: Keys = field(default_factory=dict)
    totals: Figures = field(default_factory=dict)
    parts: Figures = field(default_factory=dict)

    @classmethod
    def from_dict(cls, stored: StoredProfile) -> "Profile":
        """Return the profile that a verdict holds."""
        return cls(
            {name: counts for name, counts in stored.items() if not name.startswith(_OTHERS)},
            {name.removeprefix(SLICING): counts for name, counts in stored.items() if name.startswith(SLICING)},
            {name.removeprefix(DAYS): counts for name, counts in stored.items() if name.startswith(DAYS)},
            stored.get(KEYS, {}),
            stored.get(TOTALS, {}),
            stored.get(PARTS, {}),
        )

    @cached_property
    def stored(self) -> StoredProfile:
        """The profile as verdicts hold it."""
        return {
            **{name: dict(counts) for name, counts in self.columns.items()},
            **{SLICING + name: dict(counts) for name, counts in self.slices.items()},
            **{DAYS + sender: dict(counts) for sender, counts in self.days.items()},
            **{
                name: dict(counts)
                for name, counts in ((KEYS, self.keys), (TOTALS, self.totals), (PARTS, self.parts))
                if counts
            },
        }


def watched_columns(feed: Feed) -> dict[str, bool]:
    """Return the bronze columns watched for drift: True for all their values, False for their blanks only."""
    metrics = [expectation.column for expectation in read_expectations(feed) if expectation.level == "month"]
    blanks = {metric.removeprefix(BLANKS): False for metric in metrics if metric.startswith(BLANKS)}
    return blanks | {metric.removeprefix(SHIFT): True for metric in metrics if metric.startswith(SHIFT)}


def profile_of(
    feed: Feed,
    rows: pa.Table,
    key: bytes,
    districts: Districts | None = None,
    senders: pd.Categorical | None = None,
) -> Profile:
    """Return the number of rows per value of each watched column, blanks included, and by slice, and by day and sender.

    `senders` gives the sender of each row, "" for a row that names none.
    """
    columns: StoredProfile = {}
    for name, by_value in watched_columns(feed).items():
        if not by_value:
            blank = rows[name].null_count
            columns[name] = {BLANK: blank, GIVEN: rows.num_rows - blank}
            continue
        codes = feed.by_name[name].codes
        counts: dict[str, int] = {}
        for pair in pc.value_counts(pc.cast(rows[name], pa.string())).to_pylist():
            value = BLANK if pair["values"] is None else pair["values"]
            label = value if value in codes or value == BLANK else _unreadable(value, key)
            counts[label] = counts.get(label, 0) + pair["counts"]
        columns[name] = dict(sorted(counts.items()))
    tolerances = feed.tolerances
    return Profile(
        columns,
        slices_of(feed, rows, districts, key),
        days_of(feed, rows, senders) if tolerances.days_without_rows is not None else {},
        keys_of(rows, key) if tolerances.keys_of_months_before is not None else {},
        totals_of(feed.totals, rows) if feed.totals else {},
        parts_of(feed.totals, rows) if feed.totals else {},
    )


def profiles_before(partition: str, received: Iterable[str], profiles: Mapping[str, Profile]) -> list[Profile]:
    """Return the profiles that a month is compared with: those of the months received before it, as far as known."""
    return [profiles[month] for month in months_before(partition, received) if month in profiles]


def digest(profiles: Sequence[Profile]) -> bytes:
    """Return the SHA-256 digest of the profiles that a judgement depends on."""
    return hashlib.sha256(json.dumps([profile.stored for profile in profiles], sort_keys=True).encode()).digest()


def _unreadable(value: str, key: bytes) -> str:
    return "#" + hmac.digest(key, b"vrp|v1|profile|" + value.encode(), "sha256").hex()[:HASH_DIGITS]
