"""Tables with a column a period, as statistical offices publish series: each cell of such a column becomes a row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vrp_pipeline.feeds.contract.formats import XlsxPeriods
from vrp_pipeline.landing.refusal import RefusedError

# A mark that points to a footnote, as in "Apr 2019 to Mar 2020 [note 3]".
NOTE = re.compile(r"\s*\[notes?\b[^\]]*\]", re.IGNORECASE)


@dataclass(frozen=True)
class PeriodColumns:
    """The columns of a sheet that hold periods: the heading of each in one spelling, and its position from 0."""

    names: tuple[str, ...]
    positions: tuple[int, ...]


def spelt(heading: Any) -> str:
    """Return a heading in one spelling: without marks of footnotes, its line breaks and blanks as one blank."""
    return " ".join(NOTE.sub("", str(heading)).split())


def is_period(form: XlsxPeriods, heading: Any) -> bool:
    """Return whether a heading is one of the format's periods."""
    return re.fullmatch(form.heading, spelt(heading), re.IGNORECASE) is not None


def find_line(form: XlsxPeriods, lines: Sequence[Sequence[Any]]) -> int | None:
    """Return the index of the line with most headings of periods; None if no line has one."""
    found = [sum(is_period(form, cell) for cell in line) for line in lines]
    return found.index(max(found)) if any(found) else None


def period_columns(
    form: XlsxPeriods, path: Path, sheet: str, headings: Sequence[str], above: Sequence[Sequence[Any]]
) -> PeriodColumns:
    """Return the columns of periods among `headings`, with the lines `above` them.

    Raises RefusedError if no line above is the title of the table, or if two columns are of one period.
    """
    if not any(re.search(form.title, str(cell), re.IGNORECASE) for line in above for cell in line):
        raise RefusedError(
            path,
            f"no line above the headings of sheet '{sheet}' tells of '{form.title}': perhaps it is another table.",
            "Look for the table in this edition; if its sheet has another number now, change the contract.",
        )
    held = {position: spelt(heading) for position, heading in enumerate(headings) if is_period(form, heading)}
    names = tuple(held.values())
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise RefusedError(
            path,
            f"sheet '{sheet}' has two columns headed '{twice[0]}'.",
            "Download the file again, or ask which of them counts.",
        )
    return PeriodColumns(names, tuple(held))
