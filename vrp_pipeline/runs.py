"""Running Dagster's jobs from the command line, in this process, so that the UI shows them like any other run."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from vrp_pipeline.ingest.progress import Listener, listening
from vrp_pipeline.lake.paths import PROJECT, Lake

RUN_LOG = "run.log"


class RunFailedError(RuntimeError):
    """A run failed for another reason than a held month. Its text says which step and where to read on."""


@dataclass(frozen=True)
class Outcome:
    """How a run over all feeds ended: the steps in which months are held, and the release made after them."""

    held: tuple[str, ...]
    release: str


def dagster_home() -> Path:
    """The folder of the Dagster instance: DAGSTER_HOME, by default `.dagster` beside the package."""
    home = Path(os.environ.get("DAGSTER_HOME") or PROJECT / ".dagster").resolve()
    home.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def run_everything(lake: Lake, months: tuple[str, str] | None, listener: Listener) -> Outcome:
    """Ingest, then transform and release. `months` are ingested whatever was done before; without it, what is new.

    Raises RunFailedError if a step fails for another reason than a held month.
    """
    os.environ["VRP_DATA_LAKE"] = str(lake.root)
    log = dagster_home() / RUN_LOG
    with _quietly(log):
        listener("dagster", "loading the pipeline", 0, 0)
        import dagster as dg  # noqa: PLC0415 - four seconds

        from vrp_pipeline.defs import schedules  # noqa: PLC0415
        from vrp_pipeline.definitions import defs as build  # noqa: PLC0415
        from vrp_pipeline.lake.verdicts import Status, judged_parts, read_verdict  # noqa: PLC0415
        from vrp_pipeline.feeds import FEEDS  # noqa: PLC0415

        definitions = build()
        first, last = months or schedules.months_with_news(lake, fallback=_this_month())
        with dg.DagsterInstance.get() as instance, listening(listener):
            ingest = definitions.get_job_def("ingest").execute_in_process(
                instance=instance,
                tags={schedules.RANGE_START: first, schedules.RANGE_END: last},
                run_config={} if months else schedules.only_new_config(),
                raise_on_error=False,
            )
            failed = _failed_steps(ingest)
            held = [
                f"{feed.agency}__{feed.table} {part}"
                for feed in FEEDS.values()
                for part in judged_parts(lake, feed)
                if (verdict := read_verdict(lake, feed, part)) and verdict.status is Status.HELD
            ]
            broken = [step for step, kind in failed if kind != "Failure"]
            if broken:
                raise RunFailedError(f"{', '.join(broken)} failed. Read {log} for the reason; bronze is as it was.")
            listener("dagster", "building models, tests and release", 0, 0)
            transform = definitions.get_job_def("transform").execute_in_process(instance=instance, raise_on_error=False)
            if not transform.success:
                steps = ", ".join(step for step, _ in _failed_steps(transform)) or "a test"
                raise RunFailedError(f"{steps} failed. Read {log} for the reason; the last release stays current.")
    from vrp_pipeline.lake.releases import current_release  # noqa: PLC0415

    return Outcome(tuple(held), current_release(lake).release_id)


def _failed_steps(result: object) -> Sequence[tuple[str, str]]:
    events = getattr(result, "all_events", [])
    return [
        (event.step_key or "?", _error_name(event.event_specific_data)) for event in events if event.is_step_failure
    ]


def _error_name(data: object) -> str:
    user_failure = getattr(data, "user_failure_data", None)
    return "Failure" if user_failure is not None else getattr(getattr(data, "error", None), "cls_name", "error") or "error"


def _this_month() -> str:
    from datetime import datetime  # noqa: PLC0415

    from vrp_pipeline.feeds.partnership import TIME_ZONE  # noqa: PLC0415

    return datetime.now(TIME_ZONE).strftime("%Y-%m")


@contextmanager
def _quietly(log: Path) -> Iterator[None]:
    """Send what libraries and dbt print to the log; whoever holds the terminal's own handle can still write to it."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    with log.open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os.dup2(saved[0], 1)
            os.dup2(saved[1], 2)
            os.close(saved[0])
            os.close(saved[1])


def terminal() -> TextIO:
    """A handle of its own on what is now standard error, which stays the terminal while a run is quiet."""
    return os.fdopen(os.dup(2), "w", buffering=1, encoding="utf-8")
