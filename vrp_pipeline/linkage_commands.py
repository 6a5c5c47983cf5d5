"""`vrp evaluate` and `vrp train`: how good the links are, and learning a model. Neither is part of a run."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from vrp_pipeline.linkage.evaluation import Evaluation
    from vrp_pipeline.linkage.hardness import Level

LEVEL_MISSED = 3


@click.group()
def evaluate() -> None:
    """Compare what the pipeline worked out with the truth of a simulated partnership."""


@evaluate.command()
@click.option("--json", "as_json", is_flag=True, help="Everything, for programs.")
@click.option("--truth", type=click.Path(path_type=Path), help="Folder of the truth; by default that of the lake.")
@click.pass_obj
def linkage(lake: Any, as_json: bool, truth: Path | None) -> None:
    """Precision, recall, totals and bounds of the event links, by subgroup, with the levels they must reach.

    Exit code 3 where a level is missed.
    """
    from vrp_pipeline.ingest.pseudonyms import load_key, pseudonyms
    from vrp_pipeline.linkage.evaluation import evaluate_events

    key = load_key()
    found = evaluate_events(
        lake, truth or lake.root / "truth", lambda references: pseudonyms(references, "police_person", key)
    )
    if as_json:
        click.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    else:
        _print(found)
    if not all(level.is_met for level in (*found.levels, *found.hardness)):
        raise SystemExit(LEVEL_MISSED)


@click.group()
def train() -> None:
    """Learn a model for the linkage. Rare, and never part of a run: a run uses the model that is in git."""


@train.command()
@click.argument("name")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the random pairs that chance is counted on.")
@click.pass_obj
def events(lake: Any, name: str, seed: int) -> None:
    """Learn the event model NAME (events_v2) from the reports of this lake, without labels.

    The file is written beside the others and never replaces one. It is used once its name stands as CURRENT in
    vrp_pipeline/linkage/event_model.py: evaluate it on another simulation first.
    """
    from vrp_pipeline.lake.atomic import write_json
    from vrp_pipeline.linkage import event_model
    from vrp_pipeline.linkage.links import read_reports
    from vrp_pipeline.linkage.nodes import nodes_of

    path = event_model.MODELS / f"{name}.json"
    if path.exists():
        raise click.ClickException(f"the model {name} exists. A model is never changed: take the next number.")
    nodes = nodes_of(read_reports(lake))
    model = event_model.train(nodes, seed=seed)
    simulation = lake.root / "truth" / "simulation.json"
    simulated = json.loads(simulation.read_text(encoding="utf-8"))["seed"] if simulation.exists() else None
    model["training"] = {"reports": nodes.num_rows, "random_seed": seed, "simulation_seed": simulated}
    write_json(path, model)
    click.echo(f"Learnt {name} from {nodes.num_rows:,} reports: {path.name} in vrp_pipeline/linkage/models/")


def _print(found: "Evaluation") -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 120)

    def table(title: str, *headings: str) -> Table:
        made = Table(title=title, title_justify="left", box=None, pad_edge=False)
        for number, heading in enumerate(headings):
            made.add_column(heading, justify="left" if number == 0 else "right")
        return made

    def rows(made: Table, levels: "list[Level]") -> None:
        for level in levels:
            made.add_row(level.name, level.required, level.measured, "met" if level.is_met else "[bold red]missed[/]")
        console.print(made, "")

    trained = (
        "records of no simulation"
        if found.trained_on_seed is None
        else f"the simulation of seed {found.trained_on_seed}"
    )
    console.print(f"Model {found.model_version}, learnt from {trained}; this lake has seed {found.seed}.")
    if not found.is_a_test:
        console.print("[bold red]This is no test: the model was learnt from this very simulation.[/]")
    console.print()
    rows(table("Levels to reach", "what", "required", "measured", ""), found.levels)
    rows(table("How hard the records are", "what", "required", "measured", ""), found.hardness)
    pairs = table("Pairs of reports of different feeds", "which", "true", "predicted", "precision", "recall", "F1")
    named = {"all": found.pairs, "age and sex present": found.pairs_with_age_and_sex,
             "age and sex withheld": found.pairs_without_age_and_sex, **found.groups}  # fmt: skip
    for name, each in named.items():
        rates = (f"{rate:.3f}" if rate is not None else "·" for rate in (each.precision, each.recall, each.f1))
        pairs.add_row(name, f"{each.true:,}", f"{each.predicted:,}", *rates)
    console.print(pairs, "")
    totals = table("Incidents of all sources", "year", "lower", "estimate", "truth", "upper")
    for year, total in found.totals.items():
        totals.add_row(year, *(f"{total.get(name, 0):,}" for name in ("lower", "estimate", "true", "upper")))
    console.print(totals, "")
    sizes = table("Reports of one incident", "reports", "linked", "true")
    for size in sorted({*found.cluster_sizes["linked"], *found.cluster_sizes["true"]}):
        sizes.add_row(str(size), *(f"{found.cluster_sizes[name].get(size, 0):,}" for name in ("linked", "true")))
    console.print(sizes, "")
    standings = table("What became of each plausible pair", "standing", "pairs")
    for standing, count in found.standings.items():
        standings.add_row(standing, f"{count:,}")
    console.print(standings)
