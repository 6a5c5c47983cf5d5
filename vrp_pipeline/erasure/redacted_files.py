"""The stored files of redacted deliveries: the remaining rows stand in place of the file as received.

If the process is killed, the delivery is in its old or its new state; files left beside it are removed by
`finish_redactions`. For this reason remaining rows are never written over those of an earlier redaction. Which rows go
is decided in `redaction`.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.columns import Drop, Encode
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.atomic import write_json
from vrp_pipeline.lake.ledger import RECORD, Delivery, all_deliveries, deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.readers import read, redacted
from vrp_pipeline.landing.readers.table import DeliveredTable

# Rows by partition (or None and the cause for which they have none) and sender, as the ledger counts them.
Counts = Mapping[tuple[str | None, str, str], int]


def columns_kept(feed: Feed) -> list[str]:
    """Return the columns that ingest and linkage read; the others of a delivery are not written again."""
    return [
        column.name
        for column in feed.columns
        if isinstance(column.treatment, Encode) or not isinstance(column.treatment, Drop)
    ]


def finish_redactions(lake: Lake, feed: Feed) -> int:
    """Remove what killed calls left beside the deliveries of a feed; return how many files. Call it holding landing."""
    left = left_beside(lake, feed)
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def left_beside(lake: Lake, feed: Feed) -> list[Path]:
    """Return the files beside redacted deliveries of a feed that are theirs no more: as received, or left before."""
    return [
        path
        for delivery in deliveries(lake, feed)
        if delivery.erased
        for path in sorted(delivery.path(lake).parent.iterdir())
        if path.name == delivery.file_name or (redacted.is_redacted(path) and path.name != delivery.stored_name)
    ]


def replace_file(
    lake: Lake, delivery: Delivery, kept: Iterable[DeliveredTable], gone: Counts, more_rows: int = 0
) -> None:
    """Write what is left beside the file, let the record point to it, and remove the file as it was.

    `gone` are the rows that went of what the record counts, `more_rows` those that it counts no more already.
    """
    before = delivery.path(lake)
    times = delivery.times_erased + 1
    after = replace(delivery, erased={"times": times}).path(lake)
    redacted.write(kept, after)
    content = after.read_bytes()
    rows = (delivery.erased["rows"] if delivery.erased else 0) + sum(gone.values()) + more_rows
    erased = {"sha256": hashlib.sha256(content).hexdigest(), "rows": rows, "times": times}
    left = replace(_without(delivery, gone), bytes=len(content), erased=erased)
    write_json(before.parent / RECORD, left.to_dict())
    before.unlink(missing_ok=True)


def _without(delivery: Delivery, gone: Counts) -> Delivery:
    """Return a delivery whose record counts these rows no more."""
    partitions, causes = dict(delivery.partitions), dict(delivery.without_partition)
    senders = {partition: dict(rows) for partition, rows in delivery.senders.items()}
    without = 0
    for (partition, cause, sender), rows in gone.items():
        if partition is None:
            without += rows
            if cause in causes:
                causes[cause] -= rows
        else:
            partitions[partition] -= rows
            if sender in senders.get(partition, {}):
                senders[partition][sender] -= rows
    return replace(
        delivery,
        partitions=partitions,
        rows_without_partition=delivery.rows_without_partition - without,
        without_partition={cause: rows for cause, rows in causes.items() if rows},
        senders=senders,
    )


def replace_same_file(lake: Lake, delivery: Delivery) -> None:
    """Replace the same file where it is stored for another feed too, by that feed's own rows.

    Where it came twice for this feed, each of the two is redacted by itself.
    """
    for other in all_deliveries(lake):
        if other.feed != delivery.feed and other.sha256 == delivery.sha256 and not other.erased and not other.nil:
            feed = FEEDS[other.feed]
            replace_file(lake, other, read(feed, other.path(lake), columns=columns_kept(feed)), {})
