"""The command `vrp alerts`: the conditions that need a person, and the messages about them."""

import sys
from typing import TYPE_CHECKING, Any

import click

from vrp_pipeline.cli.options import NEEDS_A_PERSON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vrp_pipeline.alerts.channels import Channel


@click.command(short_help="Show or send what needs a person.")
@click.option("--send", is_flag=True, help="Send the messages that are due. Without it nothing is sent, only printed.")
@click.option("--digest", is_flag=True, help="The digest of this morning instead of single messages.")
@click.option("--test", is_flag=True, help="Send a test message to every channel and end.")
@click.pass_obj
def alerts(lake: Any, *, send: bool, digest: bool, test: bool) -> None:
    """Show what needs a person: late or held months, refused files, an old release, a full disk and more.

    Dagster's sensor `alerts` sends the same each minute, and failed runs too. The setting VRP_ALERTS names the file of
    mail and webhook settings; see docs/operations.md.
    """
    from datetime import UTC, datetime

    from vrp_pipeline.alerts.condition import OF_THE_LAKE
    from vrp_pipeline.alerts.conditions import conditions_of
    from vrp_pipeline.alerts.messages import BEGUN, message
    from vrp_pipeline.alerts.reporting import digest_of, report, send_digest
    from vrp_pipeline.alerts.settings import settings
    from vrp_pipeline.defs.pending import is_up_to_date

    if not test:
        lake.must_exist()
    found, now = settings(), datetime.now(UTC)
    if (test or send) and not found.channels:
        raise click.ClickException("no message is sent: VRP_ALERTS names no file with [smtp] or [webhook].")
    if test:
        _send_test(found.channels)
        return
    conditions = conditions_of(lake, now, found.limits, is_released=lambda: is_up_to_date(lake))
    failures: tuple[str, ...] = ()
    if send:
        lake.must_be_present()
        outcome = (
            send_digest(lake, conditions, now, found.channels)
            if digest
            else report(lake, conditions, OF_THE_LAKE, found.channels)
        )
        failures = outcome.failures
        click.echo(f"{len(outcome.sent)} sent.")
    else:
        made_now = [digest_of(lake, conditions, now)] if digest else [message(each, BEGUN) for each in conditions]
        for made in made_now:
            click.echo(f"{made.subject}\n{made.text}")
        if not conditions and not digest:
            click.echo("Nothing in the lake needs you. For failed runs, see Dagster.")
    for failure in failures:
        click.echo(failure, err=True)
    if failures:
        sys.exit(1)
    if conditions:
        sys.exit(NEEDS_A_PERSON)


def _send_test(channels: "Sequence[Channel]") -> None:
    """Send a message to every channel, and say how many of them took it. Raises ClickException if any did not."""
    from vrp_pipeline.alerts.messages import Message
    from vrp_pipeline.alerts.reporting import send_to_all

    outcome = send_to_all(Message("test", "test", "[vrp] test", "Alerts reach you here.\n"), channels)
    click.echo(f"Sent by {len(channels) - len(outcome.failures)} of {len(channels)} channels.")
    if outcome.failures:
        raise click.ClickException("; ".join(outcome.failures))
