"""The stages of the product as users run them: each stage is a `vrp` process, all in one lake.

The results of the stages are read as plain JSON and CSV; nothing of the product is imported.
"""

import csv
import json
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.costs import Cost
from tests.benchmarks.ground import CHECKOUT, Ground, StepFailedError

YEAR, BASE_YEAR = "2023-24", "2022-23"
SAMPLE, RECEIVE, RUN, RUN_AGAIN, PUBLISH = "sample", "receive", "run", "run again", f"publish {YEAR}"
BENCHMARKS = Path(__file__).resolve().parent
REPEATS = 3
# Name, how the records of the lake are laid, and how often: `event_linking`.
EVENT_LINKS = (
    # No night is incremental: this is also what one with a new month takes.
    ("event links, two years: any night", "over", 1),
    ("event links, three times as dense", "over", 3),
    ("event links, twelve years", "after", 6),
)


@dataclass(frozen=True)
class Step:
    """One measured step with the rows it handled, where rows mean anything."""

    name: str
    cost: Cost
    rows: int | None = None
    reading: "Reading | None" = None

    @property
    def rows_per_second(self) -> float | None:
        """Rows a second of wall time."""
        return None if self.rows is None else self.rows / self.cost.wall_seconds


@dataclass(frozen=True)
class Reading:
    """All deliveries of a feed, read by the pipeline and by the fastest plain reader of their format."""

    rows: int
    seconds: float
    plain_seconds: float


def measure_stages(ground: Ground, scale: float, tell: Callable[[str], None]) -> dict[str, Step]:
    """Simulate, receive, run, run again and publish, in this order. Raises StepFailedError if a stage fails."""
    vrp = Path(sys.executable).parent / "vrp"
    words: dict[str, list[str]] = {
        SAMPLE: ["sample", "--scale", str(scale)],
        RECEIVE: ["receive", str(ground.lake / "inbox")],
        RUN: ["run"],
        RUN_AGAIN: ["run"],
        PUBLISH: ["publish", YEAR],
    }
    costs: dict[str, Cost] = {}
    for name, arguments in words.items():
        tell(name)
        costs[name] = ground.run(name, [vrp, *arguments])
    for reader in ("first reader", "second reader"):
        ground.run(f"approval by the {reader}", [vrp, "approve", YEAR, "--by", reader])
    if not (ground.project / "dbt_project" / "target" / "manifest.json").exists():
        raise StepFailedError(f"{vrp} did not run the copy of the project in {ground.project}.")
    delivered, ingested = rows_delivered(ground.lake), rows_ingested(ground.lake)
    rows = {SAMPLE: delivered, RECEIVE: delivered, RUN: ingested}
    return {name: Step(name, cost, rows.get(name)) for name, cost in costs.items()}


def measure_readers(ground: Ground, tell: Callable[[str], None]) -> list[Step]:
    """Ingest all months of each feed that was received; the seconds are those of `ingest` alone, median of three.

    Each feed has a process of its own, so that its peak is its own; the peak includes the imported libraries.
    """
    steps = []
    for feed in feeds_received(ground.lake):
        tell(f"ingest of {feed}")
        name = f"ingest {feed}"
        script = BENCHMARKS / "readers.py"
        cost = ground.run(name, [sys.executable, script, ground.lake, feed, str(REPEATS)])
        took = json.loads(ground.printed(name).splitlines()[-1])
        of_ingest = replace(cost, wall_seconds=took["wall_seconds"], processor_seconds=took["processor_seconds"])
        reading = Reading(took["rows_delivered"], took["read_seconds"], took["plain_seconds"])
        steps.append(Step(feed, of_ingest, took["rows"], reading))
    return steps


def measure_linking(ground: Ground, tell: Callable[[str], None]) -> Step:
    """All linkage once more, in a process of its own; the rows are event records and person records."""
    tell("linkage")
    cost = ground.run("links", [sys.executable, BENCHMARKS / "linking.py", ground.lake])
    linked = json.loads(ground.printed("links").splitlines()[-1])
    return Step("links of event records and of people", cost, linked["records"] + linked["people"])


def measure_event_links(ground: Ground, tell: Callable[[str], None]) -> list[Step]:
    """Linkage of events alone: of the lake, of one three times as dense, and of one of six times the years."""
    steps = []
    for name, how, times in EVENT_LINKS:
        tell(name)
        cost = ground.run(
            "event links", [sys.executable, BENCHMARKS / "event_linking.py", ground.lake, how, str(times)]
        )
        steps.append(Step(name, cost, json.loads(ground.printed("event links").splitlines()[-1])["records"]))
    return steps


def measure_growth(ground: Ground, scale: float, tell: Callable[[str], None]) -> Step:
    """The first run over a smaller sample, to see how its cost grows with the rows."""
    vrp = Path(sys.executable).parent / "vrp"
    tell(f"a run at scale {scale:g}, for comparison")
    ground.run(SAMPLE, [vrp, "sample", "--scale", str(scale)])
    ground.run(RECEIVE, [vrp, "receive", str(ground.lake / "inbox")])
    cost = ground.run(RUN, [vrp, "run"])
    return Step(f"run at scale {scale:g}", cost, rows_ingested(ground.lake))


def measure_floor(ground: Ground, tell: Callable[[str], None]) -> tuple[Step, dict[str, float]]:
    """The floor over the inbox, run three times: the run with the median of wall seconds, and its headline."""
    costs = []
    for number in range(1, REPEATS + 1):
        tell(f"floor {number} of {REPEATS}")
        script, seeds = BENCHMARKS / "floor.py", CHECKOUT / "dbt_project" / "seeds"
        costs.append(ground.run("floor", [sys.executable, script, ground.lake / "inbox", seeds]))
    headline: dict[str, float] = json.loads(ground.printed("floor").splitlines()[-1])
    median = statistics.median_low(cost.wall_seconds for cost in costs)
    return Step("floor", next(cost for cost in costs if cost.wall_seconds == median)), headline


def published_headline(lake: Path) -> dict[str, float | None]:
    """The headline of the newest published version as its `metrics.csv` gives it, under the floor's names."""
    newest = max((lake / "published" / YEAR).glob("v*"), key=lambda path: int(path.name[1:]))
    with (newest / "metrics.csv").open(encoding="utf-8", newline="") as file:
        whole = {
            row["metric_id"]: row
            for row in csv.DictReader(file)
            if row["geography_level"] == "force" and row["breakdown"] == "all" and row["financial_year"] == YEAR
        }
    figures = {
        f"M1 {BASE_YEAR}": whole["M1"]["base_value"],
        f"M1 {YEAR}": whole["M1"]["value"],
        "M1 change %": whole["M1"]["change_percent"],
        f"M9 {YEAR}": whole["M9"]["value"],
    }
    return {name: float(figure) if figure else None for name, figure in figures.items()}


def feeds_received(lake: Path) -> list[str]:
    """The names of the feeds of which anything was received."""
    folders = {record.parent.parent for record in (lake / "landing").glob("*/*/*/delivery.json")}
    return sorted(f"{folder.parent.name}__{folder.name}" for folder in folders)


def rows_delivered(lake: Path) -> int:
    """Rows of all deliveries that were received, as the ledger counts them."""
    records = [json.loads(path.read_text()) for path in (lake / "landing").glob("*/*/*/delivery.json")]
    return sum(sum(record["partitions"].values()) + record["rows_without_partition"] for record in records)


def rows_ingested(lake: Path) -> int:
    """Rows of the months that were ingested, each from its newest delivery, as the verdicts count them."""
    return sum(json.loads(path.read_text())["rows_read"] for path in (lake / "verdicts").rglob("verdict.json"))
