"""A full disk under a lake, simulated in a small file system of its own.

Usage: python -m tests.support.full_disk FOLDER FREE. FOLDER is empty and on a small tmpfs; FREE kilobytes are left when
a restating delivery arrives. Exits with 0 if every guarantee held, and prints which writes failed.
"""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from tests.conftest import fixture_of
from tests.support.deliveries import rows_of, take, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.bronze import published_partitions
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.ledger import deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.row_accounts import account

OFFENCES = FEEDS["police__offences"]


def main(folder: Path, free_kilobytes: int) -> None:
    """Fill the disk, deliver and ingest, look at the lake, make room, and look again."""
    lake = Lake(folder / "lake")
    take(lake, fixture_of(OFFENCES.name))
    ingest(lake, OFFENCES)
    restated = write_rows(
        folder / "weekly.csv", [row for row in rows_of(OFFENCES.name) if row["date_recorded"] >= "2023-06"]
    )
    filler = _fill(folder, free_kilobytes)
    failed = []
    steps: dict[str, Callable[[], object]] = {
        "receive": lambda: take(lake, restated),
        "ingest": lambda: ingest(lake, OFFENCES, stale_partitions(lake, OFFENCES)),
    }
    for name, step in steps.items():
        try:
            step()
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            failed.append(name)
    _the_last_good_months_are_readable(lake)
    _the_ledger_is_true(lake)
    filler.unlink()
    take(lake, restated)
    ingest(lake, OFFENCES, stale_partitions(lake, OFFENCES))
    _the_last_good_months_are_readable(lake)
    _the_ledger_is_true(lake)
    assert len(deliveries(lake, OFFENCES)) == 2
    assert stale_partitions(lake, OFFENCES) == []
    assert account(lake, OFFENCES).balances
    assert not list(lake.root.rglob(".*.partial")), "what the failed writes left is swept"
    print("failed:", " ".join(failed) or "nothing")


def _fill(folder: Path, free_kilobytes: int) -> Path:
    filler = folder / "filler"
    space = os.statvfs(folder)
    with filler.open("wb") as file:
        file.write(b"\0" * max(0, space.f_bavail * space.f_frsize - free_kilobytes * 1024))
    return filler


def _the_last_good_months_are_readable(lake: Lake) -> None:
    months = published_partitions(lake, OFFENCES)
    assert len(months) == 24
    for path in months.values():
        assert pq.read_table(path, partitioning=None).num_rows >= 7


def _the_ledger_is_true(lake: Lake) -> None:
    for delivery in deliveries(lake, OFFENCES):
        assert hash_of(delivery.path(lake)) == delivery.sha256


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
