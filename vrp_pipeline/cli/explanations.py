"""The command `vrp explain`: from a figure to the delivered files."""

import json
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import click

from vrp_pipeline.cli.options import as_of_option

WIDTH = 110


@click.command(short_help="Explain a figure, from the number to the delivered files.")
@click.argument("metric", metavar="METRIC")
@click.option("--year", "financial_year", metavar="YEAR", help="Financial year.  [default: the newest complete one]")
@click.option("--area", metavar="CODE|NAME", help="ONS code or name of a district.  [default: the whole area]")
@click.option("--json", "as_json", is_flag=True, help="All of it, SQL included, for programs.")
@as_of_option
@click.pass_obj
def explain(lake: Any, metric: str, financial_year: str | None, area: str | None, as_json: bool) -> None:
    """Explain a figure of METRIC (M1, M9 or another of the release): from the number to the delivered files.

    Shows definition, SQL, rows at each step, links, deliveries with their hashes, verdicts and decisions. Ends with 1
    if the rows of the release count otherwise. For the partnership only: counts are exact.
    """
    from vrp_pipeline.lake.audit import record
    from vrp_pipeline.linkage.events.zone import read_summary
    from vrp_pipeline.release.explanation import explain as explained
    from vrp_pipeline.release.releases import current_release, must_be_whole

    release = current_release(lake)
    must_be_whole(release)
    found = explained(lake, release, metric, financial_year, area)
    summary = read_summary(lake) if metric == "M12" else None
    found["links"] = {"matched_share": summary.matched_share.sentence} if summary else None
    record(lake, "explain", release=release.release_id, metric=metric)
    if as_json:
        click.echo(json.dumps(found, default=str, ensure_ascii=False, indent=2))
    else:
        for line in _lines(found):
            click.echo(line)
    if found["recount"] and found["recount"]["agrees"] is False:
        figure, counted = found["figure"], _number(found["recount"]["counted"])
        raise click.ClickException(
            f"{figure['metric_id']} of {figure['financial_year']} is {_number(figure['value'])} in the release and "
            f"{counted} counted anew. Do not publish it: the models between count otherwise than its definition says."
        )


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield from _figure(found["figure"])
    yield f"  release {found['release']}, as of {found['as_of']}, code {found['code_version']}"
    if found["since"]:
        yield from ("", "Changed since this release was made; the lines below show the present lake and project")
        for each in found["since"]:
            yield from _wrapped(each)
    if definition := found["definition"]:
        yield from ("", "Definition")
        yield f"  {definition['name']}, version {definition['version']} [{definition['evidence']}]"
        yield from _wrapped(definition.get("note") or "")
        yield from _wrapped(f"Kinds: {definition['tiers']}" if definition.get("tiers") else "")
    yield from ("", f"SQL: {len(found['sql'])} models, the last first; --json holds their text")
    yield from (f"  {model['file']}" for model in found["sql"])
    if recount := found["recount"]:
        word = {True: "the same", False: "NOT the same", None: "no figure to compare"}[recount["agrees"]]
        yield from ("", f"Counted anew from the rows of the release: {_number(recount['counted'])}, {word}")
        yield f'  vrp query "{recount["sql"]}"'
    yield from ("", "Rows at each step")
    for feed, steps in found["rows"].items():
        told = ", ".join(f"{_number(rows)} {step}" for step, rows in steps.items()) if steps else "not recorded"
        yield f"  {feed}: {told}"
    yield f"  in the release: {', '.join(f'{_number(n)} {what}' for what, n in found['reached'].items())}"
    if found["links"]:
        yield from ("", "Links in the present lake", f"  {found['links']['matched_share']}")
    yield from ("", f"Deliveries: {len(found['deliveries'])}")
    for each in found["deliveries"]:
        months = f"{each['months'][0]} … {each['months'][-1]}" if len(each["months"]) > 1 else each["months"][0]
        yield f"  {each['delivery_id']}  {each['feed']}  {months}  {_number(each['rows'])} rows"
        yield f"      sha256 {each['sha256']}"
        yield f"      {each['file'] or 'no longer in landing'}"
    yield from ("", "Verdicts in the present lake")
    yield from _verdicts(found["verdicts"])
    yield from ("", f"Decisions: {len(found['decisions']) or 'none'}")
    for each in found["decisions"]:
        day, unmet = each["accepted_at"][:10], "; ".join(each["expectations"])
        yield f"  {each['feed']} {each['partition']}: {unmet}, accepted {day}"


def _figure(figure: dict[str, Any]) -> Iterator[str]:
    """Print the figure, its bounds, and its change."""
    value = figure["value"] if "value" in figure else figure["incidents"]
    yield f"{figure['metric_id']}, {figure['area_name']}, {figure['financial_year']}"
    if value is None:
        yield f"  no figure: {figure['status']}"
    else:
        yield f"  {_number(value)} {figure.get('unit') or 'incidents'}, {figure['status']}"
    if "lower_incidents" in figure and value is not None:
        lower, upper = _number(figure["lower_incidents"]), _number(figure["upper_incidents"])
        yield f"  between {lower} (everything plausible linked) and {upper} (only what is nearly certain)"
    yield from _wrapped(figure.get("statement") or figure.get("missing") or "")
    if value is not None:
        yield from _wrapped("Exact: a publication rounds counts, and gives the change of the rounded ones.")


def _verdicts(verdicts: list[dict[str, Any]]) -> Iterator[str]:
    """Print the verdicts on the months of each feed; months that met every expectation share one line."""
    by_feed: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in verdicts:
        by_feed[each["feed"]].append(each)
    for feed, held in by_feed.items():
        met = [each for each in held if each["status"] == "published" and not each["unmet_expectations"]]
        yield f"  {feed}: {len(met)} of {len(held)} months met every expectation"
        for each in held:
            if each not in met:
                unmet = "; ".join(each["unmet_expectations"])
                yield from _wrapped(f"{each['month']} {each['status']}: {unmet}", "    ")


def _number(value: Any) -> str:
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value)


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)
