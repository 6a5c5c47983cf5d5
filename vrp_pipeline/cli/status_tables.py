"""Tables of the feed calendar for the terminal: an overview of all feeds, or one feed month by month."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from vrp_pipeline.calendar.months import month_after
from vrp_pipeline.calendar.states import FEW, MANY, STATES, Row, is_overdue, mark_of, state_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.decisions import acceptances_of, are_settled, newest_acceptances
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Verdict, held_verdicts
from vrp_pipeline.release.releases import DamagedReleaseError, NoReleaseError, current_release, must_be_whole

if TYPE_CHECKING:
    from rich.console import Console


MONTHS = "A M J J A S O N D J F M "
# Width of a financial year with its separator, and of the names and sums beside the years, in characters.
YEAR_WIDTH, ASIDE_WIDTH = len(MONTHS) + 3, 48
# Minimum terminal width at which the line of a month has room for one more date.
WIDE = 100


def print_status(rows: Sequence[Row], console: "Console | None" = None) -> None:
    """Print one line per feed with a symbol for each month, with as many financial years side by side as fit."""
    from rich.console import Console

    console = console or Console()
    years = sorted({row["financial_year"] for row in rows})
    beside = max((console.width - ASIDE_WIDTH) // YEAR_WIDTH, 1)
    console.print(f"[bold]Feeds as of {rows[0]['as_of']}[/]")
    for start in range(0, len(years), beside):
        _print_years(console, rows, years[start : start + beside])
    for line in [*_legend(rows), *_missing_senders(rows), *_without_month_by_feed(rows)]:
        console.print(line, highlight=False, soft_wrap=True)


def _print_years(console: "Console", rows: Sequence[Row], years: Sequence[str]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("agency and feed", no_wrap=True)
    for year in years:
        table.add_column(f"{year}\n{MONTHS}", no_wrap=True)
    for heading in ("rows", "aside"):
        table.add_column(f"\n{heading}", justify="right", no_wrap=True)
    for agency in dict.fromkeys(row["agency"] for row in rows):
        table.add_row(f"[bold]{agency}[/]")
        for feed in dict.fromkeys(row["table_name"] for row in rows if row["agency"] == agency):
            of_feed = [row for row in rows if (row["agency"], row["table_name"]) == (agency, feed)]
            shown = [row for row in of_feed if row["financial_year"] in years]
            table.add_row(
                f" {feed}",
                *("".join(_cell(row) for row in shown if row["financial_year"] == year) for year in years),
                *(f"{sum(row[count] or 0 for row in shown):,}" for count in ("rows_published", "rows_quarantined")),
            )
    console.print(table)


def print_feed(rows: Sequence[Row], console: "Console | None" = None) -> None:
    """Print one feed with a line per month; the date of the last receipt is shown only on a wide terminal."""
    from rich.console import Console
    from rich.table import Table

    console = console or Console()
    is_wide = console.width >= WIDE
    console.print(f"[bold]{rows[0]['feed']} as of {rows[0]['as_of']}[/]")
    table = Table(box=None, padding=(0, 1, 0, 0))
    for heading in ("month", "", "due", "first came", *(["last came"] if is_wide else [])):
        table.add_column(heading, no_wrap=True)
    for heading in ("days late", "again", "rows", "usual", "share", "kept", "aside"):
        table.add_column(heading, justify="right", no_wrap=heading != "days late")
    for row in rows:
        share = row["rows_of_usual"]
        table.add_row(
            row["month"],
            _cell(row),
            str(row["due_date"]),
            _day(row["first_received_at"]),
            *([_day(row["received_at"])] if is_wide else []),
            _number(row["days_late"] or None),
            f"{row['restatements']}×" if row["restatements"] else "",
            _number(row["rows_delivered"]),
            _number(row["usual_rows"]),
            f"{share:.0%}" if share is not None else "",
            _number(row["rows_published"]),
            _number(row["rows_quarantined"]),
        )
    console.print(table)
    for line in [*_legend(rows), *_missing_senders(rows), *_without_month(rows)]:
        console.print(line, highlight=False, soft_wrap=True)


def overdue_sentences(rows: Iterable[Row]) -> list[str]:
    """Return one sentence per feed with months that are overdue or lack some senders, and one for those never received.

    Months that are not due yet are left out, even if some senders delivered early.
    """
    feeds: dict[str, list[Row]] = {}
    for row in rows:
        feeds.setdefault(row["feed"], []).append(row)
    found, never = [], []
    for feed, all_months in feeds.items():
        if not (late := [row for row in all_months if is_overdue(row)]):
            continue
        if all(row["first_received_at"] is None for row in all_months):
            never.append(feed)
            continue
        months = [row["month"] for row in late]
        lacking = [f"{row['month']}: {row['missing_senders']}" for row in late if state_of(row) == "partial"]
        said = f"{feed}: {len(months)} {'month' if len(months) == 1 else 'months'} overdue, {_spans(months)}."
        found.append(" ".join([said, *(f"{each}." for each in lacking)]))
    return [*found, *([f"Nothing was ever received of {', '.join(never)}."] if never else [])]


def held_sentences(lake: Lake, feed: str | None = None) -> list[str]:
    """Return one sentence per held month, of one feed or of all, with the reason and the remedy.

    Months accepted since are left out: they wait for a run and need nobody.
    """
    return [verdict.sentence for verdict in _held(lake, feed) if not _is_accepted(lake, verdict)]


def accepted_sentences(lake: Lake, feed: str | None = None) -> list[str]:
    """Return one sentence per held month that was accepted and waits for a run."""
    return [
        f"{verdict.feed} {verdict.partition} is accepted and counts after the next run. Next: vrp run"
        for verdict in _held(lake, feed)
        if _is_accepted(lake, verdict)
    ]


def _held(lake: Lake, feed: str | None) -> list[Verdict]:
    return [verdict for verdict in held_verdicts(lake) if feed in (None, verdict.feed)]


def _is_accepted(lake: Lake, verdict: Verdict) -> bool:
    """Return whether decisions cover every unmet expectation that holds the month."""
    decisions = newest_acceptances(acceptances_of(lake, FEEDS[verdict.feed]))
    return are_settled(decisions, verdict)


def release_sentences(lake: Lake) -> list[str]:
    """Return a sentence if files of the current release were changed; [] if it is intact."""
    try:
        must_be_whole(current_release(lake))
    except DamagedReleaseError as error:
        return [str(error)]
    except NoReleaseError:
        return []
    return []


def _cell(row: Row) -> str:
    sign, colour, _ = STATES[state_of(row)]
    return f"[{colour}]{sign}[/][bold]{mark_of(row)}[/]"


def _legend(rows: Iterable[Row]) -> list[str]:
    """Return the legend of the symbols used."""
    used = {state_of(row) for row in rows}
    signs = [f"[{colour}]{sign}[/] {words}" for state, (sign, colour, words) in STATES.items() if state in used]
    return [
        "  ".join(signs),
        f"↓ under {FEW:.0%} and ↑ over {MANY:.0%} of the usual rows: the median of up to 12 before",
        "aside: rows in quarantine, with a held month all of its rows",
    ]


def _missing_senders(rows: Iterable[Row]) -> list[str]:
    """Return a line for each month of which senders are missing."""
    return [f"{row['feed']} {row['month']}: {row['missing_senders']}" for row in rows if state_of(row) == "partial"]


def _without_month(rows: Iterable[Row]) -> list[str]:
    """Return a line for each month with quarantined rows that belong to no month of their delivery."""
    return [
        f"{row['feed']} {row['month']}: {row['rows_without_month']:,} of the rows aside belong to no month delivered"
        for row in rows
        if row.get("rows_without_month")
    ]


def _without_month_by_feed(rows: Iterable[Row]) -> list[str]:
    """Return a line for each feed with quarantined rows that belong to no month of their delivery; --feed says when."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.get("feed", "")] += row.get("rows_without_month") or 0
    found = [f"{feed} {count:,}" for feed, count in counts.items() if count]
    return [f"of the rows aside these belong to no month delivered: {', '.join(found)}"] if found else []


def _spans(months: Sequence[str]) -> str:
    """Return months in words, consecutive ones as a span: `2022-04 to 2022-06, 2023-01`."""
    spans: list[list[str]] = []
    for month in sorted(months):
        if spans and month_after(spans[-1][-1]) == month:
            spans[-1].append(month)
        else:
            spans.append([month])
    return ", ".join(span[0] if len(span) == 1 else f"{span[0]} to {span[-1]}" for span in spans)


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def _number(value: float | None) -> str:
    return f"{value:,.0f}" if value is not None else ""
