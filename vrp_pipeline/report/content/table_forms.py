"""The further tables of a publication: programmes, who and where, harm and cost, partner agencies.

Each is declared once: its key, the rule of each count, and the known relations between counts. No number is held here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vrp_pipeline.disclosure.rules import COST_TO_SOCIETY, EXACT, HARM_DAYS, NHS, SMALL_AREAS, Rule

# Metres of a side of the hexagons that are published: 10.4 square kilometres, so that most with incidents have ten [P].
PUBLISHED_SIDE = 2000.0


@dataclass(frozen=True)
class TableForm:
    """The form of a table: `name` is the name of its CSV file, `source` the table of the release.

    `rules` has the counts, `words` other columns. `wholes` names the value of a key column that stands for all its
    others, and `distinct` the counts of people who may stand in several of these others; where a table has no such row,
    `partition` names the two columns of breakdown and category, whose parts add up to the same whole. `nested` lists
    pairs of values of a key column of which the second is part of the first (what is left is called 'a less b'), and
    `parts` such pairs of counts.
    """

    name: str
    source: str
    title: str
    key: tuple[str, ...]
    rules: Mapping[str, Rule]
    words: tuple[str, ...] = ()
    wholes: Mapping[str, str] = field(default_factory=dict)
    distinct: tuple[str, ...] = ()
    partition: tuple[str, str] | None = None
    nested: tuple[str, tuple[tuple[str, str], ...]] | None = None
    parts: tuple[tuple[str, str], ...] = ()
    only: Mapping[str, str] = field(default_factory=dict)


PROGRAMMES = TableForm(
    name="programmes",
    source="rpt_programmes",
    title="Programmes: referrals and what became of them, and the reach and cost of their events (M11, M9)",
    key=("financial_year", "programme_code", "age_group"),
    rules={
        **dict.fromkeys(("referrals", "accepted", "engaged", "completed", "people", "people_engaged"), NHS),
        **dict.fromkeys(("followed_up", "reattended"), NHS),
        # The partnership's own work, and contacts that are not people: docs/methods.md#m9.
        **dict.fromkeys(("events", "contacts", "events_without_attendance", "cost_gbp", "events_without_cost"), EXACT),
    },
    wholes={"programme_code": "all", "age_group": "all"},
    distinct=("people", "people_engaged"),
    parts=(
        ("referrals", "accepted"),
        ("accepted", "engaged"),
        ("engaged", "completed"),
        ("engaged", "followed_up"),
        ("followed_up", "reattended"),
        ("referrals", "people"),
        ("people", "people_engaged"),
    ),
)
PROFILE = TableForm(
    name="violence_profile",
    source="rpt_violence_profile",
    title="Who and where: crimes of serious violence, their victims and suspects",
    key=("financial_year", "unit", "breakdown", "category"),
    rules={"value": NHS},
    partition=("breakdown", "category"),
)
HARM_AND_COST = TableForm(
    name="harm_and_cost",
    source="rpt_harm_and_cost",
    title="Serious violence without possession: crimes, and harm and cost to society without homicides (M13, M14)",
    key=("financial_year", "victims_age"),
    rules={
        **dict.fromkeys(("crimes", "crimes_without_weight", "crimes_without_cost"), NHS),
        # Without homicides, whose weight would disclose their number: docs/methods.md#disclosure.
        "harm_days_without_homicides": HARM_DAYS,
        "cost_without_homicides_gbp": COST_TO_SOCIETY,
    },
    nested=("victims_age", (("all", "under 25"), ("under 25", "under 18"), ("all less under 25", "unknown"))),
    parts=(("crimes", "crimes_without_weight"), ("crimes", "crimes_without_cost")),
    only={"geography_level": "force"},
)
# Not related to other printed counts: people referred to programmes are fewer, and broken down differently.
PEOPLE_KNOWN = TableForm(
    name="people_known",
    source="rpt_people_known_by_age",
    title="People known to agencies, and those known to several (M6)",
    key=("financial_year", "age_group"),
    rules=dict.fromkeys(("people", "people_of_several_agencies"), NHS),
    nested=("age_group", (("all", "under 25"), ("under 25", "under 18"), ("all less under 25", "unknown"))),
    parts=(("people", "people_of_several_agencies"),),
)
AGENCIES = TableForm(
    name="partner_agencies",
    source="rpt_partner_agencies",
    title="Partner agencies on 31 March and what each delivered (M10)",
    key=("financial_year", "agency_id"),
    rules=dict.fromkeys(("feed_months_due", "feed_months_received"), EXACT),
    words=("agency_name", "sector", "is_member_on_31_march", "delivered"),
)
# Sums of the hexagons of `rpt_hot_spots`, read by `places`. Related to nothing else that is published: no other figure
# is of the day an incident happened, of three years, or of these places.
HEXAGONS = TableForm(
    name="hexagons",
    source="rpt_hot_spots",
    title="Where: incidents of serious violence in public by hexagon (M8)",
    key=("hexagon",),
    rules={"incidents": SMALL_AREAS},
    words=("district_name", "ward_name"),
)
FORMS = (PROGRAMMES, PROFILE, PEOPLE_KNOWN, HARM_AND_COST, AGENCIES, HEXAGONS)
