"""Metrics of a month as a whole: volume and drift against history, and the shares of rows without a month by cause.

Volumes are computed from the ledger, drift from the profiles of earlier months that have been ingested. Which values
are acceptable is stated in the suites.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from vrp_pipeline.calendar.history import CHANCE, LEAST_EDITIONS, LEAST_HISTORY, months_before, usual_rows
from vrp_pipeline.calendar.partitions import day_after
from vrp_pipeline.calendar.restatements import Restatement
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import XlsxSheets
from vrp_pipeline.feeds.contract.periods import MonthOfMember
from vrp_pipeline.lake.ledger import Delivery, WithoutMonth
from vrp_pipeline.lake.standings import Standing
from vrp_pipeline.validation.alike_rows import alike_metrics
from vrp_pipeline.validation.births import birth_metrics
from vrp_pipeline.validation.chance import BY_CHANCE, allowing_for_chance, chance_of_none
from vrp_pipeline.validation.days import day_metrics
from vrp_pipeline.validation.drift import drift, spread_metrics
from vrp_pipeline.validation.editions import edition_metrics
from vrp_pipeline.validation.grain import grain_metrics
from vrp_pipeline.validation.keys import key_metrics
from vrp_pipeline.validation.lags import lag_metrics
from vrp_pipeline.validation.levels import level_metrics
from vrp_pipeline.validation.profiles import Profile
from vrp_pipeline.validation.same_events import same_event_metrics
from vrp_pipeline.validation.series import series_metrics
from vrp_pipeline.validation.slice_extremes import LEAST_USUAL, slice_metrics
from vrp_pipeline.validation.thin_slices import thin

# Numbers of rows at which programs cut what they export: a sheet with and without its heading line, 1,048,576
# [Excel limits 2026] and 65,536 before 2007 [K]; a visual of Power BI, 30,000 [Power BI exports 2026], to a workbook
# 150,000 [K]; services and databases at round numbers of their own [K]. A month of a thousand rows has one of them by
# chance once in eighty months, a larger one more seldom.
LIMITS = frozenset(
    {
        1_000,
        2_000,
        5_000,
        10_000,
        20_000,
        25_000,
        30_000,
        50_000,
        100_000,
        150_000,
        200_000,
        250_000,
        500_000,
        1_000_000,
    }
    | {65_535, 65_536, 1_048_575, 1_048_576}
)
# The metric of the rows that belong to no month of their delivery, by cause.
METRICS_OF_CAUSES = {
    WithoutMonth.UNDATED: "undated",
    WithoutMonth.OTHER_MONTH: "of_other_months",
    WithoutMonth.AHEAD: "ahead",
    WithoutMonth.MALFORMED: "malformed",
}


def month_metrics(
    feed: Feed,
    current_deliveries: Mapping[str, Standing],
    profiles: Mapping[str, Profile],
    partitions: Iterable[str],
    restatements: Mapping[str, Restatement],
) -> pd.DataFrame:
    """Return one line of metrics per month, indexed by month.

    rows: rows delivered · usual_rows: median of up to twelve earlier months (NaN with fewer than three) ·
    most_of_usual, least_of_usual: rows as a share of usual_rows, as near to 1 as chance explains ·
    rows_undated, rows_of_other_months, rows_ahead, rows_malformed: rows of the delivery that belong to none of its
    months, by cause, and share_undated, … their shares of its rows; of several deliveries, the largest share counts ·
    shift_of_x, blanks_of_x for each watched column x: see `drift.drift` ·
    spread_of_x for each measured column x: see `drift.spread_metrics` ·
    smallest_slice, largest_slice, and of steady slices: see `slice_extremes.slice_metrics` ·
    days_without_rows: see `days.day_metrics` ·
    level_of_x for each quantity x: see `levels.level_metrics` · lag_of_x for each lag: see `lags.lag_metrics` ·
    years_of_age_moved, share_of_other_births: see `births.birth_metrics` ·
    share_of_one_event: see `same_events.same_event_metrics` ·
    share_of_one_value, share_of_round: see `grain.grain_metrics` ·
    kept_of_restated: see `restatements.Restatement`, NaN for a month that was never delivered before ·
    rows_at_limit: see `_at_limit` · share_of_keys_before, rows_of_keys_before: see `keys.key_metrics` ·
    share_alike, share_alike_before: see `alike_rows.alike_metrics` ·
    least_of_total_before, most_of_total_before, change_of_part: see `editions.edition_metrics` ·
    newest_of_period, share_of_same, share_of_revised, share_of_moved, rows_gone, change_of_code: see
    `series.series_metrics`.
    `ingest.judged_months` adds those of `sender_copies`, `rates` and `editions.rank_metrics`.
    """
    lines = {}
    least = LEAST_HISTORY if feed.is_monthly else LEAST_EDITIONS
    for partition in partitions:
        standing = current_deliveries[partition]
        rows = standing.rows
        earlier = months_before(partition, current_deliveries)
        rows_before = [current_deliveries[month].rows for month in earlier]
        known = usual_rows(rows_before, least)
        # With plans in it a month fills until it is over.
        is_over = not feed.holds_plans or standing.newest.received_on >= day_after(feed, partition)
        usual = float("nan") if known is None or not is_over else known
        profile = profiles[partition]
        profiled = {month: profiles[month] for month in earlier if month in profiles}
        before = list(profiled.values()) if len(profiled) >= least else []
        lines[partition] = {
            "rows": rows,
            "usual_rows": usual,
            "most_of_usual": _most_of_usual(feed, partition, rows, usual, rows_before),
            "least_of_usual": _least_of_usual(rows, usual),
            **_without_month(feed, standing.deliveries),
            **drift(profile.columns, [past.columns for past in before]),
            **spread_metrics(profile.spreads, [past.spreads for past in before]),
            **_slices(feed, profile, before if is_over else []),
            **_days(feed, partition, standing, profile, before),
            **level_metrics(feed.levels, profile.levels, [past.levels for past in before]),
            **lag_metrics(feed.lags, profile.lags, [past.lags for past in before]),
            **(
                birth_metrics(feed, profile.births, [past.births for past in before]) if feed.people_with_births else {}
            ),
            **(grain_metrics(profile.grain, [past.grain for past in before]) if feed.is_monthly else {}),
            **(same_event_metrics(profile.one_event, [past.one_event for past in before]) if feed.one_row else {}),
            **key_metrics(profile.keys, rows, {month: past.keys for month, past in profiled.items()}),
            **_alike(feed, profile, profiled),
            **_editions(feed, profile, profiled),
            "rows_at_limit": _at_limit(feed, partition, standing.deliveries),
            **_kept(restatements.get(partition)),
        }
    return pd.DataFrame.from_dict(lines, orient="index")


def _most_of_usual(feed: Feed, partition: str, rows: int, usual: float, before: Sequence[int]) -> float:
    """Return the rows as a share of the usual ones, or more where chance explains that they are fewer.

    A month without any row is judged by how rarely chance leaves none: of thirty rows three standard errors are more
    than half. Nor is chance allowed for where the months before scatter less (see `thin_slices`). NaN for a month that
    may be empty.
    """
    if not usual or (feed.is_monthly and int(partition[5:]) in feed.tolerances.empty_months):
        return float("nan")
    if not rows and chance_of_none(usual, len(before)) < BY_CHANCE:
        return 0.0
    if feed.is_monthly and _is_thin(rows, before):
        return rows / usual
    return allowing_for_chance(rows, usual, CHANCE)[0] / usual


def _is_thin(rows: int, before: Sequence[int]) -> bool:
    """Return whether a month, or it with those before it, is thin: the whole feed is a slice of one kind."""
    whole = [{"rows": {"all": count}} for count in (rows, *before)]
    return any(thin(whole[0], whole[1:], LEAST_USUAL))


def _least_of_usual(rows: int, usual: float) -> float:
    """Return the rows as a share of the usual ones, or less where chance explains that they are more."""
    if not usual:
        return float("nan")
    return allowing_for_chance(rows, usual, CHANCE)[1] / usual


def _slices(feed: Feed, profile: Profile, before: Sequence[Profile]) -> dict[str, float | str | None]:
    steady = [slicing.name for slicing in feed.slices if slicing.is_steady]
    return slice_metrics(profile.slices, [past.slices for past in before], steady)


def _without_month(feed: Feed, deliveries: Sequence[Delivery]) -> dict[str, float]:
    """Return the rows of no month by cause and their shares, each of the delivery with the largest share.

    Rows that lie ahead are no fault where the contract says that the date may: they are plans.
    """
    metrics: dict[str, float] = {}
    for cause, name in METRICS_OF_CAUSES.items():
        if cause is WithoutMonth.AHEAD and feed.holds_plans:
            counts = [(0.0, 0)]
        else:
            counts = [(rows / max(each.rows, 1), rows) for each in deliveries for rows in (each.rows_put_aside(cause),)]
        share, rows = max(counts)
        metrics |= {f"rows_{name}": rows, f"share_{name}": share}
    return metrics


def _at_limit(feed: Feed, partition: str, deliveries: Sequence[Delivery]) -> float:
    """Return the number of rows of a delivery (of a zip's member, of a sheet) at which a program cuts; 0 if none is."""
    return float(
        max(
            (rows for delivery in deliveries for rows in _tables(feed, partition, delivery) if rows in LIMITS),
            default=0,
        )
    )


def _tables(feed: Feed, partition: str, delivery: Delivery) -> Iterator[int]:
    """Yield the rows of each table of a delivery as it came: how many were erased from which is not known."""
    if _is_member(feed):
        if not delivery.erased:
            yield delivery.partitions[partition]
        return
    yield delivery.rows + int((delivery.erased or {}).get("rows", 0))
    if isinstance(feed.format, XlsxSheets) and not delivery.erased:
        of_sheet: Counter[str] = Counter()
        for rows in delivery.senders.values():
            of_sheet.update(rows)
        yield from of_sheet.values()


def _is_member(feed: Feed) -> bool:
    return isinstance(feed.period, MonthOfMember)


def _kept(restated: Restatement | None) -> dict[str, float | str | None]:
    """Return the share of rows that a month kept, and in words whose, how many there are and how many there were."""
    if restated is None:
        return {"kept_of_restated": float("nan"), **dict.fromkeys(_WORDS)}
    return {
        "kept_of_restated": restated.kept,
        "kept_of_restated_of": f" of {restated.sender}" if restated.sender else "",
        "kept_of_restated_rows": f"{restated.rows:,}",
        "kept_of_restated_before": f"{restated.rows_before:,}",
        "kept_of_restated_day": restated.delivered_before.isoformat(),
    }


_WORDS = tuple(f"kept_of_restated_{word}" for word in ("of", "rows", "before", "day"))


def _days(
    feed: Feed, partition: str, standing: Standing, profile: Profile, before: Sequence[Profile]
) -> dict[str, float | str | None]:
    if feed.tolerances.days_without_rows is None:
        return {}
    came = {sender: share.delivery.received_on for share in standing.shares for sender in share.senders or ()}
    return day_metrics(partition, profile.days, [past.days for past in before], standing.newest.received_on, came)


def _alike(feed: Feed, profile: Profile, before: Mapping[str, Profile]) -> dict[str, float | str | None]:
    if feed.tolerances.rows_alike is None:
        return {}
    return alike_metrics(profile.contents, {month: past.contents for month, past in before.items()})


def _editions(feed: Feed, profile: Profile, before: Mapping[str, Profile]) -> dict[str, float | str | None]:
    if feed.series:
        earlier = {edition: past.totals for edition, past in before.items()}
        return series_metrics(profile.totals, earlier, profile.parts)
    if feed.totals is None:
        return {}
    figures = {edition: (past.totals, past.parts) for edition, past in before.items()}
    return edition_metrics((profile.totals, profile.parts), figures)
