"""The benchmark itself runs: whoever measures the next change finds every stage measured and the headline agreed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vrp_pipeline.lake.paths import PROJECT

STAGES = {"sample", "receive", "run", "run again", "publish 2023-24"}


@pytest.mark.nightly
def test_a_benchmark_of_a_small_sample_measures_every_stage_and_product_and_floor_agree(tmp_path: Path) -> None:
    found = tmp_path / "figures.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--scale", "0.04", "--json", str(found)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(found.read_text(encoding="utf-8"))
    assert {stage["name"] for stage in figures["stages"]} == STAGES
    assert figures["headline"]["agree"]
