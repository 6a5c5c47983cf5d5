"""What it says of a pair that other records of its incidents have no pair with each other.

Pairs of two feeds are scored by themselves. A patient whose ambulance call is linked to the attendance was somewhere at
some minute: a crime that may be that of the attendance, but of which the call knows nothing, is likely another one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from vrp_pipeline.linkage.link_status import CERTAIN, LINKED, Pair

# What silence weighs between feeds of which no links tell: half.
UNTOLD = (1, 2)


class Silence:
    """How often companions of linked records have no pair with them, for each three feeds, and what that says.

    A companion of a record is one of a third feed that is linked to it. `incident_of` and `feed_of` name the incident
    and the feed of each record, `statuses` are all plausible pairs with their link status.
    """

    def __init__(
        self, incident_of: Mapping[str, str], feed_of: Mapping[str, str], statuses: Sequence[tuple[Pair, str]]
    ) -> None:
        self._incident_of, self._feed_of = incident_of, feed_of
        self._companions: defaultdict[str, list[str]] = defaultdict(list)
        self._met: set[tuple[str, str, str]] = set()
        links = []
        for pair, status in statuses:
            for name, other in ((pair.left, pair.right), (pair.right, pair.left)):
                self._met.add((name, feed_of[other], incident_of[other]))
                if status in (CERTAIN, LINKED):
                    links.append((name, other))
                    if feed_of[name] != feed_of[other]:
                        self._companions[name].append(other)
        counted: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: list(UNTOLD))
        for name, other in links:
            for companion in self._of_a_third_feed(name, other):
                of_feeds = counted[self._feeds(name, companion, other)]
                of_feeds[0] += not self._has_met(companion, other)
                of_feeds[1] += 1
        self._share = {feeds: silent / told for feeds, (silent, told) in counted.items()}

    def against(self, pair: Pair, *, but_of: str = "") -> float:
        """Return what the odds of a pair shrink to, as a share from 0 to 1; companions of one feed may be left out."""
        found = 1.0
        # Most records have no other that is linked to them.
        if pair.left not in self._companions and pair.right not in self._companions:
            return found
        for name, other in ((pair.left, pair.right), (pair.right, pair.left)):
            for companion in self._of_a_third_feed(name, other):
                if self._feed_of[companion] != but_of and not self._has_met(companion, other):
                    found *= self._share.get(self._feeds(name, companion, other), UNTOLD[0] / UNTOLD[1])
        return found

    def heard(self, pair: Pair) -> Pair:
        """Return the pair with the probability that silence leaves it."""
        share = self.against(pair)
        return pair if share == 1 else replace(pair, probability=shrunk(pair.probability, share))

    def _of_a_third_feed(self, name: str, other: str) -> list[str]:
        feeds, companions = self._feed_of, self._companions.get(name, ())
        return [each for each in companions if feeds[each] != feeds[name] and feeds[each] != feeds[other]]

    def _feeds(self, name: str, companion: str, other: str) -> tuple[str, str, str]:
        return self._feed_of[name], self._feed_of[companion], self._feed_of[other]

    def _has_met(self, name: str, other: str) -> bool:
        return (name, self._feed_of[other], self._incident_of[other]) in self._met


def shrunk(probability: float, share: float) -> float:
    """Return the probability of which the odds shrink to a share."""
    return probability * share / max(1 - probability + probability * share, 1e-12)
