"""The commands `vrp run`, `vrp status` and `vrp accept`: processing, status and acceptance of months."""

import json
import sys
from typing import Any

import click

from vrp_pipeline.cli.options import NEEDS_A_PERSON, Month, as_of_option, login
from vrp_pipeline.cli.terminal import BarPerStep, progress_bars


@click.command(short_help="Ingest what is new, rebuild, test and release.")
@click.option(
    "--from",
    "first",
    type=Month(),
    metavar="YYYY-MM",
    help="Ingest again from this month on, even if nothing is new.",
)
@click.option("--to", "last", type=Month(), metavar="YYYY-MM", help="… up to this month.")
@as_of_option
@click.pass_obj
def run(lake: Any, first: str | None, last: str | None) -> None:
    """Ingest what is new, rebuild and test the models, and release them.

    Runs the same Dagster jobs as the UI and the schedule, in this process. A held month does not stop the others: its
    last good rows stay, and every figure that needs it is shown as incomplete.
    """
    from vrp_pipeline.cli.runs import run_everything
    from vrp_pipeline.linkage.events.zone import read_summary

    if first and last and last < first:
        raise click.UsageError(f"--to {last} lies before --from {first}.")
    months = (first, last) if first or last else None
    with progress_bars() as bars:
        shown = BarPerStep(bars)
        outcome = run_everything(lake, months, shown)
        shown.end()
    word = "is current" if outcome.was_needed else "is current; nothing was new"
    click.echo(f"Release {outcome.release} {word}.")
    if links := read_summary(lake):
        for sentence in links.warnings:
            click.echo(f"Links: {sentence}", err=True)
    if outcome.held:
        click.echo(f"Held: {', '.join(outcome.held)}. See: vrp status", err=True)
        sys.exit(NEEDS_A_PERSON)
    click.echo(next_step(lake))


def next_step(lake: Any) -> str:
    """Return the suggested next step: publish the newest financial year with a complete figure, or query."""
    from vrp_pipeline.release.releases import current_release
    from vrp_pipeline.report.counts.reading import newest_complete_year

    return f"Next: vrp publish {newest_complete_year(current_release(lake).path)}, or vrp query --tables"


@click.command(short_help="Show each feed and month: received, late, held or overdue.")
@click.option("--feed", metavar="AGENCY__TABLE", help="One feed, with a line and all numbers for each month.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@as_of_option
@click.pass_obj
def status(lake: Any, feed: str | None, as_json: bool) -> None:
    """Show which months of which feed were received, late, restated, held, or are overdue today.

    Exit code 3 if something needs a person: a month is held or overdue (also if only one sender is missing), or the
    release is damaged. A month that waits for `vrp run` does not count.
    """
    from vrp_pipeline.calendar.calendar_for_people import calendar_for_people
    from vrp_pipeline.cli.status_tables import (
        accepted_sentences,
        held_sentences,
        overdue_sentences,
        print_feed,
        print_status,
        release_sentences,
    )
    from vrp_pipeline.feeds import FEEDS

    known = {name: declared for name, declared in FEEDS.items() if declared.is_in_calendar}
    if feed is not None and feed not in known:
        raise click.BadParameter(f"'{feed}' is no feed of the calendar. They are: {', '.join(known)}.")
    rows = calendar_for_people(lake, [known[feed]] if feed else None)
    if as_json:
        click.echo(json.dumps(rows, default=str, indent=2))
    elif not rows and lake.day:
        click.echo(f"Nothing had been received by the end of {lake.day} in {lake.present.root}.")
    elif not rows:
        click.echo(f"Nothing was received in {lake.root} yet. Next: vrp sample, or vrp receive FILE…")
    else:
        (print_feed if feed else print_status)(rows)
        for sentence in accepted_sentences(lake, feed):
            click.echo(sentence)
    if wrong := [*held_sentences(lake, feed), *overdue_sentences(rows), *release_sentences(lake)]:
        click.echo("\n".join(wrong), err=True)
        sys.exit(NEEDS_A_PERSON)


@click.command(short_help="Count a held month all the same, and say why.")
@click.argument("feed", metavar="FEED")
@click.argument("month", metavar="MONTH")
@click.option("--reason", required=True, help="Why the month may be counted; kept in decisions/, never printed.")
@click.option("--by", "person", metavar="NAME", default=login, show_default="your login", help="Who decides.")
@click.option("--ended", multiple=True, metavar="SENDER", help="A missing sender that will deliver no more.")
@click.pass_obj
def accept(lake: Any, feed: str, month: str, reason: str, person: str, ended: tuple[str, ...]) -> None:
    """Accept the held MONTH of FEED: it is counted, and the report notes that it was accepted by decision.

    \b
    vrp accept police__offences 2024-03 --reason "football final, confirmed by the force on 3 May"

    The decision applies to this delivery and to its unmet expectations. Faulty rows stay in quarantine. A month that
    lacks a sender is counted without it; the sender is expected again in the next month, unless --ended names it. No
    report prints who decided, or why.
    """  # noqa: D301 - click takes a real backspace
    from vrp_pipeline.feeds import FEEDS
    from vrp_pipeline.ingest.acceptance import accept as accept_month

    lake.must_be_present()
    if feed not in FEEDS:
        raise click.BadParameter(f"'{feed}' is no feed. They are: {', '.join(FEEDS)}.", param_hint="FEED")
    acceptance = accept_month(lake, FEEDS[feed], month, accepted_by=person, reason=reason, ended=ended)
    click.echo(f"Recorded: {acceptance.sentence}")
    click.echo("Next: vrp run")


@click.command(short_help="Remove old runs from Dagster's storage.")
def prune() -> None:
    """Remove old runs from Dagster's storage; what the UI shows of each month stays.

    Dagster's schedule weekly_prune does the same.
    """
    from vrp_pipeline.cli.runs import prune_storage

    click.echo(f"{prune_storage()} runs removed.")
