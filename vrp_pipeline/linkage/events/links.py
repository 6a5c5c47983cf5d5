"""Linkage of event records to incidents: the best estimate with a lower and an upper bound.

Belongs here: the order of the steps and the grouping of linked records. Does not: scoring (`model`) or the status of a
pair (`assignment`). The upper bound merges only nearly certain links (one agency's own occurrence, one NHS number
within 12 hours, a probability of at least 0.99), the lower bound all plausible ones. An incident takes the id of its
leading record, the one received first (`first_receipts`): of two incidents that merge the older id stays, and of one
that splits it stays with that record. Of records received together police lead, then the lowest record id.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.linkage.disjoint_sets import DisjointSets
from vrp_pipeline.linkage.events.assignment import EVENT_LINKS, EventRecord, assign, fewest, occurrence_name
from vrp_pipeline.linkage.events.expected import expect
from vrp_pipeline.linkage.events.inputs import POLICE, linkage_inputs
from vrp_pipeline.linkage.events.model import COMPARED_FEEDS, EVENT_MODEL, score
from vrp_pipeline.linkage.events.within import WITHIN_RULES
from vrp_pipeline.linkage.link_status import CERTAIN, LINKED, PLAUSIBLE, Pair
from vrp_pipeline.linkage.models.files import load

# The upper bound joins what is certain by a number, and links of at least this probability.
NEARLY_CERTAIN = 0.99
INCIDENTS = pa.schema(
    [
        ("event_record_id", pa.string()),
        ("incident_id", pa.string()),  # the best estimate
        ("lower_incident_id", pa.string()),  # all plausible pairs merged: fewest incidents
        ("upper_incident_id", pa.string()),  # only certain pairs merged: most incidents
        ("victim_id", pa.string()),  # records of one victim in the incident
        ("lowest_probability", pa.float64()),  # of the record's links; null if it has none
        ("expected_incidents", pa.float64()),  # what the record adds to the expected number of incidents
        ("expected_variance", pa.float64()),
        ("known_to_police_probability", pa.float64()),  # that police have a record of the same incident
    ]
)


@dataclass(frozen=True)
class Linked:
    """Result of linking a table of event records.

    `links` has the schema `assignment.EVENT_LINKS`: every pair above the threshold of plausibility with its link
    status. `incidents` has the schema `INCIDENTS`: every record once. `inputs` has the schema `inputs.LINKAGE_INPUTS`.
    """

    links: pa.Table
    incidents: pa.Table
    inputs: pa.Table


def link_events(
    records: pa.Table,
    model: dict[str, Any] | None = None,
    version: str = EVENT_MODEL,
    receipts: pa.Array | None = None,
) -> Linked:
    """Link event records with the columns `inputs.EVENT_RECORD_COLUMNS`; equal records give equal links.

    Without `model`, the model file of that `version` is used. `receipts` says when each record was first received, as
    any number that grows with time; a null comes last, and without it all were received together. Raises NoModelError
    if there is no model.
    """
    inputs = linkage_inputs(records)
    scored = score(inputs, model or load(version))
    within, pairs = ([Pair(*row.values()) for row in table.to_pylist()] for table in (scored.within, scored.across))
    linkable = _linkable_records(inputs, within + pairs)
    link_statuses = assign(linkable, pairs, within)
    rows = [
        {
            "left_record_id": pair.left,
            "right_record_id": pair.right,
            "left_feed": linkable[pair.left].feed,
            "right_feed": linkable[pair.right].feed,
            "match_probability": pair.probability,
            "match_weight": pair.weight,
            "rule": pair.rule,
            "link_status": link_status,
            "model_version": version,
        }
        for pair, link_status in link_statuses
    ]
    order = [("left_record_id", "ascending"), ("right_record_id", "ascending")]
    links = pa.Table.from_pylist(rows, schema=EVENT_LINKS).sort_by(order)
    return Linked(links, _incidents(records, linkable, link_statuses, _ranks(records, receipts)), inputs)


def _linkable_records(inputs: pa.Table, pairs: list[Pair]) -> dict[str, EventRecord]:
    """Return the records that may be linked: a fifth of all, since most crimes are known to police alone."""
    paired = pa.array({end for pair in pairs for end in (pair.left, pair.right)}, pa.string())
    wanted = pc.or_(pc.is_in(inputs["unique_id"], value_set=paired), pc.is_valid(inputs["nhs_number"]))
    names = ("unique_id", "feed", "agency_incident", "nhs_number", "known_from", "known_until", "minute_from",
             "minute_until")  # fmt: skip
    columns = inputs.filter(wanted).select(names)
    return {
        event_record_id: EventRecord(*of) for event_record_id, *of in zip(*columns.to_pydict().values(), strict=True)
    }


def _ranks(records: pa.Table, receipts: pa.Array | None) -> dict[str, tuple[int, int, str]]:
    """Return what says which record leads, by record id: the first receipt, the feed, the record id."""
    rank = {feed: number for number, feed in enumerate(COMPARED_FEEDS)}
    received = (
        [0] * records.num_rows if receipts is None else pc.fill_null(receipts, np.iinfo(np.int64).max).to_pylist()
    )
    names = (records[name].to_pylist() for name in ("event_record_id", "feed"))
    return {
        event_record_id: (first, rank.get(feed, len(rank)), event_record_id)
        for first, event_record_id, feed in zip(received, *names, strict=True)
    }


def _incidents(
    records: pa.Table,
    linkable: dict[str, EventRecord],
    link_statuses: list[tuple[Pair, str]],
    ranks: dict[str, tuple[int, int, str]],
) -> pa.Table:
    columns = records.select(["event_record_id", "feed", "agency_incident"]).to_pydict()
    names = list(zip(*columns.values(), strict=True))
    record_counts = Counter((feed, occurrence) for _, feed, occurrence in names)
    shared = [each for each in names if each[2] is not None and record_counts[each[1:]] > 1]

    def merged(
        counts: Callable[[str], bool], statuses: list[tuple[Pair, str]] = link_statuses, *, occurrences: bool = True
    ) -> dict[str, str]:
        sets = DisjointSets()
        for event_record_id, feed, occurrence in shared if occurrences else ():
            sets.join(event_record_id, occurrence_name(feed, occurrence))
        for pair, link_status in statuses:
            if counts(link_status):
                sets.join(pair.left, pair.right)
        return _named(sets, ranks)

    best = merged(lambda link_status: link_status in (CERTAIN, LINKED))
    lower = merged(lambda _link_status: True, [(pair, PLAUSIBLE) for pair in fewest(linkable, link_statuses)])
    most = [
        (pair, CERTAIN) for pair, link_status in link_statuses
        if link_status == CERTAIN or (link_status == LINKED and pair.probability >= NEARLY_CERTAIN)
    ]  # fmt: skip
    upper = merged(lambda link_status: link_status == CERTAIN, most)
    feed_of = {event_record_id: feed for event_record_id, feed, _ in names}
    # Two records of one feed that are alike but share no number are two people of one incident.
    of_people = [
        (pair, link_status) for pair, link_status in link_statuses
        if feed_of[pair.left] != feed_of[pair.right] or pair.rule in WITHIN_RULES
    ]  # fmt: skip
    victims = merged(lambda link_status: link_status in (CERTAIN, LINKED), of_people, occurrences=False)
    lowest: dict[str, float] = {}
    for pair, link_status in link_statuses:
        if link_status in (CERTAIN, LINKED):
            for end in (pair.left, pair.right):
                lowest[end] = min(lowest.get(end, 1.0), pair.probability)
    ids = columns["event_record_id"]
    expected = expect(best, feed_of, link_statuses)
    with_police = {best[event_record_id] for event_record_id, feed, _ in names if feed == POLICE}

    def known(event_record_id: str) -> float:
        certain = 1.0 if best[event_record_id] in with_police else 0.0
        return 1.0 if feed_of[event_record_id] == POLICE else expected.known_to_police.get(event_record_id, certain)

    table = pa.table(
        [
            pa.array(ids),
            *(
                pa.array([names_of[event_record_id] for event_record_id in ids])
                for names_of in (best, lower, upper, victims)
            ),
            pa.array([lowest.get(event_record_id) for event_record_id in ids], pa.float64()),
            pa.array([float(best[each] == each) + expected.incidents.get(each, 0.0) for each in ids], pa.float64()),
            pa.array([expected.variance.get(each, 0.0) for each in ids], pa.float64()),
            pa.array([known(each) for each in ids], pa.float64()),
        ],
        schema=INCIDENTS,
    )
    return table.sort_by("event_record_id")


def _named(sets: DisjointSets, ranks: dict[str, tuple[int, int, str]]) -> dict[str, str]:
    """Map each record to the leading record of its set."""
    joined = {event_record_id: sets.root(event_record_id) for event_record_id in ranks if event_record_id in sets}
    leading: dict[str, tuple[int, int, str]] = {}
    for event_record_id, root in joined.items():
        leading[root] = min(leading.get(root, ranks[event_record_id]), ranks[event_record_id])
    return {
        event_record_id: leading[joined[event_record_id]][2] if event_record_id in joined else event_record_id
        for event_record_id in ranks
    }
