"""dbt for tests: in a process and on a lake of its own, without leaving files in the project."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vrp_pipeline.lake.paths import DBT_PROJECT, Lake
from vrp_pipeline.linkage.events.zone import write_event_links
from vrp_pipeline.linkage.people.inputs import bronze_of_people, identities
from vrp_pipeline.linkage.people.zone import write_person_links

Dbt = Callable[..., str]


def dbt_on(lake: Lake, work: Path) -> Dbt:
    """A function that runs one dbt command on `lake` and returns what it printed; it fails as dbt fails."""
    environment = os.environ | {
        "VRP_DATA_LAKE": str(lake.root),
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logs"),
    }
    folders = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]

    def run(*command: str) -> str:
        program = [str(Path(sys.executable).with_name("dbt")), "--quiet", *command, *folders]
        finished = subprocess.run(
            program, cwd=DBT_PROJECT, env=environment, capture_output=True, text=True, check=False
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    return run


def build_whole(lake: Lake, dbt: Dbt, *options: str) -> None:
    """Build and test all models as a run does: up to the reports, then the links, then everything else."""
    dbt("build", "--select", "+int_event_records", "--indirect-selection", "cautious", *options)
    write_event_links(lake)
    write_person_links(lake, bronze_of_people(lake), lambda: identities(lake))
    dbt("build", "--exclude", "+int_event_records", "--indirect-selection", "buildable", *options)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Turn SQL with the project's macros into the SQL dbt would send."""
    work = tmp_path_factory.mktemp("compile")
    lake = Lake(work / "lake")
    lake.root.mkdir()
    dbt = dbt_on(lake, work)
    return lambda sql: dbt("compile", "--inline", sql)


@pytest.fixture(scope="session")
def model_sql(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The SQL of a model of places or statistics, as dbt sends it, with every table it reads by its plain name."""
    work = tmp_path_factory.mktemp("models")
    lake = Lake(work / "lake")
    lake.root.mkdir()
    statistics = ("rpt_metric_rates", "rpt_metric_charts", "annual_metrics__small_count_tests")
    dbt_on(lake, work)("compile", "--select", "reports.hot_spots", "int_hexagons", "int_hexagon_degrees", *statistics)

    def sql_of(model: str) -> str:
        (compiled_model,) = (work / "target" / "compiled").rglob(f"{model}.sql")
        return compiled_model.read_text(encoding="utf-8").replace('"warehouse"."main".', "")

    return sql_of
