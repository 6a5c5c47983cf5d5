"""The command group `vrp` and its commands.

Each command parses its arguments, calls the package that does the work and prints the result. Slow imports are inside
the commands, so that `vrp --help` responds immediately.

Exit codes: 0 done · 1 failed, nothing partially written · 2 wrong usage · 3 done, but something needs a person
(a refused file, a held or overdue month).
"""

from pathlib import Path

import click

from vrp_pipeline.cli import (
    alerts,
    audit,
    backups,
    deliveries,
    disclosure,
    explanations,
    hot_spots,
    link_reviews,
    linkage,
    months,
    people,
    publications,
    releases,
    street_patterns,
)
from vrp_pipeline.cli.options import Commands, FilePath

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=Commands, context_settings=CONTEXT, no_args_is_help=True)
@click.option(
    "--lake",
    type=FilePath(file_okay=False),
    envvar="VRP_DATA_LAKE",
    show_envvar=True,
    help="Folder of the data lake.  [default: data_lake/ of this checkout]",
)
@click.option("--purpose", metavar="WORD", envvar="VRP_PURPOSE", show_envvar=True, help="What the command serves.")
@click.option(
    "--who",
    metavar="NAME",
    envvar="VRP_WHO",
    show_envvar=True,
    help="Your name in the audit log; else your login.",
)
@click.pass_context
def main(context: click.Context, lake: Path | None, purpose: str | None, who: str | None) -> None:
    """From the files agencies deliver to a published annual report.

    \b
    The usual way of a delivery:
      vrp receive FILE…      store it, and see which feed and months it is
      vrp run                ingest what is new, rebuild, test and release
      vrp status             what was received, held or is missing
      vrp accept FEED MONTH  count a held month all the same, and say why
      vrp query "SQL"        ask the current release
      vrp publish 2023-24    draft the annual report of a financial year
      vrp approve 2023-24    two others approve it; then it is published and frozen

    \b
    Exit codes: 0 done, 1 failed, 2 called wrongly,
    3 done but something needs a person (a refused file, a held or overdue month).
    """  # noqa: D301 - click takes a real backspace
    from vrp_pipeline.lake.paths import Lake

    context.obj = Lake.from_environment(lake)
    audit.begin(context.obj, context.invoked_subcommand or "", who, purpose)


for command in (
    deliveries.sample,
    deliveries.receive,
    months.run,
    months.status,
    months.accept,
    alerts.alerts,
    months.prune,
    releases.query,
    publications.publish,
    publications.approve,
    publications.withdraw,
    publications.revisions,
    explanations.explain,
    audit.audit,
    people.erase,
    people.retain,
    backups.backup,
    backups.restore,
    hot_spots.hotspots,
    street_patterns.pattern,
    linkage.evaluate,
    linkage.train,
    link_reviews.linkage,
):
    main.add_command(command)
linkage.evaluate.add_command(hot_spots.evaluate_hotspots)
linkage.evaluate.add_command(disclosure.disclosure)


if __name__ == "__main__":
    main()
