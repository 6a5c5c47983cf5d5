"""The wording of a change: tenses of the verbs, nouns (*a drop in*) and comparatives (*fewer than last year*)."""

import re

from vrp_pipeline.report.commentary.claims.spelled_numbers import ABOUT
from vrp_pipeline.report.commentary.claims.vocabulary import MEASURE

_SAID_OF = rf"{MEASURE}(?: rates?| levels?| numbers?| figures?| counts?)?(?: (?:in|across|of|among|against) «\w+»)*"
_AUXILIARY = r"(?:is|are|was|were|be|been|being|has|have|had|'s|'re|keeps?|kept|started|began|begun|still|now|by|after)"


def verbs_of_change(verbs: tuple[tuple[str, str, str], ...]) -> re.Pattern[str]:
    """Return a pattern of verbs of `vocabulary` in every tense and construction that states a change."""
    bases = "|".join(base for base, _, _ in verbs)
    finite = "|".join(form for base, forms, _ in verbs if base != "cut" for form in forms.split())
    going = "|".join(form for _, _, form in verbs)
    said = "|".join(
        form for _, _, form in verbs if form not in ("reducing", "cutting", "lowering", "curbing", "halving")
    )
    subject = rf"(?:{_SAID_OF}|they|it|this|numbers?|figures?|rates?|counts?|totals?|levels?|crimes)"
    return re.compile(
        # fell, has fallen, was reduced
        rf"\b(?P<finite>{finite})\b"
        # is falling, kept rising; violence falling; falling by; rising violence
        rf"|\b{_AUXILIARY}(?: not| no longer)?(?: [\w'-]+ly| still| also| now)? (?:{going})\b(?!-)"
        rf"|{subject} (?:{said})\b|\b(?:{going}) (?:by|from) |\b(?:{said}) (?:[\w'-]+ )?{MEASURE}"
        # did not fall, does it rise
        rf"|\b(?:did|does|do|has|have|had) (?:[\w'«»-]+ ){{0,3}}?(?:{bases})\b"
        # continued to fall, helped to cut, failed to fall
        r"|\b(?:continu\w+|start(?:s|ed)|beg[aiu]ns?|help(?:s|ed)|manag\w+|seem\w*|appear\w*|tend(?:s|ed)|failed)"
        rf"(?: to)?(?: [\w'-]+ly)? (?:{bases})\b"
        # homicides fall; saw violence fall
        rf"|{subject}(?: [\w'-]+ly)? (?:{bases})\b"
        rf"|\b(?:saw|seen|sees?|seeing|made|with) (?:[\w'«»-]+ ){{1,4}}?(?:{bases})\b"
        # cut violence, was cut, cut by; double the
        rf"|\b(?:{bases}) (?:(?:the|our|its|all) )?(?:[\w'-]+ )?{MEASURE}|\bdouble (?:the|that|last)\b"
        r"|\b(?:was|were|been|is|are|has|have|had|we|they|«b\w+»)(?: [\w'-]+ly| also)? cut\b|\bcut (?:by|in|to|from) ",
        re.IGNORECASE,
    )


def nouns_of_change(words: str) -> re.Pattern[str]:
    """Return a pattern of nouns of `vocabulary` where they state a change: a fall, drops in a measure."""
    noun = rf"(?:{'|'.join(words.split())})"
    return re.compile(
        rf"\b(?:an?|the|this|that|any|no|its|our|their|«m\w+»|%|percent|per cent|overall|sharp|steep|clear|further)"
        rf"(?: [\w'%.-]+){{0,2}}? {noun}s?\b(?!-)"
        rf"|{noun}s? (?:in|of) (?:(?:the|our|all) )?(?:[\w'-]+ ){{0,3}}?{MEASURE}",
        re.IGNORECASE,
    )


def comparatives_of_change(way: str) -> re.Pattern[str]:
    """Return a pattern of comparatives and of 'down' or 'up' where they state a change."""
    is_down = way == "down"
    words = "lower|fewer|smaller|rarer" if is_down else "higher|greater|larger|worse"
    many = "fewer|less" if is_down else "more|additional|extra"
    low = "low" if is_down else "high"
    trend = (
        "downwards?|on the way down|in decline|on the decline"
        if is_down
        else "upwards?|on the (?:rise|increase|way up)"
    )
    most = "lowest|fewest" if is_down else "highest|most|worst"
    gone = "disappeared|vanished|eased|improved|eliminated|eradicated" if is_down else "worse|exploded"
    above = "below|under" if is_down else "above|over|exceed(?:s|ed|ing)|surpass(?:es|ed|ing)"
    be = r"(?:is|are|was|were|been?|becom\w+|became|got|getting|gets|grew|remain\w*|stay\w*)"
    than = (
        r"than (?:in |it was |they were |that of )?(?:last|the (?:year|years|previous|same|base|past|last)"
        r"|a (?:year|decade|month)|before|(?:20|19)\d\d|usual)\b"
    )
    ways = (
        # went down, come right down, brought violence down
        rf"\b(?:go(?:es|ing|ne)?|went|{be}|came|comes?|head\w+|moved|trend\w+)(?: not)?(?: [\w'-]+){{0,2}}? {way}\b",
        rf"\b(?:brought|drove|driven|pushed|sent|got|forced|shot) (?:[\w'«»-]+ ){{0,4}}?{way}\b",
        # violence down; down by 5%, down 5%
        rf"(?:^|[,:(] ?|{_SAID_OF} |[\d%] )(?:is |are )?{way}(?= (?:by|from|on|in|a)\b| \d|\W*$)",
        rf"\b{way} (?:by|from|on|\d)",
        rf"\b(?:{trend})\b",
        # was lower, became less common
        rf"\b{be}(?: not| [\w'-]+ly| much| far| no| any| {ABOUT}?\d[\d.]*(?:%| ?per ?cent))*"
        rf" (?:{words}|(?:{many}) (?:common|frequent|often|prevalent|widespread|of a problem))\b(?! than \d|-| likely)",
        rf"(?<!no )\b(?:{words}|{many}) {than}",
        # fewer people were stabbed, twice as many stabbings
        rf"(?<!no )\b(?:{many}) (?!(?:than|to|and)\b)"
        rf"(?:(?!(?:for|against|on|about|with|to|than|from|after)\b)[\w'«»-]+ ){{0,4}}?{MEASURE}",
        # of a measure or something unnamed, but not higher levels of poverty
        rf"\b(?:{words}) (?:(?:number|level|rate|count|total|share)s?\b"
        rf"(?! of (?!(?:(?:the|our|all|such|serious|it|them) )?(?:[\w-]+ )?{MEASURE}))|{MEASURE})",
        rf"(?:{'50%' if is_down else 'twice|[2-9] times'}) as (?:many|much|common|frequent|{low})\b",
        # at a record low, the lowest since
        rf"\b(?:record|historic|all-time|[\w-]+-year|new) {low}s?\b",
        rf"\b(?:{most})\b[^.;]*? (?:since|ever|on record|for"
        r"|in (?:a|an|\d+|many|several|the past) ?(?:\w+ )?(?:years?|decades?))\b",
        # arrows, and signs of a percentage
        "[↓▼⬇📉⇩↘]" if is_down else "[↑▲⬆📈⇧↗]",
        rf"\b(?:{above}) (?:that of )?(?:last year|the year before|the previous year|the base year|20\d\d)",
        rf"{_SAID_OF}(?: (?:has|have|had|was|were|is|been|almost|nearly|all but|got))* (?:{gone})\b",
        rf"(?<![\w])[{'-' if is_down else '+'}]\d+(?:[.]\d+)?\s*%",
    )
    return re.compile("|".join(ways), re.IGNORECASE)
