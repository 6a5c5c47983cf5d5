"""The command `vrp query`: reading the current release."""

import os
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click

from vrp_pipeline.cli.options import SERVED, as_of_option

if TYPE_CHECKING:
    import duckdb

    from vrp_pipeline.release.releases import Release


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
    vrp query --format csv < question.sql > answer.csv

    If standard input is not a terminal, the question is read from it; if that is empty, the tables are listed.

    A session keeps the release it opened. It reads that release and nothing else, and cannot write.
    """  # noqa: D301 - click takes a real backspace
    import duckdb

    from vrp_pipeline.cli.answers import print_answer, print_tables
    from vrp_pipeline.cli.prompt import converse
    from vrp_pipeline.lake.audit import record
    from vrp_pipeline.release.releases import current_release
    from vrp_pipeline.release.sessions import NoQuestionError, about, ask, open_release

    _refuse_two(sql, tables=tables, form=form, in_client=in_client, show_path=show_path)
    if in_client:
        _refuse_client()
    release = current_release(lake)
    if show_path:
        click.echo(release.path)
        return
    if not (sql is not None or tables or in_client or _is_typed()):
        sql = _piped(form)
        tables = sql is None
    with open_release(release, tier) as connection:

        def ask_and_tell(question: str) -> duckdb.DuckDBPyRelation | None:
            """Record a question in the audit log before it is answered."""
            record(lake, "query", release=release.release_id, tier=tier, **about(connection, question))
            return ask(connection, question)

        if in_client:
            from vrp_pipeline.cli.query_ui import client

            with client(connection, release, ask_and_tell) as harlequin:
                harlequin.run()
            return
        try:
            if tables:
                print_tables(connection, release)
            elif sql is None:
                converse(connection, release, ask_and_tell, form)
            else:
                print_answer(ask_and_tell(sql), form)
        except NoQuestionError as error:
            raise click.UsageError(f"{error} Give it as SQL.") from error
        except duckdb.Error as error:
            raise _failed(release, error) from error


def _failed(release: "Release", error: "duckdb.Error") -> click.ClickException:
    """Return DuckDB's message about a question. Raises DamagedReleaseError if the release is at fault."""
    import duckdb

    from vrp_pipeline.release.releases import must_be_whole

    if not isinstance(error, duckdb.ProgrammingError | duckdb.DataError):
        must_be_whole(release)
    return click.ClickException(f"{error}\nTables: vrp query --tables")


def _refuse_two(sql: str | None, *, tables: bool, form: str, in_client: bool, show_path: bool) -> None:
    """Refuse contradictory options, of which one would be ignored, and an output format where there is no output."""
    wanted = {"a question": sql is not None, "--tables": tables, "--ui": in_client, "--path": show_path}
    given = [name for name, is_given in wanted.items() if is_given]
    if len(given) > 1:
        raise click.UsageError(f"Give {' or '.join(given)}.")
    if form != "table" and given and sql is None:
        raise click.UsageError(f"--format {form} is for the answer to a question; {given[0]} has a form of its own.")


def _is_typed() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _piped(form: str) -> str | None:
    """Return the question on standard input, read to its end; None if there is none, as in a service."""
    text = sys.stdin.read() if sys.stdin is not None else ""
    if text.strip():
        return text
    if form != "table":
        raise click.UsageError(f"There is no question on standard input to answer as {form}.")
    return None


def _refuse_client() -> None:
    """Refuse `--ui` where it is not installed, or would give access to the account that owns the lake."""
    if os.environ.get(SERVED):
        raise click.ClickException(
            "on a server there is no --ui: Harlequin saves files and starts an editor, and would do so as the account "
            "of the lake. Ask with vrp query, or open the stable path of the release in a client of your own."
        )
    if find_spec("harlequin") is None:
        raise click.ClickException("Harlequin is not installed. Run: make query-ui")
