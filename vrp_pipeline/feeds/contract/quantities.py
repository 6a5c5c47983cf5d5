"""Quantities of a feed: those whose typical size is judged, and what tables of years and of rates must agree with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """A quantity of a row, of which the typical size is judged: in another unit it lies far from what it was.

    After chance, the typical value of a month may lie above or below the usual one by the factor `most` [P].
    """

    column: str
    most: float = 1.5


@dataclass(frozen=True)
class Lag:
    """Two times of a row that lie close to each other, each a moment or a day and a clock (`earlier`, `later`).

    After chance, the lower quartile of the minutes between them may lie `most` minutes from the usual one [P]: a clock
    in UTC beside a local one moves it by sixty in summer, of which chance in a small month explains a half.
    """

    earlier: tuple[str, ...]
    later: tuple[str, ...]
    most: float = 15.0

    @property
    def name(self) -> str:
        """The name of the later time, which tells the lag."""
        return self.later[-1]


@dataclass(frozen=True)
class Series:
    """The figure `column` of each area (`of`) and `period` of a table that tells its past again in each edition.

    The newest period may have from `least` to `most` of what the one before it had in the same areas [P], and neither
    the figures of it (`same`) nor those that the edition before told otherwise (`revised`) may be more than these
    shares of all [P]. `by_code` is a column of codes that the figures are divided by, none of which may rise or fall by
    more than the factor `most_of_code` [P]. Of figures that it told too, `moved` may be those of a neighbouring period
    there, and not of their own.
    """

    column: str
    of: str
    period: str
    by_code: str | None = None
    most_of_code: float = 3.0
    least: float = 0.75
    most: float = 1.35
    same: float = 0.2
    revised: float = 0.2
    moved: float = 0.2

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        return (self.column, self.of, self.period, *((self.by_code,) if self.by_code else ()))


@dataclass(frozen=True)
class Rates:
    """A rate of `count` in `population`, `per` so many people, with its limits: five columns of one row."""

    rate: str
    lower: str
    upper: str
    count: str
    population: str
    per: int

    @property
    def columns(self) -> tuple[str, str, str, str, str]:
        """The columns that it names."""
        return (self.rate, self.lower, self.upper, self.count, self.population)
