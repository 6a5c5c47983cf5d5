"""One change: made from (feed, mutation, seed), sent through the pipeline and judged."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

from tests.campaign.deliveries import Delivery, base
from tests.campaign.judgement import canaries_of, faults
from tests.campaign.layouts import LAYOUTS, Layout
from tests.campaign.mutations import MUTATIONS, NotApplicableError, mutations_of
from tests.campaign.oracle.reading import records_of
from tests.campaign.oracle.records import Reading
from tests.campaign.pipeline import End, call, list_before

# The share of changes that go through the whole ingest in any case.
WHOLE = 1 / 3


@dataclass(frozen=True)
class Change:
    """A change by its name and seed; the same three always make the same bytes."""

    feed: str
    mutation: str
    seed: int

    @property
    def is_whole(self) -> bool:
        """Whether it goes through the whole ingest in any case."""
        return Random(f"whole {self.feed} {self.mutation} {self.seed}").random() < WHOLE


@dataclass
class Tried:
    """What came of a change: the bytes sent, what the oracle read, how the pipeline ended, and the faults."""

    change: Change
    content: bytes
    reading: Reading
    end: End
    faults: list[str]


def changes_of(feed: str, number: int) -> Iterator[Change]:
    """So many changes of a feed, all its mutations in turn; seeds that find nothing to change are left out."""
    names = [one.name for one in mutations_of(LAYOUTS[feed])]
    found = 0
    for seed in count():
        change = Change(feed, names[seed % len(names)], seed)
        try:
            made(change)
        except NotApplicableError:
            continue
        yield change
        found += 1
        if found == number:
            return


def made(change: Change) -> tuple[Delivery, bytes, str, list[str]]:
    """The changed delivery, its bytes, why nothing of it may be published, and the identifiers planted in it."""
    delivery = base(LAYOUTS[change.feed])
    canaries = canaries_of(delivery)
    chance = Random(f"{change.feed} {change.mutation} {change.seed}")
    must_not = MUTATIONS[change.mutation].change(delivery, chance)
    return delivery, delivery.to_bytes(), must_not, canaries


def tried(change: Change, folder: Path) -> Tried:
    """Send a change through the pipeline in a lake of its own.

    What reading and conforming alone make look wrong is judged by the whole ingest: a suite may put it right.
    """
    layout = LAYOUTS[change.feed]
    _, content, must_not, canaries = made(change)
    file = folder / layout.file
    file.write_bytes(content)
    companion = folder / f"sound_{companion_of(layout).file}"
    companion.write_bytes(base(companion_of(layout)).to_bytes())
    reading = records_of(content, layout)
    end, found = End(), ["not tried yet"]
    for is_whole in (True,) if change.is_whole else (False, True):
        lake = folder / f"lake-{is_whole}"
        if MUTATIONS[change.mutation].after_a_whole_list:
            whole = folder / "whole" / layout.file
            whole.parent.mkdir(exist_ok=True)
            whole.write_bytes(base(layout).to_bytes())
            list_before(lake, whole)
        end = call(lake, change.feed, file, companion, is_whole=is_whole)
        found = faults(layout, reading, end, canaries, must_not_publish=must_not)
        if not found:
            break
    return Tried(change, content, reading, end, found)


def companion_of(layout: Layout) -> Layout:
    """The layout of the sound file that is received in the same call."""
    is_same = layout.feed == "reference__districts"
    return LAYOUTS["reference__census_population" if is_same else "reference__districts"]
