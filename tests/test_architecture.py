"""The rooms of the house: who may know whom, and what must never enter a commit."""

import ast
import subprocess
from pathlib import Path

import pytest

from vrp_pipeline.lake.paths import PROJECT

PACKAGE = PROJECT / "vrp_pipeline"

# Each room with the rooms it may import. `defs` and the command line know several; nobody knows them.
MAY_KNOW = {
    "feeds": set(),
    "lake": {"feeds"},
    "landing": {"feeds", "lake"},
    "ingest": {"feeds", "lake", "landing"},
    "linkage": {"feeds", "lake"},
    "report": {"feeds", "lake"},
    "sample": {"feeds"},
}
MODULES = [path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] in MAY_KNOW]


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_dependencies_point_one_way(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0]
    known = {name.split(".")[1] for name in imported(path) if name.startswith("vrp_pipeline.")}
    assert known - {room} <= MAY_KNOW[room]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_defs_imports_dagster(path: Path) -> None:
    assert not {name for name in imported(path) if name.split(".")[0] in ("dagster", "dagster_dbt")}


def test_no_room_is_called_after_when_instead_of_what() -> None:
    forbidden = {"utils", "helpers", "common", "misc", "base", "core"}
    assert not [path for path in PACKAGE.rglob("*") if path.stem in forbidden]


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [PROJECT / name for name in listed.stdout.decode().split("\0") if name]


def test_the_lock_has_a_hash_for_every_version_and_no_address() -> None:
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    requirements = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(requirements) > 100
    assert all("==" in line and line.endswith("\\") for line in requirements)
    assert "://" not in lock
    assert "index-url" not in lock


def test_no_data_and_no_key_is_tracked() -> None:
    names = [path.relative_to(PROJECT).as_posix() for path in tracked_files()]
    assert not [name for name in names if name.startswith("data_lake/") and name != "data_lake/README.md"]
    assert not [name for name in names if name.endswith((".key", ".duckdb", "uv.lock"))]


def test_help_answers_without_a_heavy_import() -> None:
    heavy = ("dagster", "great_expectations", "pandas", "pyarrow", "duckdb", "dbt", "altair", "shapely", "numpy")
    script = (
        "import sys; from click.testing import CliRunner; from vrp_pipeline.cli import main; "
        "result = CliRunner().invoke(main, ['--help']); assert result.exit_code == 0, result.output; "
        f"print(sorted(set(sys.modules) & set({heavy!r})))"
    )
    import sys

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert found.stdout.strip() == "[]"
