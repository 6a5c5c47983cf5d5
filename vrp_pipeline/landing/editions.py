"""The check that a yearly return is of the year in its header: its reference date and its rows must agree with it.

Otherwise a header that was not updated would replace the return of the year before.
"""

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.months import first_day
from vrp_pipeline.calendar.partitions import day_after, months_in
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import Edition
from vrp_pipeline.landing.guard import is_zip
from vrp_pipeline.landing.readers import json_files, record_columns, xml_returns
from vrp_pipeline.landing.refusal import RefusedError

# A referral is typed with a wrong year now and then; of the year after a stale one nearly all are later than its end.
LATER_SHARE = 0.1


def require_dates_in(edition: str, feed: Feed, path: Path, dates: pa.Array) -> None:
    """Raise RefusedError if the reference date, or the rows' `dates` (null where unreadable), are of another year."""
    period = feed.period
    assert isinstance(period, Edition)
    assert period.dates
    first, last = first_day(months_in(feed, edition)[0]), day_after(feed, edition) - timedelta(days=1)
    remedy = f"Ask the agency which year the return is of, and to correct '{period.element}' or the dates."
    stated = _value_at(path, period.reference_date)[:10] if period.reference_date else ""
    if stated and not first.isoformat() <= stated <= last.isoformat():
        raise RefusedError(
            path,
            f"the header says year {edition}, {first} to {last}, but its reference date ({period.reference_date}) is "
            f"{_as_date(stated)}.",
            remedy,
        )
    known = pc.drop_null(dates)
    later = pc.sum(pc.greater(known, pa.scalar(last, known.type))).as_py() or 0
    inside = pc.sum(
        pc.and_(
            pc.greater_equal(known, pa.scalar(first, known.type)), pc.less_equal(known, pa.scalar(last, known.type))
        )
    ).as_py()
    header = feed.by_name[period.dates].header
    if len(known) and (later > LATER_SHARE * len(known) or not inside):
        raise RefusedError(
            path,
            f"the header says year {edition}, {first} to {last}, but of {len(known):,} dates in '{header}' {later:,} "
            f"lie after it and {inside or 0:,} in it.",
            remedy,
        )


def _as_date(text: str) -> str:
    """Return the text if it is a date; the header of a broken return may hold anything."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return "no date"


def _value_at(path: Path, place: str | None) -> str:
    if place is None:
        return ""
    with path.open("rb") as file:
        is_xml = is_zip(path) or b"<" in file.read(64).lstrip()[:4]
    if is_xml:
        return xml_returns.value_at(path, place) or ""
    return record_columns.value_at(json_files.document_of(path), place) or ""
