"""Patients who may have come back unseen, as a record of theirs has no number: the lower bound joins them beyond links.

How often patients return is counted where numbers tell. A return is seen if both attendances have a number, so the
share among those with a number is divided by the share of records that have one. Of the returns this leaves unseen, at
the upper end of a 95 % interval, the likeliest places are taken: an attendance without a number after another within 72
hours that age, sex and home do not contradict, those with the fewest such others first.
"""

import duckdb
from scipy.stats import beta

from vrp_pipeline.linkage.events.inputs import EMERGENCY
from vrp_pipeline.linkage.events.within import BACK_AGAIN, BACK_MINUTES

# The share of attendances that are a return before a lake tells, worth 50 attendances: 4 % in the mean, and 11 % at the
# upper end; 8.7 % come back within a week for any reason ([NHS attendances 2020]).
PRIOR_RETURNS, PRIOR_ATTENDANCES = 2.0, 50.0
UPPER = 0.975

_COUNTS = f"""
    select count(*), count(nhs),
        (select count(distinct r) from scored where is_within and rule = '{BACK_AGAIN}')
    from records_compared where feed = '{EMERGENCY}'
"""  # noqa: S608 - the parts are constants of this module
_PLACES = f"""
    with attendances as (select *, k // {BACK_MINUTES} as span from records_compared where feed = '{EMERGENCY}'),
    -- Of equal spans or of neighbouring ones: a join of ranges alone takes several times as long.
    spread as (select *, unnest([span, span + 1]) as later_span from attendances),
    compatible as (
        select l.unique_id as earlier, r.unique_id as later, r.k - l.k as minutes,
            count(*) over (partition by r.i) as rivals
        from spread as l
        inner join attendances as r
            on l.later_span = r.span and r.k >= l.k and r.k - l.k <= {BACK_MINUTES} and l.i <> r.i
            and (l.nhs is null or r.nhs is null)
            and coalesce(l.is_male = r.is_male, true) and coalesce(abs(l.age - r.age) <= 1, true)
            and coalesce(l.he = r.he and l.hn = r.hn, true) and (r.u = r.k or r.f <= l.k)
    )
    select earlier, later from compatible
    qualify row_number() over (partition by later order by minutes, earlier) = 1
    order by rivals, minutes, later, earlier
"""  # noqa: S608 - the parts are constants of this module


def most_returns(attendances: int, numbered: int, seen: int) -> int:
    """Return how many of the attendances may be returns, at the upper end of a 95 % interval.

    `numbered` of them have a number, and `seen` of these share it with one before and are a return.
    """
    if not attendances:
        return 0
    share = beta.ppf(UPPER, PRIOR_RETURNS + seen, PRIOR_ATTENDANCES - PRIOR_RETURNS + numbered - seen)
    # Without numbers the prior speaks alone, and it is no share of those seen.
    visible = numbered / attendances if seen else 1.0
    return min(int(share / visible * attendances), attendances - 1)


def unseen_returns(connection: duckdb.DuckDBPyConnection) -> tuple[int, list[tuple[str, str]]]:
    """Return how many returns there may be that no number tells, and pairs of attendances they may be, likeliest first.

    `connection` has the tables `records_compared` and `scored` of the model, after the rules of numbers were applied.
    """
    (attendances, numbered, seen), *_ = connection.execute(_COUNTS).fetchall()
    if numbered == attendances:
        return 0, []
    return max(0, most_returns(attendances, numbered, seen) - seen), connection.execute(_PLACES).fetchall()
