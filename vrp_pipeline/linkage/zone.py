"""A zone of links: Parquet files and a summary, replaced together, and left alone while nothing they rest on has changed.

Events and people share it. What the files hold stands in `linkage.events.zone` and `linkage.people.zone`.
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

# A dataclass with a field `fingerprint` (hexadecimal text) that names all the links rest on.
S = TypeVar("S")


@dataclass(frozen=True)
class LinksZone(Generic[S]):
    """One zone: `name` of its lock, `folder`, the Parquet `files` it holds, and the class of its `summary`."""

    name: str
    folder: Path
    files: tuple[str, ...]
    summary: type[S]

    def read_summary(self) -> S | None:
        """The summary of what stands in the zone; None where a file is missing or older code wrote it."""
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
        """Link anew, or return the standing summary where its fingerprint is the same.

        `read` returns the fingerprint and the inputs, `link` makes of both the table of each file and the summary. Raises ZoneBusyError while another linkage is at work in the zone.
        """
        with holding_zone(lake.root, self.name):
            sweep(self.folder)
            fingerprint, inputs = read()
            if (found := self.read_summary()) and getattr(found, "fingerprint", None) == fingerprint:
                return found
            tables, summary = link(inputs, fingerprint)
            # First gone and last written: a run that dies in between leaves no summary, and the next links again.
            (self.folder / SUMMARY_FILE).unlink(missing_ok=True)
            for name in self.files:
                write_parquet(tables[name], self.folder / name)
            write_json(self.folder / SUMMARY_FILE, vars(summary))
            return summary
