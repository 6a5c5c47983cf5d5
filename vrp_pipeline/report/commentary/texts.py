"""Words by people: foreword, why it changed, actions, recommendations, voices of young people, as Markdown files.

They are frozen with the version. Text is refused where it claims another direction or percentage than the figures,
gives a number that the publication does not print, or seems to tell of a person. What is refused is never quoted.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from vrp_pipeline.report.commentary.checks.contradictions import (
    contradiction,
    holds_a_number,
    miscompared,
    number_not_printed,
)
from vrp_pipeline.report.commentary.checks.pieces import pieces
from vrp_pipeline.report.commentary.screening import refuse_personal
from vrp_pipeline.report.commentary.subjects.printed_numbers import Subjects
from vrp_pipeline.report.commentary.subjects.subject import Subject
from vrp_pipeline.report.content.protected import ProtectedReading

# File names without `.md`, in the order of the page, and their headings.
PASSAGES = {
    "foreword": "Foreword",
    "why": "Why it changed",
    "actions": "What was done",
    "recommendations": "Recommendations",
    "voices": "Voices of young people",
}
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


def check_correction(text: str, reading: ProtectedReading) -> None:
    """Raise CommentaryError or PersonalTextError if a notice of correction may not stand above the figures."""
    refuse_personal(text, "the correction", reading.public_names)
    subjects, before = Subjects(reading), Subject()
    for number, sentence in Passage("correction", "Correction", text).sentences:
        for piece in pieces(sentence, subjects, before):
            if wrong := number_not_printed(piece, subjects):
                raise CommentaryError(f"the correction, line {number}: {wrong}")
        before = subjects.marked(sentence).whole.or_else(before)


def check_withdrawal(reason: str, public_names: Collection[str] = ()) -> None:
    """Raise CommentaryError or PersonalTextError if the reason of a withdrawal may not stand in its notice.

    `public_names` are the wards of the release that the version rests on.
    A withdrawn version prints nothing any more, so that its notice gives no number of what it counted.
    """
    refuse_personal(reason, "the reason", public_names)
    if holds_a_number(reason):
        raise CommentaryError(
            "the reason: it gives a number, and a version that is withdrawn prints none. Say in words what was wrong."
        )


def check_commentary(passages: tuple[Passage, ...], reading: ProtectedReading) -> None:
    """Raise CommentaryError or PersonalTextError if a passage may not stand beside the figures of a reading."""
    subjects = Subjects(reading)
    for passage in passages:
        about = f"{passage.name}.md"
        refuse_personal(passage.text, about, reading.public_names)
        for number, line in enumerate(passage.text.splitlines(), start=1):
            if line.lstrip().startswith("#"):
                raise CommentaryError(f"{about}, line {number}: headings are given; write text without them.")
        before = Subject()
        for number, sentence in passage.sentences:
            if wrong := miscompared(sentence, subjects, before):
                raise CommentaryError(f"{about}, line {number}: {wrong}")
            for piece in pieces(sentence, subjects, before):
                before = piece.subject.or_else(before)
                if wrong := contradiction(piece, subjects):
                    raise CommentaryError(f"{about}, line {number}: {wrong}")
            before = subjects.marked(sentence).whole.or_else(before)
