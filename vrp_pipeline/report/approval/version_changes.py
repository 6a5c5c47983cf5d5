"""What differs between two versions of a publication, for programs: `changes.json`, each change major or minor.

Only the published tables are compared, so the file discloses nothing new. A change of a number, of its status or
definition, or of rows or columns is major; a change of other words is minor.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vrp_pipeline.report.tables.metrics_files import read_cells

FORMAT = "2"
# Columns whose change leaves every number as it was.
WORDS = frozenset({"metric_name", "area_name", "statement", "as_of", "interval_method", "accepted_months"})
MAJOR, MINOR = "major", "minor"


def version_changes(
    tables: Mapping[str, tuple[Sequence[str], bytes]], previous: Path | None, correction: str | None
) -> dict[str, Any]:
    """Return the content of `changes.json` for new tables and the folder of the version before, if any.

    `tables` has the columns that identify a row and the CSV file of each table, by its name.
    """
    if previous is None:
        return {"format": FORMAT, "since": None, "kind": MAJOR, "correction": None, "changes": []}
    found = [
        {"table": name, **change}
        for name, (key, made) in tables.items()
        for change in _changes(previous, name, key, made)
    ]
    gone = sorted(path.stem for path in previous.glob("*.csv") if path.stem not in {*tables, "revisions"})
    found += [{"table": name, "kind": MAJOR, "figure": {}, "change": "removed"} for name in gone]
    kind = MAJOR if correction or any(each["kind"] == MAJOR for each in found) else MINOR
    return {"format": FORMAT, "since": previous.name, "kind": kind, "correction": correction, "changes": found}


def _changes(previous: Path, name: str, key: Sequence[str], made: bytes) -> Iterator[dict[str, Any]]:
    file = previous / f"{name}.csv"
    if not file.exists():
        yield {"kind": MAJOR, "figure": {}, "change": "added"}
        return
    old, new = (
        {tuple(row.get(column, "") for column in key): row for row in read_cells(content)}
        for content in (file.read_bytes(), made)
    )
    for found in sorted(old.keys() | new.keys()):
        about = dict(zip(key, found, strict=True))
        if found not in new:
            yield {"kind": MAJOR, "figure": about, "change": "removed"}
        elif found not in old:
            yield {"kind": MAJOR, "figure": about, "change": "added"}
        else:
            for column in dict.fromkeys((*old[found], *new[found])):
                was, now = old[found].get(column), new[found].get(column)
                if was != now and column != "as_of":
                    kind = MINOR if column in WORDS else MAJOR
                    yield {"kind": kind, "figure": about, "column": column, "before": was, "after": now}
