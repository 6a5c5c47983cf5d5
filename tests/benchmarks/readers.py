"""Ingest of one feed, timed inside a process that has imported and warmed up everything before.

Usage: python readers.py LAKE FEED REPEATS, with the pipeline to measure on the path. Prints one JSON object: the rows
of a pass, and wall and processor seconds of the pass with the median wall time. Every pass reads, conforms, validates
and publishes all months again; the lake does not change, since equal bytes are written. Then the rows of all
deliveries, and the seconds that the pipeline's reader and the fastest plain reader of the format take to read them.
"""

import io
import json
import statistics
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import great_expectations as gx
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
from python_calamine import CalamineWorkbook

from vrp_pipeline.feeds import FEEDS
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
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.ledger import deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.zipped import members_of

# Free text contains line breaks; without this setting pyarrow reads some extracts and fails on others.
LINES_IN_CELLS = pa_csv.ParseOptions(newlines_in_values=True)


def warm() -> None:
    """Validate one row, so that what Great Expectations loads at its first validation is loaded."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_pandas("warm").add_dataframe_asset("frame")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": pd.DataFrame({"row": [1]})})
    assert batch.validate(gx.expectations.ExpectColumnValuesToNotBeNull(column="row")).success


def passes(lake: Lake, feed: str, repeats: int) -> dict[str, float]:
    """Ingest all months `repeats` times; the rows of one pass and the seconds of the median one."""
    taken = []
    for _ in range(repeats):
        wall, processor = time.perf_counter(), time.process_time()
        verdicts = ingest(lake, FEEDS[feed])
        taken.append((time.perf_counter() - wall, time.process_time() - processor))
    median = statistics.median_low(wall for wall, _ in taken)
    processor_of = dict(taken)
    rows = sum(verdict.rows_read for verdict in verdicts)
    return {"rows": rows, "wall_seconds": median, "processor_seconds": processor_of[median]}


def reading(lake: Lake, feed: str, repeats: int) -> dict[str, float]:
    """Rows of all deliveries, and the median seconds of reading them with the pipeline's reader and plainly."""
    files = [delivery.path(lake) for delivery in deliveries(lake, FEEDS[feed])]
    rows = sum(table.rows_read for path in files for table in read(FEEDS[feed], path))
    return {
        "rows_delivered": rows,
        "read_seconds": _median(lambda: [list(read(FEEDS[feed], path)) for path in files], repeats),
        "plain_seconds": _median(lambda: [read_plainly(FEEDS[feed], path) for path in files], repeats),
    }


def read_plainly(feed: Feed, path: Path) -> int:  # noqa: PLR0911
    """The number of rows that the library which reads the format fastest here finds, with nothing understood."""
    match feed.format:
        case Csv() | Xlsx() if not zipfile.is_zipfile(path):
            return int(pa_csv.read_csv(path, parse_options=LINES_IN_CELLS).num_rows)
        case ZippedCsv():
            with zipfile.ZipFile(path) as archive:
                members = [archive.read(member.info) for member in members_of(feed, path, archive).values()]
            return sum(
                pa_csv.read_csv(pa.BufferReader(member), parse_options=LINES_IN_CELLS).num_rows for member in members
            )
        case Xlsx() | XlsxSheets() | XlsxPeriods():
            book = CalamineWorkbook.from_path(str(path))
            return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
        case JsonLines():
            return sum(1 for line in path.read_bytes().splitlines() if json.loads(line))
        case Json(records):
            return len(json.loads(path.read_bytes())[records])
        case GeoJson():
            return len(json.loads(path.read_bytes())["features"])
        case Xml(record):
            return _elements(path.read_bytes(), record)
        case ZippedXml(record):
            with zipfile.ZipFile(path) as archive:
                return sum(_elements(archive.read(name), record) for name in archive.namelist())
        case _:
            raise ValueError(f"{feed.name}: no plain reader for {path.name}")


def _elements(document: bytes, record: str) -> int:
    # The sample is simulated by this project; documents from elsewhere are never read without defusedxml.
    root = ET.parse(io.BytesIO(document)).getroot()  # noqa: S314
    return len(root.findall(record.partition("/")[2]))


def _median(work: Callable[[], object], repeats: int) -> float:
    taken = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median_low(taken)


if __name__ == "__main__":
    warm()
    measured = Lake(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
    print(json.dumps(passes(*measured) | reading(*measured)))
