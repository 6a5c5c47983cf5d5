"""The dbt that Dagster starts parses the project once for all lakes, and ends as dbt ends."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.bronze import write_schemas
from tests.support.product import BIN
from vrp_pipeline.lake.paths import DBT_PROJECT, Lake

pytestmark = pytest.mark.nightly
DISTRICTS = "stg_reference__districts"


def dbt(lake: Lake, target: Path, *words: str, project: Path = DBT_PROJECT) -> subprocess.CompletedProcess[str]:
    lake.root.mkdir(parents=True, exist_ok=True)
    folders = {"DBT_PROJECT_DIR": str(project), "DBT_PROFILES_DIR": str(project)}
    environment = os.environ | folders | {"VRP_DATA_LAKE": str(lake.root), "DBT_LOG_PATH": str(lake.root / "logs")}
    program = [str(BIN / "vrp-dbt"), *words, "--target-path", str(target)]
    environment["DBT_TARGET_PATH"] = str(target)
    return subprocess.run(program, cwd=project, env=environment, capture_output=True, text=True, check=False)


def test_what_was_parsed_for_one_lake_serves_another_which_reads_its_own_bronze(tmp_path: Path) -> None:
    lakes = [Lake(tmp_path / name) for name in ("one", "other")]
    target, reparsed, sql = tmp_path / "target", [], []
    for lake in lakes:
        finished = dbt(lake, target, "compile", "--select", DISTRICTS, "--no-write-json")
        assert finished.returncode == 0, finished.stdout + finished.stderr
        reparsed.append((target / "partial_parse.msgpack").stat().st_mtime_ns)
        sql.append((target / "compiled/vrp/models/staging/reference" / f"{DISTRICTS}.sql").read_text("utf-8"))
    assert len(set(reparsed)) == 1
    for lake, text in zip(lakes, sql, strict=True):
        assert f"read_parquet('{lake.bronze}/reference/districts/" in text
        assert "$lake" not in text
    assert sql[0].replace(str(lakes[0].root), str(lakes[1].root)) == sql[1]


def test_a_lake_is_built_from_another_checkout_after_the_one_that_built_it_is_gone(tmp_path: Path) -> None:
    lake, target = Lake(tmp_path / "lake"), tmp_path / "lake" / "dbt_target"
    for name in ("first", "second"):
        project = tmp_path / name / "dbt_project"
        shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
        built = dbt(lake, target, "seed", "--select", "default_places", project=project)
        assert built.returncode == 0, built.stdout + built.stderr
        shutil.rmtree(project)


def test_a_lake_is_built_after_an_update_that_moved_a_unit_test_to_another_page(tmp_path: Path) -> None:
    lake, target, project = Lake(tmp_path / "lake"), tmp_path / "lake" / "dbt_target", tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    seed = ("seed", "--select", "default_places")
    assert dbt(lake, target, *seed, project=project).returncode == 0
    page = project / "models" / "intermediate" / "int_small_area_pairs.yml"
    head, _, tests = page.read_text(encoding="utf-8").partition("unit_tests:")
    page.write_text(head, encoding="utf-8")
    other = page.with_name("int_small_area_codes.yml")
    text = other.read_text(encoding="utf-8")
    other.write_text(f"{text}{tests}" if "unit_tests:" in text else f"{text}\nunit_tests:{tests}", encoding="utf-8")
    updated = dbt(lake, target, *seed, project=project)
    assert updated.returncode == 0, updated.stdout + updated.stderr


def test_it_ends_with_the_exit_code_of_dbt(tmp_path: Path) -> None:
    lake, target = Lake(tmp_path / "lake"), tmp_path / "target"
    build = ("build", "--select", DISTRICTS, "--exclude-resource-type", "test", "unit_test")
    assert dbt(lake, target, *build).returncode == 1, "there is no bronze"
    write_schemas(lake)
    assert dbt(lake, target, *build).returncode == 0
    misspelt = dbt(lake, target, "build", "--selekt", DISTRICTS)
    assert misspelt.returncode == 2
    assert "--selekt" in misspelt.stderr
