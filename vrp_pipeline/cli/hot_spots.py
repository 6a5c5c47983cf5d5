"""The commands `vrp hotspots` and `vrp evaluate hotspots`: hot spots of a release, and how well they predict."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vrp_pipeline.cli.options import FilePath, as_of_option

if TYPE_CHECKING:
    from vrp_pipeline.hot_spots.evaluation import HotSpotEvaluation


@click.command("hotspots", short_help="Score the ranking of hot spots on months it has not seen.")
@click.option(
    "--events",
    type=click.Choice(["serious-violence", "street-crimes"]),
    default="serious-violence",
    show_default=True,
    help="Incidents of M8, or the violent types of data.police.uk.",
)
@click.option(
    "--held-out", type=click.IntRange(min=1), default=12, show_default=True, help="Newest months to foretell."
)
@click.option("--json", "as_json", is_flag=True, help="Everything, for programs.")
@click.pass_obj
def evaluate_hotspots(lake: Any, events: str, held_out: int, as_json: bool) -> None:
    """Score the ranking of hot spots on months it has not seen, beside simpler rankings.

    Hit rate and PEI at 1, 2 and 5 % of the area, on the current release. Says plainly if the ranking is no better than
    last year's count.
    """
    from vrp_pipeline.hot_spots.evaluation import evaluate_hot_spots
    from vrp_pipeline.hot_spots.reading import read_ground, read_happened
    from vrp_pipeline.release.releases import current_release
    from vrp_pipeline.release.sessions import open_release

    with open_release(current_release(lake)) as release:
        names, ground = read_ground(release)
        happened = read_happened(release, names, events)
    found = evaluate_hot_spots(ground, happened, events=events, held_out=held_out)
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    else:
        _print(found)


@click.command(short_help="Draw the hot spots of the current release.")
@click.option(
    "--top", type=click.IntRange(1, 500), default=50, show_default=True, help="Places on the map and the list."
)
@click.option("--to", "folder", type=FilePath(file_okay=False), help="Folder to write to.")
@as_of_option
@click.pass_obj
def hotspots(lake: Any, top: int, folder: Path | None) -> None:
    """Draw the hot spots of the current release: a page with map and list, and GeoJSON.

    For the partnership's own eyes: counts of places are small, and nothing here is protected against disclosure.
    Written to hot_spots/<release>/ of the lake.
    """
    from vrp_pipeline.hot_spots.files import write_hot_spots
    from vrp_pipeline.lake.audit import record
    from vrp_pipeline.release.releases import current_release

    release = current_release(lake)
    written = write_hot_spots(release, folder or lake.hot_spots, top=top)
    record(lake, "hotspots", release=release.release_id, places=written.places, is_elsewhere=folder is not None)
    click.echo(f"{written.places} places: {written.page}")
    click.echo(f"For a map of your own: {written.geojson}")
    click.echo("Not for publication: counts of places are small and not protected.")


def _print(found: "HotSpotEvaluation") -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(
        f"{found.events}: {found.incidents_trained_on:,} incidents of {_span(found.trained_on)} rank "
        f"{found.hexagons:,} hexagons; {found.incidents_held_out:,} of {_span(found.held_out)} are foretold.\n"
    )
    table = Table(title="Rankings on months they have not seen", title_justify="left", box=None, pad_edge=False)
    table.add_column("ranking")
    shares = sorted({score.share_of_area for score in found.scores})
    for share in shares:
        table.add_column(f"hit rate {share:.0%}", justify="right")
        table.add_column("PEI", justify="right")
    for name in dict.fromkeys(score.ranking for score in found.scores):
        cells = {score.share_of_area: score for score in found.scores if score.ranking == name}
        table.add_row(name, *(text for s in shares for text in (f"{cells[s].hit_rate:.1%}", f"{cells[s].pei:.3f}")))
    console.print(table, "")
    gains = Table(title="Hit rate of count less last year's count", title_justify="left", box=None, pad_edge=False)
    for heading in ("share of area", "difference", "95 % interval", ""):
        gains.add_column(heading, justify="right" if heading else "left")
    for gain in found.gains:
        interval = f"{gain.lower:+.1%} to {gain.upper:+.1%}"
        gains.add_row(f"{gain.share_of_area:.0%}", f"{gain.difference:+.1%}", interval, gain.verdict)
    console.print(gains, "")
    console.print(found.verdict)


def _span(months: list[str]) -> str:
    return f"{months[0]} to {months[-1]} ({len(months)} months)"
