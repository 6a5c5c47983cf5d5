"""One reader per file format: from a delivered file to tables of texts under the contract's names.

`read` chooses the reader by the contract. Readers know formats, not feeds: what a text means is read in
`landing.values`, what a row must satisfy stands in the suite.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from vrp_pipeline.feeds.contract import (
    Csv,
    Feed,
    GeoJson,
    Json,
    JsonLines,
    Xlsx,
    XlsxSheets,
    Xml,
    ZippedCsv,
    ZippedXml,
)
from vrp_pipeline.landing.guard import is_zip
from vrp_pipeline.landing.readers import documents, geojson, text, workbook, xml_returns, zipped
from vrp_pipeline.landing.readers.table import DeliveredTable


def read(
    feed: Feed, path: Path, *, columns: Collection[str] | None = None, partitions: Collection[str] | None = None
) -> Iterator[DeliveredTable]:
    """Read a delivery as one table, or one per month's member of a zip of CSV files.

    `columns` limits what is read to those bronze names, `partitions` to zip members of those months.
    Raises RefusedError if the file is not what the contract says.
    """
    match feed.format:
        case Csv():
            yield text.read(feed, path, columns=columns)
        case ZippedCsv():
            yield from zipped.read(feed, path, columns=columns, partitions=partitions)
        case Xlsx() if not is_zip(path):
            yield text.read(feed, path, columns=columns)
        case Xlsx() | XlsxSheets():
            yield workbook.read(feed, path, columns=columns)
        case Json() | JsonLines():
            yield documents.read(feed, path, columns=columns)
        case Xml() | ZippedXml():
            yield xml_returns.read(feed, path, columns=columns)
        case GeoJson():
            yield geojson.read(feed, path)
