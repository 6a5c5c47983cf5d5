"""Metadata of a feed's asset in the catalogue: group, owners, columns, code version and freshness policy.

Derived from contracts alone. The assets themselves are in the other modules of this package.
"""

import hashlib
from datetime import timedelta
from functools import lru_cache

import dagster as dg
import pyarrow as pa

from vrp_pipeline.feeds.bronze_schema import bronze_schema, columns_in_bronze
from vrp_pipeline.feeds.contract.columns import AgeAt, Column
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import Cadence
from vrp_pipeline.ingest.fingerprints import PACKAGES
from vrp_pipeline.lake.paths import EXPECTATIONS, PROJECT

# Dagster lists groups by name: the number keeps them in the order of the flow. Its graph cuts long names.
DELIVERIES = "1"
SEEDS = "2_seeds"
STAGING = "2_staging"
LINKAGE = "3_links"
MARTS = "4_marts"
METRICS = "5_metrics"
RELEASE = "6_release"
PUBLICATION = "7_publication"

ENGINEERS = "team:data_engineering"
ANALYSTS = "team:analysis"

# The longest time between two deliveries that keep their dates; a school term of April to August is the longest.
DAYS_BETWEEN = {
    Cadence.WEEKLY: 7,
    Cadence.MONTHLY: 31,
    Cadence.AS_ENTERED: 31,
    Cadence.QUARTERLY: 92,
    Cadence.TERMLY: 153,
    Cadence.YEARLY: 366,
}

_DESCRIPTIONS = {
    "record_id": "The row's natural key in one text; where it is blank, a digest of the row and its occurrence.",
    "delivery_id": "The delivery the row came with.",
    "source_row": "The row of the delivered file, the headings being row 1.",
}

_VOCABULARY = ("feeds/contract/*.py", "feeds/bronze_schema.py")


def group_of(feed: Feed) -> str:
    """Return the group of a feed: one for each agency."""
    return f"{DELIVERIES}_{feed.agency}"


def owners_of(feed: Feed) -> list[str]:
    """Return the owners of a feed: the agency that delivers it and the engineers."""
    return [f"team:{feed.agency}", ENGINEERS]


def column_schema(feed: Feed) -> dg.TableSchema:
    """Return the columns of the feed in bronze with Arrow types, without those that ingest drops."""
    described = {
        field.name: _description(column, field) for column in feed.columns for field in columns_in_bronze(column)
    }
    required = {column.name for column in feed.columns if column.required}
    return dg.TableSchema(
        [
            dg.TableColumn(
                field.name,
                str(field.type),
                description=(described | _DESCRIPTIONS)[field.name],
                constraints=dg.TableColumnConstraints(nullable=field.name not in required | _DESCRIPTIONS.keys()),
            )
            for field in bronze_schema(feed)
        ]
    )


def code_version(feed: Feed) -> str:
    """Return twelve hexadecimal digits of the SHA-256 of the feed's contract, suite and code of ingest."""
    digest = hashlib.sha256(_code_of_ingest())
    digest.update(repr(feed).encode())
    digest.update((EXPECTATIONS / f"{feed.name}.json").read_bytes())
    return digest.hexdigest()[:12]


def freshness_policy(feed: Feed) -> dg.FreshnessPolicy | None:
    """Return the policy that fails when two deliveries are further apart than due dates allow; None for reference data.

    A delivery on the first possible day may be followed by one on its due date: `due_days` later than the cadence.
    Dagster applies the policy to the newest materialisation of the feed; single months are checked by
    `arrives_when_due`.
    """
    if not feed.is_in_calendar:
        return None
    usual = timedelta(days=DAYS_BETWEEN[feed.cadence])
    return dg.FreshnessPolicy.time_window(fail_window=usual + timedelta(days=max(feed.due_days, 1)), warn_window=usual)


def _description(column: Column, field: pa.Field) -> str:
    unit = f" Unit: {column.unit}." if column.unit else ""
    if isinstance(column.treatment, AgeAt):
        what = "Year of birth" if field.name.endswith("_birth_year") else f"Completed years at {column.treatment.event}"
        return f"{what}, from: {column.description}"
    return f"{column.description}{unit}"


@lru_cache(maxsize=1)
def _code_of_ingest() -> bytes:
    package = PROJECT / "vrp_pipeline"
    modules = [module for pattern in _VOCABULARY for module in sorted(package.glob(pattern))]
    modules += [module for name in PACKAGES for module in sorted((package / name).rglob("*.py"))]
    digest = hashlib.sha256()
    for module in modules:
        digest.update(module.relative_to(package).as_posix().encode() + b"\0" + module.read_bytes())
    return digest.digest()
