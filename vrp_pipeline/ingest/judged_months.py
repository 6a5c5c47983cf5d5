"""Judging the months of a run: each is profiled, measured against its history and held against the feed's suite.

Expectations and metrics belong to `validation`; what follows from a judgement is decided in `ingest.outcomes`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.ingest.rows_by_month import RowsByMonth
from vrp_pipeline.ingest.selection import Selection
from vrp_pipeline.landing.senders import senders_of
from vrp_pipeline.validation.editions import rank_metrics
from vrp_pipeline.validation.judgement import Judgement, judge
from vrp_pipeline.validation.month_metrics import month_metrics
from vrp_pipeline.validation.profiles import Profile, profile_of
from vrp_pipeline.validation.rates import rate_metrics
from vrp_pipeline.validation.sender_copies import sender_copy_metrics


@dataclass(frozen=True)
class JudgedMonths:
    """The judgement of the months of a run, and the profiles of these and of all months known before."""

    judgement: Judgement
    profiles: Mapping[str, Profile]


def judge_months(selection: Selection, months: RowsByMonth) -> JudgedMonths:
    """Judge all months of a run at once. Raises SuiteError if the feed's suite cannot be evaluated."""
    feed, inputs = selection.feed, selection.inputs
    profiles = {
        **inputs.profiles,
        **{
            partition: profile_of(
                feed, rows, selection.key, inputs.districts, _senders(feed, rows) if feed.sender else None
            )
            for partition in selection.partitions
            for rows in (months.of(partition),)
        },
    }
    metrics = month_metrics(feed, inputs.standings, profiles, selection.partitions, inputs.restatements)
    of_rows = {partition: _metrics_of_rows(feed, months.of(partition)) for partition in selection.partitions}
    metrics = metrics.join(pd.DataFrame.from_dict(of_rows, orient="index"))
    return JudgedMonths(judge(feed, months.conformed.with_faults(), months.partition_of_row, metrics), profiles)


def _metrics_of_rows(feed: Feed, rows: pa.Table) -> dict[str, float | str | None]:
    """Return the metrics of a month that its rows tell without any other month."""
    return {
        **(sender_copy_metrics(feed, rows, _senders(feed, rows)) if feed.has_sheet_per_sender else {}),
        **(rank_metrics(feed.ranks, rows) if feed.ranks else {}),
        **(rate_metrics(feed.rates, rows) if feed.rates else {}),
    }


def _senders(feed: Feed, rows: pa.Table) -> pd.Categorical:
    return senders_of(feed, rows[feed.sender or ""].combine_chunks())
