"""Expectations that follow from a contract: readable values, copies, keys, codes, rows with a month.

Hand-written expectations in the same file (plausibility, volume, drift) and `meta.tolerances` are kept unchanged.
`meta.written_by` of each expectation is `contract` or `hand`.
"""

import json
from collections.abc import Iterator
from typing import Any

from vrp_pipeline.feeds.contract.columns import Column
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Xml, ZippedXml
from vrp_pipeline.feeds.contract.periods import MonthOf

CONTRACT, HAND = "contract", "hand"
# The share of a sender's rows that may be those of another too, where each has a sheet.
COPIED_SHARE = 0.5
# The name of the expectation by which a month that lost rows is held; decisions of people name it.
KEEPS_ITS_ROWS = "a restated month keeps its rows"
Expectation = dict[str, Any]


def text(feed: Feed, written: str) -> str:
    """Return the suite of the feed: the contract's expectations, then the hand-written ones of the file `written`."""
    suite = json.loads(written) if written else {"meta": {"tolerances": ""}, "expectations": []}
    kept = [_by_hand(each) for each in suite["expectations"] if each["meta"].get("written_by") != CONTRACT]
    suite = {"name": feed.name, "meta": suite["meta"], "expectations": [*expectations(feed), *kept]}
    return json.dumps(suite, indent=2, ensure_ascii=False) + "\n"


def expectations(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectations of the feed's contract."""
    tolerances = feed.tolerances
    yield _blank(
        "unreadable",
        tolerances.faults,
        name="values can be read",
        reason="a value cannot be read or a required one is blank",
        remedy="look at the rows in quarantine and ask the agency to correct them",
    )
    if feed.in_order or feed.same_day:
        yield _blank(
            "contradictory",
            tolerances.faults,
            name="dates are in order",
            reason="two dates of a row contradict each other",
            remedy="look at the rows in quarantine and ask the agency whether years, or two columns, were exchanged",
        )
    # Without a key every row is a separate event, so none can be a copy or conflict.
    if feed.natural_key:
        few = "copies of a few rows, each counts once" if tolerances.copies else "single copies"
        yield _blank(
            "copies",
            tolerances.copies,
            name="rows come once",
            reason="the same row comes more than once",
            remedy=f"nothing to do for {few}; if most rows are copies, ask for the file again",
        )
        yield _blank(
            "conflicts",
            tolerances.faults,
            name="keys name one row",
            reason="different rows have the same key",
            remedy="ask the agency which row holds",
        )
    for column in feed.columns:
        if column.codes:
            yield _codes(feed, column)
    if isinstance(feed.period, MonthOf):
        yield from _without_month(feed, _heading(feed, feed.by_name[feed.period.column]))
    yield from _of_slices(feed)
    yield from _of_levels(feed)
    yield from _of_editions(feed)
    yield from _of_series(feed)
    yield from _of_rates(feed)
    yield from _of_sound_deliveries(feed)
    if tolerances.days_without_rows is not None:
        yield _of_month(
            "days_without_rows",
            max_value=tolerances.days_without_rows,
            name="no days are missing",
            reason=(
                "no row{days_without_rows_of} on {days_without_rows} days, {days_without_rows_first} to "
                "{days_without_rows_last}, where {days_without_rows_usual} are usual"
            ),
            remedy=(
                "the file may hold a part of the month: ask for the whole month, or accept it if these days were truly "
                "without any"
            ),
        )


def _of_slices(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectations that the slices of the contract, and its steady ones, have their usual rows."""
    tolerances = feed.tolerances
    for kind, some, least, most in (
        ("slice", feed.slices, tolerances.least_of_slice, tolerances.most_of_slice),
        (
            "steady_slice",
            [each for each in feed.slices if each.is_steady],
            tolerances.least_of_steady_slice,
            tolerances.most_of_steady_slice,
        ),
    ):
        if not some:
            continue
        words = kind.replace("_", " ")
        yield _of_month(
            f"smallest_{kind}",
            min_value=least,
            name=f"no {words} is too small",
            reason=f"only {{smallest_{kind}_rows}} rows of {{smallest_{kind}_name}}, where {{smallest_{kind}_usual}} "
            "are usual",
            remedy=(
                "ask the agency whether codes, areas or senders changed or a part of the file is missing; "
                "if the change is true, accept the month with that reason"
            ),
        )
        yield _of_month(
            f"largest_{kind}",
            max_value=most,
            name=f"no {words} is too large",
            reason=f"{{largest_{kind}_rows}} rows of {{largest_{kind}_name}}, where {{largest_{kind}_usual}} are usual",
            remedy=(
                "ask the agency whether codes or areas changed or rows came twice; "
                "if the change is true, accept the month with that reason"
            ),
        )


def _of_levels(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectation that each quantity of the contract has its usual size."""
    for level in feed.levels:
        metric, heading = f"level_of_{level.column}", _heading(feed, feed.by_name[level.column])
        yield _of_month(
            metric,
            max_value=level.most,
            name=f"{level.column} has its usual size",
            reason=f"'{heading}' is typically {{{metric}_now}}, where {{{metric}_usual}} is usual",
            remedy=(
                "ask the agency for the unit, and whether another column came under this heading; if the change is "
                "true, accept the month with that reason"
            ),
        )


def _of_editions(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectations that a list's figures go on from earlier editions, and its deciles follow its ranks."""
    if feed.totals:
        heading = _heading(feed, feed.by_name[feed.totals.column])
        for end, size, limit in (
            ("least", "small", {"min_value": feed.totals.least}),
            ("most", "large", {"max_value": feed.totals.most}),
        ):
            metric = f"{end}_of_total_before"
            yield _of_month(
                metric,
                name=f"{feed.totals.column} is not too {size} beside earlier editions",
                reason=(
                    f"{feed.title}: '{heading}' sums to {{{metric}_now}}, where the same {{{metric}_areas}} areas had "
                    f"{{{metric}_then}} in the edition of {{{metric}_edition}}"
                ),
                remedy=(
                    "look at the unit (thousands), the sex and the areas of the list and download it again; if the "
                    "edition before was wrong, deliver that one anew; if the change is true, accept the edition with "
                    "that reason"
                ),
                **limit,
            )
        if feed.totals.parts:
            yield _of_month(
                "change_of_part",
                max_value=feed.totals.most_of_part,
                name="shares of ages go on from earlier editions",
                reason=(
                    f"{feed.title}: {{part_name}} has {{part_now}} of all residents, where it had {{part_then}} in the "
                    "edition of {part_edition}"
                ),
                remedy=(
                    "look whether the headings of ages stand above their own columns and download the list again; if "
                    "the change is true, accept the edition with that reason"
                ),
            )
    if feed.ranks:
        rank, decile = (feed.by_name[name] for name in (feed.ranks.rank, feed.ranks.decile))
        yield _of_month(
            "share_of_other_decile",
            max_value=0,
            name=f"{decile.name} follows from {rank.name}",
            reason=(
                f"{feed.title}: {{rows_of_other_decile}} areas have an {decile.name} that is not that of their "
                f"{rank.name} among {feed.ranks.areas:,}, where 1 is the most deprived"
            ),
            remedy=(
                "the deciles may be counted from the other end, or rank a part of the country: download the list of "
                "MHCLG again"
            ),
        )


def _of_series(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectations that the periods of a table go on from each other and from the edition before."""
    if feed.series is None:
        return
    heading = _heading(feed, feed.by_name[feed.series.column])
    remedy = (
        "look whether figures stand under the headings of their own years, in one unit and for whole years, and "
        "download the table again; if the change is true, accept the edition with that reason"
    )
    yield _of_month(
        "newest_of_period",
        min_value=feed.series.least,
        max_value=feed.series.most,
        name="the newest period goes on from the one before",
        reason=(
            f"{feed.title}: '{heading}' of {{period_newest}} is {{newest_of_period}} times that of {{period_before}}"
        ),
        remedy=remedy,
    )
    yield _of_month(
        "share_of_same",
        max_value=feed.series.same,
        name="periods have figures of their own",
        reason=f"{feed.title}: {{rows_of_same}} areas have the same figure in {{period_newest}} and {{period_before}}",
        remedy=remedy,
    )
    if feed.series.by_code:
        yield _of_month(
            "rows_gone",
            max_value=0,
            name="the newest period has all codes",
            reason=f"{feed.title}: {{period_newest}} has nothing of {{part_gone}}, which {{period_before}} has",
            remedy=remedy,
        )
        yield _of_month(
            "change_of_code",
            max_value=feed.series.most_of_code,
            name="figures stand under their own codes",
            reason=f"{feed.title}: {{part_changed}} rose or fell by the factor {{change_of_code}} in {{period_newest}}",
            remedy=remedy,
        )
    yield _of_month(
        "share_of_revised",
        max_value=feed.series.revised,
        name="the past is told as before",
        reason=(
            f"{feed.title}: {{rows_of_revised}} figures of the past ({{share_of_revised}} of all) differ by more than "
            "a twentieth from the edition of {edition_before}"
        ),
        remedy=remedy,
    )


def _of_rates(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectation that published rates follow from the counts and populations beside them."""
    if feed.rates:
        yield _of_month(
            "share_of_unfounded_rates",
            max_value=0.02,
            name="rates follow from their counts",
            reason=(
                f"{feed.title}: {{rows_of_unfounded_rates}} rates ({{share_of_unfounded_rates}} of all) lie outside "
                "their limits, or far from their count over their population"
            ),
            remedy=(
                "look whether each column stands under its own heading, and whether rates and counts are of the same "
                "years and the same number of people; then download the table again"
            ),
        )


def _of_sound_deliveries(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectations that a file holds all rows, and rows that no other file or sheet holds."""
    tolerances = feed.tolerances
    if feed.is_in_calendar:
        yield _of_month(
            "rows_at_limit",
            max_value=0,
            name="the file is not cut at a limit",
            reason="the file holds exactly {rows_at_limit} rows, at which programs cut what they export",
            remedy="ask the agency whether it has more rows; if it has none, accept the month with that reason",
        )
    if tolerances.keys_of_months_before is not None:
        yield _of_month(
            "share_of_keys_before",
            max_value=tolerances.keys_of_months_before,
            name="keys are of one month",
            reason="about {share_of_keys_before} of the keys are those of rows of {keys_before_month}",
            remedy=(
                "ask the agency whether that month was sent again under other dates; if its numbers begin anew, "
                "accept the month with that reason"
            ),
        )
    if tolerances.rows_alike is not None:
        yield _of_month(
            "share_alike",
            max_value=tolerances.rows_alike,
            name="rows are of their own",
            reason=(
                "{rows_alike} rows are like another of the month in all but their keys, where {rows_alike_usual} are "
                "usual"
            ),
            remedy=(
                "ask the agency whether the file holds rows twice under two keys; if they are separate, accept the "
                "month with that reason"
            ),
        )
        yield _of_month(
            "share_alike_before",
            max_value=tolerances.rows_alike,
            name="rows are of one month",
            reason=(
                "about {rows_alike_before} rows are like those of {alike_before_month} in all but their keys and dates"
            ),
            remedy=(
                "ask the agency whether that month was sent again under other keys and dates; if the rows are "
                "separate, accept the month with that reason"
            ),
        )
    if feed.has_sheet_per_sender:
        yield _of_month(
            "share_of_two_senders",
            max_value=COPIED_SHARE,
            name="senders have rows of their own",
            reason="{rows_of_two_senders} rows of {two_senders} are alike but for the sender",
            remedy=(
                "ask for the rows of each: those of one may be copied and not filled in; if both are right, accept the "
                "month with that reason"
            ),
        )
    if tolerances.least_of_restated is not None and feed.is_in_calendar:
        yield _of_month(
            "kept_of_restated",
            min_value=tolerances.least_of_restated,
            name=KEEPS_ITS_ROWS,
            reason=(
                "only {kept_of_restated_rows} rows{kept_of_restated_of}, where the delivery of {kept_of_restated_day} "
                "held {kept_of_restated_before} of the same time"
            ),
            remedy=(
                "ask the agency for the whole file: a filter may have been left on, or it may hold changes alone; "
                "if rows were truly taken out, or the file before held too many, accept the month with that reason"
            ),
        )


def _without_month(feed: Feed, heading: str) -> Iterator[Expectation]:
    """Yield an expectation for each cause for which a row belongs to no month of its delivery, with its own remedy."""
    for metric, name, reason, remedy in (
        (
            "undated",
            "rows have a readable date",
            f"have no readable date in '{heading}'",
            f"check '{heading}' and ask the agency for YYYY-MM-DD",
        ),
        (
            "of_other_months",
            "rows are of the months delivered",
            f"have a '{heading}' in other months than those delivered",
            f"ask the agency for one month in a file, cut by '{heading}', or for the other months whole; "
            "if the dates are wrong, day and month may be exchanged",
        ),
        (
            "ahead",
            "rows do not lie ahead",
            f"have a '{heading}' in a month that had not come when the file was received",
            f"ask the agency to check the years and the order of day and month in '{heading}'",
        ),
        (
            "malformed",
            "rows have all their cells",
            "have more or fewer cells than the headings, or are no whole record",
            "ask the agency to export the file again with text in quotation marks",
        ),
    ):
        yield _of_month(
            f"share_{metric}",
            max_value=feed.tolerances.of_rows_without_month,
            name=name,
            reason=f"{{rows_{metric}}} of the delivery's rows ({{share_{metric}}} of all) {reason}",
            remedy=remedy,
        )


def _blank(column: str, tolerance: float, **meta: str) -> Expectation:
    kwargs = {"column": column} | _mostly(tolerance)
    return _expectation("expect_column_values_to_be_null", kwargs, level="row", **meta)


def _codes(feed: Feed, column: Column) -> Expectation:
    kwargs = {"column": column.name, "value_set": list(column.codes)} | _mostly(feed.tolerances.of_codes)
    return _expectation(
        "expect_column_values_to_be_in_set",
        kwargs,
        level="row",
        name=f"{column.name} is a known code",
        reason=f"'{_heading(feed, column)}' is not a known code",
        remedy="ask the agency what the new code means, then add it to the contract and run make contracts",
    )


def _heading(feed: Feed, column: Column) -> str:
    """Return the agency's name of a column: its heading or, in an XML return, the name of its element."""
    if isinstance(feed.format, Xml | ZippedXml):
        return column.header.split("|")[0].rsplit("/", 1)[-1]
    return column.header


def _of_month(metric: str, *, name: str, reason: str, remedy: str, **limits: float) -> Expectation:
    """Return the expectation that a metric of each month lies within `min_value` or `max_value`."""
    kwargs = {"column": metric, **limits}
    return _expectation(
        "expect_column_values_to_be_between", kwargs, level="month", name=name, reason=reason, remedy=remedy
    )


def _expectation(kind: str, kwargs: dict[str, Any], **meta: str) -> Expectation:
    return {"type": kind, "kwargs": kwargs, "severity": "critical", "meta": {"written_by": CONTRACT} | meta}


def _by_hand(expectation: Expectation) -> Expectation:
    return expectation | {"meta": {"written_by": HAND} | expectation["meta"]}


def _mostly(tolerance: float) -> dict[str, float]:
    return {"mostly": round(1 - tolerance, 6)} if tolerance else {}
