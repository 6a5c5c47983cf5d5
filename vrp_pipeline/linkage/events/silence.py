"""What it says of a pair that other records of its incidents have no pair with each other.

Pairs of two feeds are scored by themselves. A patient whose ambulance call is linked to the attendance was somewhere at
some minute: a crime that may be that of the attendance, but of which the call knows nothing, is likely another one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

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
        counted: defaultdict[tuple[str, ...], list[int]] = defaultdict(lambda: list(UNTOLD))
        for name, other in links:
            for companion in self._of_a_third_feed(name, other):
                of_feeds = counted[self._feeds(name, companion, other)]
                of_feeds[0] += not self._has_met(companion, other)
                of_feeds[1] += 1
        self._share = {feeds: silent / told for feeds, (silent, told) in counted.items()}

    def against(self, pair: Pair, *, but_of: str = "") -> float:
        """Return what the odds of a pair shrink to, as a share from 0 to 1; companions of one feed may be left out."""
        found = 1.0
        for name, other in ((pair.left, pair.right), (pair.right, pair.left)):
            for companion in self._of_a_third_feed(name, other):
                if self._feed_of[companion] != but_of and not self._has_met(companion, other):
                    found *= self._share.get(self._feeds(name, companion, other), UNTOLD[0] / UNTOLD[1])
        return found

    def _of_a_third_feed(self, name: str, other: str) -> list[str]:
        feeds = self._feeds(name, other)
        return [each for each in self._companions.get(name, ()) if self._feed_of[each] not in feeds]

    def _feeds(self, *names: str) -> tuple[str, ...]:
        return tuple(self._feed_of[name] for name in names)

    def _has_met(self, name: str, other: str) -> bool:
        return (name, self._feed_of[other], self._incident_of[other]) in self._met
