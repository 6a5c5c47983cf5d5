"""Headings of sections that state the result, and the main points, generated from protected figures and their status.

A heading claims a change only if it is clear, also among all areas compared, and says if data are missing.
"""

from collections.abc import Mapping, Sequence

from vrp_pipeline.report import sentences, words
from vrp_pipeline.report.content.comparators import OF_KNIVES, Comparator, against_england
from vrp_pipeline.report.content.evidence import RECEIVED
from vrp_pipeline.report.content.protected import ProtectedFigure, ProtectedReading, ProtectedRow, ProtectedYear
from vrp_pipeline.report.page.panels import Line

NOT_DUE = "not due"

# Rows of a feed that were read, passed and were quarantined.
STEPS = ("read", "bronze", "quarantine")


def of_change(figure: ProtectedFigure | None, name: str, base_year: str) -> str:
    """Return a heading such as 'Serious violence was down 4.8% on 2022-23'."""
    if figure is None:
        return f"{name}: not in this release"
    if not figure.is_known:
        return f"{name}: {figure.status}"
    if figure.change is None:
        return f"{name}: no comparison with {base_year}"
    if figure.change.direction == 0:
        return f"{name}: no clear change on {base_year}"
    word = "down" if figure.change.direction < 0 else "up"
    size = words.percent(abs(figure.change.percent)).lstrip("+")
    return f"{name} was {word} {size} on {base_year}"


def of_kinds(tiers: Sequence[Line]) -> str:
    """Return the most frequent kind, if all kinds are shown and a single one leads."""
    values = [line.figure.value for line in tiers if line.figure.is_known and line.figure.value is not None]
    most = [line for line in tiers if line.figure.value == max(values, default=None)]
    if len(values) < len(tiers) or len(most) != 1:
        return "Kinds of serious violence"
    return f"{most[0].label} was the most frequent kind"


def of_districts(areas: Sequence[Line]) -> str:
    """Return the districts with a clear change."""
    changes = [(line.label, line.figure.change) for line in areas if line.figure.change is not None]
    if not changes:
        return "Districts: no change can be given"
    down = [label for label, change in changes if change.direction < 0]
    up = [label for label, change in changes if change.direction > 0]
    if not down and not up:
        return "In no district is the change clear"
    said = [f"{word} in {words.listed(found)}" for word, found in (("fell", down), ("rose", up)) if found]
    return f"Serious violence {' and '.join(said)}; elsewhere no change is clear"


def _changed_clearly(lines: Sequence[Line]) -> int:
    return sum(line.figure.change is not None and line.figure.change.direction != 0 for line in lines)


def of_measures(lines: Sequence[Line]) -> str:
    """Return how many of the further measures changed clearly."""
    changed = _changed_clearly(lines)
    if not changed:
        return "No further measure changed clearly"
    return f"{changed} of {len(lines)} further measures changed clearly"


def of_comparison(rows: Mapping[str, Sequence[Comparator]]) -> str:
    """Return the position of the area relative to England in the first measure of the Home Office's tables."""
    for metric, held in rows.items():
        if metric != OF_KNIVES and (found := against_england(held)):
            return f"{held[0].metric_name}: the recorded rate was {found} England’s"
    return "Beside England and similar forces"


def of_all_sources(year: ProtectedYear | None, financial_year: str) -> str:
    """Return the bounds of the incidents from all sources."""
    if year is None or not year.is_known:
        return f"Violence that any agency saw in {financial_year}: incomplete"
    lower, upper = words.shown(year.lower_incidents), words.shown(year.upper_incidents)
    return f"Agencies saw between {lower} and {upper} incidents of violence in {financial_year}"


def of_events(figure: ProtectedFigure | None) -> str:
    """Return how many events were attended."""
    if figure is None or not figure.is_known or figure.value is None:
        return f"Events and workshops{f': {figure.status}' if figure is not None else ''}"
    return f"The partnership attended {words.count(figure.value)} events and workshops"


def of_young(lines: Sequence[Line]) -> str:
    """Return how many of the measures of under 25s changed clearly."""
    if not lines:
        return "Under 25s"
    changed = _changed_clearly(lines)
    if not changed:
        return "Under 25s: no measure changed clearly"
    return f"Under 25s: {changed} of {len(lines)} measures changed clearly"


def of_profile(parts: Sequence[ProtectedRow]) -> str:
    """Return the most frequent setting of crimes, if all known settings are shown and a single one leads."""
    known = [part for part in parts if part.key[-1] != words.NOT_KNOWN]
    shown = {part.key[-1]: value for part in known if (value := part.number("value")) is not None}
    most = [setting for setting, value in shown.items() if value and value == max(shown.values())]
    if len(shown) < len(known) or len(most) != 1:
        return "Who and where"
    return f"Who and where: the most frequent setting was {most[0]}"


def of_programmes(programmes: ProtectedRow | None) -> str:
    """Return how many people were referred to programmes."""
    people = None if programmes is None else programmes.counts["people"]
    if people is None or people.number is None:
        return "Programmes"
    return f"About {words.count(people.number)} people were referred to programmes"


def of_agencies(members: int | None, year_end: str) -> str:
    """Return how many agencies were partners at the end of the year."""
    if not members:
        return "Partner agencies"
    return (
        f"One agency was a partner on {year_end}" if members == 1 else f"{members} agencies were partners on {year_end}"
    )


def of_completeness(reading: ProtectedReading) -> str:
    """Return whether every delivery due in both years was received and is counted."""
    months = reading.evidence.feed_months
    due = [entry for entry in months if entry.status != NOT_DUE]
    missing = sum(entry.status != RECEIVED for entry in due)
    if not due:
        return "How complete the data are"
    if missing:
        return f"{words.count(missing)} of {words.count(len(due))} monthly deliveries are missing or held"
    return f"Every delivery {'of both years' if len(due) == len(months) else 'that is due'} was received"


def main_points(reading: ProtectedReading, metrics: Sequence[str], districts: Sequence[Line]) -> list[tuple[str, str]]:
    """Return each main point with its metric: what changed, compared with what, how certain and how complete it is."""
    points = []
    for metric in metrics:
        figure = reading.figure(metric)
        if figure is not None:
            said = figure.statement or words.state(figure.status)
            points.append((metric, f"{figure.metric_name}: {said[:1].lower()}{said[1:]}"))
    year = reading.all_sources_of_year
    if year is not None:
        share = (
            f", {year.unknown_to_police_percent}% of them not known to police"
            if (year.is_known and year.unknown_to_police_percent is not None)
            else ""
        )
        points.append(("M12", f"{of_all_sources(year, reading.financial_year)}{share}."))
    if districts:
        points.append(("", f"{of_districts(districts)}."))
    points.append(("", f"{of_completeness(reading)}."))
    return points


def made_from(reading: ProtectedReading, metric_id: str) -> list[tuple[str, str, str, str, str]]:
    """Return for each feed of a metric its title, months received, and rows read, counted and quarantined."""
    lines = []
    for feed in reading.evidence.needed_by(metric_id):
        months = ", ".join(
            sentences.months_received(reading.evidence, feed, year)
            for year in (reading.financial_year, reading.base_year)
        )
        lines.append((sentences.feed_title(feed), months, *rows_of(reading, feed)))
    return lines


def rows_of(reading: ProtectedReading, feed: str) -> tuple[str, str, str]:
    """Return the protected numbers of rows of a feed that were read, passed and were quarantined."""
    rows = reading.counts.rows.get(feed, {})
    read, passed, aside = (words.shown(rows.get(step)) for step in STEPS)
    return read, passed, aside
