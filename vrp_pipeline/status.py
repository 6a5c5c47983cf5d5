"""The calendar of feeds as a person reads it at a glance."""

from collections.abc import Mapping, Sequence
from typing import Any

from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import held_verdicts

# A sign and a colour for each status: neither alone carries the meaning.
SIGNS = {"received": "[green]●[/]", "held": "[bold red]H[/]", "not received": "[yellow]○[/]", "not due": "[dim]·[/]"}


def print_status(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print one line per feed and financial year, with a sign for each month from April to March.

    Quarantined rows stand there by themselves or with their held month.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(
        box=SIMPLE_HEAD, title=f"Feeds as of {rows[0]['as_of']}", title_justify="left", caption_justify="left"
    )
    table.caption = "  ".join(f"{sign} {status}" for status, sign in SIGNS.items()) + "  aside: rows in quarantine"
    for heading in ("feed and year", "A M J J A S O N D J F M"):
        table.add_column(heading, no_wrap=True)
    for heading in ("rows", "aside"):
        table.add_column(heading, justify="right", no_wrap=True)
    for feed in dict.fromkeys(row["feed"] for row in rows):
        table.add_row(f"[bold]{feed}[/]")
        for year in sorted({row["financial_year"] for row in rows}):
            months = [row for row in rows if row["feed"] == feed and row["financial_year"] == year]
            table.add_row(
                f" {year}",
                " ".join(SIGNS[row["status"]] for row in months),
                f"{sum(row['rows_published'] or 0 for row in months):,}",
                f"{sum(row['rows_quarantined'] or 0 for row in months):,}",
            )
    Console().print(table)


def held_sentences(lake: Lake) -> list[str]:
    """What is held, why, and what to do, one sentence each."""
    return [verdict.sentence for verdict in held_verdicts(lake)]
