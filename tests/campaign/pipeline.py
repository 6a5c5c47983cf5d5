"""The pipeline as the campaign sees it; the only module of the campaign that imports the product.

A change goes through receipt, and then either through the whole ingest of its feed or only through reading and
conforming: Great Expectations takes most of the time, and a change that needs no suite to be told wrong is judged by
three times as many examples without it.
"""

import re
import sys
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.assignment import assign_months
from vrp_pipeline.ingest.conform import conform_tables
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.reading import read_tables
from vrp_pipeline.ingest.rows_by_month import sort_by_month
from vrp_pipeline.ingest.selection import select
from vrp_pipeline.ingest.store import FeedStore
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.receipt import receive

RECEIVED_ON = date(2024, 5, 10)
HISTORY_RECEIVED_ON = date(2024, 3, 4)
OUTSIDE = ("landing", "inbox", "tmp")

Row = dict[str, Any]


@dataclass
class End:
    """How a call ended: what was raised, refused, published and put aside, and all text that was written down."""

    raised: str = ""
    refusals: list[tuple[str, str]] = field(default_factory=list)
    delivered_to: set[str] = field(default_factory=set)
    companion_is_in: bool = True
    published: list[Row] = field(default_factory=list)
    aside: list[Row] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    written: str = ""
    ignored: list[str] = field(default_factory=list)


def earlier_months(root: Path, feed: str, files: Iterable[Path]) -> None:
    """Receive and ingest the sound deliveries of earlier months."""
    lake = Lake(root)
    for file in files:
        for receipt in receive(lake, [file], received_on=HISTORY_RECEIVED_ON):
            assert receipt.refusal is None, receipt.refusal
    assert not [verdict for verdict in ingest(lake, FEEDS[feed]) if verdict.status.value == "held"]


def list_before(root: Path, file: Path) -> None:
    """Receive the list of a place feed that stands before the changed one comes."""
    for receipt in receive(Lake(root), [file], received_on=HISTORY_RECEIVED_ON):
        assert receipt.refusal is None, receipt.refusal


def calls(root: Path, feed: str, deliveries: Sequence[Sequence[Path]]) -> End:
    """Receive files, some in one call and some in later ones, and ingest their feed."""
    lake, end = Lake(root), End()
    try:
        for files in deliveries:
            for receipt in receive(lake, files, received_on=RECEIVED_ON):
                if receipt.refusal is not None:
                    end.refusals.append((receipt.refusal.problem, receipt.refusal.remedy))
                elif receipt.delivery is not None:
                    end.delivered_to.add(receipt.delivery.feed)
        _ingest(lake, feed, end, is_whole=True, only=None)
    except Exception as error:
        end.raised = _where(error)
    end.written = written(lake.root)
    return end


def call(root: Path, feed: str, file: Path, companion: Path | None, *, is_whole: bool, only: str | None = None) -> End:
    """Receive the file and beside it a sound one, and ingest the file's feed (or `only` one of its months)."""
    lake, end = Lake(root), End()
    sys.unraisablehook = lambda ignored: end.ignored.append(type(ignored.exc_value).__name__)
    try:
        files = [file] if companion is None else [file, companion]
        for receipt in receive(lake, files, received_on=RECEIVED_ON):
            if receipt.path == companion:
                continue
            if receipt.refusal is not None:
                end.refusals.append((receipt.refusal.problem, receipt.refusal.remedy))
            elif receipt.delivery is not None:
                end.delivered_to.add(receipt.delivery.feed)
    except Exception as error:  # whatever is raised is the finding
        end.raised = "receive: " + _where(error)
    if companion is not None:
        stored = [path for path in lake.landing.rglob(companion.name) if "refused" not in path.parts]
        end.companion_is_in = bool(stored)
    if feed in end.delivered_to and not end.raised:
        try:
            _ingest(lake, feed, end, is_whole=is_whole, only=only)
        except Exception as error:
            end.raised = "ingest: " + _where(error)
    sys.unraisablehook = sys.__unraisablehook__
    values = (str(value) for row in [*end.published, *end.aside] for value in row.values() if value is not None)
    end.written = "\n".join([written(lake.root), *values])
    return end


def _ingest(lake: Lake, name: str, end: End, *, is_whole: bool, only: str | None) -> None:
    feed = FEEDS[name]
    if is_whole:
        verdicts = ingest(lake, feed, [only] if only else None)
        end.held = {verdict.partition for verdict in verdicts if verdict.status.value == "held"}
        end.published = _rows(lake.root / "bronze", name)
        end.aside = _rows(lake.root / "quarantine", name)
        return
    store = FeedStore(lake, feed)
    selection = select(store)
    assert selection is not None
    tables = assign_months(selection, conform_tables(selection, read_tables(selection)))
    months = sort_by_month(selection, tables)
    store.write_without_month(months.without_month)
    table = months.conformed
    reasons = pc.coalesce(table.unreadable, table.contradictory, table.copies, table.conflicts)
    reasons = reasons.combine_chunks() if isinstance(reasons, pa.ChunkedArray) else reasons
    rows = table.rows.to_pylist()
    for row, part, reason in zip(rows, months.partition_of_row.tolist(), reasons.to_pylist(), strict=True):
        row["(part)"] = part
        if reason is None:
            end.published.append(row)
        else:
            end.aside.append(row | {"reasons": reason})
    end.aside += _rows(lake.root / "quarantine", name)


def _where(error: Exception) -> str:
    """The kind of an error and where it was raised, without its message, which may quote a row."""
    frame = traceback.extract_tb(error.__traceback__)
    own = [place for place in frame if "vrp_pipeline" in place.filename]
    place = (own or frame)[-1]
    return f"{type(error).__name__} in {Path(place.filename).name}:{place.name}"


def _rows(zone: Path, feed: str) -> list[Row]:
    found: list[Row] = []
    for path in sorted(zone.joinpath(*feed.split("__")).rglob("*.parquet")):
        part = path.parent.name.partition("=")[2] or path.parent.name
        found += [row | {"(part)": part} for row in pq.read_table(path, partitioning=None).to_pylist()]
    return found


def written(root: Path) -> str:
    """All text that the pipeline wrote but for the stored deliveries: tables unpacked, refusals, verdicts, pages."""
    texts: list[str] = []
    for path in root.rglob("*"):
        zone = path.relative_to(root).parts[0]
        if not path.is_file() or (zone in OUTSIDE and path.name != "refusal.json"):
            continue
        if path.suffix == ".parquet":
            table = pq.read_table(path, partitioning=None)
            texts += [
                str(value) for column in table.columns for value in column.unique().to_pylist() if value is not None
            ]
        else:
            texts.append(path.read_bytes().decode("utf-8", errors="replace"))
    return "\n".join(texts)


def comparable(value: Any) -> Any:
    """A bronze value as the oracle writes it."""
    if isinstance(value, datetime):
        return value.replace(microsecond=0, tzinfo=None)
    return re.sub(r"\.0$", "", value) if isinstance(value, str) and re.fullmatch(r"\d+\.0", value) else value
