"""`vrp`: the pipeline on the command line.

Each command parses its words, calls the room that does the work and says what came of it. Imports that take
time stand inside the commands, so that `vrp --help` answers at once.

Exit codes: 0 done · 1 failed, nothing half-written · 2 called wrongly · 3 done, but something needs a person
(a refused file, a held month).
"""

import errno
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vrp_pipeline.linkage_commands import evaluate, train

if TYPE_CHECKING:
    from rich.progress import Progress

NEEDS_A_PERSON = 3
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class OurErrors(click.Group):
    """Commands whose expected failures end in one sentence: the pipeline's own errors say what to do next."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command; turn an error that a room of the pipeline raised into a message and exit code 1."""
        try:
            return super().invoke(context)
        except (RuntimeError, ValueError) as error:
            if type(error).__module__.startswith("vrp_pipeline."):
                raise click.ClickException(str(error)) from error
            raise
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise click.ClickException(
                    "the disk is full. What stood before still stands; make room, then run this again."
                ) from error
            raise


def _look_back(context: click.Context, _: click.Parameter, day: str | None) -> None:
    if day:
        from vrp_pipeline.lake.paths import NoSuchDayError

        try:
            context.obj = context.obj.as_of(day)
        except NoSuchDayError as error:
            raise click.BadParameter(str(error)) from error


def _person() -> str:
    import getpass

    return getpass.getuser()


# For commands that make nothing but what follows from deliveries and decisions.
as_of_option = click.option(
    "--as-of",
    metavar="YYYY-MM-DD",
    envvar="VRP_AS_OF",
    show_envvar=True,
    expose_value=False,
    callback=_look_back,
    help="What could have been known at the end of that day, in a lake of its own below as_of/.",
)


@click.group(cls=OurErrors, context_settings=CONTEXT, no_args_is_help=True)
@click.option(
    "--lake",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="VRP_DATA_LAKE",
    show_envvar=True,
    help="Folder of the data lake.  [default: data_lake/ of this checkout]",
)
@click.pass_context
def main(context: click.Context, lake: Path | None) -> None:
    """From the files agencies deliver to a published annual report.

    \b
    The usual way of a delivery:
      vrp receive FILE…      store it, and see which feed and months it is
      vrp run                ingest what is new, rebuild, test and release
      vrp status             what was received, held or is missing
      vrp accept FEED MONTH  count a held month all the same, and say why
      vrp query "SQL"        ask the current release
      vrp publish 2023-24    freeze the annual report of a financial year

    \b
    Exit codes: 0 done, 1 failed, 2 called wrongly,
    3 done but something needs a person (a refused file, a held month).
    """  # noqa: D301 - click takes a real backspace
    from vrp_pipeline.lake.paths import Lake

    context.obj = Lake.from_environment(lake)


@main.command()
@click.option(
    "--scale", type=click.FloatRange(0.01, 3), default=1.0, show_default=True, help="1 is a whole force area."
)
@click.option("--seed", type=int, default=20230401, show_default=True, help="The same seed gives the same bytes.")
@click.option(
    "--to",
    "inbox",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to fill.  [default: the lake's inbox]",
)
@click.pass_obj
def sample(lake: Any, scale: float, seed: int, inbox: Path | None) -> None:
    """Simulate a partnership: two years of every agency's deliveries, in their real formats.

    Everything is made up; every report made from it says so. What really happened in the simulated world is kept
    apart in the lake's truth/ folder, which only tests and evaluations read.
    """
    from vrp_pipeline.simulated_inbox import fill

    lake.must_be_present()
    target = inbox or lake.inbox
    with _progress() as bars:
        task = bars.add_task("simulating", total=1.0)
        paths = fill(
            target,
            lake.root / "truth",
            scale=scale,
            seed=seed,
            progress=lambda stage, share: bars.update(task, description=f"simulating {stage}", completed=share),
        )
    size = sum(path.stat().st_size for path in paths)
    click.echo(f"{len(paths)} simulated deliveries, {size / 1e6:,.0f} MB, in {target}")
    click.echo(f"Next: vrp receive {target}")


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--received-on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day on which FILES came, to load deliveries of the past in their order.  [default: now]",
)
@click.pass_obj
def receive(lake: Any, files: tuple[Path, ...], received_on: datetime | None) -> None:
    """Receive FILES (or folders of files): guard, recognise and store each unchanged.

    What cannot be recognised is refused with the reason and kept apart; nothing delivered is lost. The same file
    twice is received once. Of two deliveries that cover a month the later one counts, so files that came before
    the lake existed are received with the day they came, each day's files by themselves.
    """
    from vrp_pipeline.landing.receipt import files_in
    from vrp_pipeline.landing.receipt import receive as receive_files

    found = files_in(files)
    counts = {"new": 0, "known": 0, "refused": 0}
    seen: set[Path] = set()  # an archive may deliver several feeds
    with _progress() as bars:
        task = bars.add_task("receiving", total=len(found))
        for receipt in receive_files(lake, found, received_on=received_on.date() if received_on else None):
            seen.add(receipt.path)
            bars.update(task, completed=len(seen))
            if receipt.refusal is not None:
                counts["refused"] += 1
                bars.console.print(f"[red]refused[/]   {receipt.refusal}", highlight=False, soft_wrap=True)
            elif receipt.delivery is not None:
                counts["new" if receipt.is_new else "known"] += 1
                delivery = receipt.delivery
                parts = sorted(delivery.parts)
                span = parts[0] if len(parts) == 1 else f"{parts[0]} … {parts[-1]} ({len(parts)} months)"
                word = "[green]received[/] " if receipt.is_new else "[dim]known[/]     "
                bars.console.print(
                    f"{word} {receipt.path.name}  →  {delivery.feed}  {span}  {delivery.rows:,} rows", highlight=False
                )
    click.echo(f"{counts['new']} received, {counts['known']} known already, {counts['refused']} refused.")
    if counts["refused"]:
        click.echo(f"Refused files are kept with the reason in {lake.refused}", err=True)
        sys.exit(NEEDS_A_PERSON)
    if counts["new"]:
        click.echo("Next: vrp run")


@main.command()
@click.option("--from", "first", metavar="YYYY-MM", help="Ingest again from this month on, whatever was done before.")
@click.option("--to", "last", metavar="YYYY-MM", help="… up to this month.")
@as_of_option
@click.pass_obj
def run(lake: Any, first: str | None, last: str | None) -> None:
    """Ingest what is new, rebuild and test the models, and release them.

    The same Dagster jobs as in the UI and at night, in this process. A held month stops no other: its last good
    rows stay, and every figure that needs it is shown as incomplete.
    """
    from vrp_pipeline.linkage.event_links import read_summary
    from vrp_pipeline.runs import run_everything

    months = (first or last, last or first) if first or last else None
    with _progress() as bars:
        tasks: dict[str, Any] = {}

        def listen(feed: str, step: str, done: int, total: int) -> None:
            if feed not in tasks:
                tasks[feed] = bars.add_task(feed, total=None)
            bars.update(tasks[feed], description=f"{feed}: {step}", completed=done, total=total or None)

        outcome = run_everything(lake, months, listen)  # type: ignore[arg-type]
        for task in tasks.values():
            bars.update(task, total=1, completed=1)
    word = "is current" if outcome.was_needed else "is current; nothing was new"
    click.echo(f"Release {outcome.release} {word}.")
    if (links := read_summary(lake)) and not links.matched_share.is_expected:
        click.echo(f"Links: {links.matched_share.sentence}", err=True)
    if outcome.held:
        click.echo(f"Held: {', '.join(outcome.held)}. See: vrp status", err=True)
        sys.exit(NEEDS_A_PERSON)
    click.echo('Next: vrp publish 2023-24, or vrp query "select * from rpt_annual_metrics"')


@main.command()
@click.option("--feed", metavar="AGENCY__TABLE", help="One feed, with a line and all numbers for each month.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@as_of_option
@click.pass_obj
def status(lake: Any, feed: str | None, as_json: bool) -> None:
    """Show which months of which feed were received, late, restated, held, or are overdue."""
    from vrp_pipeline.feeds import FEEDS
    from vrp_pipeline.ingest.calendar import calendar
    from vrp_pipeline.ingest.due import is_in_calendar
    from vrp_pipeline.status import held_sentences, print_feed, print_status

    known = {name: declared for name, declared in FEEDS.items() if is_in_calendar(declared)}
    if feed is not None and feed not in known:
        raise click.BadParameter(f"'{feed}' is no feed of the calendar. They are: {', '.join(known)}.")
    rows = calendar(lake, [known[feed]] if feed else None).to_pylist()
    if as_json:
        click.echo(json.dumps(rows, default=str, indent=2))
    elif not rows and lake.day:
        click.echo(f"Nothing had been received by the end of {lake.day} in {lake.present.root}.")
    elif not rows:
        click.echo(f"Nothing was received in {lake.root} yet. Next: vrp sample, or vrp receive FILE…")
    else:
        (print_feed if feed else print_status)(rows)
    held = held_sentences(lake)
    if held:
        click.echo("\n".join(held), err=True)
        sys.exit(NEEDS_A_PERSON)


@main.command()
@click.argument("feed", metavar="FEED")
@click.argument("month", metavar="MONTH")
@click.option("--reason", required=True, help="Why the month may be counted; it is printed in the report's notes.")
@click.option("--by", "person", metavar="NAME", default=_person, show_default="your login", help="Who decides.")
@click.pass_obj
def accept(lake: Any, feed: str, month: str, reason: str, person: str) -> None:
    """Accept the held MONTH of FEED: it is counted, and the decision follows it into the report.

    \b
    vrp accept police__offences 2024-03 --reason "football final, confirmed by the force on 3 May"

    The decision holds for this delivery and for the rules it broke. Rows that are faulty by themselves stay in
    quarantine.
    """  # noqa: D301 - click takes a real backspace
    from vrp_pipeline.feeds import FEEDS
    from vrp_pipeline.ingest.acceptance import accept as accept_month

    lake.must_be_present()
    if feed not in FEEDS:
        raise click.BadParameter(f"'{feed}' is no feed. They are: {', '.join(FEEDS)}.", param_hint="FEED")
    acceptance = accept_month(lake, FEEDS[feed], month, accepted_by=person, reason=reason)
    click.echo(f"Recorded: {acceptance.sentence}")
    click.echo("Next: vrp run")


@main.command()
@click.argument("financial_year", metavar="YEAR")
@as_of_option
@click.pass_obj
def publish(lake: Any, financial_year: str) -> None:
    """Publish the annual report of a financial YEAR (2023-24) from the current release, and freeze it.

    The same figures again make no new version; other figures make the next one beside it.
    """
    from vrp_pipeline.lake.releases import current_release
    from vrp_pipeline.report import publish as publish_report

    with _progress() as bars:
        bars.add_task(f"writing the annual report of {financial_year}", total=None)
        publication = publish_report(current_release(lake).path, lake.published, financial_year)
    click.echo(publication.headline)
    word = "Published" if publication.is_new else "Unchanged since"
    click.echo(f"{word} version {publication.version}: {publication.path / 'annual_report.html'}")


@main.command()
@click.argument("financial_year", metavar="YEAR")
@click.pass_obj
def revisions(lake: Any, financial_year: str) -> None:
    """Say why the figures of a published financial YEAR (2023-24) read differently in the current release.

    Reclassified, cancelled, re-dated and newly recorded crimes, which add up. The published version stays as it is.
    """
    from vrp_pipeline.answers import print_revisions
    from vrp_pipeline.lake.releases import current_release
    from vrp_pipeline.report.publication import revisions_since, versions

    folder = lake.published / financial_year
    if not versions(folder):
        raise click.ClickException(f"{financial_year} is not published yet. Run: vrp publish {financial_year}")
    print_revisions(revisions_since(current_release(lake).path, folder))


@main.command()
@click.argument("sql", required=False)
@click.option("--tables", is_flag=True, help="List the tables, their columns and what they mean.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="Output."
)
@click.option("--path", "show_path", is_flag=True, help="Print the folder of the current release and end.")
@as_of_option
@click.pass_obj
def query(lake: Any, sql: str | None, tables: bool, form: str, show_path: bool) -> None:
    """Ask the current release in SQL, also while a run is at work.

    \b
    vrp query "select financial_year, count(*) from fct_serious_violence_incidents group by 1"
    """  # noqa: D301 - click takes a real backspace
    import duckdb

    from vrp_pipeline.answers import print_answer, print_tables
    from vrp_pipeline.lake.releases import current_release, open_release

    release = current_release(lake)
    if show_path:
        click.echo(release.path)
        return
    with open_release(release) as connection:
        if tables or sql is None:
            print_tables(connection, release)
            return
        try:
            answer = connection.sql(sql)
        except duckdb.Error as error:
            raise click.ClickException(f"{error}\nTables: vrp query --tables") from error
        print_answer(answer, form)


main.add_command(evaluate)
main.add_command(train)


@contextmanager
def _progress() -> Iterator["Progress"]:
    """Progress bars on the terminal's own handle, so that they stay while a run sends its noise to a log."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from vrp_pipeline.runs import terminal

    with terminal() as handle:
        console = Console(file=handle, width=None if handle.isatty() else 160)
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        ) as bars:
            yield bars


if __name__ == "__main__":
    main()
