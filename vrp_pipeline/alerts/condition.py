"""A condition: a state of the lake or of its runs that needs a person, and from when on it does.

Which conditions there are is read in `feed_conditions`, `absences`, `lake_conditions` and, of failed runs, in `defs`.
"""

from dataclasses import dataclass

HELD, LATE, SILENT, STOPPED, REFUSED = "held", "late", "silent", "stopped", "refused"
STALE, DAMAGED, DISK, CLOCK, DRAFT, FAILED = "stale", "damaged", "disk", "clock", "draft", "failed"
INBOX, UNREAD = "inbox", "unread"
# Kinds that are read from the lake; a condition of another kind is not over because the lake does not show it.
OF_THE_LAKE = frozenset({HELD, LATE, SILENT, STOPPED, REFUSED, STALE, DAMAGED, DISK, CLOCK, DRAFT, INBOX, UNREAD})
RUNBOOK = "docs/runbook.md"


@dataclass(frozen=True)
class Condition:
    """A state that needs a person. `key` is its identity; it has changed when `state` has.

    `covers` gives the keys of narrower conditions that stand for the same fault: the late feeds of a silent agency, and
    both where deliveries have stopped.
    Where one takes the place of the other, that is a change and the end of neither.
    """

    kind: str
    subject: str
    state: str
    what: str
    touches: str
    remedy: tuple[str, ...]
    covers: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The identity of the condition: its kind and what it is of."""
        return key_of(self.kind, self.subject)

    def takes_the_place_of(self, other: "Condition") -> bool:
        """Whether this and another condition are the same fault, told more widely or more narrowly."""
        return other.key in self.covers or self.key in other.covers


def key_of(kind: str, subject: str) -> str:
    """Return the identity of a condition of a kind."""
    return f"{kind}:{subject}"


@dataclass(frozen=True)
class Limits:
    """From when on the age of a release, the free space of a disk and a draft that nobody approved need a person."""

    release_hours: float = 24
    disk_free_share: float = 0.1
    draft_days: float = 3
