"""The commands `vrp erase` and `vrp retain`: removal of one person, and of expired months."""

import sys
from typing import TYPE_CHECKING, Any

import click

from vrp_pipeline.cli.options import NEEDS_A_PERSON
from vrp_pipeline.cli.terminal import progress_bars

if TYPE_CHECKING:
    from vrp_pipeline.landing.raw_search import FilesWithNumber

# What commands write outside the lake, by the action in the audit log, and what to do with it after an erasure.
COPIES = {
    "hotspots": ("Pages of hot spots in folders of somebody's own", "remove them, and draw them again."),
    "write links": ("Sheets of link reviews", "remove them, and write them again."),
    "backup": ("Back-ups", "make a new one and remove them; a lake restored from one needs this erasure again."),
}


@click.command(short_help="Erase a person from every zone and release.")
@click.option("--subject", "kind", required=True, metavar="KIND", help="What kind of number is given: nhs_number, …")
@click.option("--within", default="", metavar="CODE", help="Whose own number it is, for a number of one service alone.")
@click.option("--dry-run", is_flag=True, help="Only count the rows that would go.")
@click.pass_obj
def erase(lake: Any, kind: str, within: str, dry_run: bool) -> None:
    """Erase a person: their rows leave landing, bronze, quarantine, links, warehouse, hot spots and every release.

    \b
    vrp erase --subject nhs_number --dry-run
    vrp erase --subject yjs_child --within E10000014

    The number is prompted for without echo, or read from standard input, so that it never appears in a shell history
    or list of processes. Only its pseudonym is kept, to recognise rows that are sent again. Published reports stay.
    """  # noqa: D301 - click takes a real backspace
    import shutil

    from vrp_pipeline.cli.runs import run_everything
    from vrp_pipeline.erasure.people import remove, rows_of, subject
    from vrp_pipeline.lake.audit import record as log
    from vrp_pipeline.lake.erasures import note_removal, record, remove_derived
    from vrp_pipeline.lake.ledger import all_deliveries
    from vrp_pipeline.landing.raw_search import files_with
    from vrp_pipeline.release.warehouse import writing

    lake.must_be_present()
    lake.must_exist()
    number = click.prompt(kind, hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    erasure = subject(kind, number, within)
    with progress_bars() as bars:
        task = bars.add_task("searching deliveries", total=None)
        found = rows_of(lake, erasure)
        bars.update(task, description="searching the inbox and refused files")
        files = files_with(lake, number)
    for name, rows in found.items():
        click.echo(f"{name}: {rows:,} rows in deliveries")
    if dry_run:
        _tell_what_is_left(lake, files)
        click.echo(f"{sum(found.values()):,} rows, {len(files.refused)} refused files would go. Nothing was changed.")
        return
    with writing(lake, lambda busy: click.echo(f"Waiting: {busy}", err=True)):
        record(lake, erasure)
        log(lake, "erase", kind=kind, erasure=erasure.name)
        removed = remove(lake)
        note_removal(lake)  # a release with the erased rows may have been made while this waited
        for folder in files.refused:
            shutil.rmtree(folder)
        remove_derived(lake)
    release = "There is no release."
    if all_deliveries(lake):
        with progress_bars() as bars:
            task = bars.add_task("building everything again", total=None)
            outcome = run_everything(
                lake, None, lambda feed, step, *_: bars.update(task, description=f"{feed}: {step}")
            )
        release = f"Release {outcome.release} is current."
    click.echo(
        f"Erased: {removed.deliveries:,} rows of deliveries, {removed.bronze:,} of bronze, {removed.quarantine:,} of "
        f"quarantine, {len(files.refused)} refused files. {release}"
    )
    _tell_what_is_left(lake, files)
    if files.copies or files.inbox or files.not_searched:
        sys.exit(NEEDS_A_PERSON)


def _tell_what_is_left(lake: Any, files: "FilesWithNumber") -> None:
    """Print where rows about the person may remain: in files of others, unsearchable files and copies."""
    from collections import Counter

    from vrp_pipeline.lake.audit import entries

    for paths, what in (
        (
            files.copies,
            "files in the inbox are copies of deliveries. The rows leave the deliveries; the copies are the agencies'"
            " and stay. They are not received again: remove them",
        ),
        (
            files.inbox,
            "files in the inbox hold the number and were not received. The agencies send them without the person; from"
            " what is received all the same a run removes the rows",
        ),
    ):
        if paths:
            click.echo(f"{len(paths)} {what}:", err=True)
        for path in paths:
            click.echo(f"  {path}", err=True)
    if files.not_searched:
        click.echo(
            f"{len(files.not_searched)} files, refused or in the inbox, cannot be searched whole, as workbooks and "
            "pictures. Look into each, and remove it if it holds the person:",
            err=True,
        )
    for path in files.not_searched:
        click.echo(f"  {path}", err=True)
    made = Counter(
        entry.action for entry in entries(lake) if entry.action in COPIES and entry.details.get("is_elsewhere", True)
    )
    for action, copies in made.items():
        what, remedy = COPIES[action]
        click.echo(
            f"{what} written until now: {copies}. The lake does not know where they lie: {remedy} "
            f'By whom and when: vrp audit show --action "{action}"',
            err=True,
        )


@click.command(short_help="Remove months that are older than the period of their feed.")
@click.option("--dry-run", is_flag=True, help="Only list the months that would be removed.")
@click.pass_obj
def retain(lake: Any, dry_run: bool) -> None:
    """Remove the months of each feed that are older than its period in deploy/retention.toml, and old refused files.

    They are removed from landing, bronze, quarantine, verdicts and every release, and then count as not received.
    Published reports stay. Run it by a timer or by hand: no other command does it.
    """
    from datetime import datetime

    from vrp_pipeline.calendar.retention_periods import periods
    from vrp_pipeline.erasure.retention import expired, expired_refusals, left_by_killed_calls
    from vrp_pipeline.erasure.retention import retain as retain_months
    from vrp_pipeline.feeds.partnership import TIME_ZONE
    from vrp_pipeline.lake.erasures import remove_derived
    from vrp_pipeline.release.warehouse import writing

    lake.must_be_present()
    lake.must_exist()
    today = datetime.now(TIME_ZONE).date()
    found, refused = expired(lake, today), expired_refusals(lake, today)
    left = left_by_killed_calls(lake)
    kept = periods()
    for name, months in found.items():
        click.echo(f"{name}: {months[0]} to {months[-1]}, {len(months)} in all; kept {kept[name].months} months")
    if refused:
        click.echo(f"{len(refused)} refused files")
    if left:
        click.echo(f"{len(left)} files of deliveries, left by a removal that was killed")
    if not found and not refused and not left:
        click.echo("Nothing is older than its period.")
        return
    if dry_run:
        click.echo("Nothing was changed.")
        return
    with writing(lake, lambda busy: click.echo(f"Waiting: {busy}", err=True)):
        retain_months(lake, today)
        remove_derived(lake)
    click.echo("Removed, and logged. Next: vrp run")
