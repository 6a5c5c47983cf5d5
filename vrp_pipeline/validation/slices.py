"""Slices of a month: its rows by what the published figures rest on, each judged against its own history.

A month whose total and mix are usual may still have lost a tier of the definition, a district or a hospital. A contract
names its slicings (`Feed.slices`); their rows are counted here, and the slices furthest below and above what is usual
are found, all slices of a month considered together. What is tolerated is in the suite.
"""

import csv
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from statistics import NormalDist, median
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract import Column, ColumnType, DistrictOf, Feed, Having, Slicing, TierOf, ValueOf
from vrp_pipeline.lake.paths import DBT_PROJECT

# How often chance alone may lead some slice of a month out of its band: once in four hundred months, as CHANCE does for
# a total. With more slices each must lie further out (Bonferroni).
BY_CHANCE = 1 / 400
# A slice is not too large while it has fewer rows than would be usual for one of this size, nor has one vanished that
# usually has fewer.
LEAST_USUAL = 20
UNKNOWN_CODE, UNKNOWN_SNOMED = "unknown offence code", "unknown SNOMED code"
BLANK = "blank"
HASH_DIGITS = 8
LONGEST_CODE = 9

# Rows by label, for each slicing by name.
Slices = Mapping[str, Mapping[str, int]]


class PlaceNames(Protocol):
    """The districts of places, as `geography.districts.Districts` gives them."""

    @property
    def digest(self) -> str:
        """What the districts rest on."""

    def of_codes(self, codes: pa.Array) -> pa.Array:
        """Of small area codes."""

    def of_points(self, easting: pa.Array, northing: pa.Array) -> pa.Array:
        """Of points in metres of the British National Grid."""

    def of_degrees(self, longitude: pa.Array, latitude: pa.Array) -> pa.Array:
        """Of points in degrees."""


@dataclass(frozen=True)
class Extreme:
    """A slice and how its rows compare with what is usual: `share` of the usual rows, chance added or taken off."""

    name: str
    rows: int
    usual: float
    share: float


def slices_of(feed: Feed, rows: pa.Table, districts: PlaceNames | None, key: bytes) -> Slices:
    """Return the rows of each slice of a month, blanks included.

    A label that is not public (see `_is_public`) appears as a keyed hash: after a shift of columns it may be anything.
    """
    found: dict[str, dict[str, int]] = {}
    for slicing in feed.slices:
        labels = _labels(slicing, feed, rows, districts, key)
        if labels is None:
            continue
        counted = pc.value_counts(pc.fill_null(labels, BLANK)).to_pylist()
        found[slicing.name] = dict(sorted((pair["values"], pair["counts"]) for pair in counted))
    return found


def extremes(slices: Slices, before: Sequence[Slices]) -> tuple[Extreme | None, Extreme | None]:
    """Return the slice furthest below and the slice furthest above its usual rows; None without history.

    The usual rows of a slice are the median of the months before, 0 where it did not occur. Its share is taken after
    chance (a Poisson count at the level of all slices together) is added for the lowest and taken off for the highest.
    A slice without any row is judged by how rarely chance leaves none: the normal approximation is too wide there.
    A slice that never occurred is not called too large: what it took from others shows in them.
    """
    usual = {
        (slicing, label): median(past[slicing].get(label, 0) for past in before if slicing in past)
        for slicing in slices
        if any(slicing in past for past in before)
        for label in {*slices[slicing], *(label for past in before for label in past.get(slicing, {}))}
    }
    judged = {name: rows for name, rows in usual.items() if rows > 0}
    # A month without any row is for the expectations on its volume: schools suspend nobody in August.
    if not judged or not any(sum(counts.values()) for counts in slices.values()):
        return None, None
    by_chance = BY_CHANCE / (2 * len(judged))
    reach = NormalDist().inv_cdf(1 - by_chance) * sqrt(1 + 1 / len(before))
    lowest, highest = [], []
    for (slicing, label), expected in judged.items():
        rows = slices[slicing].get(label, 0)
        chance = reach * sqrt(max(expected, 1.0))
        named = f"{slicing} '{label}'"
        has_vanished = not rows and expected >= LEAST_USUAL and _chance_of_none(expected, len(before)) < by_chance
        lowest.append(Extreme(named, rows, expected, 0.0 if has_vanished else (rows + chance) / expected))
        highest.append(Extreme(named, rows, expected, (rows - chance) / max(expected, LEAST_USUAL)))
    return min(lowest, key=lambda each: (each.share, each.name)), max(highest, key=lambda each: (each.share, each.name))


def slice_metrics(slices: Slices, before: Sequence[Slices]) -> dict[str, float | str | None]:
    """Return the metrics of the two `extremes`: their shares (NaN without history), names, and rows in words."""
    metrics: dict[str, float | str | None] = {}
    for name, extreme in zip(("smallest_slice", "largest_slice"), extremes(slices, before), strict=True):
        metrics |= {
            name: extreme.share if extreme else float("nan"),
            f"{name}_name": extreme.name if extreme else None,
            f"{name}_rows": f"{extreme.rows:,}" if extreme else None,
            f"{name}_usual": f"{extreme.usual:,.0f}" if extreme else None,
        }
    return metrics


def _chance_of_none(expected: float, months: int) -> float:
    """Return the chance that all rows of `months` + 1 equal Poisson counts fall in the `months` that hold them."""
    return float((months / (months + 1)) ** (months * expected))


def basis(feed: Feed, districts: PlaceNames | None) -> bytes:
    """A digest of what the slices of a feed rest on beside its rows: definitions and places."""
    digest = hashlib.sha256()
    if any(isinstance(slicing.by, TierOf) for slicing in feed.slices):
        digest.update(repr(sorted(_tiers().items())).encode())
    if any(isinstance(slicing.by, ValueOf) and slicing.by.column.endswith("_snomed") for slicing in feed.slices):
        digest.update(repr(sorted(_meanings().items())).encode())
    if any(isinstance(slicing.by, ValueOf) for slicing in feed.slices):
        digest.update(repr(sorted(_districts())).encode())
    if any(isinstance(slicing.by, DistrictOf) for slicing in feed.slices):
        digest.update(districts.digest.encode() if districts else b"no districts")
    return digest.digest()


def _labels(slicing: Slicing, feed: Feed, rows: pa.Table, districts: PlaceNames | None, key: bytes) -> pa.Array | None:
    match slicing.by:
        case TierOf(column):
            return _mapped(_column(rows, column), _tier)
        case ValueOf(column, length):
            values = pc.cast(_column(rows, column), pa.string())
            if column.endswith("_snomed"):
                return _mapped(values, lambda value: _meanings().get(value, UNKNOWN_SNOMED))
            if length:
                values = pc.utf8_slice_codeunits(values, 0, length)
            declared = feed.by_name[column]
            return _mapped(values, lambda value: value if _is_public(declared, value) else _hashed(value, key))
        case Having(column, value):
            texts = pc.cast(_column(rows, column), pa.string())
            having = pc.match_substring_regex(texts, rf"(?:^|;)\s*{re.escape(value)}\s*(?:;|$)")
            return pa.repeat(value, having.true_count)
        case DistrictOf(columns):
            return _district_labels(columns, rows, districts)


def _district_labels(columns: Sequence[str], rows: pa.Table, districts: PlaceNames | None) -> pa.Array | None:
    if districts is None:
        return None
    values = [_column(rows, column) for column in columns]
    if len(values) == 1:
        return districts.of_codes(*values)
    return districts.of_degrees(*values) if pa.types.is_floating(values[0].type) else districts.of_points(*values)


def _column(rows: pa.Table, name: str) -> pa.Array:
    return rows[name].combine_chunks()


def _mapped(values: pa.Array, label: Callable[[str], str]) -> pa.Array:
    encoded = pc.dictionary_encode(values)
    return pa.array([label(value) for value in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


def _is_public(column: Column, value: str) -> bool:
    """Whether a value of a column can identify nobody, so that messages may show it.

    That is a code of the contract, true or false, the name or code of a district of the partnership [ONS geography
    2024], and what looks like a code: at most nine characters, a digit among them. NHS numbers, UPNs and PNC
    identifiers are longer.
    """
    return (
        value in column.codes or column.type is ColumnType.BOOLEAN or value in _districts() or _looks_like_a_code(value)
    )


def _looks_like_a_code(value: str) -> bool:
    """Whether a value is short, with a digit, as codes of agencies are (RHU03, 00806, HIOW-12)."""
    letters = value.replace("-", "")
    return len(value) <= LONGEST_CODE and letters.isascii() and letters.isalnum() and any(map(str.isdigit, letters))


def _hashed(value: str, key: bytes) -> str:
    return "#" + hmac.digest(key, b"vrp|v1|slice|" + value.encode(), "sha256").hex()[:HASH_DIGITS]


def _tier(offence_code: str) -> str:
    tiers = _tiers()
    return tiers.get(offence_code) or tiers.get(offence_code[:3]) or UNKNOWN_CODE


@lru_cache(maxsize=1)
def _tiers() -> Mapping[str, str]:
    """The tier of each offence code (five digits) and class (three) in the newest list of serious violence.

    Read from dbt's seeds, where definitions are kept; an offence in no tier is called by its Home Office subgroup.
    """
    members = [row for row in _seed("definition_members") if row["definition_id"] == "SV_HIOW"]
    newest = max(int(row["version"]) for row in members)
    tiers = {(row["prc_code"], row["offence_code"]): row["tier"] for row in members if int(row["version"]) == newest}
    return {
        row["offence_code"]: tiers.get((row["prc_code"], row["offence_code"]))  # the offence goes before its whole code
        or tiers.get((row["prc_code"], ""))
        or f"{row['offence_subgroup'] or row['offence_group']}, no tier"
        for row in _seed("offence_codes")
    }


@lru_cache(maxsize=1)
def _districts() -> frozenset[str]:
    """The names and codes of the partnership's districts."""
    return frozenset(row[name] for row in _seed("partnership_districts") for name in ("district_name", "district_code"))


@lru_cache(maxsize=1)
def _meanings() -> Mapping[str, str]:
    """The meaning of each SNOMED code that a definition knows."""
    return {row["snomed_code"]: row["meaning"] for row in _seed("snomed_codes")}


def _seed(name: str) -> Iterator[dict[str, str]]:
    with (DBT_PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
