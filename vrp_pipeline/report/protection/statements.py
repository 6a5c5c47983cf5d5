"""The statement of a protected figure: its sentence, rewritten with protected numbers.

The statements of a release quote true counts. Statements about missing data keep their words without the numbers; a
number that remains is refused.
"""

import re

from vrp_pipeline.disclosure.rules import Shown
from vrp_pipeline.report import words
from vrp_pipeline.report.content.changes import SMALLEST_BASE, Measured
from vrp_pipeline.report.counts.figures import Figure, ReleaseContentError

NO_COMPARISON = "No comparison: "
OF_NO_AREA = f"{NO_COMPARISON}what has no area tells how well places are recorded."
# Phrases of `fct_metric_years`, `annual_metrics__months`, `rpt_all_source_incidents` that quote true counts or shares.
_QUOTING = (
    (
        re.compile(
            r"[\d,]+ (?:more )?(crimes|offences|events|admissions) of (\S+) have"
            r" (an offence code|no severity|no number of staff|no known method)"
        ),
        r"too many \1 of \2 have \3",
    ),
    (re.compile(r"only [\d.,]+% of the (\w+) of (\S+) could be placed"), r"too few of the \1 of \2 could be placed"),
    (
        re.compile(r"[\d,]+ of the [\d,]+ incidents of (\S+) could not be placed"),
        r"too many of the incidents of \1 could not be placed",
    ),
    (re.compile(r"the weapon of [\d,]+ crimes of"), "the weapon of too many crimes of"),
    (re.compile(r"the [\d,]+ (\w+) of (\S+) without an area"), r"the \1 of \2 without an area"),
    (re.compile(r" [\d,]+ more (?:crimes|offences|events|admissions) have [^.\d]+ and could belong here\."), ""),
)
# What a metric may have to count but cannot class, in the words of the macros in `wording`; for all others, crimes.
_UNCLASSED = {
    "M2": "admissions have no known method of admission",
    "M2b": "admissions have no known method of admission",
    "M7b": "offences have no severity on the scale of the Youth Justice Board",
    "M9": "events have no number of staff present",
}
# Numbers that may remain: years, months, months in words, and versions of definitions such as SV_HIOW v2.
_NO_COUNTS = re.compile(r"\b\d{4}-\d{2}\b|\b(?:19|20)\d{2}\b|\b[A-Z][A-Z0-9_]* v\d{1,2}\b")


def without_counts(text: str, about: str) -> str:
    """Return a text without the counts that it quotes.

    Raises ReleaseContentError, which does not quote the text, if any number other than a year, a month or a version of
    a definition remains.
    """
    for quoting, plain in _QUOTING:
        text = quoting.sub(plain, text)
    if re.search(r"\d", _NO_COUNTS.sub("", text)):
        raise ReleaseContentError(
            f"The words of {about} hold a number that no rule of disclosure control covers. Nothing was published."
        )
    return text


def statement(
    figure: Figure,
    value: Shown | None,
    base: Shown | None,
    unknown_codes: Shown | None,
    base_year: str,
    change: Measured | None,
    *,
    comparisons: int = 0,
    is_clear: bool = False,
    is_scattered_known: bool = True,
) -> str | None:
    """Return the statement of a figure of people, crimes or incidents; None if the release has none.

    `comparisons` is the number of areas adjusted together, 0 for a figure that is not adjusted; `is_clear` says whether
    the change is clear after the adjustment.
    """
    about = " / ".join(figure.key)
    told = figure.statement
    if value is None or figure.breakdown == "month":
        return None if told is None else without_counts(told, about)
    said, unit = number(value), figure.unit or "events"
    if figure.is_unlocated:
        found = f"{_counted(value, unit)}. {OF_NO_AREA}"
    elif told is not None and NO_COMPARISON in told:
        reason = without_counts(told[told.index(NO_COMPARISON) :], about)
        found = f"{_counted(value, unit)}. {reason}"
    elif base is None:
        found = f"{_counted(value, unit)}."
    elif change is not None:
        found = _changed(figure, said, number(base), base_year, change, comparisons, is_clear)
    else:
        found = (
            f"{words.sentence_case(number(base))} in {base_year} and {said} in {figure.financial_year} ({unit}): "
            f"{_why_no_change(value, base, is_scattered_known)}."
        )
    if unknown_codes is not None and unknown_codes.greatest > 0:
        more = "Some" if unknown_codes.is_hidden else words.count(unknown_codes.number or 0)
        found += f" {more} more {what_cannot_be_classed(figure.metric_id)} and could belong here."
    return found


def what_cannot_be_classed(metric_id: str) -> str:
    """Return what a metric may have to count but cannot class, and why: `crimes have an offence code that …`."""
    return _UNCLASSED.get(metric_id, "crimes have an offence code that is not known")


def number(shown: Shown) -> str:
    """Return a protected count in words: '345', or 'a confidential number'."""
    return "a confidential number" if shown.number is None else words.count(shown.number)


def _counted(shown: Shown, unit: str) -> str:
    return f"{words.sentence_case(number(shown))} {'of ' if shown.is_hidden else ''}{unit}"


def _why_no_change(value: Shown, base: Shown, is_scattered_known: bool) -> str:
    if value.is_hidden or base.is_hidden:
        return "no change is given beside a confidential number"
    if base.least < SMALLEST_BASE:
        at_most = "under" if (base.number or 0) < SMALLEST_BASE else "perhaps under"
        return f"the base is too small for a percentage ({at_most} {SMALLEST_BASE})"
    return "no change is judged" if is_scattered_known else "the release does not tell how much its months scatter"


def _changed(
    figure: Figure, said: str, base: str, base_year: str, change: Measured, comparisons: int, is_clear: bool
) -> str:
    interval = f"95% interval {words.percent(change.lower)} to {words.percent(change.upper)}"
    if is_clear:
        direction = "Down" if change.upper < 0 else "Up"
        size = words.percent(abs(change.percent)).lstrip("+")
        return f"{direction} {size} on {base_year}, from {base} to {said} {figure.unit} ({interval})."
    alone = change.upper < 0 or change.lower > 0
    after = f" after allowing for {comparisons} comparisons" if alone and comparisons else ""
    counts = f"{base} to {said} {figure.unit} ({words.percent(change.percent)}, {interval})"
    return f"No clear change on {base_year}{after}: {counts}."
