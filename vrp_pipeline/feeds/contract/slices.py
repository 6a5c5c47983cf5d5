"""Slices of a feed: the shares of a month that published figures rest on, each judged against its own history."""

from dataclasses import dataclass


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
    """Slices of a month that published figures rest on, so that each is judged against its own history.

    Those that follow no season and no fashion are `is_steady`: less of them may be missing.
    """

    name: str
    by: ValueOf | TierOf | DistrictOf | Having
    is_steady: bool = False
