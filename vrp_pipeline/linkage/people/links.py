"""Linkage of person records: by a shared number first, then probabilistically by name, date of birth and postcode.

Belongs here: link status and the grouping of records into people, which serve to count people known to several
agencies; nobody is scored. Does not: scoring of pairs (`model`). A pair that contradicts a stronger link is dropped:
people with different pupil numbers, or with years of birth more than one apart, are never merged. If two candidates are
equally likely, neither is linked, so that twins and namesakes stay apart.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.linkage.disjoint_sets import DisjointSets
from vrp_pipeline.linkage.link_status import CONTRADICTS, HARDLY_BEST, LEAD_IN_BITS, LINKED, PLAUSIBLE, Pair
from vrp_pipeline.linkage.models.files import load
from vrp_pipeline.linkage.people.model import PERSON_MODEL, score

# A false link merges two people and cannot be detected afterwards; a missed link only leaves them apart.
PERSON_LINK_PROBABILITY = 0.95
# Kinds of number of which a person has exactly one.
ONE_EACH = frozenset({"nhs_number", "upn", "pnc_number"})
BY_NUMBER = "same number"
RECORDS = pa.schema(
    [
        ("person_key", pa.string()),
        ("kind", pa.string()),
        ("person_id", pa.string()),
        ("linked_by", pa.string()),  # number, name or nothing
        ("lowest_probability", pa.float64()),  # of the links by name; 1 if linked by number, null if not linked
    ]
)
PERSON_LINKS = pa.schema(
    [
        ("left_key", pa.string()),
        ("right_key", pa.string()),
        ("match_probability", pa.float64()),
        ("match_weight", pa.float64()),
        ("rule", pa.string()),
        ("link_status", pa.string()),
        ("model_version", pa.string()),
    ]
)


@dataclass(frozen=True)
class LinkedPeople:
    """Result of linking people: `records` in the schema RECORDS, `links` in the schema PERSON_LINKS in order of keys.

    `records` has one row per person record of an agency.
    """

    records: pa.Table
    links: pa.Table


def link_people(
    people: pa.Table, numbers: pa.Table, model: dict[str, Any] | None = None, version: str = PERSON_MODEL
) -> LinkedPeople:
    """Link people in the schemas PEOPLE and NUMBERS of `people.inputs`; equal inputs give equal links.

    Without `model`, the model file of that `version` is used. Raises NoModelError if there is none.
    """
    groups = _LinkedPeople(people, numbers)
    link_statuses = _by_number(groups, people, numbers)
    paired_by_number = {frozenset((pair.left, pair.right)) for pair, _ in link_statuses}
    scored = [Pair(*row.values()) for row in score(people, model or load(version)).to_pylist()]
    scored = [pair for pair in scored if frozenset((pair.left, pair.right)) not in paired_by_number]
    scored.sort(key=lambda pair: (-pair.weight, pair.left, pair.right))
    rivals = _rivals(scored)
    link_statuses += [(pair, _link_status(groups, pair, rivals)) for pair in scored]
    rows = [
        {
            "left_key": pair.left,
            "right_key": pair.right,
            "match_probability": pair.probability,
            "match_weight": pair.weight,
            "rule": pair.rule,
            "link_status": link_status,
            "model_version": version,
        }
        for pair, link_status in link_statuses
    ]
    links = pa.Table.from_pylist(rows, schema=PERSON_LINKS)
    return LinkedPeople(
        _records(people, groups, link_statuses), links.sort_by([("left_key", "ascending"), ("right_key", "ascending")])
    )


def _by_number(groups: "_LinkedPeople", people: pa.Table, numbers: pa.Table) -> list[tuple[Pair, str]]:
    """Join records that share a number; each is paired with the first record that it does not contradict."""
    own = pa.table(
        {
            "kind": people["kind"],
            "number": pc.replace_substring_regex(people["person_key"], r"^[^|]*\|", ""),
            "person_key": people["person_key"],
        }
    )
    own = own.filter(pc.is_in(own["kind"], value_set=pa.array(sorted(ONE_EACH))))
    holders: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for table in (own, numbers):
        for kind, number, key in zip(*(table[name].to_pylist() for name in own.column_names), strict=True):
            holders[kind, number].add(key)
    link_statuses = []
    # A number with one holder links nobody.
    for _, holding in sorted((number, keys) for number, keys in holders.items() if len(keys) > 1):
        keys = sorted(holding)
        for number_of_others, key in enumerate(keys[1:], start=1):
            found = next((other for other in keys[:number_of_others] if groups.join(other, key)), None)
            pair = Pair(found or keys[0], key, 1.0, float("inf"), BY_NUMBER)
            link_statuses.append((pair, LINKED if found else CONTRADICTS))
    return link_statuses


def _link_status(groups: "_LinkedPeople", pair: Pair, rivals: dict[tuple[str, str], list[Pair]]) -> str:
    if pair.probability < PERSON_LINK_PROBABILITY:
        return PLAUSIBLE
    for end, other in ((pair.left, pair.right), (pair.right, pair.left)):
        for rival in rivals[end, _kind(other)]:
            alternative = rival.right if rival.left == end else rival.left
            near = abs(rival.weight - pair.weight) < LEAD_IN_BITS
            if rival is not pair and near and not groups.are_one(alternative, other):
                return HARDLY_BEST
    return LINKED if groups.join(pair.left, pair.right) else CONTRADICTS


def _rivals(pairs: list[Pair]) -> dict[tuple[str, str], list[Pair]]:
    """Return the pairs of each record with records of each kind."""
    found: defaultdict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        found[pair.left, _kind(pair.right)].append(pair)
        found[pair.right, _kind(pair.left)].append(pair)
    return found


def _kind(key: str) -> str:
    return key.partition("|")[0]


def _records(people: pa.Table, groups: "_LinkedPeople", link_statuses: list[tuple[Pair, str]]) -> pa.Table:
    by_number: set[str] = set()
    lowest: dict[str, float] = {}
    for pair, link_status in link_statuses:
        ends = (pair.left, pair.right) if link_status == LINKED else ()
        if pair.rule == BY_NUMBER:
            by_number.update(ends)
        for end in ends:
            lowest[end] = min(lowest.get(end, 1.0), pair.probability)
    keys = people["person_key"].to_pylist()
    how = ["number" if key in by_number else "name" if key in lowest else "nothing" for key in keys]
    return pa.table(
        [
            people["person_key"],
            people["kind"],
            pa.array([_name(groups.first(key)) for key in keys], pa.string()),
            pa.array(how, pa.string()),
            pa.array([1.0 if by == "number" else lowest.get(key) for key, by in zip(keys, how, strict=True)]),
        ],
        schema=RECORDS,
    )


def _name(first_key: str) -> str:
    """Return the person id of the first record key, so that new or lost links change as few ids as possible."""
    return hashlib.sha256(first_key.encode()).hexdigest()[:16]


class _LinkedPeople:
    """Records linked so far. Refuses a join of two numbers of one kind or of contradicting years of birth."""

    def __init__(self, people: pa.Table, numbers: pa.Table) -> None:
        self._people = DisjointSets()
        self._numbers: dict[str, dict[str, str]] = {}
        self._born: dict[str, tuple[int, int]] = {}
        described = zip(*(people[name].to_pylist() for name in ("person_key", "kind", "birth_year")), strict=True)
        for key, kind, year in described:
            if kind in ONE_EACH:
                self._numbers[key] = {kind: key.partition("|")[2]}
            if year is not None:
                self._born[key] = (year, year)
        twice: set[tuple[str, str]] = set()
        for key, kind, number in zip(*(numbers[name].to_pylist() for name in numbers.column_names), strict=True):
            if kind in ONE_EACH and self._numbers.setdefault(key, {}).setdefault(kind, number) != number:
                twice.add((key, kind))
        # If an agency gives one person two numbers of a kind, neither is reliable enough to refuse a join.
        for key, kind in twice:
            del self._numbers[key][kind]

    def are_one(self, left: str, right: str) -> bool:
        """Return whether both records belong to one person."""
        return self._people.root(left) == self._people.root(right)

    def first(self, key: str) -> str:
        """Return the alphabetically first record key of the person."""
        return self._people.root(key)

    def join(self, left: str, right: str) -> bool:
        """Merge two people unless they contradict each other; return whether they are one afterwards."""
        one, other = self._people.root(left), self._people.root(right)
        if one == other:
            return True
        left_numbers, right_numbers = self._numbers.get(one, {}), self._numbers.get(other, {})
        if any(left_numbers[kind] != right_numbers[kind] for kind in left_numbers.keys() & right_numbers.keys()):
            return False
        born = [self._born[root] for root in (one, other) if root in self._born]
        first, last = (min(b[0] for b in born), max(b[1] for b in born)) if born else (0, 0)
        # A difference of one year may stem from a year of birth derived from an age.
        if last - first > 1:
            return False
        root = self._people.join(one, other)
        self._numbers[root] = left_numbers | right_numbers
        if born:
            self._born[root] = (first, last)
        return True
