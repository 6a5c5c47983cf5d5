"""The publication programme: time of publication, pre-release access, contact and the calendar of planned publications.

Read from `deploy/publication.toml`; everything in it is printed. The duties are those of the [Code of practice 2022].
"""

import datetime as dt
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.paths import PROJECT

THURSDAY = 3


class ProgrammeError(ValueError):
    """The file of the publication programme is missing or contains an invalid setting."""


@dataclass(frozen=True)
class Planned:
    """A publication planned each year on the Thursday of a week (1 to 4) of a month.

    A publication that is not public is for partner agencies only.
    """

    title: str
    month: int
    week: int
    is_public: bool = True

    def day(self, year: int) -> dt.date:
        """Return the day in a calendar year."""
        first = dt.date(year, self.month, 1)
        return first + dt.timedelta(days=(THURSDAY - first.weekday()) % 7 + 7 * (self.week - 1))


@dataclass(frozen=True)
class PreReleaseAccess:
    """An office whose holder sees the figures up to 24 hours before they are published, and why."""

    who: str
    why: str


@dataclass(frozen=True)
class Programme:
    """The settings that all publications share: time, contact, access and planned days."""

    contact: str
    address: str
    licence: str
    publication_time: dt.time
    pre_release_access: tuple[PreReleaseAccess, ...]
    planned: tuple[Planned, ...]

    def publish_at(self, day: dt.date) -> dt.datetime:
        """Return the time of publication on a day, in London. Raises ProgrammeError for a Saturday or Sunday."""
        if day.weekday() > THURSDAY + 1:
            raise ProgrammeError(f"{day} is no weekday: statistics are published on one.")
        return dt.datetime.combine(day, self.publication_time, TIME_ZONE)

    def next_twelve_months(self, after: dt.date, *, is_public: bool = False) -> tuple[tuple[dt.date, str], ...]:
        """Return the planned days after a day and up to a year later, with their titles, in order.

        With `is_public` only those of publications for everybody.
        """
        found = [
            (each.day(year), each.title)
            for each in self.planned
            for year in (after.year, after.year + 1)
            if each.is_public or not is_public
        ]
        return tuple(sorted((day, title) for day, title in found if 0 < (day - after).days <= 365))


def programme_file() -> Path:
    """Return the file of the programme: VRP_PUBLICATION_FILE, by default `deploy/publication.toml`."""
    return Path(os.environ.get("VRP_PUBLICATION_FILE") or PROJECT / "deploy" / "publication.toml")


def read_programme(path: Path | None = None) -> Programme:
    """Read the programme. Raises ProgrammeError naming the file and what is wrong in it."""
    path = path or programme_file()
    try:
        held: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        found = Programme(
            contact=held["contact"],
            address=held["address"].rstrip("/"),
            licence=held["licence"],
            publication_time=dt.time.fromisoformat(held["publication_time"]),
            pre_release_access=tuple(PreReleaseAccess(**each) for each in held.get("pre_release_access", ())),
            planned=tuple(Planned(**each) for each in held.get("planned", ())),
        )
        for each in found.planned:
            if not 1 <= each.week <= 4:
                raise ValueError(f"the week of '{each.title}' is not 1 to 4")
            each.day(2024)
    except OSError as error:
        raise ProgrammeError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ProgrammeError(f"{path}: {error}. docs/operations.md#publish says what belongs there.") from error
    return found
