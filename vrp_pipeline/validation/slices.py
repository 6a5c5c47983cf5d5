"""Slices of a month: its rows counted by what the published figures rest on, such as tier, district or hospital.

A contract names its slicings (`Feed.slices`). How a slice compares with earlier months is in `slice_extremes`.
"""

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.columns import Column, ColumnType
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.slices import DistrictOf, Having, Slicing, TierOf, ValueOf
from vrp_pipeline.geography.districts import Districts
from vrp_pipeline.lake.paths import DBT_PROJECT
from vrp_pipeline.validation.labels import hashed, mapped

UNKNOWN_CODE, UNKNOWN_SNOMED = "unknown offence code", "unknown SNOMED code"
BLANK = "blank"
LONGEST_CODE = 9

# Rows by label, for each slicing by name.
Slices = Mapping[str, Mapping[str, int]]


def slices_of(feed: Feed, rows: pa.Table, districts: Districts | None, key: bytes) -> Slices:
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


def basis(feed: Feed, districts: Districts | None) -> bytes:
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


def _labels(slicing: Slicing, feed: Feed, rows: pa.Table, districts: Districts | None, key: bytes) -> pa.Array | None:
    match slicing.by:
        case TierOf(column):
            return mapped(_column(rows, column), _tier)
        case ValueOf(column, length):
            values = pc.cast(_column(rows, column), pa.string())
            if column.endswith("_snomed"):
                return mapped(values, lambda value: _meanings().get(value, UNKNOWN_SNOMED))
            if length:
                values = pc.utf8_slice_codeunits(values, 0, length)
            declared = feed.by_name[column]
            return mapped(values, lambda value: value if _is_public(declared, value) else hashed(value, key, "slice"))
        case Having(column, value):
            texts = pc.cast(_column(rows, column), pa.string())
            having = pc.match_substring_regex(texts, rf"(?:^|;)\s*{re.escape(value)}\s*(?:;|$)")
            return pa.repeat(value, having.true_count)
        case DistrictOf(columns):
            return _district_labels(columns, rows, districts)


def _district_labels(columns: Sequence[str], rows: pa.Table, districts: Districts | None) -> pa.Array | None:
    if districts is None:
        return None
    values = [_column(rows, column) for column in columns]
    if len(values) == 1:
        return districts.of_codes(*values)
    return districts.of_degrees(*values) if pa.types.is_floating(values[0].type) else districts.of_points(*values)


def _column(rows: pa.Table, name: str) -> pa.Array:
    return rows[name].combine_chunks()


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
