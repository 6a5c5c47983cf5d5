"""The commands `vrp evaluate` and `vrp train`: the quality of links, and training a model. Neither is part of a run."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vrp_pipeline.cli.options import FilePath

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from vrp_pipeline.linkage.evaluation import Level, Pairs
    from vrp_pipeline.linkage.events.evaluation import Evaluation
    from vrp_pipeline.linkage.people.evaluation import PersonEvaluation

LEVEL_MISSED = 3


@click.group(short_help="Measure links, the ranking of hot spots, and disclosure.")
def evaluate() -> None:
    """Measure the pipeline: links by simulated truth, hot spots by later months, publications by an attacker."""


@evaluate.command(short_help="Show precision, recall, totals and bounds of the links.")
@click.option("--json", "as_json", is_flag=True, help="Everything, for programs.")
@click.option("--truth", type=FilePath(), help="Folder of the truth; by default that of the lake.")
@click.pass_obj
def linkage(lake: Any, as_json: bool, truth: Path | None) -> None:
    """Show precision, recall, totals and bounds of the links, by subgroup, with the levels they must reach.

    Covers links between records of one event and between records of one person. Exit code 3 if a level is missed.
    """
    from vrp_pipeline.identifiers.pseudonyms import load_key, pseudonyms
    from vrp_pipeline.linkage.events.evaluation import evaluate_events
    from vrp_pipeline.linkage.people.evaluation import evaluate_people
    from vrp_pipeline.linkage.people.inputs import identities

    key = load_key()
    folder = truth or lake.root / "truth"
    found = evaluate_events(lake, folder, lambda references: pseudonyms(references, "police_person", key))
    known = identities(lake)
    people = evaluate_people(known.people, known.numbers, folder, lambda texts, kind: pseudonyms(texts, kind, key))
    if as_json:
        click.echo(json.dumps(found.to_dict() | {"people": people.to_dict()}, indent=2, ensure_ascii=False))
    else:
        _print(found, people)
    levels = (*found.levels, *found.difficulty, *people.levels, *people.difficulty)
    if not all(level.is_met for level in levels):
        raise SystemExit(LEVEL_MISSED)


@click.group()
def train() -> None:
    """Train a linkage model. Never part of a run: runs use the model that is in git."""


@train.command(short_help="Train an event model on the records of this lake.")
@click.argument("name")
@click.pass_obj
def events(lake: Any, name: str) -> None:
    """Train the event model NAME (events_v3) on the records of this lake, without labels.

    The file is written beside the others and never replaces one. It is used once EVENT_MODEL in
    vrp_pipeline/linkage/events/model.py names it: evaluate it on another simulation first.
    """
    from vrp_pipeline.linkage.events import model as event_model
    from vrp_pipeline.linkage.events.inputs import linkage_inputs
    from vrp_pipeline.linkage.events.zone import read_event_records
    from vrp_pipeline.linkage.models import files as model_files

    model_files.must_be_new(name)
    inputs = linkage_inputs(read_event_records(lake))
    model = event_model.train(inputs)
    path = model_files.save(name, model, records=inputs.num_rows, simulation_seed=_seed_of_simulation(lake))
    click.echo(f"Learnt {name} from {inputs.num_rows:,} records: {path.name} in vrp_pipeline/linkage/models/")


@train.command(short_help="Train a person model on encodings of the lake's records.")
@click.argument("name")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the random pairs that chance is counted on.")
@click.pass_obj
def people(lake: Any, name: str, seed: int) -> None:
    """Train the person model NAME (people_v2) on encodings of the people in this lake, without labels.

    The model holds shares and no personal values. It is used once PERSON_MODEL in
    vrp_pipeline/linkage/people/model.py names it: evaluate it on another simulation first.
    """
    from vrp_pipeline.linkage.models import files as model_files
    from vrp_pipeline.linkage.people import model as person_model
    from vrp_pipeline.linkage.people.inputs import identities

    model_files.must_be_new(name)
    known = identities(lake).people
    model = person_model.train(known, seed=seed)
    path = model_files.save(
        name, model, people=known.num_rows, random_seed=seed, simulation_seed=_seed_of_simulation(lake)
    )
    click.echo(f"Learnt {name} from {known.num_rows:,} records of people: {path.name} in vrp_pipeline/linkage/models/")


def _seed_of_simulation(lake: Any) -> int | None:
    simulation = lake.root / "truth" / "simulation.json"
    if not simulation.exists():
        return None
    return int(json.loads(simulation.read_text(encoding="utf-8"))["seed"])


def _print(found: "Evaluation", people: "PersonEvaluation") -> None:
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else 120)
    for version, seed in ((found.model_version, found.trained_on_seed), (people.model_version, people.trained_on_seed)):
        trained = "records of no simulation" if seed is None else f"the simulation of seed {seed}"
        console.print(f"Model {version}, learnt from {trained}; this lake has seed {found.seed}.")
        if found.seed == seed:
            console.print("[bold red]This is no test: the model was learnt from this very simulation.[/]")
    console.print()
    console.print(_levels("Levels to reach", [*found.levels, *people.levels]), "")
    console.print(_levels("How hard the records are", [*found.difficulty, *people.difficulty]), "")
    _print_events(console, found)
    _print_people(console, people)


def _print_events(console: "Console", found: "Evaluation") -> None:
    named = {
        "all": found.pairs,
        "age and sex present": found.pairs_with_age_and_sex,
        "age and sex withheld": found.pairs_without_age_and_sex,
    }
    console.print(_pairs("Pairs of records of different feeds", named | found.groups), "")
    totals = _table("Incidents of all sources", "year", "lower", "estimate", "truth", "upper")
    for year, total in found.totals.items():
        totals.add_row(year, *(f"{total.get(name, 0):,}" for name in ("lower", "estimate", "true", "upper")))
    console.print(totals, "")
    expected, known = found.expected_total, found.known_to_police
    console.print(
        f"Expected from the probabilities: {expected['estimate']:,.0f} incidents ({expected['lower']:,.0f} to"
        f" {expected['upper']:,.0f}); {known['expected']:.1%} of A&E assaults known to police"
        f" (truth {known['true']:.1%}).\n"
    )
    sizes = _table("Records of one incident", "records", "linked", "true")
    for size in sorted({*found.cluster_sizes["linked"], *found.cluster_sizes["true"]}):
        sizes.add_row(str(size), *(f"{found.cluster_sizes[name].get(size, 0):,}" for name in ("linked", "true")))
    console.print(sizes, "")
    console.print(_link_statuses("What became of each plausible pair of records", found.link_statuses), "")


def _print_people(console: "Console", people: "PersonEvaluation") -> None:
    named = {
        "all": people.pairs,
        "comparable: both have a name, or a number of one kind": people.comparable,
        "by name alone, all numbers withheld": people.without_numbers,
    }
    console.print(_pairs("Pairs of records of people", named | people.groups), "")
    console.print(
        f"{people.records:,} records of {people.people['true']:,} people were counted as {people.people['linked']:,}."
        " Who has neither a name nor a number in common is not found: police and hospitals give no names.\n"
    )
    console.print(_link_statuses("What became of each plausible pair of records of people", people.link_statuses))


def _table(title: str, *headings: str) -> "Table":
    from rich.table import Table

    made = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for number, heading in enumerate(headings):
        made.add_column(heading, justify="left" if number == 0 else "right")
    return made


def _levels(title: str, levels: "list[Level]") -> "Table":
    made = _table(title, "what", "required", "measured", "")
    for level in levels:
        made.add_row(level.name, level.required, level.measured, "met" if level.is_met else "[bold red]missed[/]")
    return made


def _pairs(title: str, named: "dict[str, Pairs]") -> "Table":
    made = _table(title, "which", "true", "predicted", "precision", "recall", "F1")
    for name, each in named.items():
        rates = (f"{rate:.3f}" if rate is not None else "·" for rate in (each.precision, each.recall, each.f1))
        made.add_row(name, f"{each.true:,}", f"{each.predicted:,}", *rates)
    return made


def _link_statuses(title: str, link_statuses: dict[str, int]) -> "Table":
    made = _table(title, "link_status", "pairs")
    for link_status, count in link_statuses.items():
        made.add_row(link_status, f"{count:,}")
    return made
