"""A zone of links: Parquet files and a summary that are replaced together, and kept while their inputs are unchanged.

Belongs here: locking, fingerprint comparison and the order of writes, for events and people alike. Does not: the
content of the files, which is in `linkage.events.zone` and `linkage.people.zone`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Generic, TypeVar

import pyarrow as pa

from vrp_pipeline.lake.atomic import holding_zone, sweep, write_json
from vrp_pipeline.lake.bronze import write_parquet
from vrp_pipeline.lake.paths import Lake

SUMMARY_FILE = "summary.json"

# A dataclass with a field `fingerprint`: a hexadecimal digest of everything the links are derived from.
S = TypeVar("S")


@dataclass(frozen=True)
class LinksZone(Generic[S]):
    """One zone: the `name` of its lock, its `folder`, the Parquet `files` in it, and the class of its `summary`."""

    name: str
    folder: Path
    files: tuple[str, ...]
    summary: type[S]

    def read_summary(self) -> S | None:
        """Return the summary of the zone; None if a file is missing or the summary was written by other code."""
        if not all((self.folder / name).exists() for name in (*self.files, SUMMARY_FILE)):
            return None
        held = json.loads((self.folder / SUMMARY_FILE).read_text(encoding="utf-8"))
        return self.summary(**held) if set(held) == {field.name for field in fields(self.summary)} else None  # type: ignore[arg-type]

    def write(
        self,
        lake: Lake,
        read: Callable[[], tuple[str, Any]],
        link: Callable[[Any, str], tuple[Mapping[str, pa.Table], S]],
    ) -> S:
        """Link again, or return the existing summary if its fingerprint is unchanged.

        `read` returns the fingerprint and the linkage inputs; `link` turns both into one table per file and the
        summary. Raises ZoneBusyError while another process links into the zone.
        """
        with holding_zone(lake.root, self.name):
            sweep(self.folder)
            fingerprint, inputs = read()
            if (found := self.read_summary()) and getattr(found, "fingerprint", None) == fingerprint:
                return found
            tables, summary = link(inputs, fingerprint)
            # The summary is deleted first and written last: a process that dies in between leaves none, so the next run
            # links again.
            (self.folder / SUMMARY_FILE).unlink(missing_ok=True)
            for name in self.files:
                write_parquet(tables[name], self.folder / name)
            write_json(self.folder / SUMMARY_FILE, vars(summary))
            return summary
