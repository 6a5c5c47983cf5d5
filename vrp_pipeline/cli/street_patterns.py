"""The command `vrp pattern`: the pattern of street crimes of any force, from archives of data.police.uk alone."""

from pathlib import Path
from typing import Any

import click

from vrp_pipeline.cli.options import FilePath
from vrp_pipeline.cli.terminal import progress_bars


@click.command(short_help="Report the street crimes of any force from archives alone.")
@click.argument("archives", nargs=-1, required=True, type=FilePath(exists=True, dir_okay=False))
@click.option("--force", required=True, metavar="NAME", help="As the archive's files name it: avon-and-somerset.")
@click.option("--to", "folder", required=True, type=FilePath(file_okay=False), help="Folder to write to.")
@click.pass_obj
def pattern(lake: Any, archives: tuple[Path, ...], force: str, folder: Path) -> None:
    """Report the pattern of street crimes by month, district and type, with charts.

    For any force in ARCHIVES of data.police.uk, the newest last. This is not serious violence, and needs no lake.
    """
    from vrp_pipeline.lake.audit import record
    from vrp_pipeline.landing.refusal import RefusedError
    from vrp_pipeline.street_patterns.archives import count_street_crimes
    from vrp_pipeline.street_patterns.files import write_patterns

    try:
        with progress_bars() as bars:
            task = bars.add_task("counting", total=None)
            counts = count_street_crimes(
                archives,
                force,
                lambda path, month: bars.update(task, description=f"counting {path.name}, {month}", advance=1),
            )
    except RefusedError as error:
        raise click.ClickException(str(error)) from error
    page, table = write_patterns(counts, folder)
    record(lake, "pattern", force=force, months=len(counts.months))
    click.echo(f"{sum(counts.crimes.values()):,} street crimes of {len(counts.months)} months: {page}")
    click.echo(f"Every month, district and type: {table}")
    click.echo("Not serious violence: street crimes carry no offence code, day, age or weapon.")
