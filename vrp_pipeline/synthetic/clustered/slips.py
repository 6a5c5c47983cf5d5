"""Systematic faults of one feed, as an alarm has to notice them: clocks, places and ages that are off throughout.

A slip affects every record of the feed from the first month on, so that no month differs from those before it and only
a comparison between agencies can reveal it.
"""

from collections.abc import Iterable
from typing import NamedTuple

TIMED = ("police__offences", "health__emergency_attendances", "health__ambulance_incidents")
AGED = (*TIMED, "health__admissions")


class Slip(NamedTuple):
    """What is added to a feed's times (minutes), eastings (metres) and ages (years), and whether ages are blank."""

    minutes: int = 0
    metres: int = 0
    years: int = 0
    blank_ages: bool = False


NONE = Slip()
# Twelve hours slow rather than fast, so that no record is dated after it was entered.
KINDS = {
    "clock12h": (Slip(minutes=-720), TIMED),
    "place3km": (Slip(metres=3_000), TIMED),
    "age3y": (Slip(years=3), AGED),
    "ageblank": (Slip(blank_ages=True), AGED),
}
Slips = dict[str, Slip]


def read(faults: Iterable[str]) -> Slips:
    """Return the slip of each feed from texts like `clock12h:health__ambulance_incidents`.

    Raises ValueError for an unknown kind, a feed that does not record what the kind spoils, and a feed named twice.
    """
    found: Slips = {}
    for fault in faults:
        kind, _, feed = fault.partition(":")
        if kind not in KINDS:
            raise ValueError(f"'{kind}' is no fault; they are {', '.join(KINDS)}, written as KIND:FEED")
        slip, feeds = KINDS[kind]
        if feed not in feeds:
            raise ValueError(f"{kind} needs one of the feeds {', '.join(feeds)}, not '{feed}'")
        if feed in found:
            raise ValueError(f"{feed} has two faults; simulate them one at a time")
        found[feed] = slip
    return found
