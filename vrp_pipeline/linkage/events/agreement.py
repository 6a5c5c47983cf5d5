"""Whether linked records agree: a second signal of broken linkage that needs no truth.

Rates are learnt from the lake, so a feed whose clock, places or ages are off throughout is still linked by what is
left, and its links show the error. Linked records that disagree more often than not in one respect cast a doubt.
"""

import duckdb
import pyarrow as pa

from vrp_pipeline.linkage.events.comparisons import LEAST_SHIFTS
from vrp_pipeline.linkage.events.inputs import ADMISSIONS, EMERGENCY

# A respect is in doubt if less than half of the pairs agree in it; fewer pairs can disagree by chance.
LEAST_AGREEMENT = 0.5
FEWEST_PAIRS = 50
# Hospitals know a patient who comes back by the number. Where a quarter of records have none [P], returns stay unseen.
NUMBER, LEAST_NUMBERED = "an NHS number", 0.75
# Victims of one event find each other by its place. Where more than half of the attendances have none, the lower bound
# lies up to 1.6 % above the truth in worlds of crowded nights (65 to 90 % without; with half it held) [P].
PLACE, LEAST_PLACED = "a place", 0.5
# More records of one event than this, in the mean, are chance taken for agreement [P].
MOST_PARTNERS = 2.0
# Of pairs that tell it: times within an hour, places within a kilometre, ages within a year. Of all pairs: age told.
_AGREEMENT = """
    with pairs as (
        select left_feed, right_feed,
            greatest(0, l.minute_from - r.minute_until, r.minute_from - l.minute_until) as gap,
            sqrt(power(l.east_km - r.east_km, 2) + power(l.north_km - r.north_km, 2)) as apart,
            abs(l.age - r.age) as years
        from links
        inner join inputs as l on links.left_record_id = l.unique_id
        inner join inputs as r on links.right_record_id = r.unique_id
        where link_status in ('certain', 'linked') and left_feed <> right_feed and not l.is_fire
    )
    select least(left_feed, right_feed) as feed, greatest(left_feed, right_feed) as other, respect, count(*) as counted,
        avg(case when agrees then 1.0 else 0.0 end) as share
    from (
        select left_feed, right_feed, 'times within an hour' as respect, gap <= 60 as agrees from pairs
        union all
        select left_feed, right_feed, 'places within a kilometre', apart <= 1 from pairs where apart is not null
        union all select left_feed, right_feed, 'ages within a year', years <= 1 from pairs where years is not null
    ) group by all
    union all
    select feed, null, 'an age', count(*), avg(case when age is not null then 1.0 else 0.0 end)
    from inputs where not is_fire group by feed
    union all
    select feed, null, $number, count(*), avg(case when nhs_number is not null then 1.0 else 0.0 end)
    from inputs where list_contains($hospital, feed) group by feed
    union all
    select feed, null, $place, count(*), avg(case when east_km is not null then 1.0 else 0.0 end)
    from inputs where feed = $emergency group by feed
    order by 1, 2, 3
"""


def agreement(inputs: pa.Table, links: pa.Table) -> dict[str, float]:
    """Return shares from 0 to 1: of linked pairs that agree, by feeds and respect, and of records that tell enough.

    These tell an age or, of patients in hospital, an NHS number; of attendances, the place where it happened. Each is
    named by what it is a share of, as in "linked pairs of A and B have ages within a year"; shares of fewer than
    `FEWEST_PAIRS` are left out. `inputs` has the schema `inputs.LINKAGE_INPUTS`, `links` the schema
    `assignment.EVENT_LINKS`.
    """
    with duckdb.connect() as connection:
        connection.register("inputs", inputs)
        connection.register("links", links)
        rows = connection.execute(
            _AGREEMENT,
            {"number": NUMBER, "place": PLACE, "emergency": EMERGENCY, "hospital": [EMERGENCY, ADMISSIONS]},
        ).fetchall()
    return {
        _name(feed, other, respect): round(share, 4)
        for feed, other, respect, counted, share in rows
        if counted >= FEWEST_PAIRS
    }


def _name(feed: str, other: str | None, respect: str) -> str:
    if other is None:
        return f"records of {feed.replace('__', ' ')} have {respect}"
    return f"linked pairs of {feed.replace('__', ' ')} and {other.replace('__', ' ')} have {respect}"


def doubts(found: dict[str, float]) -> list[str]:
    """Return a sentence for each share of `agreement` that is less than half."""
    return [
        f"Links are in doubt: only {share:.0%} of {name}; a clock, a grid or a form may have changed."
        for name, share in found.items()
        if share < LEAST_AGREEMENT and not name.endswith((NUMBER, PLACE))
    ]


def too_few_numbers(found: dict[str, float]) -> list[str]:
    """Return a sentence for each feed of patients in hospital of whom too few have an NHS number, by `agreement`.

    Who comes back without one counts as a new incident, in the expected total and in its upper bound.
    """
    return [
        f"The total of incidents may be too high: {share:.0%} of {name}; who comes back without one is counted again."
        for name, share in found.items()
        if share < LEAST_NUMBERED and name.endswith(NUMBER)
    ]


def too_few_places(found: dict[str, float]) -> list[str]:
    """Return a sentence if too few attendances tell where it happened, by `agreement`.

    Victims of one fight who are known to health alone are then told apart from nobody else of that night, and what may
    be of one event is spread over too many pairs for any to be plausible.
    """
    return [
        f"The lower bound of incidents may be too high: {share:.0%} of {name}; victims of one event who come without"
        " one are counted apart."
        for name, share in found.items()
        if share < LEAST_PLACED and name.endswith(PLACE)
    ]


def too_many_partners(partners: dict[str, float]) -> list[str]:
    """Return a sentence for each pair of feeds whose records are estimated to have more partners than events have.

    `partners` is that of `links.Linked`. Where too little is told, pairs by chance pass for pairs of one event, and
    rivals then share the probability among dozens: totals, shares and both bounds are wrong.
    """
    return [
        f"Links are in doubt: a record is estimated to have {most:.0f} of its own event "
        f"({name.replace('|', ' and ').replace('__', ' ')}); places or times may be missing."
        for name, most in sorted(partners.items())
        if most > MOST_PARTNERS
    ]


def too_short(shifts: dict[str, float]) -> list[str]:
    """Return a sentence if feeds have too few weeks of records in common for chance to be told from agreement.

    `shifts` is that of `links.Linked`.
    """
    short = sorted(name for name, mean in shifts.items() if mean < LEAST_SHIFTS)
    if not short:
        return []
    named = ", ".join(dict.fromkeys(name.replace("|", " and ").replace("__", " ") for name in short))
    return [
        "The lake is too short to learn from: it takes three weeks of records of both feeds to tell pairs of one event "
        f"from chance. Until then links are made by rates learnt elsewhere, records of one feed are joined by an NHS "
        f"number alone, and the total of incidents may be too high by up to a fifth ({named})."
    ]
