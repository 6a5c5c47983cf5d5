"""Readers: one per file format, from a delivered file to tables of texts under the contract's column names.

`read` selects the reader by the contract. Readers handle formats, not feeds: texts are parsed in `landing.values`,
conditions on rows are in the suites.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import (
    Csv,
    GeoJson,
    Json,
    JsonLines,
    Xlsx,
    XlsxPeriods,
    XlsxSheets,
    Xml,
    ZippedCsv,
    ZippedXml,
)
from vrp_pipeline.landing.guard import is_zip
from vrp_pipeline.landing.readers import documents, geojson, redacted, text, workbook, xml_returns, zipped
from vrp_pipeline.landing.readers.table import DeliveredTable


def read(
    feed: Feed,
    path: Path,
    *,
    columns: Collection[str] | None = None,
    partitions: Collection[str] | None = None,
    rows: Collection[int] | None = None,
) -> Iterator[DeliveredTable]:
    """Yield a delivery as one table, or as one per month for a zip of CSV files.

    `columns` limits the columns read by bronze name, `partitions` the zip members by month. `rows`, numbers as in
    `source_rows`, are those that are needed: where a format lets others be passed over (JSON lines), they are left out,
    elsewhere they are read too. Raises RefusedError if the file does not match the contract.
    """
    if redacted.is_redacted(path):
        yield from redacted.read(path, columns=columns, partitions=partitions)
        return
    match feed.format:
        case Csv():
            yield text.read(feed, path, columns=columns)
        case ZippedCsv():
            yield from zipped.read(feed, path, columns=columns, partitions=partitions)
        case Xlsx() if not is_zip(path):
            yield text.read(feed, path, columns=columns)
        case Xlsx() | XlsxSheets() | XlsxPeriods():
            yield workbook.read(feed, path, columns=columns)
        case Json() | JsonLines():
            yield documents.read(feed, path, columns=columns, rows=rows)
        case Xml() | ZippedXml():
            yield xml_returns.read(feed, path, columns=columns)
        case GeoJson():
            yield geojson.read(feed, path)
