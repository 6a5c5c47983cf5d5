"""Deliveries from which rows were erased: what the reader of their format read of the other rows, as Parquet.

The file as received is gone. Kept are the texts that ingest and linkage read, under the contract's column names, with
the numbers that the rows had in the file, so that the other rows are conformed as before, whatever the format was.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vrp_pipeline.lake.atomic import replacing
from vrp_pipeline.lake.ledger import REDACTED, REDACTED_AGAIN
from vrp_pipeline.landing.readers.table import DeliveredTable

_TABLES, _ROW = b"vrp_tables", "vrp_source_row"
_AGAIN = re.compile(re.escape(REDACTED_AGAIN).replace(re.escape("{times}"), r"\d+"))


def is_redacted(path: Path) -> bool:
    """Whether a file in landing holds what was left of a delivery."""
    return path.name == REDACTED or _AGAIN.fullmatch(path.name) is not None


def write(tables: Iterable[DeliveredTable], path: Path) -> None:
    """Write tables of one delivery to `path` atomically."""
    tables = list(tables)
    about = [
        {
            "rows": table.texts.num_rows,
            "malformed": table.malformed,
            "partition": table.partition,
            "member": table.member,
        }
        for table in tables
    ]
    texts = pa.concat_tables(
        table.texts.append_column(_ROW, pa.array(table.source_rows, pa.int32())) for table in tables
    )
    with replacing(path) as partial:
        pq.write_table(texts.replace_schema_metadata({_TABLES: json.dumps(about).encode()}), partial)


def read(
    path: Path, *, columns: Collection[str] | None = None, partitions: Collection[str] | None = None
) -> Iterator[DeliveredTable]:
    """Yield the tables as they were written; `columns` and `partitions` limit them as in `readers.read`."""
    stored = pq.read_table(path)
    start = 0
    for about in json.loads((stored.schema.metadata or {})[_TABLES]):
        texts = stored.slice(start, about["rows"])
        start += about["rows"]
        if partitions is not None and about["partition"] is not None and about["partition"] not in partitions:
            continue
        numbers = texts[_ROW].to_numpy().astype(np.int32)
        texts = texts.drop_columns([_ROW]).replace_schema_metadata(None)
        if columns is not None:
            texts = texts.select([name for name in texts.column_names if name in columns])
        malformed = tuple((int(row), int(cells)) for row, cells in about["malformed"])
        yield DeliveredTable(texts, numbers, malformed, partition=about["partition"], member=about["member"])
