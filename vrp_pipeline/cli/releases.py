"""The commands `vrp query`, `vrp publish` and `vrp revisions`: reading and publishing the current release."""

import sys
from typing import Any

import click

from vrp_pipeline.cli.options import as_of_option
from vrp_pipeline.cli.terminal import progress_bars


@click.command()
@click.argument("sql", required=False)
@click.option("--tables", is_flag=True, help="List the tables, their columns and what they mean.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="Output."
)
@click.option("--path", "show_path", is_flag=True, help="Print the folder of the current release and end.")
@as_of_option
@click.pass_obj
def query(lake: Any, sql: str | None, tables: bool, form: str, show_path: bool) -> None:
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
    from vrp_pipeline.release.sessions import about, ask, open_release

    release = current_release(lake)
    if show_path:
        click.echo(release.path)
        return
    with open_release(release) as connection:

        def ask_and_tell(question: str) -> duckdb.DuckDBPyRelation | None:
            """Tell the audit log of a question before it is answered."""
            record(lake, "query", release=release.release_id, **about(connection, question))
            return ask(connection, question)

        if tables or (sql is None and not sys.stdin.isatty()):
            print_tables(connection, release)
            return
        if sql is None:
            converse(connection, release, ask_and_tell, form)
            return
        try:
            answer = ask_and_tell(sql)
        except duckdb.Error as error:
            raise click.ClickException(f"{error}\nTables: vrp query --tables") from error
        print_answer(answer, form)


@click.command()
@click.argument("financial_year", metavar="YEAR")
@as_of_option
@click.pass_obj
def publish(lake: Any, financial_year: str) -> None:
    """Publish the annual report of a financial YEAR (2023-24) from the current release, and freeze it.

    Unchanged figures make no new version; changed figures make the next one beside it.
    """
    from vrp_pipeline.lake.audit import record
    from vrp_pipeline.release.releases import current_release
    from vrp_pipeline.report import publish as publish_report

    with progress_bars() as bars:
        bars.add_task(f"writing the annual report of {financial_year}", total=None)
        release = current_release(lake)
        publication = publish_report(release.path, lake.published, financial_year)
    if publication.is_new:
        record(lake, "publish", release=release.release_id, financial_year=financial_year)
    click.echo(publication.headline)
    word = "Published" if publication.is_new else "Unchanged since"
    click.echo(f"{word} version {publication.version}: {publication.path / 'annual_report.html'}")


@click.command()
@click.argument("financial_year", metavar="YEAR")
@click.pass_obj
def revisions(lake: Any, financial_year: str) -> None:
    """Explain why figures of a published financial YEAR (2023-24) differ in the current release.

    Counts reclassified, cancelled, re-dated and newly recorded crimes, which add up to the difference. The published
    version stays unchanged.
    """
    from vrp_pipeline.cli.answers import print_revisions
    from vrp_pipeline.release.releases import current_release
    from vrp_pipeline.report.publication import revisions_since, versions

    folder = lake.published / financial_year
    if not versions(folder):
        raise click.ClickException(f"{financial_year} is not published yet. Run: vrp publish {financial_year}")
    print_revisions(revisions_since(current_release(lake).path, folder))
