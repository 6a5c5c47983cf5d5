"""The state of a feed's month as a person is shown it: one word, a sign, and whether its volume is unusual.

Read from a row of the feed calendar. How states are laid out stands in `cli.status_tables` and `defs.calendar_checks`.
"""

from collections.abc import Mapping
from math import sqrt
from typing import Any

from vrp_pipeline.calendar.history import CHANCE

Row = Mapping[str, Any]


# A sign, a colour and words for each state: neither sign nor colour alone carries the meaning.
STATES = {
    "received": ("●", "green", "received"),
    "restated": ("↻", "green", "received and restated"),
    "late": ("◐", "yellow", "received late"),
    "held": ("H", "bold red", "held"),
    "waiting": ("▸", "cyan", "received, not ingested: vrp run"),
    "overdue": ("○", "bold red", "overdue"),
    "not due": ("·", "dim", "not due"),
}


# Beyond these shares of the usual rows a month is marked, unless a feed is so small that chance alone explains it.
# The suites, not these marks, hold a month.
FEW, MANY = 0.6, 1.6


def state_of(row: Row) -> str:
    """The one state a month is shown in: what needs a person goes before what is merely so."""
    if row["status"] == "held":
        return "held"
    if row["status"] != "received":
        if row["first_received_at"] is not None:
            return "waiting"
        return "overdue" if row["status"] == "not received" else "not due"
    if row["is_late"]:
        return "late"
    return "restated" if row["restatements"] else "received"


def mark_of(row: Row) -> str:
    """`↓` or `↑` where a month has far fewer or more rows than is usual for the feed, else a blank."""
    share, usual = row["rows_of_usual"], row["usual_rows"]
    if share is None or FEW <= share <= MANY or abs(row["rows_delivered"] - usual) <= CHANCE * sqrt(usual):
        return " "
    return "↓" if share < FEW else "↑"
