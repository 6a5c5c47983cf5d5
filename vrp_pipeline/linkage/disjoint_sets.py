"""Disjoint sets (union-find): records that have been joined so far."""


class DisjointSets:
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
