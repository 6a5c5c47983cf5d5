"""Candidate pairs of event records and how many have each pattern, in DuckDB.

Belongs here: which records are compared, and how many pairs have each pattern. Does not: how alike two records are as a
pattern (`levels`), and what a pattern is worth (`rates`). Candidates are records whose intervals overlap or lie within
a day of each other, found by the days that the intervals cover.

The same comparison runs twice. Between records as they are, it gives the candidates. Between records of which one side
is shifted by whole weeks, it gives pairs that cannot be of one event but share the rhythm of the week and the places:
what chance alone brings in this lake.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np

from vrp_pipeline.linkage.events.inputs import ADMISSIONS, AMBULANCE, EMERGENCY, FIRE, PATIENTS, POLICE
from vrp_pipeline.linkage.events.levels import APART, GAP, MEASURES, SIZES, levels_of, pattern

# Intervals further apart than this are two events; a range of more days than the second tells too little to compare.
NEAR_MINUTES = 1440
MOST_DAYS = 7
# Whole weeks, beyond the weeks in which the same household is often hurt again, within the same season.
SHIFT_WEEKS = (-9, -7, 7, 9)
# Records of the left feed that are compared with shifted ones, and how many shifted ones lie near them in time; more
# would not make the rates of chance more exact. The second keeps the cost of a dense lake from growing with its square.
SAMPLED_RECORDS = 3_000
SAMPLED_PAIRS = 5_000_000


@dataclass(frozen=True)
class FeedPair:
    """Two feeds whose records are compared: `left` has fewer records. Both are one feed for pairs within it."""

    left: str
    right: str

    @property
    def name(self) -> str:
        """The name of the pair in a model file."""
        return f"{self.left}|{self.right}"

    @property
    def is_within(self) -> bool:
        """Whether the pair compares records of one feed."""
        return self.left == self.right

    @property
    def is_of_patients(self) -> bool:
        """Whether the pair compares patients of two services."""
        return not self.is_within and self.left in PATIENTS and self.right in PATIENTS


FEED_PAIRS = (
    FeedPair(EMERGENCY, POLICE), FeedPair(AMBULANCE, POLICE), FeedPair(ADMISSIONS, POLICE),
    FeedPair(AMBULANCE, EMERGENCY), FeedPair(ADMISSIONS, EMERGENCY), FeedPair(ADMISSIONS, AMBULANCE),
    FeedPair(FIRE, POLICE), FeedPair(EMERGENCY, EMERGENCY), FeedPair(AMBULANCE, AMBULANCE),
)  # fmt: skip

# Records are numbered by what they tell, earliest first, so that no answer depends on the ids that agencies give.
_RECORDS = """
    create or replace temp table records_compared as
    select
        cast(row_number() over (
            order by minute_from, minute_until, known_until, feed, kind, age, sex, east_km, north_km, home_east_km,
                home_north_km, nhs_number, agency_incident, unique_id
        ) as integer) as i,
        unique_id, feed, agency_incident, is_fire,
        minute_from as f, minute_until as u, known_until as k, minute_until - minute_from as w,
        cast(floor(minute_from / 1440) as integer) as day_from,
        cast(floor(minute_until / 1440) as integer) as day_until,
        east_km as e, north_km as n, home_east_km as he, home_north_km as hn,
        cast(floor(east_km) as integer) as ce, cast(floor(north_km) as integer) as cn,
        -- Three hours of the week; the middle of the interval, where it is no longer than half a day.
        case when minute_until - minute_from <= 720
            then cast(floor(((minute_from + minute_until) / 2) / 180) as integer) % 56 end as slot,
        -- Numbers and truth values compare faster than texts.
        hash(kind) as kind_code, kind = 'assault' as is_plain, age, sex = 'male' as is_male, nhs_number as nhs,
        case kind when 'penetrating' then 0 when 'other weapon' then 1 else 2 end
        + 3 * case sex when 'female' then 0 when 'male' then 1 else 2 end
        + 9 * case when age is null then 0 when age < 16 then 1 when age < 20 then 2 when age < 25 then 3
            when age < 35 then 4 when age < 50 then 5 else 6 end as person
    from inputs
    where minute_until - minute_from <= {most} * 1440
"""
# How many look-alikes the other feed has at that hour of the week and within that square kilometre; without a place, at
# that hour in all.
_LEFT = """
    create or replace temp table left_records as
    with others as (select * from records_compared where feed = '{right}'),
    weeks as (select greatest(1, (max(day_from) - min(day_from) + 1) / 7.0) as weeks from records_compared),
    by_cell as (select ce, cn, slot, count(*) as c from others where slot is not null group by all),
    by_cell_day as (select ce, cn, count(*) / 28.0 as c from others group by all),
    by_slot as (select slot, count(*) as c from others where slot is not null group by all),
    all_day as (select count(*) / 28.0 as c from others)
    select
        l.*,
        case when l.e is null then coalesce(by_slot.c, case when l.slot is null then all_day.c end, 0) / weeks.weeks
            else coalesce(by_cell.c, case when l.slot is null then by_cell_day.c end, 0) / weeks.weeks end as alike,
        case
            when l.e is not null then case when alike < 0.03 then 0 when alike < 0.1 then 1
                when alike < 0.3 then 2 else 3 end
            else case when alike < 3 then 4 when alike < 10 then 5 else 6 end + case when l.he is null then 3 else 0 end
        end as stratum
    from records_compared as l
    cross join weeks
    cross join all_day
    left join by_cell on l.ce = by_cell.ce and l.cn = by_cell.cn and l.slot = by_cell.slot
    left join by_cell_day on l.ce = by_cell_day.ce and l.cn = by_cell_day.cn
    left join by_slot on l.slot = by_slot.slot
    where l.feed = '{left}'
"""


def _pairs(feeds: FeedPair, columns: str, *, left: str = "left_records", right: str = "others") -> str:
    """The pairs on the days that both intervals cover, the right one widened by a day.

    Within a feed each pair comes from both its ends, since a level may depend on which record is on the left.
    """
    number = "" if feeds.is_within else "and (l.nhs is null or r.nhs is null or l.nhs = r.nhs)"
    # A patient of another sex and more than ten years older is another patient, however few the look-alikes are.
    patient = (
        "and not coalesce(l.is_male <> r.is_male and abs(l.age - r.age) > 10, false)" if feeds.is_of_patients else ""
    )
    # Records of one feed that share a number follow the rules of `within`, records of one incident number are joined.
    own = (
        "and l.i <> r.i and (l.nhs is null or r.nhs is null or l.nhs <> r.nhs)"
        " and (l.agency_incident is null or r.agency_incident is null or l.agency_incident <> r.agency_incident)"
        if feeds.is_within
        else ""
    )
    measures = ", ".join(f"{measure} as {name}" for name, measure in MEASURES.items())
    return f"""
        with covered as (
            select *, unnest(range(day_from, day_until + 1)) as day from {left}
        ),
        widened as (
            select *, unnest(range(day_from - 1, day_until + 2)) as day from {right}
        )
        select {columns}
        from (
            select l.i as l, r.i as r, l.stratum, l.person, {measures}
            from covered as l
            inner join widened as r on l.day = r.day and l.is_fire = r.is_fire
            where l.day = greatest(l.day_from, r.day_from - 1)
                and {GAP} <= {NEAR_MINUTES}
                and (l.e is null or r.e is null or {APART} <= 10)
                {number} {patient} {own}
        ) as measured
    """  # noqa: S608 - the parts are constants of this module


@dataclass(frozen=True)
class Counts:
    """Patterns of one pair of feeds.

    `levels` has one row per pattern and one column per component of `SIZES`; `codes` are the patterns, `pairs` the
    candidates with each, `by_chance` the shifted pairs with each. `records` counts the left records by stratum and
    person, `exposed` those compared with shifted records, once per shift. `right_per_day` is the volume of the right.
    """

    feeds: FeedPair
    codes: np.ndarray
    levels: np.ndarray
    pairs: np.ndarray
    by_chance: np.ndarray
    records: np.ndarray
    exposed: np.ndarray
    right_per_day: float


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Number the records of the registered table `inputs` and cut them into what is compared."""
    connection.execute(_RECORDS.format(most=MOST_DAYS))


def compare(connection: duckdb.DuckDBPyConnection, feeds: FeedPair) -> Counts:
    """Write the candidates to the table `candidates` (l, r, pattern) and count patterns, real and by chance."""
    connection.execute(_LEFT.format(left=feeds.left, right=feeds.right))
    connection.execute(
        "create or replace temp table others as select * from records_compared where feed = ?", [feeds.right]
    )
    code = pattern()
    connection.execute(f"create or replace temp table candidates as {_pairs(feeds, f'l, r, {code} as pattern')}")
    (per_day,) = connection.execute("""
        select count(*) / (1.0 + coalesce((select max(day_from) - min(day_from) from records_compared), 0)) from others
    """).fetchall()[0]
    shifted, exposed = _shifted(connection, feeds, code, float(per_day))
    found = connection.execute(f"""
        select pattern, sum(met) as met, sum(by_chance) as by_chance from (
            select pattern, count(*) as met, 0 as by_chance from candidates group by pattern
            union all
            select pattern, 0, count(*) from ({shifted}) group by pattern
        ) group by pattern order by pattern
    """).fetchnumpy()  # noqa: S608 - the parts are constants of this module
    codes = np.asarray(found["pattern"], dtype=np.int64)
    return Counts(
        feeds=feeds,
        codes=codes,
        levels=levels_of(codes),
        pairs=np.asarray(found["met"], dtype=float),
        by_chance=np.asarray(found["by_chance"], dtype=float),
        records=_by_stratum(connection, "select stratum, person, count(*) as c from left_records group by all"),
        exposed=exposed,
        right_per_day=float(per_day),
    )


def _shifted(
    connection: duckdb.DuckDBPyConnection, feeds: FeedPair, code: str, right_per_day: float
) -> tuple[str, np.ndarray]:
    (left,) = connection.execute("select count(*) from left_records").fetchall()[0]
    near = left * right_per_day * (1 + 2 * NEAR_MINUTES / 1440) * len(SHIFT_WEEKS)
    every = max(1, left // SAMPLED_RECORDS, int(near // SAMPLED_PAIRS))
    connection.execute("create or replace temp table sampled as select * from left_records where i % ? = 0", [every])
    exposed = np.zeros((SIZES["stratum"], SIZES["person"]))
    queries = []
    for weeks in SHIFT_WEEKS:
        exposed += _by_stratum(
            connection,
            f"""select stratum, person, count(*) as c from sampled
                where day_from - {7 * weeks} between (select min(day_from) from others)
                    and (select max(day_from) from others) group by all""",  # noqa: S608
        )
        other = f"""(select * replace (f + {10080 * weeks} as f, u + {10080 * weeks} as u, k + {10080 * weeks} as k,
            day_from + {7 * weeks} as day_from, day_until + {7 * weeks} as day_until) from others)"""  # noqa: S608
        pairs = _pairs(feeds, f"{code} as pattern", left="sampled", right=other)
        queries.append(f"({pairs})")
    return " union all ".join(queries), exposed


def _by_stratum(connection: duckdb.DuckDBPyConnection, query: str) -> np.ndarray:
    counted = np.zeros((SIZES["stratum"], SIZES["person"]))
    for stratum, person, count in connection.execute(query).fetchall():
        counted[stratum, person] = count
    return counted


def feeds_present(connection: duckdb.DuckDBPyConnection) -> Iterator[FeedPair]:
    """Yield the pairs of feeds that both have records."""
    held = {feed for (feed,) in connection.execute("select distinct feed from records_compared").fetchall()}
    return (feeds for feeds in FEED_PAIRS if {feeds.left, feeds.right} <= held)
