"""The files given to a receipt: what counts as a file of a folder, and what the simulator notes about its own.

What a file holds is decided by its content, in `identification`.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.landing.archive import is_left_behind

# Lists the simulated files of a folder, so that simulated data cannot pass as real data.
SIMULATED = "simulated.json"
# Nothing is received from a folder that holds this file: its writer is not done, or was killed.
UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class SimulatorNote:
    """Whether the simulator lists a file as its own, and the simulated time of receipt (UTC)."""

    is_simulated: bool = False
    received_at: datetime | None = None


def files_in(paths: Iterable[Path]) -> list[Path]:
    """Return the given files and those in the given folders, without hidden files and the simulator's list.

    Left out are also hidden folders (`.snapshot` of a share), what operating systems and spreadsheet programs leave in
    a folder (`Thumbs.db`, `~$events.xlsx`, `lost+found`), and every folder that holds UNFINISHED.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            open_folders = {mark.parent for mark in path.rglob(UNFINISHED)}
            found += sorted(
                file
                for file in path.rglob("*")
                if file.is_file() and not is_of_nobody(file.relative_to(path)) and open_folders.isdisjoint(file.parents)
            )
        else:
            found.append(path)
    return [path for path in found if not path.name.startswith(".") and path.name != SIMULATED]


def is_of_nobody(path: Path) -> bool:
    """Whether a path below a given folder is hidden, lies in a hidden folder, or is one that programs leave behind."""
    return any(part.startswith(".") for part in path.parts) or is_left_behind(path.as_posix())


def digests_of(files: Iterable[Path]) -> set[str]:
    """Return the SHA-256 of each file that exists and can be read."""
    found: set[str] = set()
    for path in files:
        with suppress(OSError):
            found.add(hash_of(path))
    return found


def simulator_note(path: Path, sha256: str) -> SimulatorNote:
    """Return what the simulator's list in the folder of a file says about it."""
    listing = path.with_name(SIMULATED)
    if not listing.exists():
        return SimulatorNote()
    content = json.loads(listing.read_text(encoding="utf-8"))
    if sha256 not in content["sha256"]:
        return SimulatorNote()
    received_at = content.get("delivered", {}).get(sha256)
    return SimulatorNote(
        is_simulated=True, received_at=datetime.fromisoformat(received_at).astimezone(UTC) if received_at else None
    )
