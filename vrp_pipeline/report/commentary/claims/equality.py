"""The wording of equality and of multiples: as many as Fareham, the same rate, not as many as, twice as many as."""

import re

from vrp_pipeline.report.commentary.claims.comparatives import TIME
from vrp_pipeline.report.commentary.claims.compared_nouns import RATE, is_of_others, quantity_of
from vrp_pipeline.report.commentary.claims.comparison import Comparison, Found, Kind, Quantity, Wording
from vrp_pipeline.report.commentary.claims.vocabulary import MEASURE

_TIMES = re.compile(
    r"(?P<over>\b(?:more than|over|at least) )?"
    r"(?:\b(?:(?P<twice>twice|double)|(?P<times>\d+) times)|(?P<half>≈50%)|(?:\bjust|\babout|\bonly|(?<!\w)))"
    r" (?:as (?:many|much|high|common|often|likely|frequent)|the (?:rate|number))\b(?P<between>[^;]*?)\b(?:as|of)\b"
    rf"(?! {TIME})",
    re.IGNORECASE,
)
_ALIKE = r"many|much|high|large|common|often|likely|frequent|bad|prevalent|violent"
_FEWER_ALIKE = r"few|little|low|rare|safe|small"
_SAME = r"(?:numbers?|counts?|totals?|volumes?|rates?|levels?|shares?|proportions?|amounts?)"
# As many as Fareham, the same rate as in Fareham, not as many as Fareham.
_AS = re.compile(
    r"(?P<not>\b(?:not|never|nowhere near|nor)(?: \w+)? (?=as\b|so\b))?"
    r"(?P<about>\b(?:about|around|roughly|almost|nearly|approximately|broadly|similarly) )?"
    rf"\b(?:(?:just |every bit )?(?:as|so) (?:(?P<much>(?:{_ALIKE})\b|{MEASURE})|(?P<little>(?:{_FEWER_ALIKE})\b))"
    rf"|(?:the |exactly the )same(?: {_SAME})?\b|(?P<similar>an? (?:\w+ )?(?:similar|comparable)(?: {_SAME})?)\b"
    rf"|an? (?:equal|identical) {_SAME}\b)"
    rf"(?P<between>[^;]*?)\b(?:as|(?(much)as|(?(little)as|to)))\b(?! (?:well|part|a|our)\b| {TIME})",
    re.IGNORECASE,
)


def _as_many_as(clause: str, held: re.Match[str]) -> Found:
    is_less = held["not"] is not None
    said = held[0].casefold()
    quantity = Quantity.NUMBER if re.search(r"\b(?:many|much|few)\b", said) and not RATE.search(clause) else None
    found = Comparison(
        Kind.VERSUS,
        clause,
        clause[: held.end()],
        clause[held.end() :],
        quantity or quantity_of(clause),
        # Not as many as Fareham is fewer, not as safe is worse.
        is_most=is_less and held["little"] is not None,
        is_equal=not is_less,
        is_about=bool(held["about"] or held["similar"]),
        of_others=is_of_others(clause),
    )
    return found, ((held.start(), held.start("between")), (held.end("between"), held.end()))


def _as_many(clause: str, held: re.Match[str]) -> Found:
    times = 2.0 if held["twice"] else 0.5 if held["half"] else float(held["times"] or 1)
    is_number = re.search(r"\bas (?:many|much)\b", held[0], re.IGNORECASE) is not None
    quantity = Quantity.NUMBER if is_number and not RATE.search(clause) else quantity_of(clause)
    found = Comparison(
        Kind.VERSUS,
        clause,
        clause[: held.end() - 2],
        clause[held.end() :],
        quantity,
        is_most=times >= 1,
        times=times,
        is_at_least=held["over"] is not None,
    )
    return found, ((held.start(), held.start("between")), (held.end() - 2, held.end()))


WORDINGS: tuple[Wording, ...] = ((_TIMES, _as_many), (_AS, _as_many_as))
