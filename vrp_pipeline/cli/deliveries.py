"""The commands `vrp sample` and `vrp receive`: simulated deliveries, and receipt into landing."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vrp_pipeline.cli.options import NEEDS_A_PERSON, FilePath, login
from vrp_pipeline.cli.terminal import progress_bars
from vrp_pipeline.synthetic import DIFFICULTIES, WORLDS

if TYPE_CHECKING:
    from vrp_pipeline.landing.receipt import Receipt


@click.command(short_help="Simulate the deliveries of a partnership over two years.")
@click.option(
    "--scale", type=click.FloatRange(0.01, 3), default=1.0, show_default=True, help="1 is a whole force area."
)
@click.option("--seed", type=int, default=20230401, show_default=True, help="The same seed gives the same bytes.")
@click.option(
    "--to",
    "inbox",
    type=FilePath(file_okay=False),
    help="Folder to fill.  [default: the lake's inbox]",
)
@click.option(
    "--world", type=click.Choice(WORLDS), default=WORLDS[0], show_default=True, help="The laws: docs/synthetic.md."
)
@click.option(
    "--difficulty",
    type=click.Choice(DIFFICULTIES),
    default="base",
    show_default=True,
    help="How carelessly the agencies of the clustered world record.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="KIND:FEED",
    help="Spoil a feed of the clustered world throughout: clock12h, place3km, age3y or ageblank.",
)
@click.pass_obj
def sample(
    lake: Any, scale: float, seed: int, inbox: Path | None, world: str, difficulty: str, faults: tuple[str, ...]
) -> None:
    """Simulate a partnership: two years of deliveries from every agency, in their real formats.

    All data are simulated, and every report made from them says so. The true events of the simulation are kept
    separately in the lake's truth/ folder, which only tests and evaluations read.
    """
    from vrp_pipeline.cli.simulated_inbox import fill

    lake.must_be_present()
    target = inbox or lake.inbox
    with progress_bars() as bars:
        task = bars.add_task("simulating", total=1.0)
        try:
            paths = fill(
                target,
                lake.root / "truth",
                scale=scale,
                seed=seed,
                world=world,
                difficulty=difficulty,
                faults=faults,
                progress=lambda stage, share: bars.update(task, description=f"simulating {stage}", completed=share),
            )
        except ValueError as wrong:
            raise click.UsageError(str(wrong)) from wrong
    size = sum(path.stat().st_size for path in paths)
    click.echo(f"{len(paths)} simulated deliveries, {size / 1e6:,.0f} MB, in {target}")
    click.echo(f"Next: vrp receive {target}")


@click.command(short_help="Recognise and store deliveries, files or folders.")
@click.argument("files", nargs=-1, type=FilePath(exists=True, from_inbox=True))
@click.option(
    "--received-on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day on which FILES came, to load deliveries of the past in their order.  [default: now]",
)
@click.option(
    "--nil", nargs=2, metavar="FEED MONTH", help="Record that there was nothing to deliver for MONTH of FEED."
)
@click.option(
    "--sender",
    "senders",
    multiple=True,
    help="With --nil: the sender that had nothing, in a feed with several senders.",
)
@click.option("--reason", default="", help="With --nil: the evidence for the declaration; kept with it, never printed.")
@click.option(
    "--by", "person", metavar="NAME", default=login, show_default="your login", help="With --nil: who decides."
)
@click.pass_obj
def receive(
    lake: Any,
    files: tuple[Path, ...],
    received_on: datetime | None,
    nil: tuple[str, str] | None,
    senders: tuple[str, ...],
    reason: str,
    person: str,
) -> None:
    """Receive FILES (or folders of files): guard, recognise and store each unchanged.

    \b
    vrp receive inbox/
    vrp receive --nil communities__anonymous_reports 2024-03 --reason "confirmed by the charity on 3 April"

    Files that cannot be recognised are refused and kept with the reason; nothing delivered is lost. A file received
    twice is stored once, unless another has replaced its rows since: then it is received anew and counts again. Of two
    deliveries that cover a month the later one counts, or in a feed with several senders the later one of each, so
    files delivered before the lake existed are received with their own date of receipt, one day at a time.
    """  # noqa: D301 - click takes a real backspace
    from vrp_pipeline.landing.given_files import files_in
    from vrp_pipeline.landing.receipt import receive as receive_files

    if bool(files) == bool(nil):
        raise click.UsageError("Give FILES, or --nil FEED MONTH.")
    if nil:
        _receive_nil(lake, *nil, senders, reason, person)
        return
    found = files_in(files)
    counts = {"new": 0, "known": 0, "refused": 0}
    seen: set[Path] = set()  # an archive may deliver several feeds
    with progress_bars() as bars:
        task = bars.add_task("receiving", total=len(found))
        for receipt in receive_files(lake, found, received_on=received_on.date() if received_on else None):
            seen.add(receipt.path)
            bars.update(task, completed=len(seen))
            for line in _lines(receipt):
                bars.console.print(line, highlight=False, soft_wrap=True)
            counts["refused" if receipt.refusal else "new" if receipt.is_new else "known"] += 1
    click.echo(f"{counts['new']} received, {counts['known']} known already, {counts['refused']} refused.")
    if counts["refused"]:
        click.echo(f"Refused files are kept with the reason in {lake.refused}", err=True)
        sys.exit(NEEDS_A_PERSON)
    if counts["new"]:
        click.echo("Next: vrp run")


def _lines(receipt: "Receipt") -> Iterator[str]:
    """Yield the lines printed about one file and feed: the delivery or refusal, then what was left out."""
    delivery, name = receipt.delivery, receipt.path.name
    if delivery is None:
        yield f"[red]refused[/]   {receipt.refusal}"
        return
    partitions = sorted(delivery.partitions)
    span = partitions[0]
    if len(partitions) > 1:
        span = f"{partitions[0]} … {partitions[-1]} ({len(partitions)} months)"
    word = "[green]received[/] " if receipt.is_new else "[dim]known[/]     "
    yield f"{word} {name}  →  {delivery.feed}  {span}  {delivery.rows:,} rows"
    for note in receipt.notes:
        yield f"          {name}: {note}"
    if later := receipt.superseded_by:
        yield (
            f"          {later.file_name} of {later.received_on} counts in its place; "
            "to make this file count again, receive it alone"
        )


def _receive_nil(lake: Any, feed: str, month: str, senders: tuple[str, ...], reason: str, person: str) -> None:
    from vrp_pipeline.feeds import FEEDS
    from vrp_pipeline.landing.nil_returns import receive_nil

    if feed not in FEEDS:
        raise click.BadParameter(f"'{feed}' is no feed. They are: {', '.join(FEEDS)}.", param_hint="--nil")
    delivery = receive_nil(lake, FEEDS[feed], month, declared_by=person, reason=reason, senders=senders)
    click.echo(f"Recorded: nothing to deliver of {feed} for {', '.join(delivery.partitions)}.")
    click.echo("Next: vrp run")
