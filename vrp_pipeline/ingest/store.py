"""The store of one feed: everything that its ingest reads from the lake besides delivered files, and all it writes.

The only writer of a feed's months in bronze, quarantine, verdicts and Data Docs; only `erasure` removes rows there.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.geography.districts import Districts, districts_of
from vrp_pipeline.lake.atomic import holding_zone, sweep
from vrp_pipeline.lake.bronze import ensure_empty_partition, is_whole, write_month, write_parquet
from vrp_pipeline.lake.decisions import Acceptance, acceptances_of
from vrp_pipeline.lake.erasures import are_applied, erasures_concerning
from vrp_pipeline.lake.ledger import Delivery, deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.standings import Standing
from vrp_pipeline.lake.verdicts import Verdict, read_verdict, write_verdict
from vrp_pipeline.validation.data_docs import write_page
from vrp_pipeline.validation.data_docs_index import write_index
from vrp_pipeline.validation.judgement import Judgement


class NotErasedError(RuntimeError):
    """A delivery may hold rows of erased people: it came after they were erased, and was not searched for them yet."""


@dataclass(frozen=True)
class FeedStore:
    """One feed in one lake."""

    lake: Lake
    feed: Feed

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the write lock of bronze for the block, after removing what killed writers left.

        Raises ZoneBusyError if another process holds it.
        """
        with holding_zone(self.lake.root, "bronze"):
            for zone in ("bronze", "quarantine", "verdicts"):
                sweep(self.lake.root / zone / self.feed.agency / self.feed.table)
            sweep(self.lake.data_docs)
            ensure_empty_partition(self.lake, self.feed)
            yield

    def received(self) -> list[Delivery]:
        """Return the deliveries of the feed, from the oldest to the newest."""
        return deliveries(self.lake, self.feed)

    def must_be_searched(self, received: Iterable[Delivery]) -> None:
        """Raise NotErasedError if a delivery may hold rows of erased people."""
        erased = erasures_concerning(self.lake, self.feed)
        for delivery in received:
            if erased and not delivery.nil and not are_applied(erased, delivery.path(self.lake).parent):
                raise NotErasedError(
                    f"{self.feed.name}: the delivery {delivery.delivery_id} came after people were erased and may hold"
                    " rows about them. Run: vrp run"
                )

    def acceptances(self) -> list[Acceptance]:
        """Return the decisions of people on months of the feed, whichever deliveries they are on."""
        return acceptances_of(self.lake, self.feed)

    def districts(self) -> Districts | None:
        """Return the districts of places, by which the rows of the feed are sliced; None if none of its slices asks."""
        return districts_of(self.lake) if self.feed.slices else None

    def verdicts(self, partitions: Iterable[str]) -> dict[str, Verdict]:
        """Return the verdicts on the given months; those before their first ingest are left out."""
        found = {partition: read_verdict(self.lake, self.feed, partition) for partition in partitions}
        return {partition: verdict for partition, verdict in found.items() if verdict}

    def has_bronze(self, partition: str) -> bool:
        """Return whether a month is in bronze, as it was written."""
        return is_whole(self.lake.bronze_partition(self.feed, partition))

    def write_month(self, verdict: Verdict, bronze: pa.Table | None, quarantine: pa.Table) -> None:
        """Write the rows of one month and the verdict on it; without `bronze` the last good month stays.

        If the process dies in between, the verdict does not match the month, so that it is ingested again.
        """
        self._write_quarantine(verdict.partition, quarantine)
        if bronze is not None:
            write_month(bronze, self.lake.bronze_partition(self.feed, verdict.partition))
        write_verdict(self.lake, self.feed, verdict)

    def _write_quarantine(self, partition: str, rows: pa.Table) -> None:
        path = self.lake.quarantine_partition(self.feed, partition)
        if rows.num_rows:
            write_parquet(rows, path)
        else:
            path.unlink(missing_ok=True)

    def write_without_month(self, rows_of_delivery: Mapping[str, pa.Table | None]) -> None:
        """Write the rows of each delivery, by its id, that belong to none of its months."""
        for delivery_id, rows in rows_of_delivery.items():
            path = self.lake.quarantine_without_month(self.feed, delivery_id)
            if rows is not None:
                write_parquet(rows, path)
            else:
                path.unlink(missing_ok=True)

    def write_page(self, judgement: Judgement, standings: Mapping[str, Standing]) -> None:
        """Write the Data Docs page of a run on the months of `standings`."""
        write_page(self.lake, self.feed, judgement, standings)

    def write_index(self, newest: Delivery) -> None:
        """Write the index of the Data Docs, which counts the verdicts of all months."""
        write_index(self.lake, self.feed, newest)
