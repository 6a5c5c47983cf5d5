"""The feed calendar in Dagster: an asset check that warns of overdue months, with the months as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from vrp_pipeline.calendar.calendar_for_people import calendar_for_people
from vrp_pipeline.calendar.states import STATES, is_overdue, state_of
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.paths import Lake

ARRIVES = "arrives_when_due"


def arrival_specs(feed: Feed) -> list[dg.AssetCheckSpec]:
    """Return the specification of the check of a feed in the calendar; [] for reference data."""
    if not feed.is_in_calendar:
        return []
    return [
        dg.AssetCheckSpec(
            ARRIVES,
            asset=[feed.agency, feed.table],
            description="No month, and no sender of a month, is overdue today. "
            "What is missing makes figures incomplete, never lower.",
        )
    ]


def arrival_checks(lake: Lake, feed: Feed) -> list[dg.AssetCheckResult]:
    """Return the result of the check of a feed in the calendar; [] for reference data.

    A month is overdue by the clock, not by the newest delivery: if every agency stops, every check warns.
    """
    if not feed.is_in_calendar:
        return []
    rows = calendar_for_people(lake, [feed])
    overdue = [
        f"{row['month']} ({row['missing_senders']})" if row["missing_senders"] else row["month"]
        for row in rows
        if is_overdue(row)
    ]
    return [
        dg.AssetCheckResult(
            check_name=ARRIVES,
            passed=not overdue,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"Overdue: {', '.join(overdue)}. Ask the agency." if overdue else "No month is overdue.",
            metadata={
                "calendar": calendar_table(rows),
                **{f"months_{state.replace(' ', '_')}": count for state, count in months_by_state(rows).items()},
            },
        )
    ]


def months_by_state(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return the number of months in each display state."""
    return {state: sum(state_of(row) == state for row in rows) for state in STATES}


def calendar_table(rows: Sequence[Mapping[str, Any]]) -> dg.MarkdownMetadataValue:
    """Return a table with a line per month, the newest first."""
    lines = [
        "| month | state | due | first came | days late | restated | rows | usual | share |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in reversed(rows):
        sign, _, words = STATES[state_of(row)]
        came = row["first_received_at"]
        share = row["rows_of_usual"]
        cells = (
            row["month"],
            f"{sign} {words}",
            row["due_date"],
            f"{came:%Y-%m-%d}" if came else "",
            row["days_late"] or "",
            f"{row['restatements']}×" if row["restatements"] else "",
            f"{row['rows_delivered']:,}" if row["rows_delivered"] is not None else "",
            f"{row['usual_rows']:,.0f}" if row["usual_rows"] is not None else "",
            f"{share:.0%}" if share is not None else "",
        )
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return dg.MetadataValue.md("\n".join(lines))
