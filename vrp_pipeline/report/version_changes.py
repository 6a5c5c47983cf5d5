"""What differs between two versions of a publication, for programs: `changes.json`, each change major or minor.

Compared are the published files, so it tells nothing that they do not. A change of a number, of its status or
definition, or of the columns is major; other words are minor.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vrp_pipeline.report.columns import KEY
from vrp_pipeline.report.metrics_files import read_cells

FORMAT = "1"
# Columns whose change leaves every number as it was.
WORDS = frozenset({"metric_name", "area_name", "statement", "as_of", "interval_method", "accepted_months"})
MAJOR, MINOR = "major", "minor"


def version_changes(metrics: bytes, previous: Path | None, correction: str | None) -> dict[str, Any]:
    """Return the content of `changes.json` for a new `metrics.csv` and the folder of the version before, if any."""
    if previous is None:
        return {"format": FORMAT, "since": None, "kind": MAJOR, "correction": None, "changes": []}
    before = read_cells((previous / "metrics.csv").read_bytes())
    found = list(_changes(before, read_cells(metrics)))
    kind = MAJOR if correction or any(each["kind"] == MAJOR for each in found) else MINOR
    return {"format": FORMAT, "since": previous.name, "kind": kind, "correction": correction, "changes": found}


def _changes(before: list[dict[str, str]], after: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    old, new = ({tuple(row[name] for name in KEY): row for row in rows} for rows in (before, after))
    for key in sorted(old.keys() | new.keys()):
        about = dict(zip(KEY, key, strict=True))
        if key not in new:
            yield {"kind": MAJOR, "figure": about, "change": "removed"}
        elif key not in old:
            yield {"kind": MAJOR, "figure": about, "change": "added"}
        else:
            for column in dict.fromkeys((*old[key], *new[key])):
                was, now = old[key].get(column), new[key].get(column)
                if was != now and column != "as_of":
                    kind = MINOR if column in WORDS else MAJOR
                    yield {"kind": kind, "figure": about, "column": column, "before": was, "after": now}
