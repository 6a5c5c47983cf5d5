"""Linkage of event records to incidents: the best estimate with a lower and an upper bound.

Belongs here: the order of the steps and the grouping of linked records. Does not: scoring (`model`) or the status of a
pair (`assignment`). The upper bound merges only nearly certain links (one agency's own occurrence, one NHS number
within 12 hours, a probability of at least 0.95), the lower bound all plausible ones. An incident takes the id of its
leading record, the one received first (`first_receipts`): of two incidents that merge the older id stays, and of one
that splits it stays with that record. Of records received together police lead, then the lowest record id.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.linkage.events.assignment import EVENT_LINKS, SAME_NUMBER, assign, fewest
from vrp_pipeline.linkage.events.expected import expect
from vrp_pipeline.linkage.events.grouping import leaders, ranks, same_occurrences, touching
from vrp_pipeline.linkage.events.inputs import POLICE, linkage_inputs
from vrp_pipeline.linkage.events.linked_records import EventRecord
from vrp_pipeline.linkage.events.model import EVENT_MODEL, LEAST_PROBABILITY, score
from vrp_pipeline.linkage.events.within import SAME_PATIENT
from vrp_pipeline.linkage.link_status import CERTAIN, LINKED, Pair
from vrp_pipeline.linkage.models.files import load

# The upper bound joins what is certain by a number, and links of at least this probability.
NEARLY_CERTAIN = 0.95
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
    `partners` is how many records of its event a record is estimated to have in another feed, in the mean, by the names
    of both feeds; `shifts` on how many shifts by weeks chance was counted for a record, in the mean.
    """

    links: pa.Table
    incidents: pa.Table
    inputs: pa.Table
    partners: dict[str, float]
    shifts: dict[str, float]


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
    within, pairs = (_pairs_of(table) for table in (scored.within, scored.across))
    ends = {name for pair in within + pairs for name in (pair.left, pair.right)}
    linkable = _linkable_records(inputs, ends | {name for pair in scored.may_be_returns for name in pair})
    shared = {(pair.left, pair.right): pair.probability for pair in pairs}
    assigned = assign(linkable, pairs, within)
    link_statuses = [each for each in assigned if each[0].probability >= LEAST_PROBABILITY]
    unlikely = [each for each in assigned if each[0].probability < LEAST_PROBABILITY]
    columns = {
        "left_record_id": [pair.left for pair, _ in link_statuses],
        "right_record_id": [pair.right for pair, _ in link_statuses],
        "left_feed": [linkable[pair.left].feed for pair, _ in link_statuses],
        "right_feed": [linkable[pair.right].feed for pair, _ in link_statuses],
        "match_probability": [pair.probability for pair, _ in link_statuses],
        "match_weight": [pair.weight for pair, _ in link_statuses],
        "rule": [pair.rule for pair, _ in link_statuses],
        "link_status": [link_status for _, link_status in link_statuses],
        "model_version": [version] * len(link_statuses),
    }
    order = [("left_record_id", "ascending"), ("right_record_id", "ascending")]
    links = pa.table(columns, schema=EVENT_LINKS).sort_by(order)
    partners, shifts = (
        {name: round(mean, 2) for name, mean in means.items()} for means in (scored.partners, scored.shifts)
    )
    lower = fewest(linkable, link_statuses, scored.unseen, scored.may_be_returns)
    incidents = _incidents(records, linkable, link_statuses, lower, ranks(records, receipts), shared, unlikely)
    return Linked(links, incidents, inputs, partners, shifts)


def _pairs_of(table: pa.Table) -> list[Pair]:
    return [Pair(*row) for row in zip(*table.to_pydict().values(), strict=True)]


def _linkable_records(inputs: pa.Table, paired: set[str]) -> dict[str, EventRecord]:
    """Return the records that may be linked: a fifth of all, since most crimes are known to police alone."""
    wanted = pc.or_(
        pc.is_in(inputs["unique_id"], value_set=pa.array(paired, pa.string())), pc.is_valid(inputs["nhs_number"])
    )
    names = ("unique_id", "feed", "agency_incident", "nhs_number", "known_from", "known_until", "minute_from",
             "minute_until")  # fmt: skip
    columns = inputs.filter(wanted).select(names)
    return {
        event_record_id: EventRecord(*of) for event_record_id, *of in zip(*columns.to_pydict().values(), strict=True)
    }


@dataclass(frozen=True)
class _Pairs:
    """The pairs as columns: the places of both ends among the records, the probability, and what became of them."""

    left: np.ndarray
    right: np.ndarray
    probability: np.ndarray
    is_certain: np.ndarray
    is_link: np.ndarray
    # Two records of one feed may be two people of one incident.
    is_of_one_person: np.ndarray


def _columns(place: dict[str, int], statuses: Sequence[tuple[Pair, str]]) -> _Pairs:
    link_status = np.array([status for _, status in statuses], dtype=object)
    return _Pairs(
        *_ends(place, [(pair.left, pair.right) for pair, _ in statuses]),
        np.array([pair.probability for pair, _ in statuses], dtype=float),
        link_status == CERTAIN,
        (link_status == CERTAIN) | (link_status == LINKED),
        np.array([pair.same_patient >= SAME_PATIENT for pair, _ in statuses], dtype=bool),
    )


def _ends(place: dict[str, int], pairs: Sequence[tuple[str, str]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of both ends of the pairs among the records."""
    left, right = [place[name] for name, _ in pairs], [place[name] for _, name in pairs]
    return np.array(left, dtype=np.int64), np.array(right, dtype=np.int64)


def _incidents(
    records: pa.Table,
    linkable: dict[str, EventRecord],
    link_statuses: list[tuple[Pair, str]],
    lower_pairs: list[tuple[str, str]],
    rank: np.ndarray,
    shared: dict[tuple[str, str], float],
    unlikely: list[tuple[Pair, str]],
) -> pa.Table:
    ids = records["event_record_id"].combine_chunks()
    found_at = pc.index_in(pa.array(list(linkable), pa.string()), value_set=ids)
    place = dict(zip(linkable, found_at.to_pylist(), strict=True))
    pairs = _columns(place, link_statuses)
    occurrences = same_occurrences(records)

    def joined(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return leaders(rank, np.concatenate([occurrences[0], left]), np.concatenate([occurrences[1], right]))

    best = joined(pairs.left[pairs.is_link], pairs.right[pairs.is_link])
    lower = joined(*_ends(place, lower_pairs))
    nearly = pairs.is_certain | (pairs.is_link & (pairs.probability >= NEARLY_CERTAIN))
    upper = joined(pairs.left[nearly], pairs.right[nearly])
    of_people = pairs.is_link & pairs.is_of_one_person
    victims = leaders(rank, pairs.left[of_people], pairs.right[of_people])
    lowest = np.full(len(ids), np.inf)
    for end in (pairs.left, pairs.right):
        np.minimum.at(lowest, end[pairs.is_link], pairs.probability[pairs.is_link])
    paired = np.concatenate([pairs.left, pairs.right, *_ends(place, [(pair.left, pair.right) for pair, _ in unlikely])])
    own = touching(occurrences, paired)
    places = np.unique(np.concatenate([paired, *own]))
    named, incident_of = (ids.take(pa.array(each)).to_pylist() for each in (places, best[places]))
    # Also records without any pair, whose occurrence has a record that is in one.
    place_of = dict(zip(named, places.tolist(), strict=True))
    expected = expect(
        dict(zip(named, incident_of, strict=True)),
        dict(zip(named, records["feed"].take(pa.array(places)).to_pylist(), strict=True)),
        [
            (replace(pair, probability=shared.get((pair.left, pair.right), pair.probability)), status)
            if pair.rule != SAME_NUMBER
            else (pair, status)
            for pair, status in [*link_statuses, *unlikely]
        ],
        list(zip(*(ids.take(pa.array(each)).to_pylist() for each in own), strict=True)),
    )

    def spread(values: dict[str, float], start: np.ndarray) -> np.ndarray:
        found = start.astype(float)
        found[np.array([place_of[name] for name in values], dtype=np.int64)] = list(values.values())
        return found

    is_police = pc.equal(records["feed"], POLICE).to_numpy()
    none = np.zeros(len(ids))
    known = spread(expected.known_to_police, none)
    known[is_police] = 1.0
    table = pa.table(
        [
            ids,
            *(ids.take(pa.array(leading)) for leading in (best, lower, upper, victims)),
            pa.array(lowest, pa.float64(), mask=np.isinf(lowest)),
            pa.array((best == np.arange(len(ids))) + spread(expected.incidents, none)),
            pa.array(spread(expected.variance, none)),
            pa.array(known),
        ],
        schema=INCIDENTS,
    )
    # The lake's records come in order: to see that takes a fifteenth of the time of sorting them again.
    return table if pc.all(pc.less_equal(ids[:-1], ids[1:])).as_py() else table.sort_by("event_record_id")
