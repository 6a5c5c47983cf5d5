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

from vrp_pipeline.linkage.events import within
from vrp_pipeline.linkage.events.comparisons import FeedPair, compare, feeds_present, levels_of, prepare
from vrp_pipeline.linkage.events.rates import TIME, Rates, estimate, rates_of, uninformed

EVENT_MODEL = "events_v2"
# Pairs below this match probability are not plausible and are discarded.
LEAST_PROBABILITY = 0.05
# Pairs below these odds are left out of the competition for a record as well.
LEAST_ODDS = 1e-3
# An incident takes the id of a record of the first of these feeds that reports it.
COMPARED_FEEDS = (
    "police__offences", "health__emergency_attendances", "health__ambulance_incidents", "health__admissions",
    "fire__incidents",
)  # fmt: skip
SCORED_EVENT_PAIRS = pa.schema(
    [
        ("left_record_id", pa.string()),
        ("right_record_id", pa.string()),
        ("match_probability", pa.float64()),
        ("match_weight", pa.float64()),
        ("rule", pa.string()),
    ]
)
# What brought a pair together, by the level of its times.
_HOUR, _DAY, _OVERLAP, _NEAR = (
    "times within an hour", "times within a day", "overlapping intervals", "intervals within a day"
)  # fmt: skip
_RULES = np.array([*[_HOUR] * 4, *[_DAY] * 5, _OVERLAP, *[_NEAR] * 3, *[_OVERLAP] * 6, _NEAR])


@dataclass(frozen=True)
class Scored:
    """Scored pairs, in order of both record ids.

    `within` has pairs of one feed, joined before feeds are compared; `across` pairs of different feeds. Both have the
    schema `SCORED_EVENT_PAIRS`. `rates` are those of this lake.
    """

    within: pa.Table
    across: pa.Table
    rates: dict[str, Rates]


def score(inputs: pa.Table, model: dict[str, Any]) -> Scored:
    """Score candidate pairs. `inputs` has the schema `inputs.LINKAGE_INPUTS`; feeds without records are skipped."""
    stored = {name: rates_of(rates) for name, rates in model["feeds"].items()}
    with _compared(inputs) as connection:
        rates: dict[str, Rates] = {}
        connection.execute("create temp table scored (l integer, r integer, odds double, rule varchar, is_within bool)")
        for feeds in feeds_present(connection):
            rates[feeds.name] = _score_feeds(connection, feeds, stored.get(feeds.name) or uninformed())
        connection.execute(within.SAME_NUMBER)
        own = connection.execute(within.PAIRS.format(least=LEAST_PROBABILITY)).to_arrow_table()
        connection.register("joined", within.groups(own))
        across = connection.execute(_COMPETITION.format(least=LEAST_PROBABILITY)).to_arrow_table()
    return Scored(own.cast(SCORED_EVENT_PAIRS), across.cast(SCORED_EVENT_PAIRS), rates)


def train(inputs: pa.Table) -> dict[str, Any]:
    """Train a model on unlabelled records and return it as stored in `models/`.

    Raises ValueError if fewer than two feeds have records.
    """
    with _compared(inputs) as connection:
        pairs = list(feeds_present(connection))
        if not any(not feeds.is_within for feeds in pairs):
            raise ValueError("records of at least two feeds are needed to learn a model")
        return {
            "feeds": {feeds.name: estimate(compare(connection, feeds), uninformed())[0].to_dict() for feeds in pairs}
        }


def _score_feeds(connection: duckdb.DuckDBPyConnection, feeds: FeedPair, prior: Rates) -> Rates:
    counts = compare(connection, feeds)
    rates, odds = estimate(counts, prior)
    kept = (odds >= LEAST_ODDS) & (counts.pairs > 0)
    weighed = pa.table(
        {
            "pattern": counts.codes[kept],
            "odds": odds[kept],
            "rule": _RULES[levels_of(counts.codes[kept])[:, TIME]] if kept.any() else pa.array([], pa.string()),
        }
    )
    connection.register("weighed", weighed)
    connection.execute(
        "insert into scored select l, r, odds, rule, ? from candidates inner join weighed using (pattern)",
        [feeds.is_within],
    )
    connection.unregister("weighed")
    return rates


# Of the records of one feed, at most one event's can belong to a record: rivals share the probability between them, so
# a crowded hour needs more evidence. Records of one group are no rivals, and a group of two has room for two. Odds are
# summed as decimals, whose sums do not depend on the order.
_COMPETITION = """
    with grouped as (
        select records_compared.i, records_compared.feed, unique_id,
            coalesce(joined.name, records_compared.feed || ':' || coalesce(agency_incident, unique_id)) as name
        from records_compared left join joined using (unique_id)
    ),
    rooms as (select name, feed, count(*) as room from grouped group by all),
    pairs as (
        select scored.l, scored.r, cast(least(odds, 1e9) as decimal(18, 6)) as odds, rule,
            a.unique_id as a, b.unique_id as b, a.feed as feed_a, b.feed as feed_b, a.name as name_a, b.name as name_b
        from scored inner join grouped as a on scored.l = a.i inner join grouped as b on scored.r = b.i
        where not is_within
    ),
    left_group as (select l, feed_b, name_b, max(odds) as odds from pairs group by all),
    left_sum as (select l, feed_b, sum(odds) as odds from left_group group by all),
    right_group as (select r, feed_a, name_a, max(odds) as odds from pairs group by all),
    right_sum as (select r, feed_a, sum(odds) as odds from right_group group by all),
    shared as (
        select a, b, rule, cast(pairs.odds as double) as alone, cast(pairs.odds as double) / (
            1 + cast(left_sum.odds - left_group.odds as double) / room_a.room
            + cast(right_sum.odds - right_group.odds as double) / room_b.room
            ) as fair
        from pairs
        inner join left_group using (l, feed_b, name_b)
        inner join left_sum using (l, feed_b)
        inner join right_group using (r, feed_a, name_a)
        inner join right_sum using (r, feed_a)
        inner join rooms as room_a on pairs.name_a = room_a.name and pairs.feed_a = room_a.feed
        inner join rooms as room_b on pairs.name_b = room_b.name and pairs.feed_b = room_b.feed
    )
    select least(a, b) as left_record_id, greatest(a, b) as right_record_id,
        round(fair / (1 + fair), 6) as match_probability, round(log2(alone), 4) as match_weight, rule
    from shared where fair / (1 + fair) >= {least}
    order by 1, 2
"""


@contextmanager
def _compared(inputs: pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.register("inputs", inputs)
        prepare(connection)
        yield connection
