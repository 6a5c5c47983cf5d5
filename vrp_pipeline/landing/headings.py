"""Comparison of a file's headings with a contract: whether a table is of the feed, or how it differs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from vrp_pipeline.feeds.contract.columns import Column
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import XlsxPeriods, XlsxSheets

# Stands before the headings of a file that was joined to another.
BOM = "\ufeff"


@dataclass(frozen=True)
class HeadingMatch:
    """The match of a file's headings with a contract: the column of each heading, and what is unmatched in either.

    `repeated` are headings that name a column of the contract a second time. Blank headings match nothing; whether such
    a column is blank throughout is decided by the reader.
    """

    feed: Feed
    column_of: dict[str, str]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    repeated: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether every column of the contract occurs once, and nothing else does.

        Reference data may have further columns: the portal of the Office for National Statistics adds some of its own.
        """
        return not self.missing and not self.repeated and (self.feed.agency == "reference" or not self.unexpected)

    @property
    def likeness(self) -> float:
        """Share (0 to 1) of matched columns among all columns of the contract or the file."""
        return len(self.column_of) / (len(self.column_of) + len(self.missing) + len(self.unexpected))

    @property
    def difference(self) -> str:
        """The difference in words."""
        if len(self.missing) == len(self.unexpected) == 1:
            missing, unexpected = self.missing[0], self.unexpected[0]
            return f"column '{missing}' is missing and '{unexpected}' is not expected: perhaps it was renamed"
        parts = []
        if self.missing:
            parts.append(f"missing column{'s' * (len(self.missing) > 1)} {_quoted(self.missing)}")
        if self.unexpected:
            parts.append(f"unexpected column{'s' * (len(self.unexpected) > 1)} {_quoted(self.unexpected)}")
        if self.repeated:
            parts.append(f"column{'s' * (len(self.repeated) > 1)} {_quoted(self.repeated)} twice")
        return " and ".join(parts)


def compare(feed: Feed, headings: Sequence[str]) -> HeadingMatch:
    """Return the match of `headings`, in any order, with the feed's contract.

    Case, blanks, underscores and hyphens do not count: one table is published with headings in several spellings.
    """
    column_of: dict[str, str] = {}
    unexpected, repeated = [], []
    found = set()
    for heading in headings:
        plain = _plain(heading)
        if not plain:
            continue
        exact, patterns = _names(feed)
        name = exact.get(plain) or next((name for pattern, name in patterns if pattern.fullmatch(plain)), None)
        if name is None:
            unexpected.append(heading)
        elif name in found:
            repeated.append(heading)
        else:
            found.add(name)
            column_of[heading] = name
    promised = columns_of_sheet(feed)
    missing = tuple(column.header.split("|")[0].replace("{yy}", "…") for column in promised if column.name not in found)
    return HeadingMatch(feed, column_of, missing, tuple(unexpected), tuple(repeated))


def are_in_another_order(headings: Sequence[str], cells: Sequence[str | None]) -> bool:
    """Return whether the cells of a row are the headings again, or most of them, but not each in its own column.

    `cells` has one for each of `headings`. A table below whose columns are in another order would be read under the
    headings of the first.
    """
    told = _told_again(headings, cells)
    return 2 * len(told) >= len(headings) and any(name != cell for name, cell in told)


def are_headings(headings: Sequence[str], cells: Sequence[str | None]) -> bool:
    """Return whether the cells of a row are the headings again, or most of them, in any order."""
    return 2 * len(_told_again(headings, cells)) >= len(headings)


def _told_again(headings: Sequence[str], cells: Sequence[str | None]) -> list[tuple[str, str]]:
    """Return the cells that are a heading, each with the heading of its own column."""
    names = [_plain(heading) for heading in headings]
    again = [_plain(cell or "") for cell in cells[: len(names)]]
    return [(name, cell) for name, cell in zip(names, again, strict=False) if cell and cell in names]


def spellings(headings: Sequence[str]) -> list[str]:
    """Return the texts by which a cell may name one of the headings, to look for such cells in a column at once."""
    texts = {text for each in headings for text in (each, each.lower(), each.upper())}
    return sorted(texts | {BOM + text for text in texts})


def columns_of_sheet(feed: Feed) -> tuple[Column, ...]:
    """Return the columns of the table itself that have a heading of their own.

    The name of a sheet, and the headings and cells of periods, are columns of the contract, but not of the sheet.
    """
    match feed.format:
        case XlsxSheets(sheet_name=name):
            others: tuple[str, ...] = (name,)
        case XlsxPeriods(period=period, value=value):
            others = (period, value)
        case _:
            return feed.columns
    return tuple(column for column in feed.columns if column.name not in others)


@lru_cache(maxsize=128)
def _names(feed: Feed) -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """Return the columns by plain heading, and those whose heading has a vintage with its pattern."""
    columns = columns_of_sheet(feed)
    exact = {
        _plain(spelling): column.name
        for column in columns
        if "{yy}" not in column.header
        for spelling in column.header.split("|")
    }
    patterns = [
        (re.compile(r"\d\d".join(re.escape(_plain(part)) for part in column.header.split("{yy}"))), column.name)
        for column in columns
        if "{yy}" in column.header
    ]
    return exact, tuple(patterns)


@lru_cache(maxsize=4096)
def _plain(heading: str) -> str:
    return re.sub(r"[\s_\-\u200b\ufeff]+", "", heading).casefold()


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:6])
    return shown + (f" and {len(names) - 6} more" if len(names) > 6 else "")
