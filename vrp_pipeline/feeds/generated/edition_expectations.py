"""Expectations about an edition of reference data or of a published table, beside its earlier editions and periods."""

from collections.abc import Iterator

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.generated.expectation import Expectation, heading_of, of_month


def of_editions(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectations that a list's figures go on from earlier editions, and its deciles follow its ranks."""
    if feed.totals:
        heading = heading_of(feed, feed.by_name[feed.totals.column])
        for end, size, limit in (
            ("least", "small", {"min_value": feed.totals.least}),
            ("most", "large", {"max_value": feed.totals.most}),
        ):
            metric = f"{end}_of_total_before"
            yield of_month(
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
            yield of_month(
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
        yield of_month(
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


def of_series(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectations that the periods of a table go on from each other and from the edition before."""
    if feed.series is None:
        return
    heading = heading_of(feed, feed.by_name[feed.series.column])
    remedy = (
        "look whether figures stand under the headings of their own years, in one unit and for whole years, and "
        "download the table again; if the change is true, accept the edition with that reason"
    )
    yield of_month(
        "newest_of_period",
        min_value=feed.series.least,
        max_value=feed.series.most,
        name="the newest period goes on from the one before",
        reason=(
            f"{feed.title}: '{heading}' of {{period_newest}} is {{newest_of_period}} times that of {{period_before}}"
        ),
        remedy=remedy,
    )
    yield of_month(
        "share_of_same",
        max_value=feed.series.same,
        name="periods have figures of their own",
        reason=f"{feed.title}: {{rows_of_same}} areas have the same figure in {{period_newest}} and {{period_before}}",
        remedy=remedy,
    )
    if feed.series.by_code:
        yield of_month(
            "rows_gone",
            max_value=0,
            name="the newest period has all codes",
            reason=f"{feed.title}: {{period_newest}} has nothing of {{part_gone}}, which {{period_before}} has",
            remedy=remedy,
        )
        yield of_month(
            "change_of_code",
            max_value=feed.series.most_of_code,
            name="figures stand under their own codes",
            reason=f"{feed.title}: {{part_changed}} rose or fell by the factor {{change_of_code}} in {{period_newest}}",
            remedy=remedy,
        )
    yield of_month(
        "share_of_moved",
        max_value=feed.series.moved,
        name="periods stand where they stood",
        reason=(
            f"{feed.title}: {{rows_of_moved}} figures ({{share_of_moved}} of those told before) are those of the "
            "period beside theirs in the edition of {edition_before}"
        ),
        remedy=remedy,
    )
    yield of_month(
        "share_of_revised",
        max_value=feed.series.revised,
        name="the past is told as before",
        reason=(
            f"{feed.title}: {{rows_of_revised}} figures of the past ({{share_of_revised}} of all) differ by more than "
            "a twentieth from the edition of {edition_before}"
        ),
        remedy=remedy,
    )


def of_rates(feed: Feed) -> Iterator[Expectation]:
    """Yield the expectation that published rates follow from the counts and populations beside them."""
    if feed.rates:
        yield of_month(
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
