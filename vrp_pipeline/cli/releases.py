"""The command `vrp query`: reading the current release."""

import os
import sys
from importlib.util import find_spec
from typing import Any

import click

from vrp_pipeline.cli.options import SERVED, as_of_option


@click.command()
@click.argument("sql", required=False)
@click.option("--tables", is_flag=True, help="List the tables, their columns and what they mean.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="Output."
)
@click.option(
    "--tier", type=click.Choice(["full", "partner"]), default="full", show_default=True, help="docs/privacy.md#tiers."
)
@click.option("--ui", "in_client", is_flag=True, help="Open Harlequin, a client in the terminal (make query-ui).")
@click.option("--path", "show_path", is_flag=True, help="Print the folder of the current release and end.")
@as_of_option
@click.pass_obj
def query(lake: Any, sql: str | None, tables: bool, form: str, tier: str, in_client: bool, show_path: bool) -> None:
    """Query the current release in SQL, even during a run. Without SQL, a terminal opens a prompt.

    \b
    vrp query "select financial_year, count(*) from fct_serious_violence_incidents group by 1"

    A session keeps the release it opened. It reads that release and nothing else, and cannot write.
    """  # noqa: D301 - click takes a real backspace
    import duckdb

    from vrp_pipeline.cli.answers import print_answer, print_tables
    from vrp_pipeline.cli.prompt import converse
    from vrp_pipeline.lake.audit import record
    from vrp_pipeline.release.releases import current_release
    from vrp_pipeline.release.sessions import NoQuestionError, about, ask, open_release

    if in_client:
        _refuse_client(sql)
    release = current_release(lake)
    if show_path:
        click.echo(release.path)
        return
    with open_release(release, tier) as connection:

        def ask_and_tell(question: str) -> duckdb.DuckDBPyRelation | None:
            """Tell the audit log of a question before it is answered."""
            record(lake, "query", release=release.release_id, tier=tier, **about(connection, question))
            return ask(connection, question)

        if in_client:
            from vrp_pipeline.cli.query_ui import client

            with client(connection, release, ask_and_tell) as harlequin:
                harlequin.run()
            return
        if tables or (sql is None and not sys.stdin.isatty()):
            print_tables(connection, release)
            return
        if sql is None:
            converse(connection, release, ask_and_tell, form)
            return
        try:
            print_answer(ask_and_tell(sql), form)
        except NoQuestionError as error:
            raise click.UsageError(f"{error} Give it as SQL.") from error
        except duckdb.Error as error:
            raise click.ClickException(f"{error}\nTables: vrp query --tables") from error


def _refuse_client(sql: str | None) -> None:
    """Refuse `--ui` where it cannot be had, or would lend the account of the lake."""
    if sql is not None:
        raise click.UsageError("Give a question or --ui.")
    if os.environ.get(SERVED):
        raise click.ClickException(
            "on a server there is no --ui: Harlequin saves files and starts an editor, and would do so as the account "
            "of the lake. Ask with vrp query, or open the stable path of the release in a client of your own."
        )
    if find_spec("harlequin") is None:
        raise click.ClickException("Harlequin is not installed. Run: make query-ui")
