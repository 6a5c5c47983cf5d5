"""Comparison of a file's headings with a contract: which feed a table is, or how it differs from one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from vrp_pipeline.feeds.contract import Column, Feed, XlsxSheets


@dataclass(frozen=True)
class HeadingMatch:
    """The match of a file's headings with a contract: the column of each heading, and what is unmatched in either."""

    feed: Feed
    column_of: dict[str, str]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        """Whether every column of the contract occurs once, and nothing else does."""
        return not self.missing and not self.unexpected

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
        return " and ".join(parts)


def compare(feed: Feed, headings: Sequence[str]) -> HeadingMatch:
    """Return the match of `headings`, in any order, with the feed's contract."""
    column_of: dict[str, str] = {}
    unexpected = []
    found = set()
    for heading in headings:
        name = next((name for pattern, name in _patterns(feed) if pattern.fullmatch(heading.strip())), None)
        if name is None or name in found:
            unexpected.append(heading)
        else:
            found.add(name)
            column_of[heading] = name
    expected = columns_of_sheet(feed)
    missing = tuple(column.header.replace("{yy}", "…") for column in expected if column.name not in found)
    return HeadingMatch(feed, column_of, missing, tuple(unexpected))


def columns_of_sheet(feed: Feed) -> tuple[Column, ...]:
    """Return the columns of the table itself: the name of a sheet is a column of the contract, but not of the sheet."""
    if isinstance(feed.format, XlsxSheets):
        return tuple(column for column in feed.columns if column.name != feed.format.sheet_name)
    return feed.columns


@lru_cache(maxsize=128)
def _patterns(feed: Feed) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(re.escape(column.header).replace(r"\{yy\}", r"\d\d")), column.name)
        for column in columns_of_sheet(feed)
    )


def _quoted(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:6])
    return shown + (f" and {len(names) - 6} more" if len(names) > 6 else "")
