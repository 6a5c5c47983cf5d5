"""The months that a delivery covers, decided from its rows of each month alone.

A delivery restates one span of months or several: a month, a quarter or a term, as its contract says. A mistyped date
must neither move these months nor add one, while a second month sent in one file must be kept. Nothing is read here.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

from vrp_pipeline.calendar.months import april_before, month_number, month_of_number, months_between, span_of
from vrp_pipeline.feeds.contract.periods import MonthOf
from vrp_pipeline.feeds.partnership import FIRST_MONTH

# A month counts as the newest of a delivery only if it holds this share of a usual month: one mistyped year
# must not shift the 24 months an extract covers, while the first two days of a month already hold 6%.
NEWEST_MONTH_SHARE = 0.01
# A delivery of one month covers another too if nobody sent that one yet and it holds this share of the first: a service
# that missed a month sends two in one file, while patients discharged in May and admitted in April are a few per cent.
SECOND_MONTH_SHARE = 0.25
# The other month must be a month and no remainder of one: of so few rows nothing tells, and those of a month cut by
# discharge lie at the end of the month before. Of eight rows spread evenly, fewer than a fifth lie in one half of the
# month in seven cases of a hundred, and then they are put aside and told of.
SECOND_MONTH_ROWS = 8
HALF_MONTH_SHARE = 0.2
LAST_DAY_OF_FIRST_HALF = 15


def covered_months(
    period: MonthOf,
    rows_per_month: Mapping[str, int],
    received: date,
    received_before: Collection[str] = (),
    rows_in_first_half: Mapping[str, int] | None = None,
) -> list[str]:
    """Return the months that a delivery restates, without gaps: up to `period.restates` spans that end with its newest.

    Spans are complete, including months without rows, but no month after that of receipt is covered. A delivery of one
    span covers each other of which it holds a substantial share, if none of its months is in `received_before`. A month
    that is such a span must have rows in both halves where `rows_in_first_half` tells (days 1 to 15).
    """
    this_month = received.strftime("%Y-%m")
    known = {month: rows for month, rows in rows_per_month.items() if FIRST_MONTH <= month <= this_month}
    if not known:
        return []
    spans = rows_per_span(period, known)
    if period.restates == 1:
        first = fullest_span(spans)
        covered = [
            month
            for end in sorted(spans)
            if end == first
            or (
                spans[end] >= SECOND_MONTH_SHARE * spans[first]
                and _is_whole(period, end, spans[end], rows_in_first_half)
            )
            for month in span_of(end, period.span_ends)
            if end == first or set(span_of(end, period.span_ends)).isdisjoint(received_before)
        ]
    else:
        usual = sorted(spans.values())[len(spans) // 2]
        newest = max(end for end, rows in spans.items() if rows >= NEWEST_MONTH_SHARE * usual)
        covered = _spans_up_to(newest, period, first=min(known))
    return [month for month in covered if FIRST_MONTH <= month <= this_month]


def rows_per_span(period: MonthOf, rows_per_month: Mapping[str, int]) -> Counter[str]:
    """Return the rows of each span (month, quarter or term), named by its last month."""
    spans: Counter[str] = Counter()
    for month, rows in rows_per_month.items():
        spans[span_of(month, period.span_ends)[-1]] += rows
    return spans


def fullest_span(spans: Mapping[str, int]) -> str:
    """Return the span with most rows, the later of two alike."""
    return max(spans, key=lambda end: (spans[end], end))


def _is_whole(period: MonthOf, span: str, rows: int, rows_in_first_half: Mapping[str, int] | None) -> bool:
    """Return whether rows may be those of a whole span: enough, and of a month in both of its halves."""
    if rows < SECOND_MONTH_ROWS or period.span_ends or rows_in_first_half is None:
        return rows >= SECOND_MONTH_ROWS
    first = rows_in_first_half.get(span, 0)
    return min(first, rows - first) >= HALF_MONTH_SHARE * rows


def _spans_up_to(newest: str, period: MonthOf, first: str) -> list[str]:
    """Return `period.restates` spans that end with the month `newest`, none before the span of the month `first`."""
    if period.from_april:
        return months_between(april_before(newest), newest)
    months = span_of(newest, period.span_ends)
    oldest = span_of(first, period.span_ends)[0]
    for _ in range(period.restates - 1):
        if months[0] > oldest:
            months = span_of(month_of_number(month_number(months[0]) - 1), period.span_ends) + months
    return months
