"""The dbt project as Dagster sees it: where it is, which lake it reads, and its manifest, parsed when it is stale."""

import os
import sys
from pathlib import Path

from dagster_dbt import DbtProject

from vrp_pipeline.lake.paths import DBT_PROJECT, Lake

# dbt reads the lake from the environment: a relative or missing value would depend on where it is started.
os.environ["VRP_DATA_LAKE"] = str(Lake.from_environment().root)
# Dagster calls `dbt` by name: the one beside this Python must be found also where no environment is activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

dbt_project = DbtProject(project_dir=DBT_PROJECT, profiles_dir=DBT_PROJECT)


def manifest_is_stale() -> bool:
    """Whether the manifest is missing, or older than a file it is made from."""
    manifest = dbt_project.manifest_path
    if not manifest.exists():
        return True
    made = manifest.stat().st_mtime
    sources = (path for suffix in ("sql", "yml", "csv") for path in DBT_PROJECT.rglob(f"*.{suffix}"))
    return any(path.stat().st_mtime > made for path in sources if "target" not in path.relative_to(DBT_PROJECT).parts)


if manifest_is_stale():
    dbt_project.preparer.prepare(dbt_project)
