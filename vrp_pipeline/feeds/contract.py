"""The types from which contracts are built: columns, formats, periods, tolerances and feeds.

Declarations only. `landing` reads files, `ingest` conforms values, and `expectations/` holds the suites that judge a
partition; `generated` writes the part of a suite that follows from the contract.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class ColumnType(StrEnum):
    """How a delivered text is parsed, and hence its type in bronze."""

    TEXT = "text"
    INTEGER = "integer"
    APPROXIMATE_COUNT = "approximate count"  # "30", "approx 30", "20+": read as the whole number it names
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"  # HH:MM[:SS], kept as text HH:MM:SS: Parquet times are not read alike by every engine
    DATETIME = "datetime"  # local time of the partnership
    MONTH = "month"  # YYYY-MM, kept as text
    SHA256 = "digest of 64 hexadecimal digits"
    OFFENCE_CODE = "Home Office offence code"  # 008/06, 8/6 or 00806: kept as the five digits 00806


# Forms of kept texts. Codes are capitals and digits, so a name written as names are is none.
CODE = r"^[A-Z0-9][A-Z0-9./_-]{0,23}$"
SNOMED_CODES = r"^[0-9]{6,18}(?:[;,|] ?[0-9]{6,18})*$"
# ODS codes of trusts, sites and practices.
ORGANISATION_CODE = r"^[A-Z0-9]{3,9}$"


class Identifier(StrEnum):
    """Whether a column identifies a person: not, together with other columns (quasi), or by itself (direct)."""

    NONE = "none"
    QUASI = "quasi"
    DIRECT = "direct"


@dataclass(frozen=True)
class Keep:
    """The conformed value enters bronze."""


@dataclass(frozen=True)
class Drop:
    """The value is never ingested: addresses, names, free text."""


@dataclass(frozen=True)
class Encode(Drop):
    """Drop the value from bronze, but encode it in memory to link the records of one person across agencies.

    The encodings are keyed hashes under a key made for one comparison; neither is written to any file. Ingest reads the
    value too, to tell records made to test a system, and keeps nothing of it.
    """


@dataclass(frozen=True)
class Pseudonymise:
    """The value becomes a keyed pseudonym, equal in every feed that names the same `kind`."""

    kind: str


@dataclass(frozen=True)
class AgeAt:
    """A date of birth becomes the age in whole years on the date in column `event`, and a year of birth.

    `age` and `birth_year` describe the two bronze columns.
    """

    event: str
    age: str = "Age in whole years on the day of the event; null where unknown"
    birth_year: str = "Year of birth"


@dataclass(frozen=True)
class Coarsen:
    """A coordinate in metres becomes the middle of its square of `metres` a side.

    100 m is the resolution of the grid of small areas, and no household is alone in such a square.
    """

    metres: int = 100


Treatment = Keep | Drop | Pseudonymise | AgeAt | Coarsen


@dataclass(frozen=True, kw_only=True)
class Column:
    """One delivered column.

    `header` is the agency's own heading; `{yy}` in it stands for the two digits of a vintage (LAD24CD), and `|` parts
    the headings of different editions. `name` is the column's name in bronze. `codes` maps each permitted value to its
    meaning.
    A `required` column must hold a value in every row. A text of more than `max_length` characters is no value of its
    column, nor is one that holds a line break: both show that rows or cells ran together. A date or time tells of what
    has happened, so it cannot lie after the day the file came; one that tells of a plan or an expected end
    `may_lie_ahead`. A kept text that does not match the regular expression `form` is no value of its column either
    and goes nowhere; a suite that holds a column to a form instead has a reason of its own for it.
    """

    header: str
    name: str
    description: str
    type: ColumnType = ColumnType.TEXT
    unit: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    may_lie_ahead: bool = False
    max_length: int = 200
    form: str | None = None
    identifier: Identifier = Identifier.NONE
    treatment: Treatment = field(default_factory=Keep)

    @property
    def is_kept_date(self) -> bool:
        """Whether bronze holds a date, or a date and time, in this column."""
        return self.type in (ColumnType.DATE, ColumnType.DATETIME) and isinstance(self.treatment, Keep)

    def __post_init__(self) -> None:
        if self.identifier is Identifier.DIRECT and isinstance(self.treatment, Keep):
            raise ValueError(f"{self.name}: a direct identifier may not be kept; drop or pseudonymise it")


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


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person in a row, so that people known to several agencies can be counted.

    Each field names columns of the feed. The `key` identifies the person within the agency; its last column is a
    pseudonym, whose kind names the sort of number. `numbers` are further pseudonyms that other feeds carry too.
    Names, date of birth and postcode are read from the delivery and compared only as encodings; `full_name` is for a
    feed with forenames and surname in one column.
    """

    key: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    forename: str | None = None
    surname: str | None = None
    full_name: str | None = None
    born: str | None = None
    sex: str | None = None
    postcode: str | None = None

    @property
    def is_named(self) -> bool:
        """Whether the feed has a name; people without one are linked by numbers only."""
        return self.surname is not None or self.full_name is not None

    @property
    def encoded(self) -> tuple[str, ...]:
        """The columns read from the delivery again and compared as encodings; none if the feed has no name."""
        told = (self.forename, self.surname, self.full_name, self.born, self.postcode) if self.is_named else ()
        return tuple(name for name in told if name is not None)


# Formats of files ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Csv:
    """One comma-separated file, UTF-8 with or without a byte order mark, or Windows-1252."""


@dataclass(frozen=True)
class ZippedCsv:
    """A zip of CSV files. `member` is a pattern whose group `month` matches the month of a member.

    `beside` is a pattern of the members that the publisher puts beside them; any other member is refused, because it
    may be one of the feed under another name.
    """

    member: str
    beside: str


@dataclass(frozen=True)
class Xlsx:
    """A workbook with one table on `sheet`; title lines may stand above the headings.

    With `or_csv` the agency may also send the same table saved as CSV.
    """

    sheet: str
    or_csv: bool = False


@dataclass(frozen=True)
class XlsxSheets:
    """A workbook with the same table on several sheets; the column `sheet_name` holds the sheet of each row.

    Sheets without the headings (a cover, notes) are left alone. `sheet_name` names a bronze column of the contract
    whose header stands in no sheet. With `names`, a table on a sheet of any other name is refused.
    """

    sheet_name: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class XlsxPeriods:
    """A workbook whose table on `sheet` has a column a period: each of its cells below such a heading is a row.

    `heading` is the pattern that the headings of periods match as a whole, of which a new edition has more; the column
    `period` of the contract holds the heading in one spelling, and `value` the cell. Other columns (percentages) are
    left alone. Publishers number their sheets anew, so a line above the headings must match `title`.
    """

    sheet: str
    title: str
    heading: str
    period: str
    value: str


@dataclass(frozen=True)
class Json:
    """One JSON document with the list of records under the key `records`.

    Headers are paths of keys joined by dots (`place.lsoa_code`); lists of plain values are joined by `;`.
    """

    records: str


@dataclass(frozen=True)
class JsonLines:
    """One JSON object a line. Headers are paths of keys joined by dots, lists of plain values are joined by `;`.

    With `each` (`events.offences`) every element of that list, or of nested lists, is a row. All headers are full
    paths from the object: of enclosing values (`crn`, `events.index`) and of the element (`events.offences.offenceId`).
    """

    each: str | None = None


@dataclass(frozen=True)
class Xml:
    """One XML document without a DTD. Every element at `record` (`Message/Children/Child/CINdetails`) is a row.

    Headers are the paths of elements from the root (`Message/Children/Child/ChildIdentifiers/LAchildID`), each read
    from the row's own element or from one that encloses it; values of repeated elements are joined by `;`. `|`
    separates the names of an element in different editions of a return (`…/Sex|…/GenderCurrent`). An enclosing
    element without a record (a child without details) is a row whose cells of the record are blank.
    """

    record: str


@dataclass(frozen=True)
class ZippedXml:
    """A zip of XML documents, all parts of one return; `record` and headers as in `Xml`.

    `beside` names the root elements of documents that come with it and hold no rows of it; any other is refused.
    """

    record: str
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class GeoJson:
    """A FeatureCollection: the properties are columns, the geometry is the column `geometry`."""


Format = Csv | ZippedCsv | Xlsx | XlsxSheets | XlsxPeriods | Json | JsonLines | Xml | ZippedXml | GeoJson


# Periods: the time a delivery covers ------------------------------------------------------------------------


class Cadence(StrEnum):
    """How often the agency delivers."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    AS_ENTERED = "as entered"
    QUARTERLY = "quarterly"
    TERMLY = "termly"
    YEARLY = "yearly"


@dataclass(frozen=True)
class MonthOf:
    """A row belongs to the month of column `column`; a delivery restates at most `restates` whole spans.

    A span is a month or, where `span_ends` lists the last months (1 to 12) of quarters or terms, all months up to
    such an end: a quarter's return covers its three months, including those without a row. With `from_april` the
    delivery is a log of the year to date: it covers every month since the April before its newest row, including
    those without a row. A document that names its month under the key `document_month` covers that month alone, and
    proves a month without records (a nil return).
    """

    column: str
    restates: int = 1
    from_april: bool = False
    span_ends: tuple[int, ...] = ()
    document_month: str | None = None


@dataclass(frozen=True)
class MonthOfMember:
    """A row belongs to the month named by the zip member that holds it; only delivered members are covered.

    Rows that tell otherwise are put aside: those whose `month_column` (YYYY-MM) names another month, and those in
    which one of the `force_columns` names none of `forces`.
    """

    month_column: str | None = None
    force_columns: tuple[str, ...] = ()
    forces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edition:
    """A delivery of one edition (a year), not of months.

    The year is read from the headings, from an element or key of the document (`Message/Header/…/Year`) or, where
    the content has none, from the file name. The pattern's one group matches two or four digits.
    A return that `covers_financial_year` covers the twelve months up to March of its year. The date at
    `reference_date`, an element like that of the year, lies in the edition, and the date column `dates` has dates in
    it and hardly any after its end: a return whose header holds another year contradicts them.
    """

    heading: str | None = None
    element: str | None = None
    file_name: str | None = None
    covers_financial_year: bool = False
    reference_date: str | None = None
    dates: str | None = None


Period = MonthOf | MonthOfMember | Edition


# Slices ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ValueOf:
    """Slices by the value of a column, or by its first `length` characters (ICD-10 causes by three)."""

    column: str
    length: int | None = None


@dataclass(frozen=True)
class TierOf:
    """Slices by the tier of serious violence that a Home Office offence code in `column` belongs to."""

    column: str


@dataclass(frozen=True)
class DistrictOf:
    """Slices by district: of a small area's code, or of two coordinates (metres, or degrees with longitude first)."""

    columns: tuple[str, ...]


@dataclass(frozen=True)
class Having:
    """The one slice of rows whose `column`, or whose list in it joined by `;`, has the value `value`.

    For what decides whether a row counts (a status, a flag), where the other values are no slices: crimes are cancelled
    long after they were recorded, so the newest month has few cancelled ones.
    """

    column: str
    value: str


@dataclass(frozen=True)
class Slicing:
    """Slices of a month that published figures rest on, so that each is judged against its own history."""

    name: str
    by: ValueOf | TierOf | DistrictOf | Having


# Editions beside earlier ones ------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The figure `column` of each area (`of`), compared with earlier editions of the list over the same areas.

    Of a long table only rows with the values `where` count and, with `newest_of`, of its newest year. The sum may be
    from `least` to `most` of what it was: the residents of English districts changed by between -10 % and +22 % in the
    ten years between two censuses [K], so that a unit, a sex or areas left out lie beyond. `parts` are the columns
    (ages) that the figure is made of; the share of each may rise or fall by the factor `most_of_part`. Neighbouring
    ages differ by at most 1.31 in Hampshire in mid-2020 (73 and 74), which moves by one age a year, and those aged 90
    and over are 3.9 times those aged 89.
    """

    column: str
    of: str
    where: Mapping[str, str] = field(default_factory=dict)
    newest_of: str | None = None
    parts: tuple[str, ...] = ()
    least: float = 0.75
    most: float = 1.3
    most_of_part: float = 1.6

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it names."""
        return (self.column, self.of, *self.where, *self.parts, *((self.newest_of,) if self.newest_of else ()))


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


# Tolerances ----------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Tolerances:
    """Shares (0 to 1) of rows that may fail an expectation of the contract before the partition is held.

    `faults` applies to unreadable values, blanks in required columns, conflicting rows and dates that contradict each
    other. `codes` applies to unknown codes and `without_month` to rows of a delivery without a readable month; both
    default to `faults`, and a value of their own needs a `reason`. `copies` may be most rows: a file with every row
    five times counts each once. The observation behind `faults` is in the suite, under `meta.tolerances`.

    A slice (see `Slicing`) may hold from `least_of_slice` to `most_of_slice` of its usual rows, after chance. In 15
    real Hampshire months no district and no crime type lay above 1.46 or below 0.6.

    Months that are delivered again may together hold from `least_of_restated` of the rows delivered before, after room
    for a few corrections: a filter that was left on makes all months of an extract smaller alike. Without it a smaller
    delivery replaces a larger one.

    `keys_of_months_before` is the share of a month's keys that may be those of one of the twelve months before, where a
    row is an event: a month that is sent again under other dates has them all. Without it keys are not compared: the
    same people stand in every snapshot.

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
    least_of_restated: float | None = 0.95
    keys_of_months_before: float | None = None
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


@dataclass(frozen=True, kw_only=True, eq=False)
class Feed:
    """The contract of one table of one agency: `agency__table` everywhere.

    `row` says what one row is, as in "one crime and victim". `natural_key` names the bronze columns that identify a
    row. Where `key_may_be_blank`, a row without it is identified by the hash of its whole content and the number of
    that occurrence, so that identical rows which are separate events are kept. `due_days` is how long after the end of
    a month (or edition year) the delivery is expected, `first_month` the first month an agency that joined later
    delivers: nothing is due before it. In a row where one of the `restricted_by` columns (Boolean) is not false, the
    person is restricted: nothing about them enters bronze, and their key's pseudonym links with nothing. `people`
    lists the persons in a row. Where several senders (hospitals, authorities) each deliver their own month, the bronze
    column `sender` names who a row is from, and a delivery replaces the rows of its senders alone. `in_order` lists the
    pairs of dates of a row that can only be in one order, and `same_day` those that tell of the same day; a row in
    which they are not is put aside. `totals` is what editions of a list are compared by, `ranks` two columns of which
    one follows from the other.
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
    key_may_be_blank: bool = False
    restricted_by: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    first_month: str | None = None
    tolerances: Tolerances = field(default_factory=Tolerances)
    slices: tuple[Slicing, ...] = ()
    sender: str | None = None
    in_order: tuple[InOrder, ...] = ()
    same_day: tuple[SameDay, ...] = ()
    totals: Totals | None = None
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
        wanted = [*self.natural_key, *self.restricted_by]
        wanted += [self.sender] if self.sender else []
        if isinstance(self.period, MonthOf):
            wanted.append(self.period.column)
        elif isinstance(self.period, Edition) and self.period.dates:
            wanted.append(self.period.dates)
        wanted += [column.treatment.event for column in self.columns if isinstance(column.treatment, AgeAt)]
        for person in self.people:
            wanted += [*person.key, *person.numbers, *person.encoded, *filter(None, (person.born, person.sex))]
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
