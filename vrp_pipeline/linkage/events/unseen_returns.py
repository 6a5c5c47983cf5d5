"""Patients who may have come back unseen, as a record of theirs has no number: the lower bound joins them beyond links.

A return is seen if the attendance and the one before it both have a number. So of the attendances with a number that
share of all returns is seen that the one before has a number: how many are seen is binomial, at the rate of returns
times the share of attendances with a number. What that leaves unseen is foretold at the upper end of a 95 % interval,
and is no more than the attendances without a number can hide: each is one return at most, and hides one at most.

Where they may be are attendances one to 72 hours apart of which one has no number, and which age, sex and home do not
contradict; those with the fewest such others first.
"""

import duckdb
import numpy as np
from scipy.special import logsumexp, xlog1py, xlogy
from scipy.stats import beta, binom

from vrp_pipeline.linkage.events.inputs import EMERGENCY
from vrp_pipeline.linkage.events.within import BACK_AGAIN, BACK_FROM_MINUTES, BACK_MINUTES

# The share of attendances that are a return before a lake tells, worth 50 attendances: 4 % in the mean, and 11 % at the
# upper end; 8.7 % come back within a week for any reason ([NHS attendances 2020]).
PRIOR_RETURNS, PRIOR_ATTENDANCES = 2.0, 50.0
UPPER = 0.975
# Steps in which the rate of returns goes from 0 to 1.
STEPS = 10_000
# How many attendances before each one may be the patient's earlier one. An attendance that another took leaves the next
# nearest; more would fill the memory where nothing is told of anybody.
EARLIER_EACH = 5

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
            on l.later_span = r.span and r.k - l.k between {BACK_FROM_MINUTES} and {BACK_MINUTES}
            and (l.nhs is null or r.nhs is null)
            and coalesce(l.is_male = r.is_male, true) and coalesce(abs(l.age - r.age) <= 1, true)
            and coalesce(l.he = r.he and l.hn = r.hn, true) and (r.u = r.k or r.f <= l.k)
    )
    select earlier, later from compatible
    qualify row_number() over (partition by later order by minutes, earlier) <= {EARLIER_EACH}
    order by rivals, minutes, later, earlier
"""  # noqa: S608 - the parts are constants of this module


def most_unseen(attendances: int, numbered: int, seen: int) -> int:
    """Return how many attendances may be returns that no number tells, at the upper end of a 95 % interval.

    `numbered` of them have a number, and `seen` of these share it with one before and are a return.
    """
    blank = attendances - numbered
    if not blank:
        return 0
    rate = (np.arange(STEPS) + 0.5) / STEPS
    visible = numbered / attendances
    weight = (
        beta.logpdf(rate, PRIOR_RETURNS, PRIOR_ATTENDANCES - PRIOR_RETURNS)
        + xlogy(seen, rate * visible) + xlog1py(numbered - seen, -rate * visible)
    )  # fmt: skip
    weight = np.exp(weight - logsumexp(weight))
    unseen = blank * rate + (numbered - seen) * rate * (1 - visible) / (1 - rate * visible)
    # Attendances of both kinds have a chance each to be an unseen return; taken as one, theirs in the mean, they vary a
    # little more (Hoeffding).
    others = attendances - seen
    least, most = 0, min(2 * blank, attendances - 1)
    while least < most:
        middle = (least + most) // 2
        if weight @ binom.cdf(middle, others, unseen / others) >= UPPER:
            most = middle
        else:
            least = middle + 1
    return least


def unseen_returns(connection: duckdb.DuckDBPyConnection) -> tuple[int, list[tuple[str, str]]]:
    """Return how many returns there may be that no number tells, and pairs of attendances they may be, likeliest first.

    Of each pair the earlier attendance comes first. A later one is in several pairs, of which one can be right, and so
    is an earlier one. `connection` has the tables `records_compared` and `scored` of the model, after the rules of
    numbers were applied.
    """
    (counts,) = connection.execute(_COUNTS).fetchall()
    unseen = most_unseen(*counts)
    return unseen, connection.execute(_PLACES).fetchall() if unseen else []
