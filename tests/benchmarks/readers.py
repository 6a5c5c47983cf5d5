"""One feed's ingest, timed inside a process that has imported and warmed everything before.

Usage: python readers.py LAKE FEED REPEATS, with the pipeline to measure on the path. Prints one JSON object: the rows
of a pass, and wall and processor seconds of the pass whose wall seconds are the median. Every pass reads, conforms,
validates and publishes all months anew; it changes nothing, since what is written is the same.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import great_expectations as gx
import pandas as pd

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.months import ingest
from vrp_pipeline.lake.paths import Lake


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


if __name__ == "__main__":
    warm()
    print(json.dumps(passes(Lake(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3]))))
