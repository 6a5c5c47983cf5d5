"""Whether each number in a piece of a sentence is printed of its subject and year."""

import re
from dataclasses import replace

from vrp_pipeline.report.commentary.checks.pieces import Piece
from vrp_pipeline.report.commentary.claims import periods
from vrp_pipeline.report.commentary.claims.counted_numbers import FINANCIAL_YEAR, SCALES, numbers
from vrp_pipeline.report.commentary.claims.vocabulary import MEASURE
from vrp_pipeline.report.commentary.subjects.printed_numbers import Subjects


def count_not_printed(piece: Piece, subjects: Subjects) -> str | None:
    """Return that a number in a piece is not printed of its subject; None if all are."""
    if any(not _is_printed(held, piece, subjects) for held in numbers(piece.text)):
        return (
            "it gives a number that this publication does not print for its subject. Use the rounded number of the"
            " tables, or leave it out."
        )
    return None


def _is_printed(held: re.Match[str], piece: Piece, subjects: Subjects) -> bool:
    if not piece.is_known:
        return False
    number, scale = held[1].replace(",", ""), SCALES[(held[2] or "").casefold()]
    text, subject = piece.text, piece.subject
    counted = re.match(rf" (?:[\w-]+ )?({MEASURE})", text[held.end() :])
    measure = piece.marked.subject(counted[1]).measures[0] if counted else None
    units = {figure.unit for figure in subjects.figures(subject) if figure is not None}
    # 595 victims: a metric that counts victims is meant.
    is_its_unit = measure is not None and measure.breakdown == "unit" and measure.category in units
    if measure is not None and not (measure.is_general or is_its_unit):
        subject = replace(subject, measures=(measure,))
    elif all(measure.is_general for measure in subject.measures):
        subject = replace(subject, measures=(*subject.measures, *piece.beside))
    months = [number for number, _ in periods.months(text)]
    printed = subjects.counts(subject, _year_of(held, text), months, said=piece.in_words)
    places = len(number.partition(".")[2])
    return any(float(number) == (round(each / scale, places) if scale > 1 else each) for each in printed)


def _year_of(held: re.Match[str], text: str) -> str | None:
    """Return the financial year that the words assign to a number; None if they assign none."""
    after = re.match(
        rf"(?: [\w«»-]+){{0,4}}? (?:in|for|during) {FINANCIAL_YEAR.pattern[2:]}", text[held.end() :], re.IGNORECASE
    )
    if after:
        return f"{after[1]}-{after[2]}"
    leads = re.match(rf"\W*(?:in|for|during) {FINANCIAL_YEAR.pattern[2:]}", text, re.IGNORECASE)
    return f"{leads[1]}-{leads[2]}" if leads and len(list(numbers(text))) == 1 else None
