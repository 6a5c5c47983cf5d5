"""Disjoint sets (union-find) over record identifiers.

Only the data structure; which records may be joined is decided in `events.assignment` and `people.links`.
"""


class DisjointSets:
    """Disjoint sets that can only be merged. A name not seen before is a set of its own."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._parent

    def root(self, name: str) -> str:
        """Return the representative of the set that contains `name`."""
        parent = self._parent.setdefault(name, name)
        while parent != name:
            self._parent[name] = name = self._parent[parent]
            parent = self._parent[name]
        return name

    def join(self, one: str, other: str) -> str:
        """Merge two sets and return the new representative, which is the alphabetically smaller of the two."""
        first, second = sorted((self.root(one), self.root(other)))
        self._parent[second] = first
        return first
