"""Running Dagster's jobs from the command line, in this process, so that the UI shows them like any other run."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vrp_pipeline.cli.terminal import output_in
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.ingest.progress import Listener, listening
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.atomic import holding_zone, to_json
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import PROJECT, Lake
from vrp_pipeline.release.provenance import held_months, provenance
from vrp_pipeline.release.releases import NoReleaseError, current_release

if TYPE_CHECKING:
    from dagster import DagsterInstance, ExecuteInProcessResult

RUN_LOG = "run.log"


class RunFailedError(RuntimeError):
    """A run failed for another reason than a held month. Its text says which step and where to read on."""


@dataclass(frozen=True)
class RunOutcome:
    """How a run over all feeds ended: the months that are held, the current release, and whether anything was done."""

    held: tuple[str, ...]
    release: str
    was_needed: bool


def dagster_home() -> Path:
    """The folder of the Dagster instance: DAGSTER_HOME, by default `.dagster` beside the package."""
    home = Path(os.environ.get("DAGSTER_HOME") or PROJECT / ".dagster").resolve()
    home.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def run_everything(lake: Lake, months: tuple[str, str] | None, listener: Listener) -> RunOutcome:
    """Ingest, then transform and release. `months` are ingested whatever was done before; without it, what is new.

    Where nothing is new, nothing is run. A feed whose ingest fails stops no other: the rest is released before
    RunFailedError is raised. Raises ZoneBusyError if another run is at work.
    """
    if not all_deliveries(lake):
        if lake.day:
            raise RunFailedError(f"nothing had been received by the end of {lake.day} in {lake.present.root}.")
        raise RunFailedError(f"nothing has been received in {lake.root} yet. Run: vrp receive FILE…")
    if months is None and is_up_to_date(lake):
        return RunOutcome(held_months(lake), current_release(lake).release_id, was_needed=False)
    # The folder of the lake tells the as-of day, also to dbt, which is given nothing else.
    os.environ["VRP_DATA_LAKE"] = str(lake.root)
    os.environ.pop("VRP_AS_OF", None)
    log = dagster_home() / RUN_LOG
    # One run at a time: two first runs would also both set up Dagster's storage.
    with holding_zone(lake.root, "run"), output_in(log), listening(listener):
        listener("dagster", "loading the pipeline", 0, 0)

        from vrp_pipeline.definitions import defs
        from vrp_pipeline.defs.schedules import RANGE_END, RANGE_START, months_with_news, only_new_config

        definitions = defs()
        this_month = datetime.now(TIME_ZONE).strftime("%Y-%m")
        first, last = months or months_with_news(lake, fallback=this_month)
        with _instance(lake) as instance:
            ingested = definitions.get_job_def("ingest").execute_in_process(
                instance=instance,
                tags={RANGE_START: first, RANGE_END: last},
                run_config={} if months else only_new_config(),
                raise_on_error=False,
            )
            listener("dagster", "building and testing the models", 0, 0)
            transformed = definitions.get_job_def("transform").execute_in_process(
                instance=instance, raise_on_error=False
            )
    if not transformed.success:
        raise RunFailedError(
            f"{_named(_failed_steps(transformed))} failed. The last release stays current. {_why(transformed, log)}"
        )
    if broken := _failed_steps(ingested, but_held=True):
        raise RunFailedError(
            f"{_named(broken)} could not be ingested; all other feeds were released. {_why(ingested, log)}"
        )
    return RunOutcome(held_months(lake), current_release(lake).release_id, was_needed=True)


def is_up_to_date(lake: Lake) -> bool:
    """Whether a run would change nothing: every delivery is judged, and the current release rests on just that."""
    if any(stale_partitions(lake, feed) for feed in FEEDS.values()):
        return False
    try:
        manifest = current_release(lake).manifest
    except (NoReleaseError, FileNotFoundError):
        return False
    wanted = json.loads(to_json(provenance(lake)))
    return all(manifest.get(name) == value for name, value in wanted.items())


def _instance(lake: Lake) -> "DagsterInstance":
    """The instance that the UI shows; for a lake as of a past day one that keeps nothing.

    The UI tells of the lake as it is: a month built again as of last year is not news there.
    """
    from dagster import DagsterInstance

    from vrp_pipeline.defs.event_log import keep_connections

    if lake.day is None:
        return keep_connections(DagsterInstance.get())
    return DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}})


def _failed_steps(result: "ExecuteInProcessResult", *, but_held: bool = False) -> list[str]:
    """The steps that failed; with `but_held` not those that failed because a month is held."""
    failures = [event for event in result.all_events if event.is_step_failure]
    if but_held:
        # A held month raises Dagster's Failure, which alone carries data of its own.
        failures = [event for event in failures if event.step_failure_data.user_failure_data is None]
    return [event.step_key or "a step" for event in failures]


def _why(result: "ExecuteInProcessResult", log: Path) -> str:
    """What the pipeline's own error said, which tells what to do next; for any other, where to read on."""
    for event in result.all_events:
        error = event.step_failure_data.error if event.is_step_failure else None
        while error is not None:
            # Dagster's text begins with the class and its module; only our own are written for whoever started the run.
            if error.message.startswith("vrp_pipeline."):
                return error.message.partition(": ")[2].strip()
            error = error.cause
    return f"The reason stands in {log}"


def _named(steps: list[str]) -> str:
    return ", ".join(steps) or "a check"
