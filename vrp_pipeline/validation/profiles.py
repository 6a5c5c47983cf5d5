"""The profile of a month: the distribution of its rows over the values of the columns watched for drift.

A month with miscoded categories can have its usual volume and only agreed values; only the comparison with earlier
months reveals it. Profiles are stored in verdicts, so they hold no identifier: a value that is not a code of the
contract appears as a keyed hash.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from math import pi, sqrt
from statistics import median

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.history import CHANCE, months_before
from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.validation.days import Days, days_of
from vrp_pipeline.validation.keys import Keys, keys_of
from vrp_pipeline.validation.slices import PlaceNames, Slices, slice_metrics, slices_of
from vrp_pipeline.validation.suite import read_expectations

SHIFT, BLANKS, SLICING, DAYS = "shift_of_", "blanks_of_", "slices by ", "days of "
KEYS = "keyed hashes of keys"
BLANK, GIVEN = "(blank)", "(given)"
HASH_DIGITS = 8

Profile = dict[str, dict[str, int]]


def watched_columns(feed: Feed) -> dict[str, bool]:
    """Return the bronze columns watched for drift: True for all their values, False for their blanks only."""
    metrics = [expectation.column for expectation in read_expectations(feed) if expectation.level == "month"]
    blanks = {metric.removeprefix(BLANKS): False for metric in metrics if metric.startswith(BLANKS)}
    return blanks | {metric.removeprefix(SHIFT): True for metric in metrics if metric.startswith(SHIFT)}


def profile_of(
    feed: Feed,
    rows: pa.Table,
    key: bytes,
    districts: PlaceNames | None = None,
    senders: pd.Categorical | None = None,
) -> Profile:
    """Return the number of rows per value of each watched column, blanks included, and by slice, and by day and sender.

    A sketch of the keys is kept where those of different months must differ.

    `senders` gives the sender of each row, "" for a row that names none.
    """
    profile: Profile = {}
    for name, by_value in watched_columns(feed).items():
        if not by_value:
            blank = rows[name].null_count
            profile[name] = {BLANK: blank, GIVEN: rows.num_rows - blank}
            continue
        codes = feed.by_name[name].codes
        counts: dict[str, int] = {}
        for pair in pc.value_counts(pc.cast(rows[name], pa.string())).to_pylist():
            value = BLANK if pair["values"] is None else pair["values"]
            label = value if value in codes or value == BLANK else _unreadable(value, key)
            counts[label] = counts.get(label, 0) + pair["counts"]
        profile[name] = dict(sorted(counts.items()))
    for name, counted in slices_of(feed, rows, districts, key).items():
        profile[SLICING + name] = dict(counted)
    if feed.tolerances.days_without_rows is not None:
        for sender, counted in days_of(feed, rows, senders).items():
            profile[DAYS + sender] = dict(counted)
    if feed.tolerances.keys_of_months_before is not None:
        profile[KEYS] = dict(keys_of(rows, key))
    return profile


def profiles_before(partition: str, received: Iterable[str], profiles: Mapping[str, Profile]) -> list[Profile]:
    """Return the profiles that a month is compared with: those of the months received before it, as far as known."""
    return [profiles[month] for month in months_before(partition, received) if month in profiles]


def compared(profile: Profile, before: Sequence[Profile]) -> dict[str, float | str | None]:
    """Return what a month's profile shows beside earlier ones: the `drift` of columns and the metrics of its slices."""
    return {**drift(profile, before), **slice_metrics(_slices_in(profile), [_slices_in(past) for past in before])}


def drift(profile: Profile, before: Sequence[Profile]) -> dict[str, float]:
    """Return the drift of a month from earlier months, for each watched column.

    shift_of_x: total variation distance (0 to 1) between the month's shares and the usual ones, less what chance
    explains. blanks_of_x: share of blanks minus the usual share (−1 to 1), reduced by what chance explains. The usual
    share of a value is its median over the earlier months, so that one faulty month does not affect it. NaN without
    history.
    """
    metrics: dict[str, float] = {}
    for name, counts in profile.items():
        if name.startswith((SLICING, DAYS, KEYS)):
            continue
        earlier = [past[name] for past in before if sum(past.get(name, {}).values())]
        rows = sum(counts.values())
        if not earlier or not rows:
            metrics |= {SHIFT + name: float("nan"), BLANKS + name: float("nan")}
            continue
        usual = _usual_shares(earlier)
        size = 1 / (1 / rows + 1 / sum(sum(past.values()) for past in earlier))
        distance = sum(abs(counts.get(v, 0) / rows - usual.get(v, 0.0)) for v in {*counts, *usual}) / 2
        metrics[SHIFT + name] = max(0.0, distance - _distance_by_chance(usual, size))
        more = counts.get(BLANK, 0) / rows - usual.get(BLANK, 0.0)
        scatter = CHANCE * _standard_error(usual.get(BLANK, 0.0), size)
        metrics[BLANKS + name] = max(0.0, abs(more) - scatter) * (1 if more > 0 else -1)
    return metrics


def _slices_in(profile: Profile) -> Slices:
    return {name.removeprefix(SLICING): counts for name, counts in profile.items() if name.startswith(SLICING)}


def days_in(profile: Profile) -> Days:
    """Return the rows by day that a profile holds, by sender."""
    return {name.removeprefix(DAYS): counts for name, counts in profile.items() if name.startswith(DAYS)}


def keys_in(profile: Profile) -> Keys:
    """Return the sketch of the keys that a profile holds; {} where none is kept."""
    return profile.get(KEYS, {})


def digest(profiles: Sequence[Profile]) -> bytes:
    """Return the SHA-256 digest of the profiles that a judgement depends on."""
    return hashlib.sha256(json.dumps(profiles, sort_keys=True).encode()).digest()


def _usual_shares(earlier: Sequence[Mapping[str, int]]) -> dict[str, float]:
    values = {value for past in earlier for value in past}
    shares = {value: median(past.get(value, 0) / sum(past.values()) for past in earlier) for value in values}
    total = sum(shares.values())
    return {value: share / total for value, share in shares.items()} if total else shares


def _standard_error(share: float, size: float) -> float:
    # Add-one smoothing: a value never seen before may still occur.
    guarded = (share * size + 1) / (size + 2)
    return sqrt(guarded * (1 - guarded) / size)


def _distance_by_chance(usual: Mapping[str, float], size: float) -> float:
    """Return the expected distance of a month drawn from the usual shares, plus three times its standard deviation.

    The expected absolute deviation of a share is its standard error times √(2/π). One row changes the distance by at
    most 1/n, so its standard deviation is at most 1/(2√n) (Efron and Stein 1981).
    """
    expected = sum(sqrt(share * (1 - share) / size) for share in usual.values()) * sqrt(2 / pi) / 2
    return expected + CHANCE / (2 * sqrt(size))


def _unreadable(value: str, key: bytes) -> str:
    return "#" + hmac.digest(key, b"vrp|v1|profile|" + value.encode(), "sha256").hex()[:HASH_DIGITS]
