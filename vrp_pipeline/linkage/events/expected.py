"""Expected numbers from calibrated probabilities: incidents, and records known to police.

Counting linked incidents takes a likely link for a certain one and an unlikely one for none. Here a link of probability
p leaves 1 - p of an incident behind, and a pair that was not linked takes its p away. What every record adds stands
beside the record, so a year or a district is estimated by its sum. The variance assumes that links err independently.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from vrp_pipeline.linkage.disjoint_sets import DisjointSets
from vrp_pipeline.linkage.events.inputs import POLICE
from vrp_pipeline.linkage.events.silence import Silence, shrunk
from vrp_pipeline.linkage.link_status import CERTAIN, CONTRADICTS, LINKED, Pair


@dataclass(frozen=True)
class Expected:
    """What records add to the expected number of incidents, its variance, and the probability that police know them.

    Records that are not named add 1 if they lead an incident and 0 if not, with no variance.
    """

    incidents: dict[str, float]
    variance: dict[str, float]
    known_to_police: dict[str, float]


def expect(
    incident_of: Mapping[str, str],
    feed_of: Mapping[str, str],
    statuses: Iterable[tuple[Pair, str]],
    occurrences: Sequence[tuple[str, str]] = (),
) -> Expected:
    """Return the expectations of linked records.

    `incident_of` names the incident of each record by its leading record, `feed_of` the feed of each record; `statuses`
    are all pairs with their link status. `occurrences` are pairs of records that an agency's own number joins.
    """
    incidents: defaultdict[str, float] = defaultdict(float)
    variance: defaultdict[str, float] = defaultdict(float)
    ordered = _likeliest_first(statuses)
    through = _through_links(feed_of, ordered, occurrences)
    silence = Silence(incident_of, feed_of, ordered)
    taken_away = _taken_away(incident_of, feed_of, ordered, through, silence)
    for pair, chance in [*_left_behind(ordered, occurrences), *taken_away]:
        name = pair.right if feed_of[pair.left] == POLICE else pair.left
        incidents[name] += chance
        variance[name] += abs(chance) * (1 - abs(chance))
    return Expected(
        dict(incidents), dict(variance), _known_to_police(incident_of, feed_of, _heard(silence, ordered), through)
    )


def _heard(silence: Silence, ordered: Sequence[tuple[Pair, str]]) -> list[tuple[Pair, str]]:
    """Return the pairs, likeliest first, with the probability that the silence of other records leaves them."""
    return _likeliest_first((silence.heard(pair), at) for pair, at in ordered)


def _likeliest_first(statuses: Iterable[tuple[Pair, str]]) -> list[tuple[Pair, str]]:
    return sorted(statuses, key=lambda each: (-each[0].probability, each[0].left, each[0].right))


def _left_behind(
    ordered: Sequence[tuple[Pair, str]], occurrences: Sequence[tuple[str, str]]
) -> list[tuple[Pair, float]]:
    """Return what each link that joins two incidents leaves behind, should it be wrong.

    The records of one occurrence are one incident whether or not they are linked to others.
    """
    joined = DisjointSets()
    for one, other in occurrences:
        joined.join(one, other)
    found = []
    for pair, status in ordered:
        if status in (CERTAIN, LINKED) and joined.root(pair.left) != joined.root(pair.right):
            joined.join(pair.left, pair.right)
            found.append((pair, 1 - pair.probability))
    return found


def _taken_away(
    incident_of: Mapping[str, str],
    feed_of: Mapping[str, str],
    ordered: Sequence[tuple[Pair, str]],
    through: Mapping[str, float],
    silence: Silence,
) -> list[tuple[Pair, float]]:
    """Return what the likeliest pair between two incidents takes away, should they be one.

    An incident has one police occurrence. Of two that have one each, a pair can be right only as far as the links that
    join its records to these may be wrong; `through` is the probability of those links. Where a record has a pair with
    the crimes of both, both share the probability already.
    """
    known = {incident_of[name] for name, feed in feed_of.items() if feed == POLICE}
    own = {
        (name, incident_of[partner])
        for pair, _ in ordered
        for name, partner in ((pair.left, pair.right), (pair.right, pair.left))
        if feed_of[partner] == POLICE and feed_of[name] != POLICE
    }
    between: dict[tuple[str, ...], tuple[Pair, float]] = {}
    for pair, status in ordered:
        incidents = tuple(sorted((incident_of[pair.left], incident_of[pair.right])))
        if status == CONTRADICTS or incidents[0] == incidents[1]:
            continue
        # What crimes do not tell of a pair is told by the links to them, where both incidents have one.
        both_known = incidents[0] in known and incidents[1] in known
        against = silence.against(pair, but_of=POLICE if both_known else "")
        chance = shrunk(pair.probability, against)
        if both_known:
            by_links = through.get(pair.left, 1.0) * through.get(pair.right, 1.0)
            names = [name for name in (pair.left, pair.right) if feed_of[name] != POLICE]
            if len(names) == 1 and (names[0], incident_of[names[0]]) in own:
                chance = min(chance, 1 - by_links)
            else:
                chance = shrunk(chance, 1 - by_links)
        if chance > between.get(incidents, (pair, 0.0))[1]:
            between[incidents] = pair, chance
    return [(pair, -chance) for pair, chance in between.values()]


def _known_to_police(
    incident_of: Mapping[str, str],
    feed_of: Mapping[str, str],
    ordered: Sequence[tuple[Pair, str]],
    through: Mapping[str, float],
) -> dict[str, float]:
    """Return the probability that police know each record that is in a pair or an incident with one of theirs.

    The crimes of one incident are no rivals, so of them the likeliest counts; different incidents exclude each other,
    so theirs are added. Links through other records may say more than the record's own pairs; the larger counts, since
    both tell of the same incidents.
    """
    likeliest: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for pair, status in ordered:
        for name, partner in ((pair.left, pair.right), (pair.right, pair.left)):
            if status != CONTRADICTS and feed_of[partner] == POLICE and feed_of[name] != POLICE:
                likeliest[name].setdefault(incident_of[partner], pair.probability)
    known = {name: min(1.0, sum(of.values())) for name, of in likeliest.items()}
    for name, probability in through.items():
        known[name] = max(known.get(name, 0.0), probability)
    return known


def _through_links(
    feed_of: Mapping[str, str], ordered: Sequence[tuple[Pair, str]], occurrences: Sequence[tuple[str, str]]
) -> dict[str, float]:
    """Return the probability of the best path of links from each record to one of police: the product of its links."""
    joined: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    links = [(pair.left, pair.right, pair.probability) for pair, status in ordered if status in (CERTAIN, LINKED)]
    for left, right, probability in [*links, *((one, other, 1.0) for one, other in occurrences)]:
        joined[left].append((right, probability))
        joined[right].append((left, probability))
    best: dict[str, float] = {}
    reached = [(-1.0, name) for name in sorted(joined) if feed_of[name] == POLICE]
    while reached:
        probability, name = heappop(reached)
        if name not in best:
            best[name] = -probability
            for other, of_link in joined[name]:
                if other not in best:
                    heappush(reached, (probability * of_link, other))
    return {name: probability for name, probability in best.items() if feed_of[name] != POLICE}
