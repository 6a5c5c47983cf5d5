"""Whether a sentence of people says of figures what the publication does not: a direction, a percentage or a number.

A sentence is judged in pieces, each with the measures, areas and ages it names or takes over from the words around it.
What is refused is never quoted; the message says what the figures say.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vrp_pipeline.report.commentary import periods
from vrp_pipeline.report.commentary.claims import (
    ANY,
    MEASURE,
    MULTIPLES,
    NO_CHANGE,
    NOWHERE,
    continues_a_wish,
    directions,
)
from vrp_pipeline.report.commentary.rankings import judged
from vrp_pipeline.report.commentary.spelled_numbers import ABOUT, in_digits
from vrp_pipeline.report.commentary.subject_names import (
    ELSEWHERE,
    EVERYWHERE,
    Marked,
    Measure,
    Names,
    Subject,
    as_spoken,
    spoken_parts,
    without_complements,
)
from vrp_pipeline.report.commentary.subjects import Subjects
from vrp_pipeline.report.content.protected import ProtectedFigure

_MONTHS, _YEAR, _FINANCIAL_YEAR = periods.MONTHS, periods.YEAR, periods.FINANCIAL_YEAR
_PERSON = (
    r"(?:people|persons?|m[ae]n|wom[ae]n|boys?|girls?|child(?:ren)?|teenagers?|adults?|youths?|victims?|suspects?"
    r"|patients?|deaths?|lives|pupils?|students?|families|crimes?|incidents?|offences?|cases?|attacks?|young)\b"
)
_COUNTED = rf"(?:«[mg]\w+»|{_PERSON})"
# Numbers that count nothing of the figures: years, days, times, ages, spans, labels.
_NO_COUNT = (
    re.compile(
        r"\b95(?:%| per ?cent) (?:confidence )?interval|\bper (?:1,?000|100,?000)\b|\bfor a percentage \(under 50\)",
        re.IGNORECASE,
    ),
    re.compile(rf"\b{_YEAR}[-/](?:\d{{2}}){{1,2}}\b"),
    re.compile(
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS})\b(?: {_YEAR}\b)?"
        rf"|\b(?:{_MONTHS})(?: \d{{1,2}}(?:st|nd|rd|th)?\b(?! {_COUNTED}))?,?(?: {_YEAR}\b)?"
    ),
    re.compile(
        rf"\b(?:in|since|until|till|before|during|calendar year|financial year|the year) {_YEAR}\b"
        rf"|\bbetween {_YEAR} and {_YEAR}\b|\b(?:after|for|from|by|to) {_YEAR}\b(?! {_COUNTED})"
        rf"|\b(?:end|start|beginning|spring|summer|autumn|winter|year|course|rest|half|quarter) of {_YEAR}\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\bage[ds]? (?:between |under |over |from )?\d{1,2}(?: ?(?:to|or|and|-) ?\d{1,2})?\b"
        r"|\b(?:under|over)[- ]\d{1,2}s\b"
        r"|\b(?:\d{1,2} ?(?:to|-) ?)?\d{1,2}[- ]years?[- ]olds?\b"
        r"|\b(?:people|victims|children|those|everyone|anyone|adults) (?:under|over) (?:the age of )?\d{1,2}\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b\d[\d,]*(?:\.\d+)?[- ](?:financial |calendar )?"
        r"(?:years?|months?|weeks?|days?|hours?|minutes?|nights?|evenings?)\b"
        r"|\b\d{1,2}(?:[.:]\d{2})? ?(?:am|pm)\b|\b\d{1,2}:\d{2}\b|\bat \d{1,2}\.\d{2}\b|\b24/7\b|\bcovid-19\b"
        rf"|\b\d+(?:st|nd|rd|th)\b(?! {_COUNTED})",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:Year|Key Stage|Stage|Phase|Section|[Vv]ersion|[Tt]able|[Pp]age|Annex|Level|Part|Chapter|Priority) \d+\b"
    ),
    # Ages by which people are told apart: 25 or over.
    *(as_spoken(name) for name in spoken_parts() if re.search(r"\d", name)),
)
# After a verb of change a year is told from a number by nothing: it fell to 2000.
_MAY_BE_A_COUNT = re.compile(rf"\b(?:from|by|to) {_YEAR}\b", re.IGNORECASE)
_PERCENT = re.compile(rf"([{ABOUT}+-]?)(?<![\w.])(\d+(?:\.\d+)?)\s*(?:%|per cent\b|percent\b)", re.IGNORECASE)
_LIMIT = re.compile(
    r"\b(?:(?P<above>more than|over|above|at least)|less than|fewer than|under|below|at most) $", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![\w«])(\d[\d,]*(?:\.\d+)?)(?: ?(million|m|thousand|k|billion|bn)\b)?", re.IGNORECASE)
_TIMES = {"": 1, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_NOBODY = re.compile(
    rf"\b(?:no|zero|not a single|not one)(?= (?:[\w-]+ )?{MEASURE})(?! (?:more|fewer|less|clear|change))"
    r"|\b(?:nobody|no one|no-one|no (?:people|person|child|children|young people))\b"
    rf"(?= (?:was|were|has been|had been) (?:\w+ )?{MEASURE})",
    re.IGNORECASE,
)
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
# An estimate with its interval, whose sign claims nothing.
_ESTIMATE = re.compile(r"\((?:[^()]*, )?95% (?:confidence )?interval[^)]*\)|95% (?:confidence )?interval[^,;]*")
_TOLERANCE = 2.0


@dataclass(frozen=True)
class Piece:
    """A part of a sentence that says something of figures, and what it is about, if that `is_known`.

    `beside` are the measures of the part before: knife crime rose, 900 crimes after 600.
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
    """Yield the pieces of a sentence that claim something; `before` is what the sentence before was about.

    The words of a comparison between figures (`miscompared`) claim no change.
    """
    marked = subjects.marked(sentence)
    text = _spelled(marked.text)
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


def miscompared(sentence: str, subjects: Subjects, before: Subject) -> str | None:
    """Return how a sentence sets figures beside each other otherwise than they stand; None if it does not."""
    marked = subjects.marked(sentence)
    found = judged(marked, _spelled(marked.text), subjects, before)
    return next((each.wrong for each in found if each.wrong), None)


def contradiction(piece: Piece, subjects: Subjects) -> str | None:
    """Return how a piece contradicts the figures or tells more than they do; None if it does neither."""
    return _of_directions(piece, subjects) or number_not_printed(piece, subjects)


def number_not_printed(piece: Piece, subjects: Subjects) -> str | None:
    """Return that a piece gives a percentage or a number that is not printed of its subject; None if it gives none."""
    return _of_shares(piece, subjects) or _of_counts(piece, subjects)


def holds_a_number(text: str) -> bool:
    """Return whether a text gives any percentage or number of something counted, in digits or in words."""
    said = _spelled(Names().marked(text).text)
    return _PERCENT.search(_without(said, _NO_COUNT[:1])) is not None or any(True for _ in _numbers(said))


def _of_counts(piece: Piece, subjects: Subjects) -> str | None:
    """Return that a piece gives a number that is not printed of its subject; None if it gives none."""
    if any(not _is_printed(held, piece, subjects) for held in _numbers(piece.text)):
        return (
            "it gives a number that this publication does not print of what it tells. Use the rounded number of the"
            " tables, or leave it out."
        )
    return None


def _spelled(text: str) -> str:
    """Return a text with its numbers in words as digits: nobody and no homicide are 0 too."""
    return _NOBODY.sub("0", in_digits(text, _COUNTED))


def _parts(text: str, marked: Marked) -> Iterator[tuple[bool, str]]:
    """Yield a sentence in parts: at conjunctions and commas, unless they join measures, areas or limits.

    Each part comes with whether a colon leads to it.
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
        _PERCENT.search(_without(part, _NO_COUNT[:1]))
        or any(True for _ in _numbers(part))
        or any(True for _ in _directions(part, about_measure=bool(marked.subject(part).measures)))
    )


def _directions(part: str, *, about_measure: bool) -> Iterator[frozenset[int]]:
    plain = _ESTIMATE.sub(" ", part)
    nowhere = NOWHERE.search(plain) is not None
    for allowed in directions(plain, about_measure=about_measure):
        yield ANY - allowed if nowhere and len(allowed) == 1 and NO_CHANGE not in allowed else allowed


def _of_directions(piece: Piece, subjects: Subjects) -> str | None:
    claimed = list(_directions(piece.text, about_measure=bool(piece.subject.measures)))
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
                f"it claims a change that the figures do not. {_status(figure)} Name the metric, district or kind that"
                " is meant, or say that there is no clear change."
            )
    return None


def _computed(figure: ProtectedFigure | None) -> int | None:
    """Return the direction of a figure's change; None where the publication judges none."""
    if figure is None or not figure.is_known:
        return None
    if figure.change is not None:
        return figure.change.direction
    return None if figure.value is None or figure.base_value is None else NO_CHANGE


def _is_of_other_years(text: str, subjects: Subjects) -> bool:
    """Return whether a change is claimed on, or in, a year that this one is not compared with."""
    reading = subjects.reading
    if periods.financial_years(text) - {reading.financial_year, reading.base_year}:
        return True
    base = rf"{reading.base_year[:4]}[-/](?:\d\d)?{reading.base_year[5:]}"
    rest = re.sub(rf"\bthan (?:in )?{base}|\d (?:[\w«»-]+ ){{0,2}}in {base}", " ", text, flags=re.IGNORECASE)
    return re.search(rf"\b(?:in|during|throughout) {base}", rest, re.IGNORECASE) is not None


def _of_shares(piece: Piece, subjects: Subjects) -> str | None:
    said = [(held[1], float(held[2])) for held in _PERCENT.finditer(_without(piece.text, _NO_COUNT[:1]))]
    if any(True for _ in _directions(piece.text, about_measure=True)):
        said += [(ABOUT, share) for pattern, share in MULTIPLES if pattern.search(piece.text) and not said]
    if not said:
        return None
    is_interval = re.search(r"\binterval\b|\bbetween\b", piece.text, re.IGNORECASE) is not None
    is_change = any(True for _ in _directions(piece.text, about_measure=True))
    said_of_parts = None if is_change else piece.in_words
    printed = subjects.shares(piece.subject, with_limits=is_interval, said=said_of_parts) if piece.is_known else set()
    limits = dict(_limits(piece.text))
    if wrong := [share for share in said if not _is_true_share(*share, limits.get(share[1]), printed)]:
        found = subjects.figures(piece.subject) if piece.is_known else []
        told = " ".join(dict.fromkeys(map(_status, found)))
        return f"{len(wrong)} percentage is not that of the figures. {told}".rstrip()
    return None


def _limits(text: str) -> Iterator[tuple[float, bool]]:
    """Yield the percentages that a text gives as a limit, and whether what is told lies above: more than half."""
    for held in _PERCENT.finditer(_without(text, _NO_COUNT[:1])):
        if limit := _LIMIT.search(text[: held.start()]):
            yield float(held[2]), limit["above"] is not None


def _is_true_share(sign: str, share: float, is_above: bool | None, printed: set[float]) -> bool:
    """Return whether a share is printed, or is a limit that every printed one keeps."""
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


def _numbers(text: str) -> Iterator[re.Match[str]]:
    """Yield the numbers of a text that count something."""
    kept = text
    if any(True for _ in directions(text, about_measure=True)):
        # Written apart, they are no years for the patterns below.
        kept = _MAY_BE_A_COUNT.sub(lambda held: re.sub(r"\s(?=\d)", "\N{NO-BREAK SPACE}", held[0]), kept)
    yield from _NUMBER.finditer(_without(kept, (*_NO_COUNT, _PERCENT)))


def _without(text: str, patterns: Sequence[re.Pattern[str]]) -> str:
    """Return a text with what patterns match blank, every other letter in its place."""
    for pattern in patterns:
        text = pattern.sub(lambda held: " " * len(held[0]), text)
    return text


def _is_printed(held: re.Match[str], piece: Piece, subjects: Subjects) -> bool:
    if not piece.is_known:
        return False
    number, scale = held[1].replace(",", ""), _TIMES[(held[2] or "").casefold()]
    text, subject = piece.text, piece.subject
    counted = re.match(rf" (?:[\w-]+ )?({MEASURE})", text[held.end() :])
    measure = piece.marked.subject(counted[1]).measures[0] if counted else None
    units = {figure.unit for figure in subjects.figures(subject) if figure is not None}
    # 595 victims are of a metric that counts victims.
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
    """Return the financial year that a number is said to be of; None if the words do not tell."""
    after = re.match(
        rf"(?: [\w«»-]+){{0,4}}? (?:in|for|during) {_FINANCIAL_YEAR.pattern[2:]}", text[held.end() :], re.IGNORECASE
    )
    if after:
        return f"{after[1]}-{after[2]}"
    leads = re.match(rf"\W*(?:in|for|during) {_FINANCIAL_YEAR.pattern[2:]}", text, re.IGNORECASE)
    return f"{leads[1]}-{leads[2]}" if leads and len(list(_numbers(text))) == 1 else None


def _status(figure: ProtectedFigure | None) -> str:
    if figure is None:
        return "The publication has no such figure."
    about = figure.area_name if figure.geography_level != "force" else figure.metric_name
    kind = f", {figure.category}" if (figure.breakdown or "all") != "all" else ""
    return f"{about}{kind}: {figure.statement or figure.status}"
