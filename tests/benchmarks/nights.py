"""What a night costs: one new month of every feed on top of all that came before, and what Dagster takes of a run.

The dates of delivery are those in the list beside a simulated inbox; the events of a run are read from Dagster's SQLite
file. Nothing of the product is imported.
"""

import hashlib
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.benchmarks.costs import Cost
from tests.benchmarks.ground import Ground
from tests.benchmarks.product import Step, rows_delivered

NIGHT = "a night with one new month"
# The list that dates the files of a simulated inbox by their hashes.
LIST = "simulated.json"
# The deliveries of so many days before the newest are the new month.
NEW_DAYS = 31


@dataclass(frozen=True)
class Orchestration:
    """What of the first run is none of its steps' seconds, and how many events it left in Dagster's log."""

    seconds_outside_steps: float
    events: int


def measure_night(ground: Ground, inbox: Path, tell: Callable[[str], None]) -> Step:
    """Receive and run all but the newest month of `inbox`, then measure receiving and running the newest.

    The rows are those delivered that night, restated months included.
    """
    vrp = Path(sys.executable).parent / "vrp"
    earlier, newest = by_date(inbox)
    tell("all months but the newest, as the ground of a night")
    ground.run("receive earlier", [vrp, "receive", *earlier])
    ground.run("run earlier", [vrp, "run"])
    before = rows_delivered(ground.lake)
    tell(NIGHT)
    costs = [ground.run("receive newest", [vrp, "receive", *newest]), ground.run("run newest", [vrp, "run"])]
    whole = Cost(
        wall_seconds=sum(cost.wall_seconds for cost in costs),
        processor_seconds=sum(cost.processor_seconds for cost in costs),
        peak_bytes=max(cost.peak_bytes for cost in costs),
        exit_code=costs[-1].exit_code,
    )
    return Step(NIGHT, whole, rows_delivered(ground.lake) - before)


def by_date(inbox: Path) -> tuple[list[Path], list[Path]]:
    """The files of a simulated inbox: those up to `NEW_DAYS` before the newest delivery, and those since."""
    delivered = json.loads((inbox / LIST).read_text(encoding="utf-8"))["delivered"]
    dated = {
        path: datetime.fromisoformat(delivered[sha256])
        for path in sorted(inbox.iterdir())
        if (sha256 := hashlib.sha256(path.read_bytes()).hexdigest()) in delivered
    }
    begins = max(dated.values()) - timedelta(days=NEW_DAYS)
    earlier = [path for path, moment in dated.items() if moment <= begins]
    return earlier, [path for path in dated if path not in set(earlier)]


def orchestration(event_log: Path, wall_seconds: float) -> Orchestration:
    """What Dagster took of a run of `wall_seconds` that left the only events in the file.

    Outside the steps are the start of the process with all imports, planning, and what lies between steps and runs. The
    writing of events within a step counts as the step's.
    """
    began: dict[tuple[str, str], float] = {}
    seconds, events = 0.0, 0
    for run, step, kind, moment in _events(event_log):
        events += 1
        if kind == "STEP_START":
            began[run, step] = moment
        elif kind in ("STEP_SUCCESS", "STEP_FAILURE"):
            seconds += moment - began[run, step]
    return Orchestration(wall_seconds - seconds, events)


def _events(event_log: Path) -> Iterator[tuple[str, str, str, float]]:
    with closing(sqlite3.connect(event_log)) as connection:
        question = "select run_id, step_key, dagster_event_type, event from event_logs order by id"
        for run, step, kind, event in connection.execute(question):
            yield run, step, kind, json.loads(event)["timestamp"]
