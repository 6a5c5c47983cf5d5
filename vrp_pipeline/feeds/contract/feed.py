"""The feed: everything that one agency delivers in one table, declared once."""

from dataclasses import dataclass, field
from functools import cached_property

from vrp_pipeline.feeds.contract.agreement import InOrder, OneRow, Ranks, SameClock, SameDay
from vrp_pipeline.feeds.contract.columns import AgeAt, Column, Keep, Pseudonymise
from vrp_pipeline.feeds.contract.formats import Format, Xlsx, XlsxPeriods, XlsxSheets
from vrp_pipeline.feeds.contract.people import Person
from vrp_pipeline.feeds.contract.periods import Cadence, Edition, MonthOf, Period
from vrp_pipeline.feeds.contract.quantities import Lag, Level, Rates, Series
from vrp_pipeline.feeds.contract.slices import Slicing
from vrp_pipeline.feeds.contract.tolerances import Tolerances
from vrp_pipeline.feeds.contract.totals import Totals


@dataclass(frozen=True, kw_only=True, eq=False)
class Feed:
    """The contract of one table of one agency: `agency__table` everywhere.

    `row` says what one row is, as in "one crime and victim". `natural_key` names the bronze columns that identify a
    row; `references` are further numbers of the agency's records, which an export made anew may change. Where
    `key_may_be_blank`, a row without it is identified by the hash of its whole content and the number of that
    occurrence, so that identical rows which are separate events are kept. `due_days` is how long after the end of a
    month (or edition year) the delivery is expected, `first_month` the first month an agency that joined later
    delivers: nothing is due before it. In a row where one of the `restricted_by` columns (Boolean) is not false, the
    person is restricted: nothing about them enters bronze, and their key's pseudonym links with nothing. `people` lists
    the persons in a row. Where several senders (hospitals, authorities) each deliver their own month, the bronze column
    `sender` names who a row is from, and a delivery replaces the rows of its senders alone. `in_order` lists the pairs
    of dates of a row that can only be in one order, `same_day` those that tell of the same day and `same_clock` those
    of the same time; a row in which they are not is put aside. `one_row` names the columns whose values happen once
    under whatever keys, `levels` quantities and `lags` times between two columns whose typical size is judged. `totals`
    is what editions of a list are compared by, `series` the figures of a table with several periods, `rates` and
    `ranks` columns of which one follows from the others.
    """

    agency: str
    table: str
    title: str
    description: str
    row: str
    source: str
    columns: tuple[Column, ...]
    format: Format
    period: Period
    cadence: Cadence
    due_days: int
    natural_key: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    key_may_be_blank: bool = False
    restricted_by: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    first_month: str | None = None
    tolerances: Tolerances = field(default_factory=Tolerances)
    slices: tuple[Slicing, ...] = ()
    levels: tuple[Level, ...] = ()
    lags: tuple[Lag, ...] = ()
    sender: str | None = None
    in_order: tuple[InOrder, ...] = ()
    same_day: tuple[SameDay, ...] = ()
    same_clock: tuple[SameClock, ...] = ()
    one_row: OneRow | None = None
    totals: Totals | None = None
    series: Series | None = None
    rates: Rates | None = None
    ranks: Ranks | None = None

    @property
    def name(self) -> str:
        """The name of the feed, its suite and its fixture, as `police__offences`."""
        return f"{self.agency}__{self.table}"

    @property
    def is_monthly(self) -> bool:
        """Whether the feed is stored by month; otherwise it is stored by edition."""
        return not isinstance(self.period, Edition)

    @property
    def is_in_calendar(self) -> bool:
        """Whether the feed covers months: a yearly return covers twelve, reference data none."""
        return not isinstance(self.period, Edition) or self.period.covers_financial_year

    @property
    def holds_plans(self) -> bool:
        """Whether rows may lie ahead of the day they came, so that a month fills until it is over."""
        return isinstance(self.period, MonthOf) and self.by_name[self.period.column].may_lie_ahead

    @property
    def people_with_births(self) -> tuple[Person, ...]:
        """The people of whom a row tells when they were born: by date or by age."""
        return tuple(person for person in self.people if person.born or person.age)

    @property
    def is_workbook(self) -> bool:
        """Whether the feed is delivered as a workbook, in which dates may be numbers of days."""
        return isinstance(self.format, Xlsx | XlsxSheets | XlsxPeriods)

    @property
    def has_sheet_per_sender(self) -> bool:
        """Whether the sheets of a workbook are those of the senders, so that one can be copied from another."""
        return isinstance(self.format, XlsxSheets) and self.sender == self.format.sheet_name

    @property
    def partition_name(self) -> str:
        """The name of the folder level under the table: `month=2024-05` or `edition=2024`."""
        return "month" if self.is_monthly else "edition"

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by their name in bronze."""
        return {column.name: column for column in self.columns}

    @cached_property
    def person_numbers(self) -> dict[str, str]:
        """The columns that hold numbers of people, with the kind of number, as `nhs_number`."""
        return {
            column.name: column.treatment.kind for column in self.columns if isinstance(column.treatment, Pseudonymise)
        }

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        wanted = [*self.natural_key, *self.references, *self.restricted_by]
        wanted += [self.sender] if self.sender else []
        if isinstance(self.period, MonthOf):
            wanted.append(self.period.column)
        elif isinstance(self.period, Edition) and self.period.dates:
            wanted.append(self.period.dates)
        wanted += [column.treatment.event for column in self.columns if isinstance(column.treatment, AgeAt)]
        for person in self.people:
            wanted += [*person.key, *person.numbers, *person.encoded]
            wanted += filter(None, (person.born, person.age, person.sex))
        wanted += [level.column for level in self.levels]
        wanted += [name for lag in self.lags for name in (*lag.earlier, *lag.later)]
        wanted += [name for same in self.same_clock for name in (same.clock, same.moment)]
        wanted += [*(self.one_row.named if self.one_row else ())]
        wanted += [*(self.series.columns if self.series else ()), *(self.rates.columns if self.rates else ())]
        wanted += [*(self.totals.columns if self.totals else ()), *(self.ranks.columns if self.ranks else ())]
        if len(set(names)) != len(names) or not set(wanted) <= set(names):
            raise ValueError(
                f"{self.name}: column names repeat, or a key, period, event, person or figure is not a column"
            )
        if self.sender and not isinstance(self.by_name[self.sender].treatment, Keep):
            raise ValueError(f"{self.name}: the sender of a row stands in bronze as it came")
        dates = [name for pair in self.in_order for name in (pair.earlier, pair.later)]
        dates += [name for pair in self.same_day for name in (pair.one, pair.other)]
        if not all(name in names and self.by_name[name].is_kept_date for name in dates):
            raise ValueError(f"{self.name}: dates in order or of the same day are two that enter bronze")
        for person in self.people:
            numbers = [self.by_name[name].treatment for name in (person.key[-1], *person.numbers)]
            if not all(isinstance(treatment, Pseudonymise) for treatment in numbers):
                raise ValueError(f"{self.name}: a person is known by pseudonyms, and {person.key} is none")
