"""`python -m tests.benchmarks`: measure everything once and print it.

Exit codes: 0 measured, whether or not a target was met · 1 a stage failed, or product and floor differ.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.ground import Ground, StepFailedError
from tests.benchmarks.nights import measure_night, orchestration
from tests.benchmarks.pages import Results, as_json, as_text
from tests.benchmarks.product import (
    RUN,
    measure_event_links,
    measure_floor,
    measure_growth,
    measure_linking,
    measure_readers,
    measure_stages,
    published_headline,
)

# The run is repeated over a sample smaller by this factor, to show how its cost grows with the rows.
SMALLER = 4


def main() -> int:
    """Parse the arguments, measure and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "--scale",
        type=float,
        default=float(os.environ.get("BENCH_SCALE") or 1),
        help="size of the sample; 1 is a whole force area (default: BENCH_SCALE, or 1)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures as JSON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vrp-benchmark-") as folder:
        try:
            whole, night, smaller = (Ground(Path(folder) / name) for name in ("whole", "night", "smaller"))
            results = measured(whole, night, smaller, arguments.scale)
        except StepFailedError as error:
            _tell(str(error))
            return 1
    print(as_text(results))
    if arguments.json:
        arguments.json.write_text(json.dumps(as_json(results), indent=2) + "\n", encoding="utf-8")
    return 0 if results.agree else 1


def measured(ground: Ground, night_ground: Ground, smaller_ground: Ground, scale: float) -> Results:
    """Measure stages, floor and readers one after the other, so that measurements do not compete for the processor."""
    load = os.getloadavg()[0]
    ground.prepare()
    stages = measure_stages(ground, scale, _tell)
    overhead = orchestration(ground.event_log, stages[RUN].cost.wall_seconds)
    floor, floor_headline = measure_floor(ground, _tell)
    headline = published_headline(ground.lake)
    linking = measure_linking(ground, _tell)
    event_links = measure_event_links(ground, _tell)
    readers = measure_readers(ground, _tell)
    night_ground.prepare()
    night = measure_night(night_ground, ground.lake / "inbox", _tell)
    smaller_ground.prepare()
    smaller = measure_growth(smaller_ground, scale / SMALLER, _tell)
    return Results(
        scale, load, stages, linking, event_links, readers, floor, headline, floor_headline, smaller, night, overhead
    )  # fmt: skip


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
