"""The commands `vrp publish`, `vrp approve`, `vrp withdraw` and `vrp revisions`: from a release to a publication."""

import datetime as dt
import json
import sys
from typing import TYPE_CHECKING, Any

import click

from vrp_pipeline.cli.options import NEEDS_A_PERSON, as_of_option
from vrp_pipeline.cli.terminal import progress_bars

if TYPE_CHECKING:
    from pathlib import Path

    from vrp_pipeline.report.approval.drafts import Draft, Person

json_option = click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")


@click.command(short_help="Draft the annual report of a financial year.")
@click.argument("financial_year", metavar="YEAR", required=False)
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Published at 09:30 of this day."
)
@click.option("--correction", metavar="TEXT", help="What was wrong in the version before; printed as a notice.")
@click.option("--due", is_flag=True, help="Publish every approved draft whose time has come; for a timer.")
@json_option
@as_of_option
@click.pass_obj
def publish(
    lake: Any, financial_year: str | None, day: dt.datetime | None, correction: str | None, due: bool, as_json: bool
) -> None:
    """Draft the annual report of a financial YEAR (2023-24) from the current release.

    Two people other than you approve the draft (vrp approve); it is published at 09:30 London time of its day, by
    default the next planned one, and frozen. Simulated data are published as soon as they are approved. Unchanged
    figures make no new version; a changed draft has to be approved anew.
    """
    from vrp_pipeline.lake.audit import record
    from vrp_pipeline.release.releases import current_release, must_be_whole
    from vrp_pipeline.report import draft

    if due == bool(financial_year) or (due and (day or correction)):
        raise click.UsageError("Give a YEAR, with --on and --correction as needed, or --due alone.")
    if due or financial_year is None:
        _publish_due(lake, as_json=as_json)
        return
    with progress_bars() as bars:
        bars.add_task(f"drafting the annual report of {financial_year}", total=None)
        found = current_release(lake)
        must_be_whole(found)
        made = draft(lake, found.path, financial_year, _person(), on=day.date() if day else None, correction=correction)
    if made.is_new:
        record(lake, "draft", release=found.release_id, financial_year=financial_year, version=made.version)
    if as_json:
        _print_json(made.path, made.version, made.draft)
        return
    click.echo(made.headline)
    page = made.path / "annual_report.html"
    if made.draft is None:
        click.echo(f"Unchanged since version {made.version}: {page}")
        return
    word = "Draft" if made.is_new else "Unchanged draft"
    click.echo(f"{word} {made.draft.id} of version {made.version}: {page}")
    click.echo(f"It waits for {made.draft.waits_for()}. Next: vrp approve {financial_year}")


@click.command(short_help="Approve a draft; the second approval publishes it.")
@click.argument("financial_year", metavar="YEAR")
@click.option("--by", "name", metavar="NAME", help="Who approves.  [default: --who, else your login]")
@click.option("--draft", "draft_id", metavar="ID", help="The draft you have read; refused if it is another by now.")
@json_option
@as_of_option
@click.pass_obj
def approve(lake: Any, financial_year: str, name: str | None, draft_id: str | None, as_json: bool) -> None:
    """Approve the draft of a financial YEAR (2023-24), which you have read and did not make.

    The second approval publishes it if its time has come.
    """
    from vrp_pipeline.lake.audit import record
    from vrp_pipeline.report.approval import drafts, gate

    draft = gate.approve(lake, financial_year, _person(name), draft_id=draft_id)
    record(lake, "approve", financial_year=financial_year, version=draft.version, draft=draft.digest)
    published = _publish(lake, draft)
    folder = published or drafts.draft_folder(lake, draft)
    _tell_of_a_newer_release(lake, folder, financial_year)
    if as_json:
        _print_json(folder, draft.version, None if published else draft)
        return
    approvals = f"{len(draft.approvals)} of {drafts.APPROVALS_NEEDED} approvals"
    click.echo(f"Draft {draft.id} of version {draft.version} of {financial_year}: {approvals}.")
    if published:
        click.echo(draft.headline)
        click.echo(f"Published version {draft.version}: {folder / 'annual_report.html'}")
    else:
        click.echo(f"It waits for {draft.waits_for()}.")


@click.command(short_help="Withdraw a published version, or drop a draft.")
@click.argument("financial_year", metavar="YEAR")
@click.option("--version", type=click.IntRange(1), metavar="N", help="The version to withdraw.")
@click.option("--reason", metavar="TEXT", help="Why; printed in the notice.")
@click.option("--draft", "is_draft", is_flag=True, help="Drop the draft instead.")
@click.pass_obj
def withdraw(lake: Any, financial_year: str, version: int | None, reason: str | None, is_draft: bool) -> None:
    """Withdraw a published version of a financial YEAR (2023-24) and put a notice with the reason in its place.

    Its files are kept in withdrawn/ of the lake: later versions are protected against comparison with them.
    """
    from vrp_pipeline.feeds.partnership import TIME_ZONE
    from vrp_pipeline.lake.audit import record
    from vrp_pipeline.report.approval.gate import withdraw_draft
    from vrp_pipeline.report.approval.notices import withdraw as put_notice

    lake.must_be_present()
    if is_draft:
        if version or reason:
            raise click.UsageError("Give --draft alone, or --version and --reason.")
        dropped = withdraw_draft(lake, financial_year)
        record(lake, "withdraw", financial_year=financial_year, draft=dropped.digest)
        click.echo(f"Draft {dropped.id} of version {dropped.version} is dropped.")
        return
    if version is None or reason is None:
        raise click.UsageError("Give --version and --reason, or --draft.")
    notice = put_notice(lake, financial_year, version, reason, dt.datetime.now(TIME_ZONE).date())
    record(lake, "withdraw", financial_year=financial_year, version=version)
    click.echo(f"Withdrawn. The notice: {notice}")


@click.command(short_help="Explain why a published year reads differently now.")
@click.argument("financial_year", metavar="YEAR")
@click.pass_obj
def revisions(lake: Any, financial_year: str) -> None:
    """Explain why figures of a published financial YEAR (2023-24) differ in the current release.

    Counts reclassified, cancelled, re-dated and newly recorded crimes of M1 and M1b in the whole area, which add up to
    the difference. For all other figures it lists the tables and metrics that differ, and the deliveries that count
    now and did not, or no longer count. The published version stays unchanged.
    """
    from vrp_pipeline.cli.answers import print_changed_deliveries, print_revisions, print_table_changes
    from vrp_pipeline.release.deliveries_since import deliveries_no_longer, deliveries_since
    from vrp_pipeline.release.releases import current_release
    from vrp_pipeline.report.approval.versions import release_behind, version_folder, versions
    from vrp_pipeline.report.counts.revisions import table_changes
    from vrp_pipeline.report.publication import revisions_since

    published = versions(lake, financial_year)
    if not published and lake.day:
        raise click.ClickException(
            f"{financial_year} is not published in the lake as of {lake.day}, which has versions of its own. "
            f"Leave out VRP_AS_OF for those of {lake.present.root}."
        )
    if not published:
        raise click.ClickException(f"{financial_year} is not published yet. Run: vrp publish {financial_year}")
    release = current_release(lake).path
    if steps := revisions_since(lake, release, financial_year):
        print_revisions(steps)
    else:
        click.echo(_why_not_compared(lake, financial_year, max(published)))
    behind = release_behind(version_folder(lake, financial_year, max(published)))
    if behind and (lake.releases / behind).is_dir():
        compared = (lake.releases / behind, release, financial_year)
        print_table_changes(table_changes(*compared))
        print_changed_deliveries(deliveries_since(*compared), deliveries_no_longer(*compared))


def _why_not_compared(lake: Any, financial_year: str, version: int) -> str:
    """Return why no steps lead from a version to the current release: erased rows, a removed release, or a gap."""
    from vrp_pipeline.feeds.partnership import TIME_ZONE
    from vrp_pipeline.lake.erasures import erasures, newest_erasure
    from vrp_pipeline.report.approval.versions import release_behind, version_folder

    folder = version_folder(lake, financial_year, version)
    behind = str(release_behind(folder))
    erased = newest_erasure(lake)
    if (lake.releases / behind).is_dir():
        return (
            f"Nothing can be compared: {financial_year} is incomplete in version {version} or in the current release."
        )
    if erased is None or erased.timestamp() < folder.stat().st_mtime:
        return f"Nothing can be compared: release {behind}, behind version {version} of {financial_year}, is gone."
    day = f"{erased.astimezone(TIME_ZONE):%-d %B %Y}"
    people = len(erasures(lake))
    rows = f"Rows of {people} {'person' if people == 1 else 'people'}" if people else "Months older than their period"
    return (
        f"{rows} were erased, the newest on {day}, and with them every release made before, also {behind}, which "
        f"version {version} of {financial_year} rests on. So crimes cannot be compared one by one.\n"
        f"Version {version} and all that is published stay as they are: they hold aggregates. Figures of the current "
        "release are without the rows that were erased."
    )


def _publish_due(lake: Any, *, as_json: bool) -> None:
    """Publish what is due. Exit code 3 if a draft is due and not approved."""
    from vrp_pipeline.report.approval.drafts import drafts
    from vrp_pipeline.report.approval.gate import GateError

    done, late, refused, now = [], [], [], dt.datetime.now(dt.UTC)
    for draft in list(drafts(lake)):
        try:
            published = _publish(lake, draft)
        except GateError as error:  # a draft that was changed by hand must not hold up the others
            click.echo(str(error), err=True)
            refused.append(draft)
            continue
        if published:
            done.append(published)
        elif draft.is_due(now) or draft.has_missed_its_day(now):
            late.append(draft)
    if as_json:
        told = {
            "published": [str(path) for path in done],
            "late": [draft.financial_year for draft in (*refused, *late)],
        }
        click.echo(json.dumps(told))
    else:
        for path in done:
            click.echo(f"Published {path / 'annual_report.html'}")
        for draft in late:
            click.echo(f"The draft of {draft.financial_year} waits for {draft.waits_for()}.", err=True)
        if not done and not late and not refused:
            click.echo("Nothing is due.")
    if late or refused:
        sys.exit(NEEDS_A_PERSON)


def _publish(lake: Any, draft: "Draft") -> "Path | None":
    from vrp_pipeline.lake.audit import record
    from vrp_pipeline.report.approval.gate import publish

    published = publish(lake, draft.financial_year)
    if published is not None:
        record(lake, "publish", financial_year=draft.financial_year, version=draft.version, draft=draft.digest)
    return published


def _tell_of_a_newer_release(lake: Any, folder: "Path", financial_year: str) -> None:
    """Warn on standard error if the approved draft was made from another release than the current one."""
    from vrp_pipeline.release.releases import DamagedReleaseError, NoReleaseError, current_release
    from vrp_pipeline.report.approval.versions import release_behind

    try:
        current = current_release(lake).release_id
    except (NoReleaseError, DamagedReleaseError):
        return
    if (behind := release_behind(folder)) != current:
        click.echo(
            f"It was made from release {behind}; the current one is {current}, and its figures may differ. To publish"
            " those:"
            f" vrp publish {financial_year}",
            err=True,
        )


def _person(name: str | None = None) -> "Person":
    from vrp_pipeline.lake.audit import login, who
    from vrp_pipeline.report.approval.drafts import Person

    return Person(name or who(), login())


def _print_json(folder: "Path", version: int, draft: "Draft | None") -> None:
    told: dict[str, Any] = {"version": version, "folder": str(folder), "draft": None}
    if draft is not None:
        told["draft"] = {
            "id": draft.digest,
            "author": draft.author.name,
            "approved_by": [each.person.name for each in draft.approvals],
            "publish_at": draft.publish_at,
            "waits_for": draft.waits_for(),
        }
    click.echo(json.dumps(told, ensure_ascii=False))
