"""What a sentence names: measures, areas and ages, written as marks so that they can be read apart from its words.

How measures are spoken of is the seed `subject_names`; figures name areas and kinds themselves. A measure of which no
figure is published is named too, so that what is said of it is not taken for the headline.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from vrp_pipeline.feeds import partnership
from vrp_pipeline.lake.paths import DBT_PROJECT
from vrp_pipeline.report.commentary.screening import as_read, is_known_word
from vrp_pipeline.report.content.protected import ProtectedFigure

HEADLINE = "M1"
WHOLE, EVERYWHERE, ELSEWHERE, UNKNOWN = "whole", "everywhere", "elsewhere", "unknown"
_LEVELS = ("district", "csp")
_AS_A_WHOLE = re.compile(
    r"\b(?:overall|as a whole|in total|altogether|in all"
    r"|across the (?:whole )?(?:partnership|county|police force area|area)"
    r"|the whole (?:area|partnership|county)|throughout the area)\b",
    re.IGNORECASE,
)
_PLACES = r"(?:districts?|areas?|places?|towns?|cit(?:y|ies)|boroughs?|neighbourhoods?|wards?|villages?)"
_QUANTIFIED = (
    (re.compile(r"\b(?:elsewhere|(?:in )?(?:all )?(?:the )?other \w*\s?districts?)\b", re.IGNORECASE), ELSEWHERE),
    (
        re.compile(
            rf"\b(?:everywhere|nowhere|(?:every|each|all|no|none)(?: of)?(?: the| our)? (?:\w+ )?{_PLACES})\b", re.I
        ),
        EVERYWHERE,
    ),
    (
        re.compile(
            r"\b(?:both|most|many|some|several|few|fewer|more|other|another|certain|half|\d+)(?: of)?(?: the| our)?"
            rf" (?:\w+ )?{_PLACES}\b"
            r"|\b(?:nationally|nationwide|national(?:ly)?|abroad|locally)\b|\bin one (?:district|area|town|city)\b"
            r"|\b(?:north|south|east|west|centre|rest|half|parts?) of (?:(?:the|our)(?! «m)|«a)"
            r"|\bthe (?:city|town|island|borough|village|estate|neighbourhood|ward|region|country)\b",
            re.IGNORECASE,
        ),
        UNKNOWN,
    ),
)
# A place that no table knows: in Leigh Park.
_SOME_PLACE = re.compile(r"\b(?:[Ii]n|[Aa]cross|[Aa]round|[Nn]ear|[Tt]hroughout|[Ww]ithin|[Oo]utside) ([A-Z][\w'-]+)")
# What follows the name of an area where a body is meant.
_BODY = (
    r"(?:(?:city|district|borough|county|town|parish) )?(?:council(?:lors?)?|hospitals?|university|constabulary|fc)\b"
)
_WORK = (
    r"(?:reduction|prevention|intervention|awareness) (?:units?|partnerships?|boards?|duty|strateg(?:y|ies)|programmes?"
    r"|teams?|networks?|plans?|funds?|work|projects?|workers?|officers?|campaigns?|training)"
    r"|duty|commissioners?|survey(?: for england and wales)?|arch(?:es)?|amnesty|amnesties|bins?"
)
# A narrower subject than the general word: violence against women, alcohol-related violence.
_NARROWED = (
    r"(?<![\w-])(?!overall |total |annual |all |police-recorded |all-source |local )"
    r"(?:\w+(?:-related|-based|-enabled|-fuelled|-on-\w+)|\w+(?:al|ic|ist|ish)) (?=«{0}»)"
)
_NARROWED_AFTER = (
    r"(?<=«{0}») (?:(?:against|towards|between|among|amongst|involving|outside|inside)"
    r" (?!«[agm]|\d|the two years|april|us\b)"
    r"|(?:in|at|on) (?:the |our )?(?:\w+ )?(?:schools?|pubs?|bars?|parks?|streets?|homes?|prisons?|hospitals?"
    r"|work|night|cent(?:re|er)s?|care|relationships?|families|buses|trains|transport|weekends?|line)\b)"
)
_AGE_AFTER = r"(?:among|amongst|of|against|by|for|involving|to|in|between|were|was)(?: the| our| all| of)* $"


@dataclass(frozen=True)
class Measure:
    """What is measured: a metric with breakdown and category, a further table, or with neither nothing published.

    `is_general`: another measure beside it tells what is meant.
    """

    metric_id: str = ""
    breakdown: str = "all"
    category: str = "all"
    table_name: str = ""
    is_general: bool = False

    @property
    def is_table_alone(self) -> bool:
        """Return whether the publication has numbers of it, but no figure with a change."""
        return bool(self.table_name) and self.metric_id != "M9"


@dataclass(frozen=True)
class Subject:
    """What a piece of a sentence is about. `areas` are names, or one of the words for all, others or an unknown one.

    `named` are the areas of the whole sentence, which 'elsewhere' leaves out.
    """

    measures: tuple[Measure, ...] = ()
    areas: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def or_else(self, other: "Subject") -> "Subject":
        """Return the subject with what it does not name taken from another."""
        return Subject(self.measures or other.measures, self.areas or other.areas, self.ages or other.ages, self.named)


@dataclass(frozen=True)
class Marked:
    """A sentence with its names as marks, and what they mean.

    «m..» are measures, «a..» areas, «g..» ages, «b..» bodies, «w..» work. `said` has the words that each stands for.
    """

    text: str
    meant: dict[str, Measure | str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> Subject:
        """What the whole sentence is about."""
        return self.subject(self.text)

    def in_words(self, piece: str) -> str:
        """Return a piece of the text with the words that its marks stand for."""
        return re.sub(r"«(\w+)»", lambda held: self.in_words(self.said[held[1]]), piece)

    def subject(self, piece: str) -> Subject:
        """Return what a piece of the text is about."""
        measures: list[Measure] = []
        areas: list[str] = []
        ages: list[str] = []
        for held in re.finditer(r"«(\w+)»", piece):
            meant = self.meant[held[1]]
            if isinstance(meant, Measure):
                measures.append(meant)
            elif held[1][0] == "a":
                areas.append(meant)
            elif held[1][0] == "g" and (
                re.search(_AGE_AFTER, piece[: held.start()], re.IGNORECASE)
                or re.match(r" (?:were |was |are |being |been )?«m", piece[held.end() :])
            ):
                ages.append(meant)
        return Subject(tuple(dict.fromkeys(measures)), tuple(dict.fromkeys(areas)), tuple(dict.fromkeys(ages)))


class Names:
    """How subjects are named: by the seed, by the partnership's own districts and bodies, and by figures."""

    def __init__(self, figures: Sequence[ProtectedFigure] = ()) -> None:
        names = {**dict(_spoken()), **dict(_of_the_partnership()), **dict(_named_by_figures(figures))}
        # The longest first, so that a name within another is not taken for itself.
        self._names = [
            (as_spoken(name), kind, meant)
            for name, (kind, meant) in sorted(names.items(), key=lambda each: -len(each[0]))
        ]

    def marked(self, sentence: str) -> Marked:
        """Return a sentence with the names of its subjects as marks."""
        text = re.sub("[«»]", " ", as_read(sentence).replace("’", "'"))
        text = re.sub(r"\bcan't\b", "can not", text, flags=re.IGNORECASE)
        text = re.sub(r"\bwon't\b", "will not", text, flags=re.IGNORECASE)
        text = re.sub(r"n't\b", " not", text)
        meant: dict[str, Measure | str] = {}
        said: dict[str, str] = {}

        def mark(kind: str, what: Measure | str, words: str = "") -> str:
            # In letters, since digits would be read as numbers.
            name = kind + "".join(chr(97 + int(digit)) for digit in str(len(meant)))
            meant[name], said[name] = what, words
            return f"«{name}»"

        for pattern, kind, what in self._names:
            text = pattern.sub(lambda held, kind=kind, what=what: mark(kind, what, held[0]), text)  # type: ignore[misc]
        text = re.sub(
            rf"«[am]\w+»(?:'s)? (?:{_WORK})\b|«a\w+» {_BODY}",
            lambda held: mark("b", "a body", held[0]),
            text,
            flags=re.I,
        )
        for pattern, what in (*_QUANTIFIED, (_AS_A_WHOLE, WHOLE)):
            text = pattern.sub(
                lambda held, what=what: (  # type: ignore[misc]
                    # Other districts are those elsewhere already.
                    held[0] if held.string.startswith(" «a", held.end()) else f"{held[0]} {mark('a', what)}"
                ),
                text,
            )
        text = _SOME_PLACE.sub(
            lambda held: held[0] if is_known_word(held[1]) else f"{held[0]} {mark('a', UNKNOWN)}", text
        )
        for name, what in list(meant.items()):
            is_narrowed = re.search(_NARROWED_AFTER.format(name), text, re.IGNORECASE) is not None
            if isinstance(what, Measure) and what.is_general:
                is_narrowed |= re.search(_NARROWED.format(name), text, re.IGNORECASE) is not None
            if isinstance(what, Measure) and is_narrowed:
                meant[name] = Measure()
        return Marked(text, meant, said)


def without_complements(subject: Subject, piece: str, marked: Marked) -> Subject:
    """Return a subject without general measures that only complete another: events against violence."""
    dropped: set[Measure] = set()
    for held in re.finditer(r"«(m\w+)»", piece):
        measure = marked.meant[held[1]]
        if not isinstance(measure, Measure):
            continue
        leads = re.search(
            r"\b(?:of|about|against|from|on|for|with|by|tackling|preventing|the|our)(?: the| our| serious)* $",
            piece[: held.start()],
            re.IGNORECASE,
        )
        joins = re.search(r"«m\w+»(?:,| and| or|, and)(?: the| our)? $", piece[: held.start()]) or re.match(
            r"(?:,| and| or|, and)(?: the| our)? «m", piece[held.end() :]
        )
        is_beside = measure.is_table_alone or (measure.is_general and leads)
        if is_beside and not joins:
            dropped.add(measure)
    kept = tuple(measure for measure in subject.measures if measure not in dropped)
    return replace(subject, measures=kept or subject.measures)


def folded(name: str) -> str:
    """Return a name as names are compared: as it is read, in small letters."""
    return as_read(name).replace("’", "'").casefold()


def _ways(name: str) -> set[str]:
    """Return how an area may be named: Basingstoke and Deane by either."""
    return {folded(name), *folded(name).split(" and ")}


@lru_cache(maxsize=2048)
def as_spoken(name: str) -> re.Pattern[str]:
    """Return a pattern of a name as whole words, each also in the plural."""
    words = name.split()
    if not words:
        return re.compile(r"(?!)")
    spoken = (rf"{re.escape(w[:-1])}(?:y|ies)" if w.endswith("y") else rf"{re.escape(w)}(?:s|es)?" for w in words)
    return re.compile(r"(?<![\w«])" + r"\s+".join(spoken) + r"(?![\w»])", re.IGNORECASE)


@lru_cache(maxsize=1)
def _seed() -> tuple[dict[str, str], ...]:
    with (DBT_PROJECT / "seeds" / "subject_names.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _spoken() -> Iterator[tuple[str, tuple[str, Measure | str]]]:
    """Yield how subjects are spoken of, by the seed."""
    for row in _seed():
        if row["kind"] == "age":
            # Men are a part of the profile, and no age of a figure.
            yield folded(row["subject"]), ("g", row["category"] if row["breakdown"] == "age" else "")
        elif row["kind"] == "work":
            yield folded(row["subject"]), ("w", "work")
        elif row["kind"] == "measure":
            about = (row["metric_id"], row["breakdown"] or "all", row["category"] or "all", row["table_name"])
            yield folded(row["subject"]), ("m", Measure(*about, is_general=row["is_general"] == "true"))


@lru_cache(maxsize=1)
def spoken_parts() -> dict[str, tuple[str, str]]:
    """Return breakdown and category of the parts of the profile by the names that people give them, by the seed."""
    rows = (row for row in _seed() if row["kind"] == "part" or (row["kind"] == "age" and row["breakdown"] != "age"))
    return {folded(row["subject"]): (row["breakdown"], row["category"]) for row in rows}


@lru_cache(maxsize=1)
def spoken_ages() -> dict[str, str]:
    """Return the age group of figures (under 25) by the names that people give it, by the seed."""
    rows = (row for row in _seed() if row["kind"] == "age" and row["breakdown"] == "age" and row["category"])
    return {folded(row["subject"]): row["category"] for row in rows}


def _of_the_partnership() -> Iterator[tuple[str, tuple[str, Measure | str]]]:
    """Yield its areas and bodies, and the areas of others, of which it publishes no change."""
    for name in (*partnership.POLICE_FORCES, "England", "Wales", "the UK", "Britain", "London"):
        if not folded(partnership.FORCE_NAMES[0]).startswith(folded(name)):
            yield folded(name), ("a", UNKNOWN)
    for district in partnership.DISTRICTS.values():
        yield from ((each, ("a", folded(district))) for each in _ways(district))
    for csp in partnership.COMMUNITY_SAFETY_PARTNERSHIP_NAMES:
        if csp not in partnership.DISTRICTS.values():
            yield folded(csp), ("a", folded(csp))
    for body in (partnership.NAME, *partnership.FORCE_NAMES, *partnership.AGENCIES):
        yield folded(body), ("b", "a body")


def _named_by_figures(figures: Sequence[ProtectedFigure]) -> Iterator[tuple[str, tuple[str, Measure | str]]]:
    """Yield how figures name areas, kinds and metrics."""
    for figure in figures:
        breakdown, name = figure.breakdown or "all", figure.area_name or ""
        if figure.geography_level == "force":
            whole = folded(name)
            yield from ((each, ("a", WHOLE)) for each in (whole, whole.replace(" the ", " ")) if each)
            if breakdown == "all" and figure.metric_id != HEADLINE and figure.metric_name:
                yield folded(figure.metric_name), ("m", Measure(figure.metric_id))
            elif figure.metric_id == HEADLINE and breakdown == "tier" and figure.category:
                yield folded(figure.category), ("m", Measure(HEADLINE, breakdown, figure.category))
        elif figure.geography_level in _LEVELS and name:
            yield from ((each, ("a", folded(name))) for each in _ways(name))
