"""Words by people: foreword, why it changed, actions, recommendations, voices of young people, as Markdown files.

They are frozen with the version. Text is refused where it claims another direction or percentage than the figures,
gives a number that the publication does not print, or seems to tell of a person. What is refused is never quoted.
"""

import calendar
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
# Years and ages are no counts: a bare year only after a word that leads to one, and not where it says how far.
_MONTHS = "|".join(calendar.month_name[1:])
_CHANGED = "fell rose fallen risen dropped increased decreased declined grew grown down up"
_NOT_HOW_FAR = "".join(f"(?<!{verb} )" for verb in _CHANGED.split())
_NO_COUNT = re.compile(
    r"\b(?:19|20)\d{2}[-–/]\d{2}\b|\b\d{1,2}-year"
    rf"|\b{_NOT_HOW_FAR}(?:in|of|since|by|from|to|between|until|{_MONTHS}) (?:19|20)\d{{2}}\b"
    r"(?: and (?:19|20)\d{2}\b)?"
    r"|\b(?:under|over)[- ]\d{1,2}s\b|\bage[ds]? (?:under |over )?\d{1,2}(?: (?:to|or) \d{1,2})?\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_SENTENCE = re.compile(r"[^.!?]+(?:\.\d[^.!?]*)*[.!?]?")


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
        return Markup(_markdown().render(self.text))  # noqa: S704 - the preset escapes mark-up

    @property
    def sentences(self) -> Iterator[tuple[int, str]]:
        """The sentences as they are read, each with the line it begins in.

        An end of a line ends none, and words that lead into a list are said of each of its items.
        """
        lead, depth = "", 0
        for token in _markdown().parse(self.text):
            depth += (token.type == "list_item_open") - (token.type == "list_item_close")
            if token.type != "inline":
                continue
            said = "".join("\n" if each.type == "softbreak" else each.content for each in token.children or ())
            first = token.map[0] + 1 if token.map else 1
            found = list(_SENTENCE.finditer(said))
            for place, each in enumerate(found):
                begins = each.start() + len(each[0]) - len(each[0].lstrip())
                leading = lead if depth and place == 0 else ""
                yield first + said.count("\n", 0, begins), " ".join(f"{leading} {each[0]}".split())
            if not depth:
                lead = found[-1][0] if found and found[-1][0].rstrip()[-1:] not in (".", "!", "?") else ""


def read_commentary(folder: Path) -> tuple[Passage, ...]:
    """Return the passages of a folder in the order of the page.

    Raises CommentaryError for another file in it and for a file that is not UTF-8.
    """
    if not folder.is_dir():
        return ()
    held = {path.name: path for path in folder.iterdir() if not path.name.startswith(".")}
    unknown = set(held) - {f"{name}.md" for name in PASSAGES}
    if unknown:
        expected = ", ".join(f"{name}.md" for name in PASSAGES)
        raise CommentaryError(f"{folder} holds {len(unknown)} other files. Expected are: {expected}.")
    return tuple(
        Passage(name, heading, _read(held[f"{name}.md"])) for name, heading in PASSAGES.items() if f"{name}.md" in held
    )


def _markdown() -> MarkdownIt:
    return MarkdownIt("zero").enable(["emphasis", "list", "blockquote"])


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise CommentaryError(f"{path}, line {line}: it is not UTF-8. Save it as UTF-8, then run again.") from error


def check_commentary(passages: tuple[Passage, ...], reading: ProtectedReading) -> None:
    """Raise CommentaryError or PersonalTextError if a passage may not stand beside the figures of a reading."""
    printed = _printed(reading)
    for passage in passages:
        about = f"{passage.name}.md"
        refuse_personal(passage.text, about)
        for number, line in enumerate(passage.text.splitlines(), start=1):
            if line.lstrip().startswith("#"):
                raise CommentaryError(f"{about}, line {number}: headings are given; write text without them.")
        for number, sentence in passage.sentences:
            _check_sentence(sentence, reading, printed, f"{about}, line {number}")


def _check_sentence(sentence: str, reading: ProtectedReading, printed: set[float], where: str) -> None:
    figures = _subjects(sentence, reading)
    claimed = set(_directions(sentence))
    for figure in figures if claimed else ():
        computed = figure.change.direction if figure is not None and figure.change is not None else 0
        if claimed != {computed}:
            raise CommentaryError(
                f"{where}: it claims a change that the figures do not. {_status(figure)} Name the metric, district or"
                " kind that is meant, or say that there is no clear change."
            )
    shares = {float(held) for held in _PERCENT.findall(sentence)}
    if wrong := [share for share in shares if not _is_printed_share(share, figures, reading)]:
        raise CommentaryError(
            f"{where}: {len(wrong)} percentage is not that of the figures. {' '.join(map(_status, figures))}"
        )
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


def _subjects(sentence: str, reading: ProtectedReading) -> list[ProtectedFigure | None]:
    """Return every figure a sentence is about: those of areas, kinds and metrics it names, else the headline."""
    said = sentence.replace("’", "'").casefold()
    said, without = re.subn(r"\b(?:excluding|without) (?:weapon )?possession\b", " ", said)
    found: list[ProtectedFigure | None] = [reading.figure("M1b")] if without else []
    # The longest first, so that a name within another is not taken for itself.
    for name, figure in sorted(_names(reading), key=lambda each: -len(each[0])):
        pattern = _as_spoken(name)
        if pattern.search(said):
            said = pattern.sub(" ", said)
            found += [figure] if figure is not None and figure not in found else []
    if "possession" in said:
        found.append(reading.figure("M1b"))
    if not found and re.search(r"\b(?:events?|workshops?)\b", said):
        found.append(reading.figure("M9"))
        return [*found, reading.figure("M1")] if "violence" in said else found
    return found or [reading.figure("M1")]


def _names(reading: ProtectedReading) -> Iterator[tuple[str, ProtectedFigure | None]]:
    """Yield how figures may be named; the whole area is None, because its name leaves the headline meant."""
    for figure in reading.figures:
        breakdown, name = figure.breakdown or "all", figure.area_name or ""
        if figure.geography_level == "force" and breakdown == "all":
            yield from ((name, None), (name.replace(" the ", " "), None))
            if figure.metric_id != "M1":
                yield figure.metric_name or "", figure
        elif figure.metric_id == "M1" and breakdown == "tier":
            yield figure.category or "", figure
        elif figure.metric_id == "M1" and breakdown == "all" and figure.geography_level == "district":
            yield from ((each, figure) for each in {name, *name.split(" and ")})


def _as_spoken(name: str) -> re.Pattern[str]:
    """Return a pattern of a name as whole words, each also in the plural."""
    words = name.replace("’", "'").casefold().split()
    if not words:
        return re.compile(r"(?!)")
    spoken = (rf"{re.escape(w[:-1])}(?:y|ies)" if w.endswith("y") else rf"{re.escape(w)}(?:s|es)?" for w in words)
    return re.compile(r"(?<!\w)" + r"\s+".join(spoken) + r"(?!\w)")


def _status(figure: ProtectedFigure | None) -> str:
    if figure is None:
        return "The publication has no such figure."
    about = figure.area_name if figure.geography_level != "force" else figure.metric_name
    kind = f", {figure.category}" if (figure.breakdown or "all") != "all" else ""
    return f"{about}{kind}: {figure.statement or figure.status}"


def _is_printed_share(share: float, figures: list[ProtectedFigure | None], reading: ProtectedReading) -> bool:
    given = [abs(each.change_percent) for each in figures if each is not None and each.change_percent is not None]
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
