"""Search for a number in files as they came: those refused, which nothing has read, and those still in the inbox."""

import re
from dataclasses import dataclass
from pathlib import Path

from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.guard import is_zip
from vrp_pipeline.landing.inbox import inbox_of

PROBLEM = "refusal.json"


@dataclass(frozen=True)
class FilesWithNumber:
    """Folders of refused files that hold the number, files of the inbox that do, and packed ones nobody can tell of."""

    refused: tuple[Path, ...]
    inbox: tuple[Path, ...]
    not_searched: int


def files_with(lake: Lake, number: str) -> FilesWithNumber:
    """Return the files that hold a number, however it is spaced; archives and workbooks are only counted."""
    digits = [re.escape(character.encode()) for character in number if character.isalnum()]
    wanted = re.compile(rb"[ \-/]?".join(digits), re.IGNORECASE)
    refused = [path for path in lake.refused.glob("*/*") if path.is_file() and path.name != PROBLEM]
    delivered = [path for path in inbox_of(lake).rglob("*") if path.is_file()]
    packed = {path for path in (*refused, *delivered) if is_zip(path)}

    def holds(path: Path) -> bool:
        return path not in packed and wanted.search(path.read_bytes()) is not None

    return FilesWithNumber(
        tuple(path.parent for path in refused if holds(path)),
        tuple(path for path in delivered if holds(path)),
        len(packed),
    )
