"""The commands `vrp backup` and `vrp restore`: the zones that cannot be rebuilt, in one file."""

from pathlib import Path
from typing import Any

import click

from vrp_pipeline.cli.options import FilePath


@click.command(short_help="Write what cannot be made again to one file.")
@click.argument("file", type=FilePath(dir_okay=False))
@click.pass_obj
def backup(lake: Any, file: Path) -> None:
    """Write landing, decisions, erasures, the audit log and published reports to FILE, a tar archive.

    Each delivery is compared with its SHA-256 first. The key of the pseudonyms is not in it: keep a copy of it apart.
    """
    from vrp_pipeline.lake.backup import back_up

    lake.must_be_present()
    count = back_up(lake, file)
    click.echo(f"{count} deliveries, decisions, erasures, audit log and published reports are in {file}.")


@click.command(short_help="Restore a back-up into an empty lake, and verify it.")
@click.argument("file", type=FilePath(dir_okay=False, exists=True))
@click.pass_obj
def restore(lake: Any, file: Path) -> None:
    """Restore a back-up FILE into an empty lake, and verify its deliveries and its audit log. Then: vrp run."""
    from vrp_pipeline.lake.backup import restore as restore_lake

    lake.must_be_present()
    count = restore_lake(lake, file)
    click.echo(f"{count} deliveries are restored and whole. With the key in its place, next: vrp run")
