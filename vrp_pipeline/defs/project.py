"""The dbt project for Dagster: its folder, the lake it builds in, and its manifest, parsed again when stale."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster_dbt import DbtProject
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from vrp_pipeline.defs.dbt_command import LAKE
from vrp_pipeline.lake.paths import DBT_PROJECT, Lake

# Dagster calls `vrp-dbt` and `dbt` by name: those beside this Python are found also where no environment is activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

dbt_project = DbtProject(project_dir=DBT_PROJECT, profiles_dir=DBT_PROJECT)


@contextmanager
def dbt_reading(lake: Lake | None) -> Iterator[None]:
    """Let dbt, if started within the block, read and build in `lake`, or parse without one as `vrp-dbt` does.

    DbtCliResource takes no environment: dbt inherits that of this process at its start and keeps it until it ends.
    """
    before = os.environ.pop(LAKE, None)
    if lake is not None:
        os.environ[LAKE] = str(lake.root)
    try:
        yield
    finally:
        os.environ.pop(LAKE, None)
        if before is not None:
            os.environ[LAKE] = before


def manifest_is_stale() -> bool:
    """Return whether the manifest is missing, older than one of its source files, or dated in the future."""
    manifest = dbt_project.manifest_path
    if not manifest.exists():
        return True
    made = manifest.stat().st_mtime
    sources = (path for suffix in ("sql", "yml", "csv") for path in DBT_PROJECT.rglob(f"*.{suffix}"))
    if made > time.time():  # written under a wrong clock: nothing that is edited now would be newer
        return True
    return any(path.stat().st_mtime > made for path in sources if "target" not in path.relative_to(DBT_PROJECT).parts)


def parse_project() -> None:
    """Write the manifest; where dbt cannot go on from what it parsed before, it parses everything.

    It takes a unit test that moved to another page for a second one of its name, as after an update.
    """
    with dbt_reading(None):
        try:
            dbt_project.preparer.prepare(dbt_project)
        except DagsterDbtCliRuntimeError:
            (dbt_project.manifest_path.parent / "partial_parse.msgpack").unlink(missing_ok=True)
            dbt_project.preparer.prepare(dbt_project)


if manifest_is_stale():
    parse_project()
