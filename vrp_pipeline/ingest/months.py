"""Ingesting months: read each delivery once, judge what it holds, publish each month whole or hold it.

The only writer of bronze, quarantine and verdicts. A month's files are written in the order quarantine, bronze,
verdict, each atomically; a run that dies in between leaves a verdict that does not fit its month, and
`parts_to_refresh` names that month again.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract import Feed, MonthOf
from vrp_pipeline.ingest.conform import ConformedTable, conform
from vrp_pipeline.ingest.facts import month_facts
from vrp_pipeline.ingest.pseudonyms import load_key
from vrp_pipeline.ingest.suite import Judgement, judge
from vrp_pipeline.lake.atomic import holding_zone, sweep
from vrp_pipeline.lake.bronze import ensure_empty_part, quarantine_schema, write_parquet
from vrp_pipeline.lake.paths import EXPECTATIONS, Lake
from vrp_pipeline.lake.verdicts import Finding, Status, Verdict, read_verdict, write_verdict
from vrp_pipeline.landing.ledger import Delivery, newest_per_part
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.values import months_of

WITHOUT_MONTH = "undated"
# Months conformed and written side by side.
WRITERS = 2
T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[str, int, int], None]


class ReconciliationError(RuntimeError):
    """Fewer or more rows were read than were received."""


@dataclass(frozen=True)
class _Read:
    """The conformed rows of all selected months of a run, and each row's month."""

    conformed: ConformedTable
    part_of_row: np.ndarray


def ingest(
    lake: Lake, feed: Feed, parts: Collection[str] | None = None, progress: Progress | None = None
) -> list[Verdict]:
    """Ingest the given months (or editions) of a feed, by default all that were received; return their verdicts.

    Months that were not received have no verdict. `progress` is told the step, the months done and their number.
    Raises ZoneBusyError if another ingest is at work, ReconciliationError if rows were lost on the way.
    """
    with holding_zone(lake.root, "bronze"):
        for zone in ("bronze", "quarantine", "verdicts"):
            sweep(lake.root / zone / feed.agency / feed.table)
        ensure_empty_part(lake, feed)
        winners = newest_per_part(lake, feed)
        selected = [part for part in winners if parts is None or part in parts]
        if not selected:
            return []
        tell = progress or (lambda step, done, total: None)
        read_rows = _read_selected(lake, feed, winners, selected, tell)
        tell("validating", 0, len(selected))
        judgement = judge(feed, read_rows.conformed, read_rows.part_of_row, month_facts(winners, selected))

        def decide(part: str) -> Verdict:
            of_part = read_rows.part_of_row == part
            rows = read_rows.conformed.rows.filter(pa.array(of_part))
            return _decide(lake, feed, part, winners[part], rows, judgement.reasons[of_part], judgement)

        verdicts = []
        with ThreadPoolExecutor(WRITERS) as pool:
            for verdict in pool.map(decide, selected):
                verdicts.append(verdict)
                tell("publishing", len(verdicts), len(selected))
        return verdicts


def parts_to_refresh(lake: Lake, feed: Feed) -> list[str]:
    """The months whose newest delivery has not been judged yet by the present contract, suite, code and key."""
    return [
        part
        for part, delivery in newest_per_part(lake, feed).items()
        if not _is_current(lake, feed, part, delivery)
    ]


def ensure_schemas(lake: Lake) -> None:
    """Give every feed its columns in bronze, also those of which nothing was ever received."""
    with holding_zone(lake.root, "bronze"):
        for feed in FEEDS.values():
            ensure_empty_part(lake, feed)


def _is_current(lake: Lake, feed: Feed, part: str, delivery: Delivery) -> bool:
    verdict = read_verdict(lake, feed, part)
    if verdict is None or verdict.fingerprint != fingerprint(feed, delivery):
        return False
    return verdict.status is Status.HELD or lake.bronze_part(feed, part).exists()


def fingerprint(feed: Feed, delivery: Delivery) -> str:
    """What a verdict rests on: the delivery, the suite, the code that reads and judges, and the key."""
    digest = hashlib.sha256(_code_digest())
    digest.update(delivery.sha256.encode())
    digest.update((EXPECTATIONS / f"{feed.name}.json").read_bytes())
    digest.update(hashlib.sha256(b"fingerprint|" + load_key()).digest())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=1)
def _code_digest() -> bytes:
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for room in ("feeds", "landing", "ingest", "lake"):
        for module in sorted((package / room).rglob("*.py")):
            digest.update(module.relative_to(package).as_posix().encode() + module.read_bytes())
    return digest.digest()


def _read_selected(
    lake: Lake, feed: Feed, winners: dict[str, Delivery], selected: Collection[str], tell: Progress
) -> _Read:
    """Read each winning delivery once, conform it and keep the rows of the selected months."""
    key = load_key()
    tables: list[ConformedTable] = []
    labels: list[np.ndarray] = []
    deliveries = sorted({winners[part].delivery_id: winners[part] for part in selected}.values(), key=_received_at)
    done: set[str] = set()
    for delivery in deliveries:
        wanted = {part for part in selected if winners[part].delivery_id == delivery.delivery_id}
        without_month: list[pa.Table] = []
        for conformed, part_of_row in _conformed(lake, feed, delivery, wanted, key, without_month):
            keep = np.isin(part_of_row, list(wanted))
            tables.append(conformed if keep.all() else _filtered(conformed, pa.array(keep)))
            labels.append(part_of_row[keep])
            done |= wanted & set(pd.unique(labels[-1]))
            tell("reading", len(done), len(selected))
        _quarantine_without_month(lake, feed, delivery, without_month)
    part_of_row = np.concatenate(labels)
    _reconcile(feed, winners, selected, part_of_row)
    return _Read(_concatenated(tables), part_of_row)


def _conformed(
    lake: Lake, feed: Feed, delivery: Delivery, wanted: set[str], key: bytes, without_month: list[pa.Table]
) -> Iterator[tuple[ConformedTable, np.ndarray]]:
    def finish(table: DeliveredTable) -> tuple[DeliveredTable, ConformedTable]:
        return table, conform(feed, table, delivery.delivery_id, key)

    # Arrow leaves Python's lock while it works, so one member is conformed while the next is unpacked.
    with ThreadPoolExecutor(WRITERS) as pool:
        for table, conformed in _ahead(pool, finish, read(feed, delivery.path(lake), parts=wanted)):
            part_of_row = _part_of_row(feed, delivery, table, conformed)
            outside = ~np.isin(part_of_row, list(delivery.parts))
            if outside.any():
                without_month.append(_rows_without_month(feed, conformed, outside))
            if table.malformed:
                without_month.append(_malformed_rows(feed, table.malformed, delivery.delivery_id))
            yield conformed, part_of_row


def _ahead(pool: ThreadPoolExecutor, work: Callable[[T], R], items: Iterator[T]) -> Iterator[R]:
    """The results of `work` in order, with at most one item waiting per worker: memory stays bounded."""
    waiting: deque[Future[R]] = deque()
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) > WRITERS:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _part_of_row(feed: Feed, delivery: Delivery, table: DeliveredTable, conformed: ConformedTable) -> np.ndarray:
    """The month (or edition) of each row; None where its date cannot be read."""
    if table.part is not None:
        return np.full(conformed.rows.num_rows, table.part, dtype=object)
    if isinstance(feed.period, MonthOf):
        return months_of(conformed.rows[feed.period.column]).to_numpy(zero_copy_only=False)
    return np.full(conformed.rows.num_rows, next(iter(delivery.parts)), dtype=object)


def _rows_without_month(feed: Feed, conformed: ConformedTable, outside: np.ndarray) -> pa.Table:
    rows = conformed.rows.filter(pa.array(outside))
    unreadable = pc.filter(conformed.unreadable, pa.array(outside))
    reasons = pc.coalesce(unreadable, "the date lies outside the months the delivery covers")
    return _in_quarantine(feed, rows, reasons)


def _malformed_rows(feed: Feed, malformed: tuple[tuple[int, int], ...], delivery_id: str) -> pa.Table:
    schema = quarantine_schema(feed)
    columns = {name: pa.nulls(len(malformed), schema.field(name).type) for name in schema.names}
    columns["reasons"] = pa.array([f"the row has {cells} cells, not {len(feed.columns)}" for _, cells in malformed], pa.string())
    columns["source_row"] = pa.array([row for row, _ in malformed], pa.int32())
    columns["delivery_id"] = pa.array([delivery_id] * len(malformed), pa.string())
    return pa.table(columns, schema=schema)


def _quarantine_without_month(lake: Lake, feed: Feed, delivery: Delivery, tables: list[pa.Table]) -> None:
    path = lake.quarantine_part(feed, WITHOUT_MONTH).with_name(f"{delivery.delivery_id}.parquet")
    if tables:
        write_parquet(pa.concat_tables(tables).sort_by("source_row"), path)
    else:
        path.unlink(missing_ok=True)


def _reconcile(feed: Feed, winners: dict[str, Delivery], selected: Collection[str], part_of_row: np.ndarray) -> None:
    found, counts = np.unique(part_of_row.astype(str), return_counts=True)
    read_rows = dict(zip(found.tolist(), counts.tolist(), strict=True))
    for part in selected:
        received = winners[part].parts[part]
        # Malformed rows of a zip member were received under its month and stand in quarantine without one.
        if read_rows.get(part, 0) > received or (isinstance(feed.period, MonthOf) and read_rows.get(part, 0) < received):
            raise ReconciliationError(
                f"{feed.name} {part}: {winners[part].file_name} was received with {received:,} rows, "
                f"but {read_rows.get(part, 0):,} were read. The stored file or the reader has changed."
            )


def _decide(
    lake: Lake, feed: Feed, part: str, delivery: Delivery, rows: pa.Table, why: np.ndarray, judgement: Judgement
) -> Verdict:
    """Publish one month or hold it, and write down the verdict. `why` gives the reason against each row, or None."""
    reasons = pa.array(why, pa.string())
    findings = judgement.findings[part]
    held = [finding for finding in findings if finding.holds]
    if held:
        reasons = pc.coalesce(reasons, "month held: " + "; ".join(finding.rule for finding in held))
    passes = pc.is_null(reasons)
    faulty = _in_quarantine(feed, rows.filter(pc.invert(passes)), reasons.filter(pc.invert(passes)))
    quarantine = lake.quarantine_part(feed, part)
    if faulty.num_rows:
        write_parquet(faulty, quarantine)
    else:
        quarantine.unlink(missing_ok=True)
    if not held:
        write_parquet(rows.filter(passes), lake.bronze_part(feed, part))
    verdict = _verdict(feed, part, delivery, rows.num_rows, faulty, findings, judgement)
    write_verdict(lake, feed, verdict)
    return verdict


def _verdict(
    feed: Feed,
    part: str,
    delivery: Delivery,
    rows_read: int,
    faulty: pa.Table,
    findings: tuple[Finding, ...],
    judgement: Judgement,
) -> Verdict:
    counted = pc.value_counts(faulty["reasons"]).to_pylist()
    return Verdict(
        feed=feed.name,
        part=part,
        status=Status.HELD if any(finding.holds for finding in findings) else Status.PUBLISHED,
        delivery_id=delivery.delivery_id,
        file_name=delivery.file_name,
        rows_read=rows_read,
        rows_published=rows_read - faulty.num_rows,
        rows_quarantined=faulty.num_rows,
        rows_per_reason=dict(sorted(((pair["values"], pair["counts"]) for pair in counted), key=lambda pair: -pair[1])),
        findings=findings,
        fingerprint=fingerprint(feed, delivery),
        rules=judgement.rules,
    )


def _in_quarantine(feed: Feed, rows: pa.Table, reasons: pa.Array) -> pa.Table:
    if isinstance(reasons, pa.ChunkedArray):
        reasons = reasons.combine_chunks()
    return rows.add_column(0, "reasons", reasons.cast(pa.string())).cast(quarantine_schema(feed))


def _filtered(conformed: ConformedTable, keep: pa.Array) -> ConformedTable:
    return ConformedTable(
        conformed.rows.filter(keep),
        conformed.unreadable.filter(keep),
        conformed.copies.filter(keep),
        conformed.conflicts.filter(keep),
    )


def _concatenated(tables: list[ConformedTable]) -> ConformedTable:
    return ConformedTable(
        pa.concat_tables([table.rows for table in tables]).combine_chunks(),
        pa.concat_arrays([table.unreadable for table in tables]),
        pa.concat_arrays([table.copies for table in tables]),
        pa.concat_arrays([table.conflicts for table in tables]),
    )


def _received_at(delivery: Delivery) -> object:
    return delivery.received_at
