"""Alerts in Dagster: a sensor that reports whatever needs a person, failed runs included, and a daily digest."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from vrp_pipeline.alerts.condition import FAILED, OF_THE_LAKE, Condition
from vrp_pipeline.alerts.conditions import conditions_of
from vrp_pipeline.alerts.reporting import Report, report, send_digest
from vrp_pipeline.alerts.settings import Settings, settings
from vrp_pipeline.defs.failed_runs import failed_runs
from vrp_pipeline.defs.pending import is_up_to_date
from vrp_pipeline.defs.schedules import receive_job
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.paths import Lake

# A daemon that was down catches up with the mornings it missed; the digest of each would be the same.
DIGEST_WITHIN = timedelta(hours=12)
NOBODY = "Nobody is told: the setting VRP_ALERTS names no file. See docs/operations.md."


def _conditions(instance: dg.DagsterInstance, lake: Lake, now: datetime, found: Settings) -> list[Condition]:
    """Return whatever needs a person: conditions of the lake, and failed runs."""
    of_the_lake = conditions_of(lake, now, found.limits, is_released=lambda: is_up_to_date(lake))
    return [*of_the_lake, *failed_runs(instance, lake)]


def _require_sent(outcome: Report) -> None:
    """Fail the tick if a channel failed."""
    if outcome.failures:
        raise dg.Failure("; ".join(outcome.failures))


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reports by mail and webhook what needs a person: once, and again when it changes.",
)
def alerts(context: dg.SensorEvaluationContext, lake: dg.ResourceParam[Lake]) -> dg.SkipReason:
    """Send what has not been reported yet. A failed channel fails the tick; the next tick tries it again."""
    found = settings()
    if not found.channels:
        return dg.SkipReason(NOBODY)
    conditions = _conditions(context.instance, lake, datetime.now(UTC), found)
    outcome = report(lake, conditions, {*OF_THE_LAKE, FAILED}, found.channels)
    _require_sent(outcome)
    return dg.SkipReason(f"{len(conditions)} things need a person; {len(outcome.sent)} messages sent.")


@dg.schedule(
    job=receive_job,
    cron_schedule="0 7 * * *",
    execution_timezone=TIME_ZONE.key,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Sends the morning digest. Starts no run.",
)
def morning_digest(context: dg.ScheduleEvaluationContext, lake: dg.ResourceParam[Lake]) -> dg.SkipReason:
    """Send what still needs a person and what arrived since yesterday, even if nothing needs anybody.

    A digest is sent up to 12 hours late, else not; a channel that fails at it waits for the next morning.
    """
    found = settings()
    if not found.channels:
        return dg.SkipReason(NOBODY)
    now = datetime.now(UTC)
    if now - context.scheduled_execution_time > DIGEST_WITHIN:
        return dg.SkipReason("The digest of a morning that was missed by more than 12 hours is not sent afterwards.")
    conditions = _conditions(context.instance, lake, now, found)
    _require_sent(send_digest(lake, conditions, now, found.channels))
    return dg.SkipReason(f"The digest was sent; {len(conditions)} things need a person.")
