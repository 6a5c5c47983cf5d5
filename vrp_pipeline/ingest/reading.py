"""Reading of the selected deliveries: each file once, however many months it covers."""

from collections.abc import Iterator
from dataclasses import dataclass

from vrp_pipeline.feeds.contract.columns import Drop
from vrp_pipeline.ingest.invented_people import names_in
from vrp_pipeline.ingest.selection import SelectedDelivery, Selection
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.table import DeliveredTable


@dataclass(frozen=True)
class ReadTable:
    """One table of a delivered file, without the columns that the contract drops, but with names of people."""

    source: SelectedDelivery
    table: DeliveredTable


def read_tables(selection: Selection) -> Iterator[ReadTable]:
    """Yield the tables of the selected months, by time of receipt. Raises RefusedError if a file has changed."""
    columns = [column.name for column in selection.feed.columns if not isinstance(column.treatment, Drop)]
    columns += names_in(selection.feed)
    for source in selection.deliveries:
        for table in read(selection.feed, source.path, columns=columns, partitions=source.shares.keys()):
            yield ReadTable(source, table)
