"""From scored pairs to one-to-one links: what is certain first, then the likeliest, nothing that contradicts them.

A report has at most one partner in each other feed, and a chain of links never joins two reports of one feed, two
different NHS numbers, or two occurrences of the force. A link that hardly beats the next likeliest is dropped: either
may be right. Whatever is dropped is kept with its reason.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

# A pair is linked from an even chance upwards, and merely plausible below it.
LINKED_FROM = 0.5
# Twice the odds of the runner-up, in bits (PMC9583284, methods §1 lesson c).
LEAD_IN_BITS = 1.0
# Two records of one NHS number are of one event if the patient was known to both services within so many minutes.
SAME_PATIENT_MINUTES = 12 * 60
CERTAIN, LINKED, PLAUSIBLE = "certain", "linked", "plausible"
NOT_BEST = "dropped: not the best of both"
HARDLY_BEST = "dropped: hardly beats the runner-up"
CONTRADICTS = "dropped: contradicts a stronger link"
SAME_NUMBER = "same NHS number within 12 hours"

LINKS = pa.schema(
    [
        ("left_report_id", pa.string()),
        ("right_report_id", pa.string()),
        ("left_feed", pa.string()),
        ("right_feed", pa.string()),
        ("match_probability", pa.float64()),
        ("match_weight", pa.float64()),
        ("rule", pa.string()),
        ("standing", pa.string()),
        ("model_version", pa.string()),
    ]
)


@dataclass(frozen=True)
class Pair:
    """Two reports of different feeds that may tell of one event, or two records that may be of one person."""

    left: str
    right: str
    probability: float
    weight: float
    rule: str


@dataclass(frozen=True)
class Report:
    """What the assignment asks about a report.

    `occurrence` is the agency's own grouping of reports, or None; the minutes are those of `nodes.NODES`.
    """

    feed: str
    occurrence: str | None
    nhs_number: str | None
    known_from: int
    known_until: int

    def minutes_to(self, other: "Report") -> int:
        """Minutes between the moments at which both agencies came to know; 0 where they may be the same."""
        return max(0, self.known_from - other.known_until, other.known_from - self.known_until)


def certain_pairs(reports: dict[str, Report]) -> list[Pair]:
    """Pairs of health reports of one NHS number, nearest in time first, each report once per other feed."""
    patients: defaultdict[str, list[str]] = defaultdict(list)
    for report_id, report in reports.items():
        if report.nhs_number:
            patients[report.nhs_number].append(report_id)
    found = []
    for same in patients.values():
        near = sorted(
            (reports[left].minutes_to(reports[right]), left, right)
            for number, left in enumerate(same)
            for right in same[number + 1 :]
            if reports[left].feed != reports[right].feed
        )
        taken: set[tuple[str, str]] = set()
        for minutes, left, right in near:
            ends = {(left, reports[right].feed), (right, reports[left].feed)}
            if minutes <= SAME_PATIENT_MINUTES and not ends & taken:
                taken |= ends
                found.append(Pair(left, right, 1.0, float("inf"), SAME_NUMBER))
    return found


def assign(reports: dict[str, Report], pairs: Iterable[Pair]) -> list[tuple[Pair, str]]:
    """Each pair, the certain ones included, with its standing: certain, linked, plausible or why it was dropped."""
    sure = certain_pairs(reports)
    known = {frozenset((pair.left, pair.right)) for pair in sure}
    scored = [pair for pair in pairs if frozenset((pair.left, pair.right)) not in known]
    scored.sort(key=lambda pair: (-pair.weight, pair.left, pair.right))
    groups = _Groups(reports)
    standings = [(pair, CERTAIN if groups.join(pair) else CONTRADICTS) for pair in sure]
    rivals = _rivals(reports, scored)
    taken: set[tuple[str, str]] = {end for pair, standing in standings if standing == CERTAIN
                                   for end in _ends(reports, pair)}  # fmt: skip
    for pair in scored:
        standing = _standing(reports, pair, rivals, taken)
        if standing == LINKED and not groups.join(pair):
            standing = CONTRADICTS
        if standing == LINKED:
            taken |= _ends(reports, pair)
        standings.append((pair, standing))
    return standings


def _standing(
    reports: dict[str, Report], pair: Pair, rivals: dict[tuple[str, str], list[Pair]], taken: set[tuple[str, str]]
) -> str:
    ends = _ends(reports, pair)
    if ends & taken:
        return NOT_BEST
    if pair.probability < LINKED_FROM:
        return PLAUSIBLE
    for end in sorted(ends):
        for rival in rivals[end]:
            if rival is pair or pair.weight - rival.weight >= LEAD_IN_BITS or rival.weight > pair.weight:
                continue
            if not _ends(reports, rival) & taken and not _same_event(reports, pair, rival, end[0], rivals):
                return HARDLY_BEST
    return LINKED


def _same_event(
    reports: dict[str, Report], pair: Pair, rival: Pair, shared: str, rivals: dict[tuple[str, str], list[Pair]]
) -> bool:
    """Whether it does not matter which of both partners a report gets, because either leads to the same incident.

    So it is where both belong to one occurrence; and where the rival is as likely to belong to somebody else of the
    report's own occurrence, as twins hurt together are.
    """
    mine, other = (p.right if p.left == shared else p.left for p in (pair, rival))
    if _together(reports[mine], reports[other]):
        return True
    alternatives = (
        (each, each.right if each.left == other else each.left) for each in rivals[(other, reports[shared].feed)]
    )
    return any(
        end != shared and _together(reports[end], reports[shared]) and rival.weight - each.weight < LEAD_IN_BITS
        for each, end in alternatives
    )


def _together(one: Report, other: Report) -> bool:
    return one.occurrence is not None and (one.feed, one.occurrence) == (other.feed, other.occurrence)


def _ends(reports: dict[str, Report], pair: Pair) -> set[tuple[str, str]]:
    """What a link uses up: each report's one partner in the other's feed."""
    return {(pair.left, reports[pair.right].feed), (pair.right, reports[pair.left].feed)}


def _rivals(reports: dict[str, Report], pairs: Sequence[Pair]) -> dict[tuple[str, str], list[Pair]]:
    found: defaultdict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        for end in _ends(reports, pair):
            found[end].append(pair)
    return found


class _Groups:
    """Reports joined so far: of one person hurt, and of one incident. A join that contradicts them is refused."""

    def __init__(self, reports: dict[str, Report]) -> None:
        self._reports = reports
        self._people = Partition()
        self._incidents = Partition()
        self._feeds = {report_id: {report.feed} for report_id, report in reports.items()}
        self._numbers = {report_id: {report.nhs_number} - {None} for report_id, report in reports.items()}
        self._occurrences: dict[str, set[str]] = {}
        for report_id, report in reports.items():
            whole = _occurrence_of(report) or report_id
            self._incidents.join(report_id, whole)
        for report_id, report in reports.items():
            mine = self._occurrences.setdefault(self._incidents.root(report_id), set())
            if report.feed == "police__offences" and report.occurrence:
                mine.add(report.occurrence)

    def join(self, pair: Pair) -> bool:
        left, right = self._people.root(pair.left), self._people.root(pair.right)
        if left == right:
            return True
        if self._feeds[left] & self._feeds[right] or len(self._numbers[left] | self._numbers[right]) > 1:
            return False
        one, other = self._incidents.root(pair.left), self._incidents.root(pair.right)
        occurrences = self._occurrences[one] | self._occurrences[other]
        if one != other and len(occurrences) > 1:
            return False
        root = self._people.join(left, right)
        self._feeds[root] = self._feeds[left] | self._feeds[right]
        self._numbers[root] = self._numbers[left] | self._numbers[right]
        self._occurrences[self._incidents.join(one, other)] = occurrences
        return True


def _occurrence_of(report: Report) -> str | None:
    return f"{report.feed}:occurrence:{report.occurrence}" if report.occurrence else None


class Partition:
    """Sets that only grow together (union-find). A name not seen before is a set of its own."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._parent

    def root(self, name: str) -> str:
        """The name that stands for the set."""
        parent = self._parent.setdefault(name, name)
        while parent != name:
            self._parent[name] = name = self._parent[parent]
            parent = self._parent[name]
        return name

    def join(self, one: str, other: str) -> str:
        """Make two sets one; return its name, the smaller of both in the order of the alphabet."""
        first, second = sorted((self.root(one), self.root(other)))
        self._parent[second] = first
        return first
