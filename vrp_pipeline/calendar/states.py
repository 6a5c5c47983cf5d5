"""The display state of a feed's month: a word, a symbol, and whether its volume is unusual.

Holds what follows from one row of the feed calendar. Layout belongs to `cli.status_tables` and
`defs.calendar_checks`.
"""

from collections.abc import Mapping
from math import sqrt
from typing import Any

from vrp_pipeline.calendar.feed_calendar import NOT_RECEIVED
from vrp_pipeline.calendar.history import CHANCE

Row = Mapping[str, Any]


# A symbol, a colour and words for each state: neither symbol nor colour alone carries the meaning.
STATES = {
    "received": ("●", "green", "received"),
    "restated": ("↻", "green", "received and restated"),
    "late": ("◐", "yellow", "received late"),
    "held": ("H", "bold red", "held"),
    "waiting": ("▸", "cyan", "received, not ingested: vrp run"),
    "partial": ("◔", "bold red", "some senders missing"),
    "overdue": ("○", "bold red", "overdue"),
    "not due": ("·", "dim", "not due"),
    "not kept": ("–", "dim", "older than its period of retention"),
}


# A month is marked outside these shares of the usual rows, unless chance explains the difference in a small feed.
# Marks are for display only: a month is held by its suite.

FEW, MANY = 0.6, 1.6


def state_of(row: Row) -> str:
    """Return the state in which a month is displayed; states that need action take precedence."""
    if row["status"] == "held":
        return "held"
    if row["status"] != "received":
        return _state_of_absent(row)
    if row["is_late"]:
        return "late"
    return "restated" if row["restatements"] else "received"


def is_overdue(row: Row) -> bool:
    """Return whether a month is due and did not come, or came without some of its senders."""
    return row["status"] == NOT_RECEIVED and state_of(row) in ("overdue", "partial")


def _state_of_absent(row: Row) -> str:
    """Return the state of a month that is not counted. One past its retention is not overdue."""
    if row.get("is_kept") is False:
        return "not kept"
    if row.get("missing_senders") and row.get("delivery_id"):
        return "partial"
    # One that was judged and is not received came before it was over: a part of it.
    if row["first_received_at"] is not None and row.get("delivery_id") is None:
        return "waiting"
    return "overdue" if row["status"] == NOT_RECEIVED else "not due"


def mark_of(row: Row) -> str:
    """Return `↓` or `↑` where a month has far fewer or more rows than usual for the feed, else a space."""
    share, usual = row["rows_of_usual"], row["usual_rows"]
    if share is None or FEW <= share <= MANY or abs(row["rows_delivered"] - usual) <= CHANCE * sqrt(usual):
        return " "
    return "↓" if share < FEW else "↑"
