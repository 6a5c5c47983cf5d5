"""Records of one feed that tell of one event: patients who come back, transfers and readmissions, and second calls.

They are joined before feeds are compared, so that two records of one event do not compete for a record of another feed.
Records that share an NHS number follow rules; the others are scored like records of different feeds.
"""

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.linkage.disjoint_sets import DisjointSets
from vrp_pipeline.linkage.events.comparisons import LEAST_SHIFTS, Covered, shifts_of
from vrp_pipeline.linkage.events.inputs import ADMISSIONS, AMBULANCE, EMERGENCY, MINUTES_BEFORE_ARRIVAL
from vrp_pipeline.linkage.events.levels import Records

# A patient returns for the same injury within this many minutes of arriving (docs/linkage.md#links).
BACK_MINUTES = 72 * 60
# Two who arrive within so many minutes are two patients: nobody is seen, sent home and back that soon [P].
BACK_FROM_MINUTES = 60
# A transfer or readmission follows within ten days.
READMITTED_MINUTES = 10 * 1440
# A second call for one patient follows within two hours.
SECOND_CALL_MINUTES = 120
# A chain of such records is one episode no longer than this from its first record; what comes later begins the next.
# Of attendances and admissions it is how long the NHS counts a return to the first ([UHB reattendance 2015],
# [NHS readmissions 2024]), of calls a day [P].
LONGEST_MINUTES = {EMERGENCY: 7 * 1440, ADMISSIONS: 30 * 1440, AMBULANCE: 1440}
# Told times of one event differ by no more than this.
SAME_EVENT_MINUTES = 720
BACK_AGAIN, READMITTED, SECOND_CALL = (
    "same NHS number, back within 72 hours", "same NHS number, readmitted within 10 days",
    "same NHS number, second call within 2 hours",
)  # fmt: skip
# Of two attendances of which one has no number at least: the person tells that it may be the same patient.
BACK_ALIKE = "same age, sex and home, back within 72 hours"
WITHIN_RULES = (BACK_AGAIN, READMITTED, SECOND_CALL)
# Records of one feed without a shared number are joined from this probability: a wrong link joins two people's events.
WITHIN_PROBABILITY = 0.8
# A pair within a feed that is of one event is of one patient, and not of two victims, from this probability.
SAME_PATIENT = 0.5

# The later record, or that of another service, must not tell of an event after the earlier one was made: that is the
# next event. An attendance tells no time of its injury where its interval is all that may lie before an arrival.
TELLS_NO_TIME = f"r.u = r.k and r.w = {MINUTES_BEFORE_ARRIVAL}"
NO_OTHER_TELLS_OF_THE_NEXT = """not exists (
            select 1 from records_compared as other
            where other.nhs = l.nhs and other.feed <> l.feed and other.w < 1440 and other.f > l.k and other.f <= r.k)"""
JOIN_SAME_NUMBER = f"""
    insert into scored
    select l.i, r.i, 1e9, case l.feed when '{ADMISSIONS}' then '{READMITTED}'
            when '{AMBULANCE}' then '{SECOND_CALL}' else '{BACK_AGAIN}' end, true, 1.0
    from records_compared as l
    inner join records_compared as r
        on l.nhs = r.nhs and l.feed = r.feed and (l.k < r.k or (l.k = r.k and l.i < r.i))
    where case l.feed
        when '{EMERGENCY}' then r.k - l.k <= {BACK_MINUTES} and (
            ({TELLS_NO_TIME}) or (r.f <= l.k and greatest(0, l.f - r.u, r.f - l.u) <= {SAME_EVENT_MINUTES}))
            and {NO_OTHER_TELLS_OF_THE_NEXT}
        when '{AMBULANCE}' then r.k - l.k <= {SECOND_CALL_MINUTES}
        when '{ADMISSIONS}' then r.k - l.k <= {READMITTED_MINUTES} and {NO_OTHER_TELLS_OF_THE_NEXT}
        else false end
"""  # noqa: S608 - the parts are constants of this module
# Patients of one age, sex and home who attend twice within 72 hours, where a number cannot tell. How many of them are
# two patients is counted on pairs shifted by weeks, apart for who tells when they were hurt and who does not; half a
# pair more is thought by chance, since few pairs tell little, and no home can make more of what so few pairs tell.
# Who comes back is as many as attend, but pairs by chance grow with the square of that: a home of which a hundred
# attend has a hundred times as many for each who comes back as one of which two do.
_FIND_ALIKE = f"""
    create temp table alike as
    with shifts as (select unnest([0, {{weeks}}]) * 10080 as shift),
    told as (
        select i, f, u, k, w, he, hn, is_male, age, nhs, count(*) over (partition by he, hn) - 1 as others
        from records_compared
        where feed = '{EMERGENCY}' and he is not null and age is not null and is_male is not null
    ),
    moved as (select * replace (f + shift as f, u + shift as u, k + shift as k), shift from told cross join shifts),
    pairs as (
        select l.i as l, r.i as r, l.others, {TELLS_NO_TIME} as tells_no_time, r.shift
        from told as l
        inner join moved as r
            on l.he = r.he and l.hn = r.hn and l.is_male = r.is_male and abs(l.age - r.age) <= 1
            and (l.k < r.k or (l.k = r.k and l.i < r.i)) and r.k - l.k <= {BACK_MINUTES}
        where l.i <> r.i and (l.nhs is null or r.nhs is null)
            and (({TELLS_NO_TIME}) or (r.f <= l.k and greatest(0, l.f - r.u, r.f - l.u) <= {SAME_EVENT_MINUTES}))
    ),
    counted as (
        select tells_no_time, count(*) filter (where shift = 0) as found,
            count(*) filter (where shift <> 0) / {{shifts}} as by_chance
        from pairs group by tells_no_time
    )
    select l, r, (found - by_chance) * least(2.0, (select avg(others) from told) / others / (by_chance + 0.5)) as odds
    from pairs inner join counted using (tells_no_time)
    where shift = 0 and found > by_chance and {{shifts}} >= {LEAST_SHIFTS}
"""  # noqa: S608 - the parts are constants of this module


def find_alike(connection: duckdb.DuckDBPyConnection, records: dict[str, Records]) -> None:
    """Write the table `alike`: pairs of attendances (l, r) that are alike, with the odds that they are one patient.

    `connection` and `records` are those of `comparisons.prepare`. Where too few shifts meet a record the table is
    empty: pairs that no shifted ones are held against would all pass for one patient.
    """
    weeks: tuple[int, ...] = ()
    shifts = 0.0
    if EMERGENCY in records:
        weeks, shifts = shifts_of(records[EMERGENCY], Covered(records[EMERGENCY]))
    connection.execute(_FIND_ALIKE.format(weeks=", ".join(map(str, weeks or (1,))), shifts=max(shifts, 1e-9)))


# Pairs that were scored are seen from both ends; what they are worth together is the mean of both weights. Both are of
# one patient with no less a probability than age, sex and home alone give. Of two calls for one fight only a number
# tells: of 105 that were one patient by the rates, in the clustered world, 67 were (of attendances 55 of 60).
PAIRS = f"""
    with scored_pairs as (
        select least(l, r) as l, greatest(l, r) as r, exp(avg(ln(odds))) as odds, min(rule) as rule,
            avg(same_patient) as same_patient
        from scored
        where is_within
        group by 1, 2
        having count(*) = 2 or min(rule) in {WITHIN_RULES}
    ),
    seen_from_both_ends as (
        select least(l, r) as l, greatest(l, r) as r, max(odds) as odds, arg_max(rule, odds) as rule,
            max(same_patient * odds / (1 + odds)) / max(odds / (1 + odds)) as same_patient
        from (
            select l, r, odds, rule, same_patient from scored_pairs
            union all
            select l, r, odds, '{BACK_ALIKE}', 1.0 from alike
        )
        group by 1, 2
    )
    select least(a.unique_id, b.unique_id) as left_record_id, greatest(a.unique_id, b.unique_id) as right_record_id,
        round(odds / (1 + odds), 6) as match_probability, round(log2(odds), 4) as match_weight, rule,
        case when rule in {WITHIN_RULES} then 1.0
            when a.feed = '{EMERGENCY}' and abs(a.k - b.k) >= {BACK_FROM_MINUTES} then round(same_patient, 6)
            else 0.0 end as same_patient
    from seen_from_both_ends as both_ends
    inner join records_compared as a on both_ends.l = a.i
    inner join records_compared as b on both_ends.r = b.i
    where odds / (1 + odds) >= {{least}}
    order by 1, 2
"""  # noqa: S608 - the parts are constants of this module


def episodes(pairs: pa.Table, records: pa.Table) -> pa.Table:
    """Return the pairs without those that would join two episodes.

    Records that likely pairs join to a chain are one episode as far as they become known within `LONGEST_MINUTES` of
    its first; the next one begins the next episode of that chain. `records` has the columns unique_id, feed and known
    (minutes).
    """
    likely = pairs.filter(pc.greater_equal(pairs["match_probability"], WITHIN_PROBABILITY))
    names = pa.concat_arrays([likely[name].combine_chunks() for name in _ENDS])
    told = records.filter(pc.is_in(records["unique_id"], value_set=names)).sort_by(
        [("known", "ascending"), ("unique_id", "ascending")]
    )
    chains = DisjointSets()
    for left, right in zip(*(likely[name].to_pylist() for name in _ENDS), strict=True):
        chains.join(left, right)
    begun: dict[str, tuple[str, int]] = {}
    episode_of: dict[str, str] = {}
    for name, feed, known in zip(*told.select(["unique_id", "feed", "known"]).to_pydict().values(), strict=True):
        chain = chains.root(name)
        if chain not in begun or known - begun[chain][1] > LONGEST_MINUTES[feed]:
            begun[chain] = (name, known)
        episode_of[name] = begun[chain][0]
    ends = zip(*(pairs[name].to_pylist() for name in _ENDS), strict=True)
    # Only a chain has episodes that a pair may contradict: two chains, or a record in none, may still be of one event.
    kept = [chains.root(left) != chains.root(right) or episode_of[left] == episode_of[right] for left, right in ends]
    return pairs.filter(pa.array(kept, pa.bool_()))


_ENDS = ("left_record_id", "right_record_id")


def groups(pairs: pa.Table) -> pa.Table:
    """Return the group (name) and the patient (person) of each record (unique_id) that a likely pair joins to another.

    A patient is named after one record of theirs.
    """
    sets, people = DisjointSets(), DisjointSets()
    joined: set[str] = set()
    for row in pairs.to_pylist():
        if row["match_probability"] >= WITHIN_PROBABILITY:
            ends = row["left_record_id"], row["right_record_id"]
            sets.join(*ends)
            if row["same_patient"] >= SAME_PATIENT:
                people.join(*ends)
            joined.update(ends)
    names = sorted(joined)
    columns = {"unique_id": names, "name": [sets.root(name) for name in names],
               "person": [people.root(name) for name in names]}  # fmt: skip
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
