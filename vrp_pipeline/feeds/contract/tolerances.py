"""Tolerances: how much of a partition may fail the expectations of its contract before it is held."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Tolerances:
    """Shares (0 to 1) of rows that may fail an expectation of the contract before the partition is held.

    `faults` applies to unreadable values, blanks in required columns, conflicting rows and dates that contradict each
    other. `codes` applies to unknown codes and `without_month` to rows of a delivery without a readable month; both
    default to `faults`, and a value of their own needs a `reason`. `copies` may be most rows: a file with every row
    five times counts each once. The observation behind `faults` is in the suite, under `meta.tolerances`.

    A slice (see `Slicing`) may hold from `least_of_slice` to `most_of_slice` of its usual rows, considering chance. In
    15 real Hampshire months no district and no crime type lay above 1.6 or below 0.6. One that is steady may hold from
    `least_of_steady_slice` to `most_of_steady_slice`: in these months each district had 0.82 to 1.25 of its usual
    crimes.

    Months that are delivered again may together hold from `least_of_restated` of the rows delivered before, after room
    for a few corrections: a filter that was left on makes all months of an extract smaller alike. Without it a smaller
    delivery replaces a larger one.

    `keys_of_months_before` is the share of a month's keys that may be those of one of the twelve months before, where a
    row is an event: a month that is sent again under other dates has them all. Without it keys are not compared: the
    same people stand in every snapshot.

    `rows_alike` is the share of a month's rows that may, beyond what is usual and chance, be like other rows of the
    month or of one of the twelve before in all but keys and dates: an export made anew may number its rows anew.
    Without it rows are not compared: the sessions of a course are alike.

    `empty_months` are the months of the year (1 to 12) in which nothing need happen, as in August, when schools are
    closed; their volume is not judged from below.

    `days_without_rows` is how many days in a row may be without a row where chance does not explain it: few where
    something happens on every day of the year, more where offices close at Christmas. Without it days are not judged:
    schools have holidays, and a count of people is taken on one day.
    """

    faults: float = 0.0
    codes: float | None = None
    without_month: float | None = None
    copies: float = 0.8
    least_of_slice: float = 0.6
    most_of_slice: float = 1.6
    least_of_steady_slice: float = 0.7
    most_of_steady_slice: float = 1.5
    least_of_restated: float | None = 0.95
    keys_of_months_before: float | None = None
    rows_alike: float | None = None
    empty_months: tuple[int, ...] = ()
    days_without_rows: int | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if (self.codes is not None or self.without_month is not None) and not self.reason:
            raise ValueError("a tolerance that differs from that of faults needs a reason")

    @property
    def of_codes(self) -> float:
        """The share of rows that may hold an unknown code."""
        return self.faults if self.codes is None else self.codes

    @property
    def of_rows_without_month(self) -> float:
        """The share of a delivery's rows that may have no readable month, 0 to 1."""
        return self.faults if self.without_month is None else self.without_month
