"""Groups of linked records on columns, against disjoint sets that join one pair after the other."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as some

from vrp_pipeline.linkage.disjoint_sets import DisjointSets
from vrp_pipeline.linkage.events.grouping import leaders, ranks, same_occurrences

RECORDS = 40


@given(
    some.permutations(range(RECORDS)),
    some.lists(some.tuples(some.integers(0, RECORDS - 1), some.integers(0, RECORDS - 1)), max_size=60),
)
def test_the_record_of_the_lowest_rank_leads_all_that_pairs_join(rank: list[int], pairs: list[tuple[int, int]]) -> None:
    sets = DisjointSets()
    for left, right in pairs:
        sets.join(str(left), str(right))
    together: dict[str, list[int]] = {}
    for record in range(RECORDS):
        together.setdefault(sets.root(str(record)), []).append(record)
    leader = {record: min(group, key=lambda each: rank[each]) for group in together.values() for record in group}
    lefts, rights = (np.array([pair[end] for pair in pairs], dtype=np.int64) for end in (0, 1))
    assert leaders(np.array(rank), lefts, rights).tolist() == [leader[record] for record in range(RECORDS)]


def test_a_chain_of_pairs_in_the_worst_order_is_one_group() -> None:
    links = np.arange(999)
    assert set(leaders(np.arange(1000)[::-1], links, links + 1).tolist()) == {999}


def test_records_lead_by_first_receipt_then_feed_then_id() -> None:
    fire, police = "fire__incidents", "police__offences"
    records = pa.table({"event_record_id": ["d", "c", "b", "a", "e"], "feed": [police, police, fire, police, fire]})
    # By hand: received at 1 the fire e; at 2 the crimes c and d, then the fire b; of a nobody knows.
    assert ranks(records, pa.array([2, 2, 2, None, 1])).tolist() == [2, 1, 3, 4, 0]
    assert ranks(records, None).tolist() == [2, 1, 3, 0, 4]


def test_one_number_of_two_agencies_is_two_occurrences() -> None:
    records = pa.table({"feed": ["f", "g", "f", "f"], "agency_incident": ["7", "7", "7", None]})
    left, right = same_occurrences(records)
    assert dict(zip(left.tolist(), right.tolist(), strict=True)) == {0: 0, 1: 1, 2: 0}
