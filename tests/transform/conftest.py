"""dbt for tests: in a process and on a lake of its own, without leaving files in the project."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from vrp_pipeline.defs.project import dbt_project
from vrp_pipeline.lake.paths import DBT_PROJECT, Lake
from vrp_pipeline.linkage.events.zone import write_event_links
from vrp_pipeline.linkage.people.inputs import bronze_of_people, identities
from vrp_pipeline.linkage.people.zone import write_person_links

Dbt = Callable[..., str]
FOLDERS = ("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT))


def parsed_target(work: Path) -> Path:
    """A target folder with the parsed project, as a run of Dagster puts it there."""
    target = work / "target"
    target.mkdir(parents=True)
    shutil.copy(dbt_project.manifest_path.with_name("partial_parse.msgpack"), target)
    return target


def dbt_on(lake: Lake, work: Path) -> Dbt:
    """A function that runs one dbt command on `lake` and returns what it printed; it fails as dbt fails."""
    environment = os.environ | {
        "VRP_DATA_LAKE": str(lake.root),
        "DBT_TARGET_PATH": str(parsed_target(work)),
        "DBT_LOG_PATH": str(work / "logs"),
        "DBT_PROJECT_DIR": str(DBT_PROJECT),
        "DBT_PROFILES_DIR": str(DBT_PROJECT),
    }

    def run(*command: str) -> str:
        program = [str(Path(sys.executable).with_name("vrp-dbt")), "--quiet", *command]
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


def in_memory(lake: Lake, *tables: str) -> duckdb.DuckDBPyConnection:
    """The tables, or all of them, as they are now: apart from the file that the next build replaces."""
    connection = duckdb.connect()
    connection.execute(f"attach '{lake.warehouse}' as warehouse (read_only)")
    every = connection.sql("select table_name from duckdb_tables() where database_name = 'warehouse'").fetchall()
    for name in tables or (name for (name,) in every):
        connection.execute(f"create table {name} as from warehouse.{name}")
    connection.execute("detach warehouse")
    return connection


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, Dbt]:
    """A place for lakes, one after another, and dbt on it."""
    work: Path = tmp_path_factory.mktemp("workshop")
    lake = Lake(work / "lake")
    return lake, dbt_on(lake, work)


class ParsedProject:
    """The project parsed once in this process, for no lake; a command on an empty one costs a second, not a parse."""

    def __init__(self, work: Path) -> None:
        self.target = parsed_target(work)
        self._lake = work / "lake"
        self._lake.mkdir()
        self._logs = work / "logs"
        self._manifest: Manifest | None = None
        self._manifest = self._run("parse")

    def compile(self, *options: str) -> dict[str, str]:
        """Return the SQL that dbt would send, by name of model."""
        return {result.node.name: result.node.compiled_code for result in self._run("compile", *options).results}

    def _run(self, *command: str) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DBT_LOG_PATH", str(self._logs))
            patch.delenv("VRP_DATA_LAKE")
            if self._manifest is not None:
                patch.setenv("VRP_DATA_LAKE", str(self._lake))
            runner = dbtRunner(manifest=self._manifest)
            finished = runner.invoke(["--quiet", *command, *FOLDERS, "--target-path", str(self.target)])
        assert finished.success, finished.exception
        return finished.result


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> ParsedProject:
    """The dbt project as dbt parses it."""
    return ParsedProject(tmp_path_factory.mktemp("parsed"))


@pytest.fixture(scope="session")
def compiled(parsed: ParsedProject) -> Callable[[str], str]:
    """Turn SQL with the project's macros into the SQL dbt would send."""

    def compiled_sql(sql: str) -> str:
        (text,) = parsed.compile("--inline", sql).values()
        return text

    return compiled_sql


@pytest.fixture(scope="session")
def model_sql(parsed: ParsedProject) -> Callable[[str], str]:
    """The SQL of a model of places or statistics, as dbt sends it, with every table it reads by its plain name."""
    reports = ("rpt_hot_spot_area", "rpt_metric_rates", "rpt_metric_charts", "annual_metrics__small_count_tests")
    marts = ("fct_metric_years",)
    models = parsed.compile("--select", "reports.hot_spots", "int_hexagons", "int_hexagon_degrees", *reports, *marts)
    return lambda model: models[model].replace('"warehouse"."main".', "")
