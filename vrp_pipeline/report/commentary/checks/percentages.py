"""Whether each percentage in a piece of a sentence is printed of its subject, or is a limit that printed ones keep."""

import re
from collections.abc import Iterator

from vrp_pipeline.report.commentary.checks.changes_of_figures import statement_of
from vrp_pipeline.report.commentary.checks.pieces import Piece
from vrp_pipeline.report.commentary.claims.changes import MULTIPLES, directions
from vrp_pipeline.report.commentary.claims.counted_numbers import NO_COUNT, PERCENT, without
from vrp_pipeline.report.commentary.claims.spelled_numbers import ABOUT
from vrp_pipeline.report.commentary.subjects.printed_numbers import Subjects

_LIMIT = re.compile(
    r"\b(?:(?P<above>more than|over|above|at least)|less than|fewer than|under|below|at most) $", re.IGNORECASE
)
_TOLERANCE = 2.0


def percentage_not_printed(piece: Piece, subjects: Subjects) -> str | None:
    """Return that a percentage in a piece is not printed of its subject; None if all are."""
    said = [(held[1], float(held[2])) for held in PERCENT.finditer(without(piece.text, NO_COUNT[:1]))]
    if any(True for _ in directions(piece.text, about_measure=True)):
        said += [(ABOUT, share) for pattern, share in MULTIPLES if pattern.search(piece.text) and not said]
    if not said:
        return None
    is_interval = re.search(r"\binterval\b|\bbetween\b", piece.text, re.IGNORECASE) is not None
    is_change = any(True for _ in directions(piece.text, about_measure=True))
    said_of_parts = None if is_change else piece.in_words
    printed = subjects.shares(piece.subject, with_limits=is_interval, said=said_of_parts) if piece.is_known else set()
    limits = dict(_limits(piece.text))
    if wrong := [share for share in said if not _is_true_share(*share, limits.get(share[1]), printed)]:
        found = subjects.figures(piece.subject) if piece.is_known else []
        told = " ".join(dict.fromkeys(map(statement_of, found)))
        return f"{len(wrong)} percentage is not that of the figures. {told}".rstrip()
    return None


def _limits(text: str) -> Iterator[tuple[float, bool]]:
    """Yield the percentages that a text gives as a limit, and whether the value is above it: more than half."""
    for held in PERCENT.finditer(without(text, NO_COUNT[:1])):
        if limit := _LIMIT.search(text[: held.start()]):
            yield float(held[2]), limit["above"] is not None


def _is_true_share(sign: str, share: float, is_above: bool | None, printed: set[float]) -> bool:
    """Return whether a share is printed, or is a limit that every printed share keeps."""
    if is_above is None:
        return _is_printed_share(sign, share, printed)
    return bool(printed) and all(abs(each) > share if is_above else abs(each) < share for each in printed)


def _is_printed_share(sign: str, share: float, printed: set[float]) -> bool:
    for each in printed:
        if sign == ABOUT and abs(share - abs(each)) <= _TOLERANCE:
            return True
        if share in (round(abs(each), 1), float(round(abs(each)))) and (
            sign not in "+-" or not sign or (sign == "-") == (each < 0)
        ):
            return True
    return False
