"""Whether the files of a release are still the ones that were written.

The manifest holds the SHA-256 of each table, and the name of a release is a digest of its manifest. A database file
contains a random identifier, so its SHA-256 is in a file beside it, in the format of `sha256sum -c`.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from vrp_pipeline.lake.atomic import to_json
from vrp_pipeline.lake.digests import fits, note_sum, noted_sum, sum_file_of
from vrp_pipeline.release.database import DATABASE
from vrp_pipeline.release.tiers import DATABASES

MANIFEST = "manifest.json"
DATABASE_SUM = sum_file_of(Path(DATABASE)).name
DATABASE_SUMS = frozenset(sum_file_of(Path(name)).name for name in DATABASES.values())
DIGEST_LENGTH = 12


def digest_of(manifest: dict[str, Any]) -> str:
    """Return the digest of a manifest without the name of the release, which itself ends with this digest."""
    content = {name: value for name, value in manifest.items() if name != "release"}
    return hashlib.sha256(to_json(content).encode()).hexdigest()[:DIGEST_LENGTH]


def seal(folder: Path) -> None:
    """Write the SHA-256 of each database in `folder` beside it, and make all files of the folder read-only."""
    for name in DATABASES.values():
        if (folder / name).exists():
            note_sum(folder / name)
    for path in folder.iterdir():
        path.chmod(0o444)


def misfits(folder: Path) -> list[str]:
    """Return the names of the files of a release that are missing, changed or not part of it; [] if it is intact."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        wanted = {f"{name}.parquet": table["sha256"] for name, table in manifest["tables"].items()}
        is_named_after_it = folder.name.endswith(f"-{digest_of(manifest)}")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [MANIFEST]
    for name in (DATABASE, *(DATABASES[tier] for tier in manifest.get("tiers", {}))):
        wanted[name] = noted_sum(folder / name)
    wrong = {name for name, sha256 in wanted.items() if not fits(folder / name, sha256)}
    wrong |= {path.name for path in folder.iterdir()} - {MANIFEST, *DATABASE_SUMS, *wanted}
    if not is_named_after_it:
        wrong.add(MANIFEST)
    return sorted(wrong)
