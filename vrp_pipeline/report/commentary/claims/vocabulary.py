"""The words by which commentary compares: one table for each kind of claim. Words in none of them claim nothing.

Verbs and nouns of change compare a figure with the year before, relations compare it with another figure, leads say
that it is first or last, and shares say what part of a whole it is. `NOT_UNDERSTOOD` has words that compare in a way
that no rule judges. Add a new word only to the table of its kind.
"""

import re
from dataclasses import dataclass

# The mark of a measure, made by `subjects`.
MEASURE = r"«m\w+»"
# Words for places without a name.
PLACES = r"(?:districts?|areas?|places?|towns?|cit(?:y|ies)|boroughs?)"

# Base form, then the forms that are claims in any position, then the form in -ing.
DOWN_VERBS = (
    ("fall", "falls fell fallen", "falling"),
    ("drop", "drops dropped", "dropping"),
    ("decrease", "decreases decreased", "decreasing"),
    ("decline", "declines declined", "declining"),
    ("reduce", "reduces reduced", "reducing"),
    ("lower", "lowers lowered", "lowering"),
    ("halve", "halves halved", "halving"),
    ("lessen", "lessens lessened", "lessening"),
    ("shrink", "shrinks shrank shrunk", "shrinking"),
    ("plummet", "plummets plummeted", "plummeting"),
    ("plunge", "plunges plunged", "plunging"),
    ("slump", "slumps slumped", "slumping"),
    ("tumble", "tumbles tumbled", "tumbling"),
    ("dip", "dips dipped", "dipping"),
    ("sink", "sinks sank sunk", "sinking"),
    ("slide", "slid", "sliding"),
    ("diminish", "diminishes diminished", "diminishing"),
    ("subside", "subsides subsided", "subsiding"),
    ("dwindle", "dwindles dwindled", "dwindling"),
    ("curb", "curbs curbed", "curbing"),
    ("slash", "slashes slashed", "slashing"),
    ("cut", "cut", "cutting"),
)
UP_VERBS = (
    ("rise", "rises rose risen", "rising"),
    ("increase", "increases increased", "increasing"),
    ("grow", "grows grew grown", "growing"),
    ("climb", "climbs climbed", "climbing"),
    ("jump", "jumps jumped", "jumping"),
    ("surge", "surges surged", "surging"),
    ("soar", "soars soared", "soaring"),
    ("spike", "spikes", "spiking up"),
    ("escalate", "escalates escalated", "escalating"),
    ("rocket", "rockets rocketed", "rocketing"),
    ("double", "doubles doubled", "doubling"),
    ("treble", "trebles trebled", "trebling"),
    ("triple", "triples tripled", "tripling"),
    ("quadruple", "quadruples quadrupled", "quadrupling"),
    ("multiply", "multiplies multiplied", "multiplying"),
    ("worsen", "worsens worsened", "worsening"),
    ("swell", "swells swelled swollen", "swelling"),
)
DOWN_NOUNS = "fall drop decrease decline reduction cut dip slump slide downturn lowering halving downtick"
UP_NOUNS = "uptick rise increase growth jump surge spike climb upturn upsurge doubling escalation"

BASES = "|".join(base for base, _, _ in (*DOWN_VERBS, *UP_VERBS))
# Bases that are also other words, so that only their other forms state a direction.
_SAID_BY_ITSELF = {"cut", "lower", "slide"}


def _changed(verbs: tuple[tuple[str, str, str], ...], nouns: str, more: str) -> re.Pattern[str]:
    forms = {form for base, others, going in verbs for form in (base, *others.split(), going)}
    words = "|".join(sorted(forms - _SAID_BY_ITSELF, key=len, reverse=True))
    return re.compile(rf"\b(?:{words}|{more}|(?:{'|'.join(nouns.split())})s?)\b", re.IGNORECASE)


# By direction, the words that show that changes are compared: fell more than in Fareham.
CHANGED = {
    -1: _changed(DOWN_VERBS, "fall drop decrease decline reduction", "went down|gone down|came down"),
    1: _changed(UP_VERBS, "rise increase growth", "went up|gone up"),
}
_BE = r"(?:is|are|was|were|remain(?:s|ed)?|stay(?:s|ed)?)"


@dataclass(frozen=True)
class Relation:
    """Words between two figures. `way` is 1 if the first is more, -1 if it is less, 0 if they are equal."""

    words: str
    way: int


RELATIONS = (
    Relation(r"exceed(?:s|ed|ing)?", 1),
    Relation(r"surpass(?:es|ed|ing)?", 1),
    Relation(r"outnumber(?:s|ed|ing)?", 1),
    Relation(r"outstrip(?:s|ped)?", 1),
    Relation(r"outpac(?:es?|ed)", 1),
    Relation(r"overt(?:akes?|ook|aken)", 1),
    Relation(r"eclips(?:es?|ed)", 1),
    Relation(r"dwarf(?:s|ed)?", 1),
    Relation(r"trail(?:s|ed)(?: behind)?", -1),
    Relation(r"lag(?:s|ged) behind", -1),
    Relation(r"f(?:alls?|ell) (?:short of|behind)", -1),
    Relation(r"match(?:es|ed)?", 0),
    Relation(r"equall?(?:s|ed)?", 0),
    Relation(r"rival(?:s|led)?", 0),
    Relation(rf"{_BE} (?:exactly |much )?(?:level|on a par|equal|identical|similar|comparable|in line) (?:with|to)", 0),
    Relation(rf"{_BE} (?:exactly |much )?the same as", 0),
)


@dataclass(frozen=True)
class Lead:
    """Words for being first or last; `is_ranked` if a rank follows: ranked second."""

    words: str
    is_most: bool = True
    is_ranked: bool = False


_TABLE = (
    r"(?: (?:the|our|all)(?: \w+)?(?: «a\w+»)? (?:tables?|lists?|rankings?|leagues?|charts?|districts?|areas?|county)\b"
    r"|(?= (?:for|in|on|by) (?:the |our )?(?:\w+ )?(?:«m|rates?\b|numbers?\b|counts?\b)))"
)
LEADS = (
    Lead(rf"(?:leads?|led|tops?|topped|heads?|headed){_TABLE}"),
    Lead(r"peak(?:s|ed)(?! when\b| (?:at|to) \d)|(?:was|were|is|are) at (?:its|their) (?:peak|height|highest|worst)"),
    Lead(r"bottomed out|(?:was|were|is|are) at (?:its|their) lowest", is_most=False),
    Lead(
        r"(?:(?:is|are|was|were) )?(?:ranks?|ranked|came|comes|placed|finished|stood)(?: in)?"
        r" (?:the )?(?P<place>first|top|highest|second|third|fourth|fifth|2nd|3rd|4th|5th|joint first)",
        is_ranked=True,
    ),
    Lead(
        r"(?:(?:is|are|was|were) )?(?:ranks?|ranked|came|comes|placed|finished|stood)"
        r" (?:the )?(?P<place>last|bottom|lowest)",
        is_most=False,
        is_ranked=True,
    ),
)


@dataclass(frozen=True)
class Share:
    """Words for a part of a whole: more than `limit` per cent, or less if not `is_most`; exactly 0 or 100."""

    words: str
    is_most: bool
    limit: float = 50


SHARES = (
    Share(r"(?:the |a )?(?:vast |large |overwhelming |clear )?majority", True),
    Share(r"(?:a )?(?:small |tiny |large )?minority", False),
    Share(r"the (?:bulk|lion's share|greater part|better part|larger part|main part)", True),
    Share(r"(?:nearly|almost|virtually|practically) (?:all|every)|all but a few", True, 90),
    Share(r"(?:almost|next to|virtually) (?:none|no)|hardly any|scarcely any|very few", False, 10),
    Share(r"(?<!almost )(?<!virtually )none", False, 0),
    Share(r"(?<!nearly )(?<!almost )(?<!not )(?<!virtually )(?<!practically )(?:all|every|each)", True, 100),
)

# Words that compare in a way that no rule judges, refused if they are about something published.
NOT_UNDERSTOOD = re.compile(
    r"\b(?:streets ahead|(?:far |way |well |just |slightly )?(?:ahead of|behind(?= «a))|in the lead|second to none"
    r"|head and shoulders|disproportionate(?:ly)?|over-?represented|under-?represented|out of proportion"
    r"|(?:relative|in relation|in proportion) to|outperform(?:s|ed)?|outli(?:er|ers)|a fraction of"
    r"|(?:no|any) match for|fares? (?:better|worse)|fared (?:better|worse)|stands? out|stood out|bucked the trend"
    r"|the odd one out|punch(?:es|ed) above|versus|vs)\b",
    re.IGNORECASE,
)
# Qualities of less violence: less safe than Fareham.
SAFE = r"(?:safe|peaceful|quiet|calm|free of violence)"
# Words that make a sentence a general truth, which is about no figure: poverty goes with violence.
GENERAL = re.compile(
    r"\bgo(?:es)? (?:hand in hand )?with\b"
    r"|\b(?:is|are|can be) (?:\w+ly )?(?:preventable|prevented|linked|associated|rooted|caused|driven|avoidable"
    r"|unacceptable|inevitable|a symptom)\b"
    r"|\b(?:leads?|contributes?) to\b|\b(?:stems?|comes?|results?|grows?) from\b|\bthrives?\b|\bmatters?\b",
    re.IGNORECASE,
)
# Words before an extreme that only describes where work is done: patrols in the areas with the most violence.
DESCRIPTIVE = re.compile(
    r"\b(?:(?:to|in|at|on|for|of|from|around|towards|into|visit\w*|cover\w*|serv\w+|cho\w+) (?:the |those |our )?"
    r"(?:\w+ )?(?:hexagons?|areas?|places?|streets?|neighbourhoods?|wards?|schools?|hours?|times?|hot ?spots?)"
    r" (?:(?:with|that (?:have|had|see|saw|are|were)|where|when)\b[^,;]*)?"
    r"|where (?:\w+ ){0,2}?«m\w+» (?:is|was|are|were) (?:at its )?)$",
    re.IGNORECASE,
)
# Words that name nothing by themselves: a clause of only these compares the subject of the previous sentence.
FRAME = frozenset(
    re.findall(
        r"[\w-]+",
        """
        than in of on for at among amongst as any by per the a an and or that this these those which with from to
        across between it its they them their there here we our us he she all other others every each both last
        affected hit common commonly frequent frequently often prevalent violent likely widespread recorded reported
        dangerous safe safer so very far much also again still now once overall year years people
        is are was were be been has have had having saw sees see seen did does do
        district districts area areas place places town towns city cities borough boroughs county situation picture
        problem problems burden things one ones part parts average rate rates number numbers count counts total totals
        level levels figure figures share shares proportion volume concentration concentrations
        """,
    )
)
