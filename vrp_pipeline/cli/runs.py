"""Runs of Dagster's jobs from the command line, in this process, recorded so that the UI shows them."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vrp_pipeline.cli.terminal import output_in
from vrp_pipeline.defs.pending import is_up_to_date, pending_months
from vrp_pipeline.ingest.progress import Listener, listening
from vrp_pipeline.lake.atomic import waiting_for_zone
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import PROJECT, Lake
from vrp_pipeline.release.provenance import held_months
from vrp_pipeline.release.releases import current_release

if TYPE_CHECKING:
    from dagster import DagsterInstance, ExecuteInProcessResult

RUN_LOG = "run.log"
# The first and the last month of a run; None stands for the first or last partition in Dagster.
Months = tuple[str | None, str | None]


class RunFailedError(RuntimeError):
    """Raised if a run fails for another reason than a held month. The message names the step and its log."""


@dataclass(frozen=True)
class RunOutcome:
    """The outcome of a run over all feeds: held months, the current release, and whether a run was necessary."""

    held: tuple[str, ...]
    release: str
    was_needed: bool


def dagster_home() -> Path:
    """Return the folder of the Dagster instance: DAGSTER_HOME, by default `.dagster` beside the package."""
    home = Path(os.environ.get("DAGSTER_HOME") or PROJECT / ".dagster").resolve()
    home.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def run_everything(lake: Lake, months: Months | None, listener: Listener) -> RunOutcome:
    """Ingest, transform and release; return the outcome. Nothing runs if nothing is new.

    `months` are ingested again in any case; without them nothing runs unless something is new. If the ingest of a feed
    fails, the others go on and are released before RunFailedError is raised. While another run is active in the lake,
    however it was launched, this one waits.
    """
    if not all_deliveries(lake):
        if lake.day:
            raise RunFailedError(f"nothing had been received by the end of {lake.day} in {lake.present.root}.")
        raise RunFailedError(f"nothing has been received in {lake.root} yet. Run: vrp receive FILE…")
    if months is None and is_up_to_date(lake):
        return RunOutcome(held_months(lake), current_release(lake).release_id, was_needed=False)
    # dbt is given only the folder of the lake, which determines the as-of day.
    os.environ["VRP_DATA_LAKE"] = str(lake.root)
    os.environ.pop("VRP_AS_OF", None)
    log = dagster_home() / RUN_LOG
    # One run at a time: two first runs would also both set up Dagster's storage.
    with (
        waiting_for_zone(lake.root, "run", lambda busy: listener("dagster", f"waiting: {busy}", 0, 0)),
        output_in(log),
        listening(listener),
    ):
        if months is None and is_up_to_date(lake):  # the run that this one waited for has done it
            return RunOutcome(held_months(lake), current_release(lake).release_id, was_needed=False)
        listener("dagster", "loading the pipeline", 0, 0)

        from vrp_pipeline.definitions import defs
        from vrp_pipeline.defs.dead_runs import COMMAND_TAG, end_dead_runs, lake_tag
        from vrp_pipeline.defs.event_storage import kept_open
        from vrp_pipeline.defs.partitions import months as partitions
        from vrp_pipeline.defs.schedules import RANGE_END, RANGE_START, only_new_config

        definitions = defs()
        first, last = range_of(months, partitions.get_partition_keys()) if months else pending_months(lake)
        with _instance(lake) as instance, kept_open(instance):
            end_dead_runs(instance, lake)
            ingested = definitions.resolve_job_def("ingest").execute_in_process(
                instance=instance,
                tags={RANGE_START: first, RANGE_END: last, COMMAND_TAG: lake_tag(lake)},
                run_config={} if months else only_new_config(),
                raise_on_error=False,
            )
            listener("dagster", "building and testing the models", 0, 0)
            transformed = definitions.resolve_job_def("transform").execute_in_process(
                instance=instance, tags={COMMAND_TAG: lake_tag(lake)}, raise_on_error=False
            )
    if not transformed.success:
        raise RunFailedError(
            f"{_named(_failed_steps(transformed))} failed. The last release stays current. {_why(transformed, log)}"
        )
    if broken := _failed_steps(ingested):
        raise RunFailedError(
            f"{_named(broken)} could not be ingested; all other feeds were released. {_why(ingested, log)}"
        )
    return RunOutcome(held_months(lake), current_release(lake).release_id, was_needed=True)


def range_of(months: Months, known: Sequence[str]) -> tuple[str, str]:
    """Return the first and the last month of a run.

    Raises RunFailedError if either is not a partition in Dagster, which would silently run no month at all.
    """
    if wrong := [month for month in months if month and month not in known]:
        raise RunFailedError(f"{' and '.join(wrong)}: only months can be ingested from {known[0]} to {known[-1]}.")
    return months[0] or known[0], months[1] or known[-1]


def _instance(lake: Lake) -> "DagsterInstance":
    """Return the instance shown in the UI, or an ephemeral one for a lake as of a past day.

    The UI shows the present lake, where runs as of a past day would mislead.
    """
    from dagster import DagsterInstance

    if lake.day is None:
        return DagsterInstance.get()
    return DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}})


def _failed_steps(result: "ExecuteInProcessResult") -> list[str]:
    """Return the steps that failed. A held month fails its asset check and no step."""
    return [event.step_key or "a step" for event in result.all_events if event.is_step_failure]


def _why(result: "ExecuteInProcessResult", log: Path) -> str:
    """Return the pipeline's own error message, which names the remedy, or for other errors the path of the log."""
    from vrp_pipeline.defs.own_errors import own_message

    own = (own_message(event) for event in result.all_events if event.is_step_failure)
    return next((message for message in own if message), f"The reason is in {log}")


def _named(steps: list[str]) -> str:
    return ", ".join(steps) or "a check"


def prune_storage() -> int:
    """Remove old runs from Dagster's storage and return how many."""
    with output_in(dagster_home() / RUN_LOG):
        from dagster import DagsterInstance

        from vrp_pipeline.definitions import defs
        from vrp_pipeline.defs.retention import prune

        checks = defs().resolve_asset_graph().asset_check_keys
        with DagsterInstance.get() as instance:
            return prune(instance, checks)
