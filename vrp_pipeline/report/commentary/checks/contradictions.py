"""Whether a sentence contradicts the publication: by a change, a comparison, a percentage or a number.

Messages say what the figures say and never quote the refused text.
"""

from vrp_pipeline.report.commentary.checks.changes_of_figures import change_not_in_the_figures
from vrp_pipeline.report.commentary.checks.compared_figures import judged
from vrp_pipeline.report.commentary.checks.counts import count_not_printed
from vrp_pipeline.report.commentary.checks.percentages import percentage_not_printed
from vrp_pipeline.report.commentary.checks.pieces import Piece
from vrp_pipeline.report.commentary.claims.counted_numbers import NO_COUNT, PERCENT, numbers, with_digits, without
from vrp_pipeline.report.commentary.subjects.marking import Names
from vrp_pipeline.report.commentary.subjects.printed_numbers import Subjects
from vrp_pipeline.report.commentary.subjects.subject import Subject


def miscompared(sentence: str, subjects: Subjects, before: Subject) -> str | None:
    """Return how a sentence compares figures wrongly; None if it does not."""
    marked = subjects.marked(sentence)
    found = judged(marked, with_digits(marked.text), subjects, before)
    return next((each.wrong for each in found if each.wrong), None)


def contradiction(piece: Piece, subjects: Subjects) -> str | None:
    """Return how a piece contradicts the figures or discloses more than they do; None if it does neither."""
    return change_not_in_the_figures(piece, subjects) or number_not_printed(piece, subjects)


def number_not_printed(piece: Piece, subjects: Subjects) -> str | None:
    """Return which percentage or number of a piece is not printed of its subject; None if all are."""
    return percentage_not_printed(piece, subjects) or count_not_printed(piece, subjects)


def holds_a_number(text: str) -> bool:
    """Return whether a text gives any percentage or number of something counted, in digits or in words."""
    said = with_digits(Names().marked(text).text)
    return PERCENT.search(without(said, NO_COUNT[:1])) is not None or any(True for _ in numbers(said))
