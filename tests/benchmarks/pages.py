"""Benchmark results as plain text and as JSON, each figure beside its target."""

import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from tests.benchmarks.nights import Orchestration
from tests.benchmarks.product import BASE_YEAR, PUBLISH, RECEIVE, RUN, RUN_AGAIN, SAMPLE, YEAR, Step

# The targets of the product's specification, for the full-size two-year sample on two cores.
DEMO_SECONDS, DEMO_BYTES = 120.0, 2 * 2**30
# From receipt to page, a night with one new month of every feed, and one with nothing new.
PAGE_SECONDS, NIGHT_SECONDS, AGAIN_SECONDS = 60.0, 25.0, 3.0
RUN_BYTES = 3 * 2**29
LINKING_SECONDS, LINKING_BYTES = 60.0, 2 * 2**30
# Of event links: two years, how many times of both a lake three times as dense may take, and twelve years.
EVENTS_SECONDS, EVENTS_BYTES, DENSER_TIMES = 10.0, 2**30, 3.5
TWELVE_SECONDS, TWELVE_BYTES = 60.0, 3 * 2**29
STREET_CRIMES, STREET_ROWS_PER_SECOND = "police__street_crimes", 200_000.0
DEMO, PRODUCT = (SAMPLE, RECEIVE, RUN, PUBLISH), (RECEIVE, RUN, PUBLISH)
MIB = 2**20
COLUMNS = f"{'':<38}{'seconds':>9}{'processor s':>13}{'cores':>7}{'peak MiB':>10}{'rows':>11}{'rows/s':>10}  target"


def as_published(counted: dict[str, float]) -> dict[str, float]:
    """The headline the floor counted as it may be published: crimes to the nearest 5, and the change of these."""
    rounded = {name: (count + 2) // 5 * 5 if name.startswith("M1 2") else count for name, count in counted.items()}
    base, count = rounded[f"M1 {BASE_YEAR}"], rounded[f"M1 {YEAR}"]
    return rounded | {"M1 change %": round(100 * (count - base) / base, 1)}


@dataclass(frozen=True)
class Results:
    """All that one benchmark measured. `headline` is the product's, `floor_headline` the floor's."""

    scale: float
    load: float
    stages: dict[str, Step]
    linking: Step
    event_links: list[Step]
    readers: list[Step]
    floor: Step
    headline: dict[str, float | None]
    floor_headline: dict[str, float]
    smaller: Step
    night: Step
    orchestration: Orchestration

    @property
    def agree(self) -> bool:
        """Whether the product published the headline the floor counted."""
        return self.headline == as_published(self.floor_headline)

    def seconds(self, names: tuple[str, ...]) -> tuple[float, float]:
        """Wall and processor seconds of the named stages together."""
        costs = [self.stages[name].cost for name in names]
        return sum(cost.wall_seconds for cost in costs), sum(cost.processor_seconds for cost in costs)

    @property
    def demo_peak_bytes(self) -> int:
        """The peak of `make demo`: its stages run one after the other."""
        return max(self.stages[name].cost.peak_bytes for name in DEMO)


def as_json(results: Results) -> dict[str, Any]:
    """Every figure of the page, for programs that compare benchmarks."""
    wall, processor = results.seconds(PRODUCT)
    floor = results.floor.cost
    demo_wall, demo_processor = results.seconds(DEMO)
    growth = _growth(results)
    return {
        "machine": machine(results),
        "scale": results.scale,
        "stages": [_step(step) for step in results.stages.values()],
        "demo": {
            "wall_seconds": demo_wall,
            "processor_seconds": demo_processor,
            "peak_bytes": results.demo_peak_bytes,
        },
        "night": _step(results.night),
        "orchestration": asdict(results.orchestration),
        "growth": {"smaller": _step(results.smaller), "rows_times": growth[0], "seconds_times": growth[1]},
        "linking": _step(results.linking),
        "event_links": [_step(step) for step in results.event_links],
        "readers": [_step(step) for step in results.readers],
        "floor": _step(results.floor),
        "ratio": {"wall": wall / floor.wall_seconds, "processor": processor / floor.processor_seconds},
        "headline": {"product": results.headline, "floor": results.floor_headline, "agree": results.agree},
    }


def machine(results: Results) -> dict[str, Any]:
    """What the figures hold for."""
    return {
        "system": platform.platform(terse=True),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_at_start": results.load,
        "python": platform.python_version(),
        **{name: version(name) for name in ("duckdb", "pyarrow")},
    }


def as_text(results: Results) -> str:
    """The page people read."""
    return "\n".join([*_heading(results), "", *_stages(results), "", *_readers(results), "", *_floor(results)])


def _heading(results: Results) -> list[str]:
    on = machine(results)
    return [
        f"Full-size two-year sample × {results.scale:g}: {results.stages[SAMPLE].rows:,} rows delivered",
        f"{on['system']}, {on['cores']} cores, load {on['load_at_start']:.1f} when it began (other work slows what "
        f"is measured)",
        f"Python {on['python']}, DuckDB {on['duckdb']}, pyarrow {on['pyarrow']}",
    ]


def _stages(results: Results) -> list[str]:
    lines = [COLUMNS, "stages, each its own process, imports included"]
    again = _against(results, results.stages[RUN_AGAIN].cost.wall_seconds <= AGAIN_SECONDS, f"{AGAIN_SECONDS:.0f} s")
    titles = {RUN: "run, first time", RUN_AGAIN: "run again, nothing new"}
    for name, step in results.stages.items():
        in_memory = _against(results, step.cost.peak_bytes <= RUN_BYTES, f"{RUN_BYTES // MIB:,} MiB")
        lines.append(_line(titles.get(name, name), step, {RUN_AGAIN: again, RUN: in_memory}.get(name, "")))
    lines.append(_line(results.night.name, results.night, _within(results, results.night, NIGHT_SECONDS, RUN_BYTES)))
    overhead = results.orchestration
    lines.append(
        f"  {'of the first run outside its steps':<36}{overhead.seconds_outside_steps:>9.2f}  start, planning and "
        f"ends; {overhead.events:,} events in Dagster's log"
    )
    lines.append(
        _line(results.linking.name, results.linking, _within(results, results.linking, LINKING_SECONDS, LINKING_BYTES))
    )
    lines += _event_links(results)
    wall, processor = results.seconds(DEMO)
    peak = results.demo_peak_bytes
    in_time = _against(results, wall <= DEMO_SECONDS, f"{DEMO_SECONDS:.0f} s")
    in_memory = _against(results, peak <= DEMO_BYTES, f"{DEMO_BYTES // MIB:,} MiB")
    rows_times, seconds_times = _growth(results)
    verdict = "no faster than the rows" if seconds_times <= rows_times else "FASTER THAN THE ROWS"
    lines.append(_line(f"{results.smaller.name}, first time", results.smaller, ""))
    lines.append(
        f"  {rows_times:.1f} times the rows cost {seconds_times:.1f} times the seconds: the cost grows {verdict}"
    )
    demo = f"  {'make demo (all but run again)':<36}{wall:>9.2f}{processor:>13.2f}{processor / wall:>7.2f}"
    lines.append(f"{demo}{peak / MIB:>10,.0f}{'':>21}  {in_time} · {in_memory}")
    return lines


def _event_links(results: Results) -> list[str]:
    two, denser, twelve = results.event_links
    seconds, peak = (DENSER_TIMES * held for held in (two.cost.wall_seconds, two.cost.peak_bytes))
    return [
        _line(two.name, two, _within(results, two, EVENTS_SECONDS, EVENTS_BYTES)),
        _line(denser.name, denser, _within(results, denser, seconds, round(peak))),
        _line(twelve.name, twelve, _within(results, twelve, TWELVE_SECONDS, TWELVE_BYTES)),
    ]


def _growth(results: Results) -> tuple[float, float]:
    """How many times the rows, and how many times the seconds, of the smaller run the whole one took."""
    whole, smaller = results.stages[RUN], results.smaller
    rows_times = (whole.rows or 0) / max(smaller.rows or 0, 1)
    return rows_times, whole.cost.wall_seconds / smaller.cost.wall_seconds


def _within(results: Results, step: Step, seconds: float, peak: int) -> str:
    in_time = _against(results, step.cost.wall_seconds <= seconds, f"{seconds:.0f} s")
    in_memory = _against(results, step.cost.peak_bytes <= peak, f"{peak // MIB:,} MiB")
    return f"{in_time} · {in_memory}"


def _readers(results: Results) -> list[str]:
    lines = ["ingest of all months of a feed, validation included, imports not; median of 3"]
    for step in results.readers:
        target = ""
        if step.name == STREET_CRIMES and step.rows_per_second is not None:
            fast = step.rows_per_second >= STREET_ROWS_PER_SECOND
            target = _against(results, fast, f"{STREET_ROWS_PER_SECOND:,.0f} rows/s", missed="below")
        lines.append(_line(step.name, step, target))
    lines += ["", f"{'reading alone, all deliveries':<38}{'rows':>11}{'rows/s':>12}{'plainly rows/s':>17}{'times':>8}"]
    for step in results.readers:
        if step.reading is not None:
            rows, seconds, plainly = step.reading.rows, step.reading.seconds, step.reading.plain_seconds
            figures = f"{rows:>11,}{rows / seconds:>12,.0f}{rows / plainly:>17,.0f}{seconds / plainly:>8.1f}"
            lines.append(f"  {step.name:<36}{figures}")
    return lines


def _floor(results: Results) -> list[str]:
    wall, processor = results.seconds(PRODUCT)
    floor = results.floor.cost
    lines = ["the same deliveries to the same headline"]
    target = _against(results, wall <= PAGE_SECONDS, f"{PAGE_SECONDS:.0f} s")
    figures = f"{wall:>9.2f}{processor:>13.2f}{processor / wall:>7.2f}"
    product = f"  {'receive + run + publish':<36}{figures}{'':>31}  {target}"
    lines += [product, _line("floor: one script, median of 3", results.floor, "")]
    lines.append(
        f"  {'product ÷ floor':<36}{wall / floor.wall_seconds:>9.1f}{processor / floor.processor_seconds:>13.1f}"
    )
    lines.append("  DuckDB and pyarrow use several threads: 'cores' is processor seconds a second of wall time.")
    lines.append("")
    lines.append(f"{'headline':<22}{'product':>12}{'floor':>12}")
    for name, figure in results.floor_headline.items():
        lines.append(f"  {name:<20}{_figure(results.headline[name]):>12}{_figure(figure):>12}")
    lines.append("  crimes are published to the nearest 5, and the change is that of the published numbers")
    lines.append("  they agree" if results.agree else f"  THEY DIFFER: one of the two counts {YEAR} wrongly")
    return lines


def _line(title: str, step: Step, target: str) -> str:
    cost = step.cost
    rows = "" if step.rows is None else f"{step.rows:,}"
    rate = "" if step.rows_per_second is None else f"{step.rows_per_second:,.0f}"
    cores = cost.processor_seconds / cost.wall_seconds
    figures = f"{cost.wall_seconds:>9.2f}{cost.processor_seconds:>13.2f}{cores:>7.2f}{cost.peak_bytes / MIB:>10,.0f}"
    return f"  {title:<36}{figures}{rows:>11}{rate:>10}  {target}".rstrip()


def _against(results: Results, reached: bool, target: str, missed: str = "over") -> str:
    """The target with the verdict; without one where the sample is not of the size it is meant for."""
    if results.scale != 1:
        return f"{target} at scale 1"
    return f"{target}: {'ok' if reached else missed}"


def _figure(figure: float | None) -> str:
    return "none" if figure is None else f"{figure:,g}"


def _step(step: Step) -> dict[str, Any]:
    figures = {"name": step.name, **asdict(step.cost), "rows": step.rows, "rows_per_second": step.rows_per_second}
    return figures | ({"reading": asdict(step.reading)} if step.reading else {})
