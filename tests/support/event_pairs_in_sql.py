"""Candidate pairs of event records and their patterns in SQL: an oracle for `linkage.events`, which does it in NumPy.

The rules are those of docs/linkage.md#links, written down a second time. Day by day and row by row, so it is slow.
"""

import duckdb

from vrp_pipeline.linkage.events.comparisons import FeedPair
from vrp_pipeline.linkage.events.inputs import EMERGENCY, POLICE

SIZES = {"stratum": 10, "person": 63, "time": 55, "place": 14, "age_sex": 15, "kind": 4, "number": 3}
GAP = "greatest(0, l.f - r.u, r.f - l.u)"


def _kilometres_apart(east: str, north: str, other_east: str, other_north: str) -> str:
    return f"sqrt(power({east} - {other_east}, 2) + power({north} - {other_north}, 2))"


APART = _kilometres_apart("l.e", "l.n", "r.e", "r.n")
# What levels are read off.
MEASURES = {
    "gap": GAP,
    "width": "greatest(l.w, r.w)",
    # From the end of the narrower interval to when the other's agency became aware.
    "lag": "case when l.w > r.w then l.k - r.u else r.k - l.u end",
    "apart": APART,
    "home": f"least({_kilometres_apart('l.he', 'l.hn', 'r.e', 'r.n')}, "
    f"{_kilometres_apart('r.he', 'r.hn', 'l.e', 'l.n')})",
    "homes": _kilometres_apart("l.he", "l.hn", "r.he", "r.hn"),
    "years": "abs(l.age - r.age)",
    "same_sex": "l.is_male = r.is_male",
    "same_kind": "l.kind_code = r.kind_code",
    "plain": "l.is_plain or r.is_plain",
    "same_number": "l.nhs = r.nhs",
}
# What is told of a patient's arrival, beside the gap: within 3 hours after the other event, 8, later, or before it.
_DELAY = """
    case when delay is null then 0 when delay < 0 then 3 when delay <= 180 then 0 when delay <= 480 then 1 else 2 end"""
_TIME = f"""
    case
        when width <= 60 then 4 * case
            when gap <= 5 then 0 when gap <= 15 then 1 when gap <= 30 then 2 when gap <= 60 then 3
            when gap <= 120 then 4 when gap <= 240 then 5 when gap <= 660 then 6 when gap <= 780 then 7
            else 8 end + {_DELAY}
        when width <= 720 then case when gap = 0 then 36 when gap <= 60 then 37 when gap <= 240 then 38 else 39 end
        when gap = 0 and is_range and width > 1440 then case when width <= 4320 then 53 else 54 end
        when gap = 0 then case
            when lag < 0 then 40 when lag <= 60 then 41 when lag <= 120 then 42 when lag <= 180 then 43
            when lag <= 240 then 44 when lag <= 480 then 45 when lag <= 1440 then 46 when lag <= 2880 then 47
            else 48 end
        else 49 + {_DELAY}
    end"""
_PLACE = """
    case
        when apart is not null then case
            when apart <= 0.15 then 0 when apart <= 0.3 then 1 when apart <= 0.5 then 2
            when apart <= 1 then 3 when apart <= 2 then 4 when apart <= 5 then 5 else 6 end
        when home is not null then case
            when home <= 0.7 then 7 when home <= 3 then 8 when home <= 10 then 9 else 10 end
        when homes is not null then case when homes <= 0.1 then 11 else 12 end
        else 13
    end"""
_AGE_SEX = """
    3 * case when years is null then 4 when years = 0 then 0 when years = 1 then 1 when years <= 5 then 2 else 3 end
    + case when same_sex is null then 2 when same_sex then 0 else 1 end"""
_KIND = "case when same_kind then case when plain then 1 else 0 end when plain then 2 else 3 end"
_NUMBER = "case when same_number is null then 0 when same_number then 1 else 2 end"
_LEVELS = ("stratum", "person", _TIME, _PLACE, _AGE_SEX, _KIND, _NUMBER)


def _pattern() -> str:
    """Return the SQL of the pattern of a pair of which `MEASURES` are worked out, and stratum and person known."""
    code = "0"
    for level, size in zip(_LEVELS, SIZES.values(), strict=True):
        code = f"({code}) * {size} + ({level})"
    return code


def _pairs(feeds: FeedPair, columns: str, *, left: str, right: str) -> str:
    """The pairs on the days that both intervals cover, the right one widened by two days.

    Within a feed each pair comes from both its ends, since a level may depend on which record is on the left.
    """
    number = "" if feeds.is_within else "and (l.nhs is null or r.nhs is null or l.nhs = r.nhs)"
    # A patient of another sex and more than ten years older is another patient, however few the look-alikes are.
    patient = (
        "and not coalesce(l.is_male <> r.is_male and abs(l.age - r.age) > 10, false)" if feeds.is_of_patients else ""
    )
    # Records of one incident number are joined.
    own = (
        "and l.i <> r.i"
        " and (l.agency_incident is null or r.agency_incident is null or l.agency_incident <> r.agency_incident)"
        if feeds.is_within
        else ""
    )
    # An attendance tells when the patient arrived; of crimes alone a wide interval is a range.
    arrival = "null" if feeds.is_within or EMERGENCY not in (feeds.left, feeds.right) else "l.k - r.u"
    if arrival != "null" and feeds.right == EMERGENCY:
        arrival = "r.k - l.u"
    of_feeds = {"delay": arrival, "is_range": f"l.w <= r.w and {feeds.right == POLICE}"}
    measures = ", ".join(f"{measure} as {name}" for name, measure in (MEASURES | of_feeds).items())
    return f"""
        with covered as (
            select *, unnest(range(day_from, day_until + 1)) as day from {left}
        ),
        widened as (
            select *, unnest(range(day_from - 2, day_until + 3)) as day from {right}
        )
        select {columns}
        from (
            select l.i as l, r.i as r, l.stratum, l.person, {measures}
            from covered as l
            inner join widened as r on l.day = r.day and l.is_fire = r.is_fire
            where l.day = greatest(l.day_from, r.day_from - 2)
                and {GAP} <= 1500
                and (l.e is null or r.e is null or {APART} <= 10)
                {number} {patient} {own}
        ) as measured
    """


def patterns_in_sql(connection: duckdb.DuckDBPyConnection, feeds: FeedPair, minutes: int) -> list[tuple[int, int, int]]:
    """The pairs (left, right, pattern) of two feeds, in order, the records of the right one so many minutes later.

    Of the tables that `comparisons.prepare` and `comparisons.compare` write.
    """
    left = "(select records_compared.*, stratum from records_compared inner join strata using (i))"
    right = f"""(select * replace (f + {minutes} as f, u + {minutes} as u, k + {minutes} as k,
        cast(floor((f + {minutes}) / 1440) as integer) as day_from,
        cast(floor((u + {minutes}) / 1440) as integer) as day_until) from others)"""
    query = _pairs(feeds, f"l, r, {_pattern()} as pattern", left=left, right=right)
    return connection.execute(f"{query} order by l, r").fetchall()
