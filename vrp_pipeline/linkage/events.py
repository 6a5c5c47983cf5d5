"""Linking reports to incidents: the best estimate, and the two bounds around it.

The upper bound merges only what is certain (one agency's own occurrence, one NHS number within hours), the lower
bound everything plausible. An incident is named after its leading report: police first, then by report id.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.linkage.assignment import CERTAIN, LINKED, LINKS, Pair, Partition, Report, assign
from vrp_pipeline.linkage.event_model import CURRENT, FEEDS, score
from vrp_pipeline.linkage.model_files import load
from vrp_pipeline.linkage.nodes import nodes_of

INCIDENTS = pa.schema(
    [
        ("report_id", pa.string()),
        ("incident_id", pa.string()),  # the best estimate
        ("lower_incident_id", pa.string()),  # everything plausible merged: fewest incidents
        ("upper_incident_id", pa.string()),  # only what is certain merged: most incidents
        ("victim_id", pa.string()),  # reports of one person hurt in the incident
        ("lowest_probability", pa.float64()),  # of the links of the report; null where it has none
    ]
)


@dataclass(frozen=True)
class Linked:
    """What linking made of a table of reports.

    `links` in the schema `assignment.LINKS`: every pair that was at least plausible, with its standing.
    `incidents` in the schema `INCIDENTS`: every report once.
    """

    links: pa.Table
    incidents: pa.Table


def link_events(reports: pa.Table, model: dict[str, Any] | None = None, version: str = CURRENT) -> Linked:
    """Link reports with the columns of int_reports (`nodes.REPORT_COLUMNS`); the same reports give the same links.

    Without `model` the one in `models/` named `version` is used. Raises NoModelError if there is none.
    """
    nodes = nodes_of(reports)
    pairs = [Pair(*row.values()) for row in score(nodes, model or load(version)).to_pylist()]
    known = _known(nodes, pairs)
    standings = assign(known, pairs)
    rows = [
        {
            "left_report_id": pair.left,
            "right_report_id": pair.right,
            "left_feed": known[pair.left].feed,
            "right_feed": known[pair.right].feed,
            "match_probability": pair.probability,
            "match_weight": pair.weight,
            "rule": pair.rule,
            "standing": standing,
            "model_version": version,
        }
        for pair, standing in standings
    ]
    order = [("left_report_id", "ascending"), ("right_report_id", "ascending")]
    links = pa.Table.from_pylist(rows, schema=LINKS).sort_by(order)
    return Linked(links, _incidents(reports, standings))


def _known(nodes: pa.Table, pairs: list[Pair]) -> dict[str, Report]:
    """The reports that may be linked at all, a fifth of all: most crimes are seen by police alone."""
    paired = pa.array({end for pair in pairs for end in (pair.left, pair.right)}, pa.string())
    wanted = pc.or_(pc.is_in(nodes["unique_id"], value_set=paired), pc.is_valid(nodes["nhs_number"]))
    told = nodes.filter(wanted).select(
        ["unique_id", "feed", "agency_incident", "nhs_number", "known_from", "known_until"]
    )
    return {report_id: Report(*of) for report_id, *of in zip(*told.to_pydict().values(), strict=True)}


def _incidents(reports: pa.Table, standings: list[tuple[Pair, str]]) -> pa.Table:
    columns = reports.select(["report_id", "feed", "agency_incident"]).to_pydict()
    names = list(zip(*columns.values(), strict=True))
    tellers = Counter((feed, occurrence) for _, feed, occurrence in names)
    shared = [each for each in names if each[2] is not None and tellers[each[1:]] > 1]

    def merged(counts: Callable[[str], bool], *, occurrences: bool = True) -> dict[str, str]:
        together = Partition()
        for report_id, feed, occurrence in shared if occurrences else ():
            together.join(report_id, f"{feed}:occurrence:{occurrence}")
        for pair, standing in standings:
            if counts(standing):
                together.join(pair.left, pair.right)
        return _named(together, names)

    best = merged(lambda standing: standing in (CERTAIN, LINKED))
    lower = merged(lambda _standing: True)
    upper = merged(lambda standing: standing == CERTAIN)
    victims = merged(lambda standing: standing in (CERTAIN, LINKED), occurrences=False)
    lowest: dict[str, float] = {}
    for pair, standing in standings:
        if standing in (CERTAIN, LINKED):
            for end in (pair.left, pair.right):
                lowest[end] = min(lowest.get(end, 1.0), pair.probability)
    ids = columns["report_id"]
    table = pa.table(
        [
            pa.array(ids),
            *(pa.array([names_of[report_id] for report_id in ids]) for names_of in (best, lower, upper, victims)),
            pa.array([lowest.get(report_id) for report_id in ids], pa.float64()),
        ],
        schema=INCIDENTS,
    )
    return table.sort_by("report_id")


def _named(together: Partition, names: list[tuple[str, str, str | None]]) -> dict[str, str]:
    """The leading report of each report's set."""
    rank = {feed: number for number, feed in enumerate(FEEDS)}
    joined = {report_id: together.root(report_id) for report_id, _, _ in names if report_id in together}
    leading: dict[str, tuple[int, str]] = {}
    for report_id, feed, _ in names:
        if (root := joined.get(report_id)) is not None:
            mine = (rank.get(feed, len(rank)), report_id)
            leading[root] = min(leading.get(root, mine), mine)
    return {report_id: leading[joined[report_id]][1] if report_id in joined else report_id for report_id, _, _ in names}
