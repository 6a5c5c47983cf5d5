"""The event model: scoring and training of pairs of event records on DuckDB.

A Fellegi-Sunter model without labels, of each pair of feeds by itself. A run learns the rates of the lake at hand from
a stored model as the prior; training is the same with nothing known before. Blocking and comparison levels are in
`comparisons`, estimation in `rates`, the link status of scored pairs is decided in `assignment`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.linkage.events import within
from vrp_pipeline.linkage.events.comparisons import Counts, FeedPair, compare, feeds_present, prepare
from vrp_pipeline.linkage.events.competition import Competition, Side
from vrp_pipeline.linkage.events.inputs import ADMISSIONS, AMBULANCE, EMERGENCY, FIRE, POLICE
from vrp_pipeline.linkage.events.levels import Records
from vrp_pipeline.linkage.events.rates import NUMBER, TIME, Rates, estimate, rates_of, uninformed
from vrp_pipeline.linkage.events.unseen_returns import unseen_returns
from vrp_pipeline.linkage.events.within_rates import SHARED, estimate_within

EVENT_MODEL = "events_v3"
# Pairs below this match probability are not plausible and are discarded.
LEAST_PROBABILITY = 0.05
# Pairs below these odds are left out of the competition for a record as well.
LEAST_ODDS = 1e-3
# Of records that were received together, one of the first of these feeds names the incident.
COMPARED_FEEDS = (POLICE, EMERGENCY, AMBULANCE, ADMISSIONS, FIRE)
SCORED_EVENT_PAIRS = pa.schema(
    [
        ("left_record_id", pa.string()),
        ("right_record_id", pa.string()),
        ("match_probability", pa.float64()),
        ("match_weight", pa.float64()),
        ("rule", pa.string()),
        ("same_patient", pa.float64()),  # the probability of that, given one event
    ]
)
# What brought a pair together, by the level of its times.
_HOUR, _DAY, _OVERLAP, _NEAR = (
    "times within an hour", "times within a day", "overlapping intervals", "intervals within a day"
)  # fmt: skip
_RULES = np.array([*[_HOUR] * 16, *[_DAY] * 20, _OVERLAP, *[_NEAR] * 3, *[_OVERLAP] * 9, *[_NEAR] * 4, *[_OVERLAP] * 2])


@dataclass(frozen=True)
class Scored:
    """Scored pairs, in order of both record ids.

    `within` has pairs of one feed, joined before feeds are compared; `across` pairs of different feeds. Both have the
    schema `SCORED_EVENT_PAIRS`. `rates` are those of this lake, `partners` how many
    records of its event a left record has in the right feed, in the mean of all records, and `shifts` on how many
    shifts by weeks chance was counted for one. `unseen` and `may_be_returns` are those of `unseen_returns`.
    """

    within: pa.Table
    across: pa.Table
    rates: dict[str, Rates]
    partners: dict[str, float]
    shifts: dict[str, float]
    unseen: int
    may_be_returns: list[tuple[str, str]]


_SCORED = """
    create temp table scored (l integer, r integer, odds double, rule varchar, is_within bool, same_patient double)
"""


def score(inputs: pa.Table, model: dict[str, Any]) -> Scored:
    """Score candidate pairs. `inputs` has the schema `inputs.LINKAGE_INPUTS`; feeds without records are skipped."""
    stored = {name: rates_of(rates) for name, rates in model["feeds"].items()}
    with _compared(inputs) as (connection, records):
        rates: dict[str, Rates] = {}
        partners: dict[str, float] = {}
        shifts: dict[str, float] = {}
        connection.execute(_SCORED)
        for feeds in feeds_present(records):
            prior = stored.get(feeds.name) or uninformed()
            counts, rates[feeds.name] = _score_feeds(connection, feeds, records, prior)
            partners[feeds.name], shifts[feeds.name] = _mean_partners(counts, rates[feeds.name]), counts.shifts
        connection.execute(within.JOIN_SAME_NUMBER)
        within.find_alike(connection, records)
        returns = unseen_returns(connection)
        known = connection.execute("select unique_id, feed, k as known from records_compared").to_arrow_table()
        own = connection.execute(within.PAIRS.format(least=LEAST_PROBABILITY)).to_arrow_table()
        own = within.episodes(own, known)
        connection.register("joined", within.groups(own))
        across = _shared(connection)
    return Scored(own.cast(SCORED_EVENT_PAIRS), across, rates, partners, shifts, *returns)


def train(inputs: pa.Table) -> dict[str, Any]:
    """Train a model on unlabelled records and return it as stored in `models/`.

    Raises ValueError if fewer than two feeds have records.
    """
    with _compared(inputs) as (connection, records):
        pairs = list(feeds_present(records))
        if not any(not feeds.is_within for feeds in pairs):
            raise ValueError("records of at least two feeds are needed to learn a model")
        return {
            "feeds": {
                feeds.name: _estimated(compare(connection, feeds, records)[0], uninformed())[0].to_dict()
                for feeds in pairs
            }
        }


def _estimated(counts: Counts, prior: Rates) -> tuple[Rates, np.ndarray, np.ndarray]:
    """Return the rates, and of each pattern the odds and the share of pairs of one patient among those of one event."""
    if counts.feeds.is_within:
        return estimate_within(counts, prior)
    rates, odds = estimate(counts, prior)
    return rates, odds, np.ones_like(odds)


def _score_feeds(
    connection: duckdb.DuckDBPyConnection, feeds: FeedPair, records: dict[str, Records], prior: Rates
) -> tuple[Counts, Rates]:
    counts, candidates = compare(connection, feeds, records)
    rates, odds, same_patient = _estimated(counts, prior)
    kept = (odds >= LEAST_ODDS) & (counts.pairs > 0)
    if feeds.is_within:
        # Records of one feed that share a number follow rules.
        kept &= counts.levels[:, NUMBER] != SHARED
    left, right, place = candidates.select(counts.codes, kept)
    if len(left):
        rules = pa.array(counts.levels[place, TIME])
        weighed = pa.table(
            {
                "l": left,
                "r": right,
                "odds": odds[place],
                "rule": pa.DictionaryArray.from_arrays(rules, pa.array(_RULES)),
                "same_patient": same_patient[place],
            }
        )
        connection.register("weighed", weighed)
        connection.execute(
            "insert into scored select l, r, odds, rule, ?, same_patient from weighed", [feeds.is_within]
        )
        connection.unregister("weighed")
    return counts, rates


def _mean_partners(counts: Counts, rates: Rates) -> float:
    by_stratum = counts.records.sum(axis=1)
    return float((rates.partners * by_stratum).sum() / max(by_stratum.sum(), 1.0))


# The groups of records, by their numbers: records joined within a feed, else those of one incident number. A group has
# room for as many people as it has; a patient who came back is one, with a number or without.
_GROUPS = """
    with grouped as (
        select records_compared.i, records_compared.feed, unique_id,
            coalesce(nhs, max(nhs) over (partition by coalesce(joined.person, unique_id)), joined.person, unique_id)
                as person,
            coalesce(joined.name, records_compared.feed || ':' || coalesce(agency_incident, unique_id)) as name
        from records_compared left join joined using (unique_id)
    ),
    rooms as (select name, min(i) as group_number, count(distinct person) as room from grouped group by name)
    select unique_id, list_position({feeds}, feed) as feed, group_number, room
    from grouped inner join rooms using (name) order by i
"""
_ACROSS = "select l, r, odds, rule from scored where not is_within order by l, r"


def _shared(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return the pairs of different feeds with the probability that is left beside their rivals.

    To have a partner is as usual as the pairs of both feeds say.
    """
    records = connection.execute(_GROUPS.format(feeds=list(COMPARED_FEEDS))).to_arrow_table()
    found = connection.execute(_ACROSS).to_arrow_table()
    feed, group, room = (records[name].to_numpy() for name in ("feed", "group_number", "room"))
    # Records are numbered from one.
    left, right = (found[name].to_numpy() - 1 for name in ("l", "r"))
    odds, feeds = found["odds"].to_numpy(), feed[left] * (len(COMPARED_FEEDS) + 1) + feed[right]
    probability = np.zeros(found.num_rows)
    # Of each feed, for how many people its groups have room.
    first = np.unique(group, return_index=True)[1]
    seats = np.bincount(feed[first], room[first], minlength=len(COMPARED_FEEDS) + 1)
    for each in np.unique(feeds):
        of = np.flatnonzero(feeds == each)
        competition = Competition(*(Side(group[end[of]], room[end[of]]) for end in (left, right)))
        probability[of] = competition.share(odds[of], (seats[feed[left[of[0]]]], seats[feed[right[of[0]]]]))
    kept = np.flatnonzero(probability >= LEAST_PROBABILITY)
    names = [records["unique_id"].take(pa.array(end[kept])) for end in (left, right)]
    table = pa.table(
        {
            "left_record_id": pc.min_element_wise(*names),
            "right_record_id": pc.max_element_wise(*names),
            "match_probability": np.round(probability[kept], 6),
            "match_weight": np.round(np.log2(odds[kept]), 4),
            "rule": found["rule"].take(kept),
            "same_patient": np.ones(len(kept)),
        },
        schema=SCORED_EVENT_PAIRS,
    )
    return table.sort_by([("left_record_id", "ascending"), ("right_record_id", "ascending")])


@contextmanager
def _compared(inputs: pa.Table) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Records]]]:
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.register("inputs", inputs)
        yield connection, prepare(connection)
