"""Linking reports to incidents: the best estimate, and the two bounds around it.

The upper bound merges only what is certain (one agency's own occurrence, one NHS number within hours), the lower
bound everything plausible. An incident is named after its leading report: police first, then by report id.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from vrp_pipeline.linkage.assignment import CERTAIN, LINKED, LINKS, Pair, Partition, Report, assign
from vrp_pipeline.linkage.event_model import CURRENT, FEEDS, load, score
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
    known = {
        row["unique_id"]: Report(
            row["feed"], row["agency_incident"], row["nhs_number"], row["known_from"], row["known_until"]
        )
        for row in nodes.to_pylist()
    }
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


def _incidents(reports: pa.Table, standings: list[tuple[Pair, str]]) -> pa.Table:
    columns = reports.select(["report_id", "feed", "agency_incident"]).to_pydict()
    names = list(zip(*columns.values(), strict=True))

    def merged(counts: Callable[[str], bool], *, occurrences: bool = True) -> dict[str, str]:
        together = Partition()
        for report_id, feed, occurrence in names:
            if occurrences and occurrence is not None:
                together.join(report_id, f"{feed}:occurrence:{occurrence}")
        for pair, standing in standings:
            if counts(standing):
                together.join(pair.left, pair.right)
        return _named({report_id: together.root(report_id) for report_id, _, _ in names}, names)

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


def _named(roots: dict[str, str], names: list[tuple[str, str, str | None]]) -> dict[str, str]:
    """The leading report of each report's set."""
    rank = {feed: number for number, feed in enumerate(FEEDS)}
    leading: dict[str, tuple[int, str]] = {}
    for report_id, feed, _ in names:
        mine = (rank.get(feed, len(rank)), report_id)
        root = roots[report_id]
        leading[root] = min(leading.get(root, mine), mine)
    return {report_id: leading[root][1] for report_id, root in roots.items()}
