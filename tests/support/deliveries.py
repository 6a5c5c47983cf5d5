"""Deliveries for tests of ingest: the fixtures, received into a lake, and variations of them."""

import csv
from collections.abc import Iterable
from pathlib import Path

from tests.conftest import fixture_of
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.receipt import receive

Row = dict[str, str]


def rows_of(feed: str) -> list[Row]:
    """The rows of a CSV fixture under the agency's headings."""
    with fixture_of(feed).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: Iterable[Row]) -> Path:
    """Write rows as a delivery."""
    rows = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def take(lake: Lake, *paths: Path) -> None:
    """Receive files that must not be refused."""
    for receipt in receive(lake, paths):
        assert receipt.refusal is None, receipt.refusal
