"""The resources assets ask for, and how runs are executed."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dagster_dbt import DbtCliResource

from vrp_pipeline.defs.event_storage import kept_open
from vrp_pipeline.defs.project import dbt_project
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.warehouse import writing


class LakeResource(dg.ConfigurableResource[Lake]):
    """The data lake. The plain class does the work; this tells Dagster which lake it is.

    A run has the lake to itself. Dagster's queue starts one run after the other; `dg launch` and `vrp run` pass the
    queue by, and wait here.
    """

    root: str

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator[Lake, None, None]:
        """The lake at `root`; in a run, as soon as no other run is at work in it, nor the dbt of a killed one."""
        lake = Lake(Path(self.root))
        if context.run is None or context.instance is None:  # a schedule or sensor looks in and writes nothing
            yield lake
            return
        with (
            writing(lake, lambda busy: _tell(context, busy)),
            kept_open(context.instance),
        ):
            yield lake


def _tell(context: dg.InitResourceContext, busy: str) -> None:
    if context.log is not None:
        context.log.info(f"{busy} Waiting for it to end.")


@dg.definitions
def resources() -> dg.Definitions:
    """The lake, dbt, and one process for all steps.

    A process per step would import the pipeline again for each: measured 20 s against 4 s for eight empty steps.
    """
    return dg.Definitions(
        resources={
            "lake": LakeResource(root=str(Lake.from_environment().root)),
            "dbt": DbtCliResource(project_dir=dbt_project, dbt_executable="vrp-dbt"),
        },
        executor=dg.in_process_executor,
    )
