"""Columns of a feed: how each is headed, what its texts are in bronze, and what becomes of an identifier."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
