"""Erasures: the erased people, as keyed pseudonyms, so that rows about them are removed again if they are sent again.

Holds the record of an erasure and its storage; finding and removing rows belongs to `erasure`. Like decisions,
erasures cannot be rebuilt from other data. Each is one immutable file; another beside them tells when expired months
were removed last.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.atomic import to_json, write_json
from vrp_pipeline.lake.paths import LOOKING_BACK, Lake

NAME_LENGTH = 16
# Beside a delivery: a digest of the list of erasures that were applied to it.
APPLIED = "erasures.json"
# When months were removed last because their period was over.
REMOVAL = "newest_removal.json"


@dataclass(frozen=True)
class Erasure:
    """The person with the `pseudonym` of a `kind` of number (`nhs_number`), erased at a moment in UTC.

    `within` is the code of the service or authority whose own number it is; "" for a number that is valid everywhere.
    """

    kind: str
    pseudonym: str
    within: str
    erased_at: datetime
    erased_by: str

    @property
    def name(self) -> str:
        """The name of the erasure, a digest of the pseudonym that reveals nothing about the person."""
        return hashlib.sha256(f"{self.kind}|{self.pseudonym}|{self.within}".encode()).hexdigest()[:NAME_LENGTH]

    def concerns(self, feed: Feed) -> bool:
        """Return whether a feed may have rows about the person: it has numbers of this kind."""
        return self.kind in feed.person_numbers.values()


def record(lake: Lake, erasure: Erasure) -> None:
    """Store an erasure. One that is stored already stays as it is, with its own moment."""
    path = lake.erasures / f"{erasure.name}.json"
    if not path.exists():
        write_json(path, {**asdict(erasure), "erased_at": erasure.erased_at.isoformat()})


def erasures(lake: Lake) -> list[Erasure]:
    """Return all erasures, by name. They hold for a lake as of a past day too."""
    found = []
    for path in sorted(lake.erasures.glob(f"{'[0-9a-f]' * NAME_LENGTH}.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        found.append(Erasure(**{**content, "erased_at": datetime.fromisoformat(content["erased_at"])}))
    return found


def newest_erasure(lake: Lake) -> datetime | None:
    """Return the time of the last erasure, or of the last removal of expired months; None if there was neither."""
    moments = [erasure.erased_at for erasure in erasures(lake)]
    if (lake.erasures / REMOVAL).exists():
        moments.append(datetime.fromisoformat(json.loads((lake.erasures / REMOVAL).read_text(encoding="utf-8"))["at"]))
    return max(moments, default=None)


def note_removal(lake: Lake) -> None:
    """Record that months were removed now, so that releases made before count as holding them."""
    write_json(lake.erasures / REMOVAL, {"at": datetime.now(UTC).isoformat()})


def remove_derived(lake: Lake) -> None:
    """Remove what a run rebuilds as a whole: the warehouse, whose free pages would keep rows, and lakes of past days.

    Removed are also the pages of hot spots, which may count a place of this person alone; they can be drawn again.
    """
    lake.warehouse.unlink(missing_ok=True)
    lake.warehouse.with_name(f"{lake.warehouse.name}.wal").unlink(missing_ok=True)
    for folder in (lake.root / LOOKING_BACK, *lake.hot_spots.glob("*")):
        shutil.rmtree(folder, ignore_errors=True)


def erasures_concerning(lake: Lake, feed: Feed) -> list[Erasure]:
    """Return the erasures of people about whom a feed may have rows."""
    return [erasure for erasure in erasures(lake) if erasure.concerns(feed)]


def are_applied(found: Sequence[Erasure], folder: Path) -> bool:
    """Return whether these erasures, and no others, were applied to the delivery in a folder."""
    path = folder / APPLIED
    return path.exists() and json.loads(path.read_text(encoding="utf-8")) == _note(found)


def note_applied(found: Sequence[Erasure], folder: Path) -> None:
    """Note beside the delivery in a folder that these erasures were applied to it."""
    write_json(folder / APPLIED, _note(found))


def _note(found: Sequence[Erasure]) -> dict[str, str]:
    return {"list": hashlib.sha256(to_json([erasure.name for erasure in found]).encode()).hexdigest()[:16]}
