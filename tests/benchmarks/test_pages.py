"""Benchmark output never reports a missed target as met, nor a wrong headline as right."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.costs import Cost
from tests.benchmarks.nights import Orchestration
from tests.benchmarks.pages import Results, as_json, as_text
from tests.benchmarks.product import PUBLISH, RECEIVE, RUN, RUN_AGAIN, SAMPLE, Reading, Step, published_headline

COUNTED = {"M1 2022-23": 60.0, "M1 2023-24": 54.0, "M1 change %": -10.0, "M9 2023-24": 6.0}
# By hand: 54 to the nearest 5; (55 − 60) / 60 = −8.33 %.
HEADLINE = {"M1 2022-23": 60.0, "M1 2023-24": 55.0, "M1 change %": -8.3, "M9 2023-24": 6.0}


def step(name: str, wall: float, rows: int | None = None) -> Step:
    return Step(name, Cost(wall, 2 * wall, 2**30, 0), rows)


EVENTS = (step("two", 10), step("denser", 35), step("twelve", 60))


@pytest.fixture
def results() -> Results:
    stages = [step(SAMPLE, 30, 1_000), step(RECEIVE, 10), step(RUN, 40, 1_000), step(RUN_AGAIN, 3), step(PUBLISH, 10)]
    readers = [replace(step("police__street_crimes", 2, 400_000), reading=Reading(800_000, 2.0, 0.5))]
    smaller = step("run at scale 0.25", 20, 250)
    return Results(
        1, 0.5, {stage.name: stage for stage in stages}, step("links", 61), list(EVENTS), readers, step("floor", 6),
        dict(HEADLINE), COUNTED, smaller, step("a night", 25), Orchestration(6.5, 2_600),
    )  # fmt: skip


def test_reached_targets_are_called_ok(results: Results) -> None:
    page = as_text(results)
    # receive 10 + run 40 + publish 10.
    assert "  60 s: ok" in page
    assert " 3 s: ok" in page
    assert "25 s: ok · 1,536 MiB: ok" in page
    assert "120 s: ok · 2,048 MiB: ok" in page
    assert "200,000 rows/s: ok" in page


def test_missed_targets_are_called_over_or_below(results: Results) -> None:
    stages = {**results.stages, RUN: step(RUN, 71), RUN_AGAIN: step(RUN_AGAIN, 3.1)}
    readers = [step("police__street_crimes", 2.01, 400_000)]
    page = as_text(replace(results, stages=stages, readers=readers, night=step("a night", 25.1)))
    assert "  60 s: over" in page
    assert " 3 s: over" in page
    assert "25 s: over · 1,536 MiB: ok" in page
    assert "120 s: over · 2,048 MiB: ok" in page
    assert "200,000 rows/s: below" in page


def test_linking_has_a_target_of_its_own(results: Results) -> None:
    assert "60 s: over · 2,048 MiB: ok" in as_text(results)
    assert "60 s: ok · 2,048 MiB: ok" in as_text(replace(results, linking=step("links", 60)))
    assert as_json(results)["linking"]["wall_seconds"] == 61


def test_event_links_have_targets_and_a_denser_lake_one_that_follows_from_the_first(results: Results) -> None:
    # By hand, three times as dense: 3.5 times 10 s are 35 s, and 3.5 times 1,024 MiB are 3,584 MiB.
    page = as_text(results)
    assert "10 s: ok · 1,024 MiB: ok" in page
    assert "35 s: ok · 3,584 MiB: ok" in page
    slower = as_text(replace(results, event_links=[step("two", 9), step("denser", 35), step("twelve", 61)]))
    assert "32 s: over" in slower
    assert "60 s: over · 1,536 MiB: ok" in slower


def test_a_small_sample_reaches_no_target(results: Results) -> None:
    assert ": ok" not in as_text(replace(results, scale=0.05))


def test_the_ratio_compares_the_same_work(results: Results) -> None:
    # receive 10 + run 40 + publish 10, against 6.
    assert as_json(results)["ratio"] == {"wall": 10, "processor": 10}


@pytest.mark.parametrize("figure", [54.0, None])
def test_another_headline_is_told(results: Results, figure: float | None) -> None:
    different = replace(results, headline={**HEADLINE, "M1 2023-24": figure})
    assert results.agree
    assert not different.agree
    assert "THEY DIFFER" in as_text(different)


def test_the_headline_is_read_from_the_newest_published_version(tmp_path: Path) -> None:
    force = {"financial_year": "2023-24", "geography_level": "force", "breakdown": "all"}
    m1 = {"metric_id": "M1", **force, "value": "55", "base_value": "60", "change_percent": "-8.3"}
    m9 = {**m1, "metric_id": "M9", "value": "6"}
    district = {**m1, "geography_level": "district", "value": "1"}
    for version, value in (("v9", "53"), ("v10", "55")):
        folder = tmp_path / "published" / "2023-24" / version
        folder.mkdir(parents=True)
        lines = [",".join(row.values()) for row in ({**m1, "value": value}, m9, district)]
        (folder / "metrics.csv").write_text("\n".join([",".join(m1), *lines]) + "\n")
    assert published_headline(tmp_path) == HEADLINE


def test_the_cost_of_the_whole_is_set_against_that_of_a_smaller_sample(results: Results) -> None:
    # 1,000 rows in 40 s against 250 rows in 20 s.
    assert "4.0 times the rows cost 2.0 times the seconds: the cost grows no faster than the rows" in as_text(results)
    slower = {**results.stages, RUN: step(RUN, 90, 1_000)}
    assert "the cost grows FASTER THAN THE ROWS" in as_text(replace(results, stages=slower))


def test_a_reader_stands_beside_the_plain_reader_of_its_format(results: Results) -> None:
    # 800,000 rows in 2 s; the plain reader takes 0.5 s.
    line = next(line for line in as_text(results).splitlines() if "1,600,000" in line)
    assert line.split() == ["police__street_crimes", "800,000", "400,000", "1,600,000", "4.0"]


def test_what_dagster_takes_of_a_run_stands_apart(results: Results) -> None:
    line = next(line for line in as_text(results).splitlines() if "outside its steps" in line)
    assert "6.50" in line
    assert "2,600 events" in line
