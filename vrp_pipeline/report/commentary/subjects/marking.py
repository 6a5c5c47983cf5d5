"""Replaces the names of subjects in a sentence by marks, so that its other words can be read without them."""

import re
from collections.abc import Sequence
from dataclasses import replace

from vrp_pipeline.report.commentary.screening import as_read, is_known_word
from vrp_pipeline.report.commentary.subjects.spoken_names import (
    as_spoken,
    names_of_figures,
    names_of_the_partnership,
    names_of_the_seed,
)
from vrp_pipeline.report.commentary.subjects.subject import (
    ELSEWHERE,
    EVERYWHERE,
    UNKNOWN,
    WHOLE,
    Marked,
    Measure,
    Subject,
)
from vrp_pipeline.report.content.protected import ProtectedFigure

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
# Words after the name of an area that make it the name of a body.
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


class Names:
    """The names of subjects: from the seed, the partnership's own districts and bodies, and the figures."""

    def __init__(self, figures: Sequence[ProtectedFigure] = ()) -> None:
        names = {**dict(names_of_the_seed()), **dict(names_of_the_partnership()), **dict(names_of_figures(figures))}
        # The longest first, so that a name within a longer one is not found by itself.
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
    """Return a subject without general measures that only complement another: events against violence."""
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
