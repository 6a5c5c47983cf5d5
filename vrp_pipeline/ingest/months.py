"""Ingesting months: read each delivery once, judge what it holds, publish each month whole or hold it.

The only writer of bronze, quarantine and verdicts. A month's files are written in the order quarantine, bronze,
verdict, each atomically; a run that dies in between leaves a verdict that does not fit its month, and
`parts_to_refresh` names that month again.
"""

import hashlib
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.ingest.facts import month_facts
from vrp_pipeline.ingest.pseudonyms import load_key
from vrp_pipeline.ingest.selection import Progress, quarantined, read_selected
from vrp_pipeline.ingest.suite import Judgement, judge
from vrp_pipeline.lake.atomic import holding_zone, sweep
from vrp_pipeline.lake.bronze import ensure_empty_part, write_parquet
from vrp_pipeline.lake.paths import EXPECTATIONS, Lake
from vrp_pipeline.lake.verdicts import Status, Verdict, read_verdict, write_verdict
from vrp_pipeline.landing.ledger import Delivery, newest_per_part

# Months written side by side: half of the time is waiting for the disk.
WRITERS = 2


def ingest(
    lake: Lake, feed: Feed, parts: Collection[str] | None = None, progress: Progress | None = None
) -> list[Verdict]:
    """Ingest the given months (or editions) of a feed, by default all that were received; return their verdicts.

    Months that were not received have no verdict. `progress` is told the step, the months done and their number.
    Raises ZoneBusyError if another ingest is at work, ReconciliationError if rows were lost on the way.
    """
    tell = progress or _tell_nobody
    with holding_zone(lake.root, "bronze"):
        for zone in ("bronze", "quarantine", "verdicts"):
            sweep(lake.root / zone / feed.agency / feed.table)
        ensure_empty_part(lake, feed)
        winners = newest_per_part(lake, feed)
        selected = [part for part in winners if parts is None or part in parts]
        if not selected:
            return []
        selection = read_selected(lake, feed, winners, selected, load_key(), tell)
        tell("validating", 0, len(selected))
        judgement = judge(feed, selection.conformed, selection.part_of_row, month_facts(winners, selected))

        slices = selection.slices()

        def decide(part: str) -> Verdict:
            of_part = slices.get(part, slice(0, 0))
            rows = selection.conformed.rows.slice(of_part.start, of_part.stop - of_part.start)
            return _decide(lake, feed, part, winners[part], rows=rows, why=judgement.reasons[of_part], judged=judgement)

        verdicts = []
        with ThreadPoolExecutor(WRITERS) as pool:
            for verdict in pool.map(decide, selected):
                verdicts.append(verdict)
                tell("publishing", len(verdicts), len(selected))
        return verdicts


def parts_to_refresh(lake: Lake, feed: Feed) -> list[str]:
    """The months whose newest delivery has not been judged yet by the present contract, suite, code and key."""
    winners = newest_per_part(lake, feed)
    return [part for part, delivery in winners.items() if not _is_current(lake, feed, part, delivery)]


def ensure_schemas(lake: Lake) -> None:
    """Give every feed its columns in bronze, also those of which nothing was ever received."""
    with holding_zone(lake.root, "bronze"):
        for feed in FEEDS.values():
            ensure_empty_part(lake, feed)


def fingerprint(feed: Feed, delivery: Delivery) -> str:
    """What a verdict rests on: the delivery, the suite, the code that reads and judges, and the key."""
    digest = hashlib.sha256(_code_digest())
    digest.update(delivery.sha256.encode())
    digest.update((EXPECTATIONS / f"{feed.name}.json").read_bytes())
    digest.update(hashlib.sha256(b"fingerprint|" + load_key()).digest())
    return digest.hexdigest()[:16]


def _is_current(lake: Lake, feed: Feed, part: str, delivery: Delivery) -> bool:
    verdict = read_verdict(lake, feed, part)
    if verdict is None or verdict.fingerprint != fingerprint(feed, delivery):
        return False
    return verdict.status is Status.HELD or lake.bronze_part(feed, part).exists()


@lru_cache(maxsize=1)
def _code_digest() -> bytes:
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for room in ("feeds", "landing", "ingest", "lake"):
        for module in sorted((package / room).rglob("*.py")):
            digest.update(module.relative_to(package).as_posix().encode() + module.read_bytes())
    return digest.digest()


def _decide(
    lake: Lake, feed: Feed, part: str, delivery: Delivery, *, rows: pa.Table, why: np.ndarray, judged: Judgement
) -> Verdict:
    """Publish one month or hold it, and write down the verdict. `why` gives the reason against each row, or None."""
    reasons = pa.array(why, pa.string())
    held = [finding.rule for finding in judged.findings[part] if finding.holds]
    if held:
        reasons = pc.coalesce(reasons, "month held: " + "; ".join(held))
    passes = pc.is_null(reasons)
    faulty = quarantined(feed, rows.filter(pc.invert(passes)), reasons.filter(pc.invert(passes)))
    quarantine = lake.quarantine_part(feed, part)
    if faulty.num_rows:
        write_parquet(faulty, quarantine)
    else:
        quarantine.unlink(missing_ok=True)
    if not held:
        write_parquet(rows.filter(passes), lake.bronze_part(feed, part))
    counted = sorted(pc.value_counts(faulty["reasons"]).to_pylist(), key=lambda pair: (-pair["counts"], pair["values"]))
    verdict = Verdict(
        feed=feed.name,
        part=part,
        status=Status.HELD if held else Status.PUBLISHED,
        delivery_id=delivery.delivery_id,
        file_name=delivery.file_name,
        rows_read=rows.num_rows,
        rows_published=rows.num_rows - faulty.num_rows,
        rows_quarantined=faulty.num_rows,
        rows_per_reason={pair["values"]: pair["counts"] for pair in counted},
        findings=judged.findings[part],
        fingerprint=fingerprint(feed, delivery),
        rules=judged.rules,
    )
    write_verdict(lake, feed, verdict)
    return verdict


def _tell_nobody(step: str, done: int, total: int) -> None:
    """Progress nobody asked for."""
