"""Columns of a row that must agree: two dates, or a rank and its decile."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InOrder:
    """Two date columns of a row of which `later` cannot lie before `earlier`, as a crime recorded before it began.

    A day is allowed: clocks of two systems differ, days are cut by UTC or by local time, and what ends after midnight
    often bears the date of its beginning. A pair in which people write one date long after the other (the paper of a
    referral after the first session) is no such pair.
    """

    earlier: str
    later: str


@dataclass(frozen=True)
class SameDay:
    """Two date columns of a row that tell of the same day; one day between them is allowed, as in `InOrder`."""

    one: str
    other: str


@dataclass(frozen=True)
class SameClock:
    """A column of times and one of moments of a row that tell the same clock, as that of a call.

    Half an hour between them is allowed; a clock in UTC and a local one differ by an hour in summer.
    """

    clock: str
    moment: str


@dataclass(frozen=True)
class Ranks:
    """Two columns of a row, its rank among `areas` areas and the decile of that rank, which rise together."""

    rank: str
    decile: str
    areas: int

    @property
    def columns(self) -> tuple[str, str]:
        """The columns that it names."""
        return (self.rank, self.decile)


@dataclass(frozen=True)
class OneRow:
    """Columns whose values happen once, whatever the keys say: a pupil is suspended once on a day.

    Of the date or time `day_of` the day counts. Beyond what is usual and chance, the share `most` of rows may have the
    values of another row (0 to 1) [P].
    """

    columns: tuple[str, ...]
    day_of: str | None = None
    most: float = 0.1

    @property
    def named(self) -> tuple[str, ...]:
        """All columns that it names."""
        return (*self.columns, *((self.day_of,) if self.day_of else ()))
