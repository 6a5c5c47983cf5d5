"""The wording of a part of a whole: most, the majority, nearly all, none, mostly."""

import re

from vrp_pipeline.report.commentary.claims.comparison import Comparison, Found, Kind, Wording
from vrp_pipeline.report.commentary.claims.vocabulary import MEASURE, SHARES, Share

# Most as a share, not as an extreme: most victims, yet not: the most crimes, had most crimes.
_MOST_OF = Share(r"(?<!\bthe )(?<!\bsecond )(?<!saw )(?<!had )(?<!recorded )(?<!with )(?<!at )most", is_most=True)
_COPULA = r"(?:were|was|are|is|did|do|does|have|had|has|happened|involved|took place)"
_SAID_OF_ALL = re.compile(rf"(?: (?:[\w-]+ )?{MEASURE})?(?: \w+ly)? {_COPULA}\b(?P<rest>[^,;]*)", re.IGNORECASE)
_NOT_SO = re.compile(rf"^[^,;]*?\b{_COPULA}(?: \w+ly)? (?:not|never)\b(?! only)", re.IGNORECASE)
_MOSTLY = re.compile(r"\b(?:mostly|mainly|predominantly|chiefly|largely)\b", re.IGNORECASE)


def _share_of(share: Share) -> Wording:
    """Return the wording of a share of `vocabulary`."""
    pattern = re.compile(
        rf"\b(?:{share.words})(?: of)?(?: them\b| these\b)?(?: the| all| our)?"
        rf"(?= (?:[\w-]+ ){{0,2}}?{MEASURE}| (?:were|was|are|is)\b)",
        re.IGNORECASE,
    )
    is_exact = share.limit in (0, 100)

    def made(clause: str, held: re.Match[str]) -> Found | None:
        after = clause[held.end() :]
        said = _SAID_OF_ALL.match(after)
        if is_exact and said is None:
            return None
        is_denied = _NOT_SO.match(after) is not None or re.search(r"\bnot $", clause[: held.start()], re.I) is not None
        right = said["rest"] if is_exact and said else ""
        found = Comparison(
            Kind.MAJORITY, clause, clause, right, is_most=share.is_most, limit=share.limit, is_denied=is_denied
        )
        return found, (held.span(),)

    return pattern, made


def _mostly(clause: str, held: re.Match[str]) -> Found:
    return Comparison(Kind.MAJORITY, clause, clause, is_loose=True), (held.span(),)


WORDINGS: tuple[Wording, ...] = (*map(_share_of, (*SHARES, _MOST_OF)), (_MOSTLY, _mostly))
