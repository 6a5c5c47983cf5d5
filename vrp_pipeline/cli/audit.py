"""The commands `vrp audit verify` and `vrp audit show`, and the check that each command makes of who runs it."""

import json
from typing import Any

import click


def begin(lake: Any, command: str, name: str | None, purpose: str | None) -> None:
    """Check that a rule allows a command, and set the person and purpose that the audit log records for it.

    Raises NotAllowedError after the attempt is logged.
    """
    from vrp_pipeline.lake.access import NotAllowedError, purpose_of
    from vrp_pipeline.lake.audit import act, login, record

    act(name, purpose or "")
    try:
        act(name, purpose_of(command, login(), purpose))
    except NotAllowedError:
        if lake.present.root.exists():
            record(lake, "refused", command=command)
        raise


@click.group(short_help="Read and verify the log of who did what with the data.")
def audit() -> None:
    """Read and verify the audit log: who did what with the data, when and for which purpose."""


@audit.command(short_help="Verify that nobody changed the log.")
@click.option("--holds", "known", metavar="DIGEST", help="An entry that the log must contain, to detect a cut-off end.")
@click.pass_obj
def verify(lake: Any, known: str | None) -> None:
    """Verify that no entry was changed, removed, put in or moved; a broken chain ends with 1 and names the entry."""
    from vrp_pipeline.lake.audit import BrokenChainError
    from vrp_pipeline.lake.audit import verify as verified
    from vrp_pipeline.lake.ledger import all_deliveries

    lake.must_exist()
    newest = verified(lake, known)
    if newest is None:
        if all_deliveries(lake.present):
            raise BrokenChainError(
                f"{lake.audit_log} holds no entry, though deliveries were received: it was lost. "
                "Restore it from its backup."
            )
        click.echo("The audit log is empty.")
        return
    click.echo(f"{newest.number:,} entries, unbroken. Newest: {newest.sha256}")


@audit.command()
@click.option("--action", metavar="WORD", help="Only entries of one action: receive, accept, query, …")
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only the newest N.")
@click.option("--json", "as_json", is_flag=True, help="As JSON lines, for programs.")
@click.pass_obj
def show(lake: Any, action: str | None, last: int | None, as_json: bool) -> None:
    """Show the entries of the audit log, oldest first."""
    from vrp_pipeline.lake.audit import entries

    lake.must_exist()
    found = [entry for entry in entries(lake) if action in (None, entry.action)]
    for entry in found[-last:] if last else found:
        if as_json:
            click.echo(entry.line, nl=False)
            continue
        about = ", ".join(f"{name} {json.dumps(value, ensure_ascii=False)}" for name, value in entry.details.items())
        name = entry.who if entry.who == entry.login else f"{entry.who} ({entry.login})"
        click.echo(f"{entry.number:>6}  {entry.at[:19]}Z  {name}  {entry.action} for {entry.purpose or '?'}  {about}")
