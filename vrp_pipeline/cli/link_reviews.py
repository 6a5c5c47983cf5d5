"""The commands `vrp linkage`: people judge a sample of event links, and learn what became of an incident's id."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vrp_pipeline.cli.options import FilePath, login

if TYPE_CHECKING:
    from vrp_pipeline.linkage.review.estimate import Review, Share

WORDS = {"y": "yes", "n": "no", "u": "unsure"}
by_option = click.option(
    "--by", "person", metavar="NAME", default=login, show_default="your login", help="Who decides."
)


@click.group()
def linkage() -> None:
    """Judge event links by hand, and follow the ids of incidents."""


@linkage.command(short_help="Say what became of incident ids from release to release.")
@click.argument("incident_id", required=False)
@click.pass_obj
def changes(lake: Any, incident_id: str | None) -> None:
    """Say what became of INCIDENT_ID, or how many ids changed from each release to the next.

    The id of an incident is the id of one of its records. While that record exists, the incident can be found by it.
    Exit code 1 if the id is neither in the current release nor in the log.
    """
    from vrp_pipeline.lake import audit
    from vrp_pipeline.release.incident_changes import counts, incidents_of, of_incident, read_changes
    from vrp_pipeline.release.releases import current_release

    release = current_release(lake)
    log = read_changes(lake)
    if incident_id is None:
        for before, after, kind, number in counts(log):
            click.echo(f"{before} to {after}: {number:,} {kind}")
        if not log.num_rows:
            click.echo("No id has changed since the first release.")
        return
    audit.record(lake, "incident changes", release=release.release_id)
    told = of_incident(log, incident_id)
    today = incidents_of(release.path, [incident_id]).get(incident_id)
    if not told and today is None:
        raise click.ClickException(f"neither {release.release_id} nor the log of changes knows the id {incident_id}.")
    for row in told:
        click.echo(
            f"{row['release_after']}: {row['old_incident_id']} {row['kind']}"
            + (f" to {row['new_incident_id']}" if row["new_incident_id"] else "")
            + f", {row['records']} records"
        )
    click.echo(f"Today: {today or 'no record of this id'} ({release.release_id})")


@linkage.group(short_help="Judge a sample of event links on this lake's own records.")
def review() -> None:
    """Judge a sample of event links on this lake's own records, to estimate precision and recall without a known truth.

    \b
    vrp linkage review draw           draw a sample; it keeps until the next is drawn
    vrp linkage review decide         decide its pairs here, or
    vrp linkage review write a.csv    write them as a sheet, for each of two people, and
    vrp linkage review read a.csv     read it back
    vrp linkage review report         what the decisions say
    """  # noqa: D301 - click takes a real backspace


@review.command(short_help="Draw a sample by feeds and probability.")
@click.option("--size", type=click.IntRange(20, 5000), default=300, show_default=True, help="About how many pairs.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed draws the same pairs.")
@by_option
@click.pass_obj
def draw(lake: Any, size: int, seed: int, person: str) -> None:
    """Draw a sample stratified by feeds and probability. It is recorded, and later links do not change it."""
    from vrp_pipeline.lake import audit
    from vrp_pipeline.lake.link_reviews import record_sample
    from vrp_pipeline.linkage.review.sample import draw as draw_sample
    from vrp_pipeline.linkage.review.sample import frame_of

    lake.must_be_present()
    sample = draw_sample(frame_of(lake), size=size, seed=seed, drawn_by=person)
    record_sample(lake, sample)
    audit.record(lake, "draw links", sample=sample.sample_id, pairs=len(sample.pairs))
    click.echo(f"Drawn: {len(sample.pairs)} pairs of {len(sample.strata)} strata. Next: vrp linkage review decide")


@review.command()
@by_option
@click.pass_obj
def decide(lake: Any, person: str) -> None:
    """Show the pairs that you have not decided yet, one by one. Each decision is kept at once."""
    from vrp_pipeline.lake.link_reviews import decisions_of, newest_sample

    lake.must_be_present()
    sample = newest_sample(lake)
    pairs = _side_by_side(lake, sample)
    done = {decision.pair for decision in decisions_of(lake, sample) if decision.decided_by == person}
    for number, pair in enumerate(pairs, start=1):
        if number in done:
            continue
        _print_pair(number, len(pairs), pair)
        key = click.prompt("Are both of one event? (y)es, (n)o, (u)nsure, (q)uit", type=click.Choice([*WORDS, "q"]))
        if key == "q":
            break
        _record(lake, sample, [(number, WORDS[key])], person)
        done.add(number)
    click.echo(f"{len(done)} of {len(pairs)} pairs are decided by {person}. See: vrp linkage review report")


@review.command(short_help="Write the sample to a CSV sheet, to be decided elsewhere.")
@click.argument("sheet", type=FilePath(dir_okay=False))
@click.pass_obj
def write(lake: Any, sheet: Path) -> None:
    """Write the sample to the CSV file SHEET, to be decided elsewhere; give each person a sheet of their own."""
    from vrp_pipeline.lake import audit
    from vrp_pipeline.lake.link_reviews import newest_sample
    from vrp_pipeline.linkage.review.sheets import write_sheet

    sample = newest_sample(lake)
    write_sheet(sheet, sample, _side_by_side(lake, sample))
    audit.record(lake, "write links", sample=sample.sample_id, pairs=len(sample.pairs))
    click.echo(f"{sheet}: {len(sample.pairs)} pairs. It holds records of people: keep it where the lake may be kept.")


@review.command(short_help="Read the decisions of a person from a CSV sheet.")
@click.argument("sheet", type=FilePath(exists=True, dir_okay=False))
@by_option
@click.pass_obj
def read(lake: Any, sheet: Path, person: str) -> None:
    """Read the decisions of a person from the CSV file SHEET and keep them."""
    from vrp_pipeline.lake.link_reviews import newest_sample
    from vrp_pipeline.linkage.review.sheets import read_sheet

    lake.must_be_present()
    sample = newest_sample(lake)
    decisions = read_sheet(sheet, sample)
    _record(lake, sample, decisions, person)
    click.echo(f"Recorded: {len(decisions)} of {len(sample.pairs)} pairs decided by {person}.")


@review.command(short_help="Print precision and recall with their intervals.")
@click.pass_obj
def report(lake: Any) -> None:
    """Print precision and recall with intervals, and how far the reviewers agree."""
    from vrp_pipeline.lake.link_reviews import decisions_of, newest_sample
    from vrp_pipeline.linkage.review.estimate import reviewed

    sample = newest_sample(lake)
    decisions = decisions_of(lake, sample)
    click.echo(f"Sample {sample.sample_id} of model {sample.model_version}, drawn by {sample.drawn_by}.")
    for line in _lines(reviewed(sample, decisions)):
        click.echo(line)


def _record(lake: Any, sample: Any, decisions: list[tuple[int, str]], person: str) -> None:
    from datetime import UTC, datetime

    from vrp_pipeline.lake import audit
    from vrp_pipeline.lake.link_reviews import record_decisions

    record_decisions(lake, sample, decisions, decided_by=person, decided_at=datetime.now(UTC))
    audit.record(lake, "decide links", sample=sample.sample_id, pairs=len(decisions))


def _side_by_side(lake: Any, sample: Any) -> list[dict[str, tuple[str, ...]]]:
    from vrp_pipeline.linkage.events.zone import read_event_records
    from vrp_pipeline.linkage.review.sheets import COLUMNS_READ, side_by_side

    return side_by_side(sample, read_event_records(lake, COLUMNS_READ))


def _print_pair(number: int, count: int, pair: dict[str, tuple[str, ...]]) -> None:
    click.echo(f"\nPair {number} of {count}")
    for heading, values in pair.items():
        if any(values):
            click.echo(f"  {heading:<26}" + "".join(f"{value or '·':<34}" for value in values).rstrip())


def _lines(review: "Review") -> list[str]:
    lines = [
        f"{review.decided} of {review.drawn} pairs are decided; of {review.open_to_doubt} more people are unsure or"
        " disagree, and they are left out.",
        f"Precision of pairs in one incident: {_share(review.precision)}",
        f"Recall among those and other scored pairs: {_share(review.recall)}",
    ]
    if review.strata_undecided:
        held = ", ".join(
            f"{' and '.join(stratum.feeds)} {stratum.band} ({stratum.pairs:,} pairs)"
            for stratum in review.strata_undecided
        )
        lines.append(f"No pair is decided of: {held}. Decide at least one of each, or no figure can be estimated.")
    for agreement in review.agreements:
        one, other = agreement.people
        kappa = "undefined" if agreement.kappa is None else f"{agreement.kappa:.2f}"
        share = f"{agreement.share:.0%} of {agreement.pairs} pairs"
        lines.append(f"{one} and {other} agree on {share}; Cohen's kappa {kappa}")
    return lines


def _share(share: "Share | None") -> str:
    if share is None:
        return "too few pairs are decided"
    return f"{share.value:.3f} (95 % interval {share.lower:.3f} to {share.upper:.3f})"
