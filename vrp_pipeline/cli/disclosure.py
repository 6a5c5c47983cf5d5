"""The command `vrp evaluate disclosure`: what an attacker learns from everything a publication prints."""

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from vrp_pipeline.disclosure.evaluation import DisclosureEvaluation

PINNED = 3


@click.command(short_help="Attack what would be published of a financial year.")
@click.argument("financial_year", metavar="YEAR", required=False)
@click.option("--json", "as_json", is_flag=True, help="Everything, for programs.")
@click.pass_obj
def disclosure(lake: Any, financial_year: str | None, as_json: bool) -> None:
    """Attack what would be published of a financial YEAR (2023-24) from the current release; by default the newest.

    Shows cells printed, hidden and withheld, and the narrowest interval in which an attacker knows a hidden count,
    beside other ways of publishing. Values are never shown. Exit code 3 if a hidden count is known to within one.
    """
    from vrp_pipeline.disclosure.evaluation import evaluate_disclosure
    from vrp_pipeline.release.releases import current_release
    from vrp_pipeline.report.publication import description

    release = current_release(lake)
    year, tables = description(lake, release.path, financial_year)
    found = evaluate_disclosure(tables)
    if as_json:
        told = {"release": release.release_id, "financial_year": year, **found.to_dict()}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        click.echo(f"Release {release.release_id}, {year}: {found.cells:,} counts, {found.relations:,} relations.\n")
        _print(found)
    if not found.is_safe:
        raise SystemExit(PINNED)


def _print(found: "DisclosureEvaluation") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("way of publishing", no_wrap=True)
    for heading in ("hidden", "tried", "pinned", "least", "error", "twice", "s"):
        table.add_column(heading, justify="right")
    for trial in found.trials:
        numbers = (trial.hidden, trial.attacked, trial.pinned, trial.narrowest, trial.total_error, trial.contradictions)
        shown = ("·" if number is None else f"{number:,.0f}" for number in numbers)
        table.add_row(trial.name, *shown, f"{trial.seconds:.2f}")
    console = Console()
    console.print(table, "")
    for position in found.withheld:
        console.print(f"Withheld for another: {position}", markup=False)
    console.print("tried: counts attacked · pinned: known to within one · least: narrowest interval found")
    console.print("error: largest of a total · twice: totals printed with two different numbers\n")
    said = "Nothing is pinned." if found.is_safe else "A hidden count is known to within one: nothing can be published."
    console.print(said)
