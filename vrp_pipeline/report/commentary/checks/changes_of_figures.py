"""Whether the figures have changed as a piece of a sentence claims."""

import re

from vrp_pipeline.report.commentary.checks.pieces import Piece
from vrp_pipeline.report.commentary.claims import periods
from vrp_pipeline.report.commentary.claims.changes import directions
from vrp_pipeline.report.commentary.claims.unchanged import NO_CHANGE
from vrp_pipeline.report.commentary.subjects.marking import without_complements
from vrp_pipeline.report.commentary.subjects.printed_numbers import Subjects
from vrp_pipeline.report.commentary.subjects.subject import ELSEWHERE, EVERYWHERE
from vrp_pipeline.report.content.protected import ProtectedFigure


def change_not_in_the_figures(piece: Piece, subjects: Subjects) -> str | None:
    """Return why the figures do not support the change that a piece claims; None if they do, or if it claims none."""
    claimed = list(directions(piece.text, about_measure=bool(piece.subject.measures)))
    if not claimed:
        return None
    if not piece.is_known:
        return (
            "it claims a change of something that the publication has no figure of. Name the metric that is meant, or"
            " write it without a change."
        )
    if _is_of_other_years(piece.text, subjects):
        return (
            "it claims a change between years that the publication does not compare. It compares"
            f" {subjects.reading.financial_year} with {subjects.reading.base_year}."
        )
    if periods.names_a_part_of_a_year(piece.in_words[0]):
        return (
            "it claims a change of a part of the year. The publication compares whole years: say it of the year, or"
            " leave the month or season out."
        )
    allowed = frozenset.intersection(*claimed)
    meant = without_complements(piece.subject, piece.text, piece.marked)
    for figure in subjects.figures(meant):
        computed = _computed(figure)
        is_wide = bool({EVERYWHERE, ELSEWHERE} & set(meant.areas)) and allowed == {NO_CHANGE}
        if figure is None or (computed is None and not is_wide) or (computed or NO_CHANGE) not in allowed:
            return (
                f"it claims a change that the figures do not. {statement_of(figure)} Name the metric, district or kind"
                " that is meant, or say that there is no clear change."
            )
    return None


def _computed(figure: ProtectedFigure | None) -> int | None:
    """Return the direction of a figure's change; None if the publication does not assess it."""
    if figure is None or not figure.is_known:
        return None
    if figure.change is not None:
        return figure.change.direction
    return None if figure.value is None or figure.base_value is None else NO_CHANGE


def _is_of_other_years(text: str, subjects: Subjects) -> bool:
    """Return whether a change is claimed from or in a year that the publication does not compare."""
    reading = subjects.reading
    if periods.financial_years(text) - {reading.financial_year, reading.base_year}:
        return True
    base = rf"{reading.base_year[:4]}[-/](?:\d\d)?{reading.base_year[5:]}"
    rest = re.sub(rf"\bthan (?:in )?{base}|\d (?:[\w«»-]+ ){{0,2}}in {base}", " ", text, flags=re.IGNORECASE)
    return re.search(rf"\b(?:in|during|throughout) {base}", rest, re.IGNORECASE) is not None


def statement_of(figure: ProtectedFigure | None) -> str:
    """Return the name of a figure and what the publication says of it, or that it has no such figure."""
    if figure is None:
        return "The publication has no such figure."
    about = figure.area_name if figure.geography_level != "force" else figure.metric_name
    kind = f", {figure.category}" if (figure.breakdown or "all") != "all" else ""
    return f"{about}{kind}: {figure.statement or figure.status}"
