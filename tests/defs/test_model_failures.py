"""A dbt test that fails stops the release, and the message names the test, its model and the number of rows."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.benchmarks.ground import Ground, StepFailedError
from tests.support.deliveries import rows_of, write_rows
from tests.support.product import Product
from vrp_pipeline.defs.model_failures import failure_of
from vrp_pipeline.lake.paths import Lake

# As dbt 1.11 prints them, colours included; the value is one that a row might hold.
FAILED = """
Errors parsed from dbt logs:

158 of 247 FAIL 3 no_percentage_without_a_base_of_50 ......... [\x1b[31mFAIL 3\x1b[0m in 0.02s]

\x1b[31mFailure in test no_percentage_without_a_base_of_50 (models/reports/rpt_annual_metrics.yml)\x1b[0m

  Got 3 results, configured to fail if != 0
"""
BROKEN = """
\x1b[31mRuntime Error in model dim_area (models/marts/dim_area.sql)\x1b[0m
  Conversion Error: Could not convert string 'Mary Sample' to INT32
"""


def test_a_failed_dbt_test_is_told_by_its_name_its_model_and_the_number_of_rows(lake: Lake) -> None:
    message = str(failure_of(FAILED, lake))
    assert "'no_percentage_without_a_base_of_50' on rpt_annual_metrics failed for 3 rows" in message
    assert "models/reports/rpt_annual_metrics.yml/no_percentage_without_a_base_of_50.sql" in message


def test_a_model_that_could_not_be_built_is_told_by_its_file_and_no_value_of_a_row(lake: Lake) -> None:
    message = str(failure_of(BROKEN, lake))
    assert "could not build the model 'dim_area' (models/marts/dim_area.sql)" in message
    assert "Mary" not in message


def test_of_many_failures_three_are_told_and_the_rest_counted(lake: Lake) -> None:
    many = "".join(FAILED.replace("a_base_of_50", f"a_base_of_{number}") for number in range(5))
    message = str(failure_of(many, lake))
    assert message.count("failed for 3 rows") == 3
    assert "2 more failed" in message


def test_a_text_that_names_no_test_and_no_model_stays_the_error_it_was(lake: Lake) -> None:
    assert failure_of("dbt: command not found", lake) is None


@pytest.mark.nightly
@pytest.mark.xdist_group("failing models")
def test_a_failing_dbt_test_makes_no_release_and_the_next_run_without_it_does(
    finished: Product, tmp_path: Path
) -> None:
    ground = Ground(tmp_path)
    ground.prepare()
    shutil.copytree(finished.lake.root, ground.lake)
    shutil.copy(finished.root / "pseudonym.key", tmp_path / "keys")
    vrp = Path(sys.executable).parent / "vrp"
    released = current(ground)
    # One crime less is another release.
    ground.run("receive", [vrp, "receive", write_rows(tmp_path / "crimes.csv", rows_of("police__offences")[:-1])])
    planted = ground.project / "dbt_project" / "tests" / "planted_fault.sql"
    planted.write_text("select incident_id from {{ ref('fct_serious_violence_incidents') }} limit 3\n")
    with pytest.raises(StepFailedError, match=r"'planted_fault' on fct_serious_violence_incidents failed for 3 rows"):
        ground.run("run with a fault", [vrp, "run"])
    assert current(ground) == released
    planted.unlink()
    ground.run("run once more", [vrp, "run"])
    assert current(ground) != released
    assert (ground.lake / "releases" / current(ground) / "manifest.json").exists()


def current(ground: Ground) -> str:
    found: str = json.loads((ground.lake / "releases" / "current.json").read_text(encoding="utf-8"))["release"]
    return found
