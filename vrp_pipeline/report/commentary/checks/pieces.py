"""The pieces of a sentence that claim something about figures, each with its subject.

A piece has the measures, areas and ages that it names, or takes them from the words around it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vrp_pipeline.report.commentary.checks.compared_figures import judged
from vrp_pipeline.report.commentary.claims.assertion import continues_a_wish
from vrp_pipeline.report.commentary.claims.changes import directions
from vrp_pipeline.report.commentary.claims.counted_numbers import NO_COUNT, PERCENT, numbers, with_digits, without
from vrp_pipeline.report.commentary.subjects.printed_numbers import Subjects
from vrp_pipeline.report.commentary.subjects.subject import Marked, Measure, Subject

_BOUNDARY = re.compile(
    r"[;:] ?|, (?:and |but |or )?|\b(?:and|but|while|whilst|whereas|although|though|yet|because|as)\b"
    r"(?! (?:well|many|much|low|high|likely|soon|often|common|frequent)\b)"
    r"(?! (?:last year|the (?:year|previous)|a year|before|in (?:19|20)\d\d)\b)"
    # An age: 25 and over.
    r"(?!(?<=\d and) (?:over|older|above)\b(?! \d))",
    re.IGNORECASE,
)
_JOINED = re.compile(r"^(?:(?:also|both|in|of|of the|in the|the|our|across|for|among)\b ?)*«(\w)")
_PRONOUN = re.compile(
    r"\b(?:it|its|they|their|this|these|that|those|there|which|such|numbers?|figures?|totals?|counts?|rates?|levels?)\b",
    re.IGNORECASE,
)
_SAME_PLACE = re.compile(r"\b(?:it|its|here|there(?! (?:is|are|was|were|has|have|had|will)\b))\b", re.IGNORECASE)
_ALIKE = re.compile(
    r"^(?:as|like|so|just|also|too|including|particularly|especially|above|both|even|not least)\b", re.I
)
_MORE = re.compile(r"(?:from|by|to|on|than|compared|up from|down from)\b|(?:at|with) \d", re.IGNORECASE)
_REASON = re.compile(r"^(?:thanks|because|since|with|who|which|we|when|where|after|our|led|for)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """A part of a sentence that claims something about figures, and its subject, if that `is_known`.

    `beside` has the measures of the previous part: knife crime rose, 900 crimes after 600.
    """

    text: str
    marked: Marked
    subject: Subject
    is_known: bool
    beside: tuple[Measure, ...] = ()

    @property
    def in_words(self) -> tuple[str, str]:
        """The part, then the whole sentence, both without marks."""
        return self.marked.in_words(self.text), self.marked.in_words(self.marked.text)


def pieces(sentence: str, subjects: Subjects, before: Subject) -> Iterator[Piece]:
    """Yield the pieces of a sentence that claim something; `before` is the subject of the previous sentence.

    The words of a comparison between figures (`miscompared`) claim no change.
    """
    marked = subjects.marked(sentence)
    text = with_digits(marked.text)
    spans = sorted(span for each in judged(marked, text, subjects, before) for span in each.places)
    for begins, ends in reversed(spans):
        text = f"{text[:begins].rstrip()} {text[ends:].lstrip()}".strip()
    labels, parts = zip(*_parts(text, marked), strict=True)
    claiming = [at for at, part in enumerate(parts) if _claims(part, marked)]
    last = Subject()
    for number, at in enumerate(claiming):
        own = marked.subject(parts[at])
        since = claiming[number - 1] + 1 if number else 0
        until = claiming[number + 1] if number + 1 < len(claiming) else len(parts)
        leading = [marked.subject(part) for part in parts[since:at]]
        after = parts[at + 1 : until]
        following = [marked.subject(part) for part in after]
        places = [
            about.areas
            for part, about in zip(after, following, strict=True)
            if _ALIKE.match(part) or not (own.areas or _REASON.match(part))
        ]
        areas = (
            *own.areas,
            *(area for about in leading for area in about.areas),
            *(a for held in places for a in held),
        )
        ages = own.ages or tuple(age for about in leading for age in about.ages)
        measures = tuple(measure for about in leading for measure in about.measures)
        # Robbery: 640 to 600 crimes.
        is_labelled = labels[at] and all(measure.is_general for measure in own.measures)
        measures = (measures or last.measures if is_labelled else ()) or own.measures or measures
        found = Subject(measures, tuple(dict.fromkeys(areas)), ages).or_else(last)
        if not found.measures:
            found = Subject(tuple(m for about in following for m in about.measures), found.areas, found.ages)
        is_known = bool(found.measures or found.areas)
        if _PRONOUN.search(parts[at]) and not found.measures:
            found, is_known = Subject(before.measures, found.areas, found.ages or before.ages), True
        if not found.areas and _SAME_PLACE.search(parts[at]):
            found = Subject(found.measures, before.areas, found.ages)
        yield Piece(parts[at], marked, replace(found, named=marked.subject(text).areas), is_known, last.measures)
        last = Subject(found.measures, found.areas, found.ages if own.ages else ())


def _parts(text: str, marked: Marked) -> Iterator[tuple[bool, str]]:
    """Yield the parts of a sentence, divided at conjunctions and commas unless they join measures, areas or limits.

    Each part comes with whether it follows a colon.
    """
    begins, is_led_to = 0, False
    found = list(_BOUNDARY.finditer(text))
    for number, held in enumerate(found):
        before, after = text[begins : held.start()].rstrip(), text[held.end() :].lstrip()
        next_part = text[held.end() : found[number + 1].start() if number + 1 < len(found) else len(text)]
        word = held[0].strip(" ,").casefold()
        ends, joined = re.search(r"«(\w)\w+»$", before), _JOINED.match(after)
        is_list = (
            word in ("", "and", "or")
            and ends is not None
            and joined is not None
            and ends[1] == joined[1]
            and not (_claims(before, marked) and _claims(next_part, marked))
        )
        is_range = word == "and" and re.search(r"\bbetween [^,;]{1,40}$", before, re.IGNORECASE)
        is_wish = word in ("and", "or", ":") and continues_a_wish(before, after)
        is_more = word == "" and "," in held[0] and _MORE.match(after)
        if not (is_list or is_range or is_more or is_wish or before.count("(") > before.count(")")):
            yield is_led_to, before
            is_led_to = word == ":"
            begins = held.start() if word == "as" else held.end()
    yield is_led_to, text[begins:].strip()


def _claims(part: str, marked: Marked) -> bool:
    return bool(
        PERCENT.search(without(part, NO_COUNT[:1]))
        or any(True for _ in numbers(part))
        or any(True for _ in directions(part, about_measure=bool(marked.subject(part).measures)))
    )
