"""Words by people: foreword, why it changed, actions, recommendations, voices of young people, as Markdown files.

They are frozen with the version. Text is refused where it claims another direction or percentage than the figures,
gives a number that the publication does not print, or seems to tell of a person. What is refused is never quoted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from vrp_pipeline.report.protected import ProtectedFigure, ProtectedReading
from vrp_pipeline.report.screening import refuse_personal

# File names without `.md`, in the order of the page, and their headings.
PASSAGES = {
    "foreword": "Foreword",
    "why": "Why it changed",
    "actions": "What was done",
    "recommendations": "Recommendations",
    "voices": "Voices of young people",
}
_NEITHER = re.compile(
    r"no clear change|neither \w+ nor \w+|(?:did|has|have|had|was|were|is|are) not (?:clearly )?\w+|n[’']t \w+",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:fell|fallen|dropp?ed|decreased|declined|lower than|(?:went|was|were|is|are) down"
    r"|(?:a|an|the|this) (?:\w+ )?(?:fall|drop|decrease|decline|reduction) (?:in|of))\b",
    re.IGNORECASE,
)
_UP = re.compile(
    r"\b(?:rose|risen|increased|grew|grown|higher than|(?:went|was|were|is|are) up"
    r"|(?:a|an|the|this) (?:\w+ )?(?:rise|increase|growth) (?:in|of))\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|per cent|percent)", re.IGNORECASE)
# Years and ages are no counts.
_NO_COUNT = re.compile(
    r"\b(?:19|20)\d{2}(?:[-–/]\d{2})?\b|\b\d{1,2}-year"
    r"|\b(?:under|over|aged?|ages) \d{1,2}(?: (?:to|and|or) \d{1,2})?\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SENTENCE = re.compile(r"[^.!?\n]+(?:\.\d[^.!?\n]*)*[.!?\n]?")


class CommentaryError(ValueError):
    """A text that may not be published; the message names file, line and what the figures say, and quotes nothing."""


@dataclass(frozen=True)
class Passage:
    """One text by people: the name of its file, its heading, and its Markdown."""

    name: str
    heading: str
    text: str

    @property
    def html(self) -> Markup:
        """The text as HTML: paragraphs, lists, quotations and emphasis; no link, image or mark-up of its own."""
        renderer = MarkdownIt("zero").enable(["emphasis", "list", "blockquote"])
        return Markup(renderer.render(self.text))  # noqa: S704 - the preset escapes mark-up


def read_commentary(folder: Path) -> tuple[Passage, ...]:
    """Return the passages of a folder in the order of the page. Raises CommentaryError for another file in it."""
    if not folder.is_dir():
        return ()
    held = {path.name: path for path in folder.iterdir() if not path.name.startswith(".")}
    unknown = set(held) - {f"{name}.md" for name in PASSAGES}
    if unknown:
        expected = ", ".join(f"{name}.md" for name in PASSAGES)
        raise CommentaryError(f"{folder} holds {len(unknown)} other files. Expected are: {expected}.")
    return tuple(
        Passage(name, heading, held[f"{name}.md"].read_text(encoding="utf-8"))
        for name, heading in PASSAGES.items()
        if f"{name}.md" in held
    )


def check_commentary(passages: tuple[Passage, ...], reading: ProtectedReading) -> None:
    """Raise CommentaryError or PersonalTextError if a passage may not stand beside the figures of a reading."""
    printed = _printed(reading)
    for passage in passages:
        about = f"{passage.name}.md"
        refuse_personal(passage.text, about)
        for number, line in enumerate(passage.text.splitlines(), start=1):
            if line.lstrip().startswith("#"):
                raise CommentaryError(f"{about}, line {number}: headings are given; write text without them.")
            for sentence in _SENTENCE.findall(line):
                _check_sentence(sentence, reading, printed, f"{about}, line {number}")


def _check_sentence(sentence: str, reading: ProtectedReading, printed: set[float], where: str) -> None:
    figure = _subject(sentence, reading)
    claimed = set(_directions(sentence))
    if claimed:
        computed = figure.change.direction if figure is not None and figure.change is not None else 0
        if claimed != {computed}:
            raise CommentaryError(
                f"{where}: it claims a change that the figures do not. {_status(figure)} Name the metric, district or"
                " kind that is meant, or say that there is no clear change."
            )
    shares = {float(held) for held in _PERCENT.findall(sentence)}
    if wrong := [share for share in shares if not _is_printed_share(share, figure, reading)]:
        raise CommentaryError(f"{where}: {len(wrong)} percentage is not that of the figures. {_status(figure)}")
    counts = _NUMBER.findall(_NO_COUNT.sub(" ", _PERCENT.sub(" ", sentence)))
    if any(float(count.replace(",", "")) not in printed for count in counts):
        raise CommentaryError(
            f"{where}: it gives a number that this publication does not print. Use the rounded number of the tables,"
            " or leave it out."
        )


def _directions(sentence: str) -> Iterator[int]:
    rest = _NEITHER.sub(" ", sentence)
    if _DOWN.search(rest):
        yield -1
    if _UP.search(rest):
        yield 1
    if re.search("no clear change", sentence, re.IGNORECASE):
        yield 0


def _subject(sentence: str, reading: ProtectedReading) -> ProtectedFigure | None:
    """Return the figure a sentence is about: of a district or kind it names, of events, else the headline."""
    said = sentence.casefold()
    for figure in reading.figures:
        if figure.metric_id != "M1":
            continue
        is_area = figure.geography_level == "district" and (figure.breakdown or "all") == "all"
        name = figure.area_name if is_area else figure.category if figure.breakdown == "tier" else None
        if name and name.casefold() in said:
            return figure
    if re.search(r"\b(?:events?|workshops?)\b", said):
        return reading.figure("M9")
    return reading.figure("M1b") if "possession" in said else reading.figure("M1")


def _status(figure: ProtectedFigure | None) -> str:
    if figure is None:
        return "The publication has no such figure."
    about = figure.area_name if figure.geography_level != "force" else figure.metric_name
    kind = f", {figure.category}" if (figure.breakdown or "all") != "all" else ""
    return f"{about}{kind}: {figure.statement or figure.status}"


def _is_printed_share(share: float, figure: ProtectedFigure | None, reading: ProtectedReading) -> bool:
    given = [abs(figure.change_percent)] if figure is not None and figure.change_percent is not None else []
    given += [each.unknown_to_police_percent for each in reading.all_sources if each.unknown_to_police_percent]
    return any(share in (each, float(round(each))) for each in given)


def _printed(reading: ProtectedReading) -> set[float]:
    """Return every count the publication prints."""
    found: set[float] = set()
    for figure in (*reading.figures, *reading.base_figures):
        found |= {each for each in (figure.value, figure.base_value) if each is not None}
    for year in reading.all_sources:
        held = (year.lower_incidents, year.incidents, year.upper_incidents, year.unknown_to_police)
        found |= {float(each.number) for each in held if each is not None and each.number is not None}
    return found
