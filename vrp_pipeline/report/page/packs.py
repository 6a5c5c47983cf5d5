"""Board packs: a page and a workbook for each district and each agency, made only from the figures of the publication.

They are part of a version, so they are approved and frozen with it, and contain no number that it does not print.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vrp_pipeline.feeds import partnership
from vrp_pipeline.report import sentences, words
from vrp_pipeline.report.content.evidence import REFERENCE_AGENCY
from vrp_pipeline.report.content.protected import ProtectedFigure, ProtectedReading
from vrp_pipeline.report.page import headings
from vrp_pipeline.report.rendering import environment
from vrp_pipeline.report.tables.description_files import About
from vrp_pipeline.report.tables.workbook_files import xlsx
from vrp_pipeline.report.tables.workbook_sheets import (
    CHANGE,
    ONE_TABLE,
    ROUNDED,
    SHORTHAND,
    Sheet,
    coverage_rows,
    numbers_of,
    shown_cell,
)

FOLDER = "packs"
_SUPERSEDED = "Rows of deliveries that a later one superseded are read, and neither passed nor put aside."


@dataclass(frozen=True)
class Pack:
    """The pack of one district or agency: the name of its files, its heading, and its tables."""

    name: str
    heading: str
    tables: tuple[Sheet, ...]


def packs(reading: ProtectedReading) -> tuple[Pack, ...]:
    """Return the packs of all districts by name, then of all agencies in the order of their feeds."""
    return (*_districts(reading), *_agencies(reading))


def pack_files(made: Iterable[Pack], reading: ProtectedReading, about: About) -> dict[str, bytes]:
    """Return the page and the workbook of each pack, by path within the version."""
    template = environment().get_template("pack.html.j2")
    written: dict[str, bytes] = {}
    for pack in made:
        cover = Sheet("Cover", f"{pack.heading}. {about.title}", (f"Cite as: {about.citation}",))
        notes = Sheet("Notes", "Notes", (ONE_TABLE,), ("Shorthand", "Meaning"), SHORTHAND)
        page = template.render(
            pack=pack,
            about=about,
            partnership=partnership.NAME,
            shorthand=SHORTHAND,
            is_simulated=reading.is_simulated,
        )
        written[f"{FOLDER}/{pack.name}.html"] = page.encode("utf-8")
        written[f"{FOLDER}/{pack.name}.xlsx"] = xlsx((cover, notes, *pack.tables), reading.as_of)
    return written


def _districts(reading: ProtectedReading) -> Iterator[Pack]:
    by_code: dict[str, list[ProtectedFigure]] = {}
    for figure in reading.figures:
        is_of_area = figure.geography_level == "district" and (figure.breakdown or "all") == "all"
        if is_of_area and figure.area_code and not figure.is_unlocated:
            by_code.setdefault(figure.area_code, []).append(figure)
    for code, figures in sorted(by_code.items(), key=lambda each: each[1][0].area_name or each[0]):
        name = figures[0].area_name or code
        header = ("Measure", reading.financial_year, reading.base_year, *CHANGE, "In words")
        rows = tuple(
            (
                f"{figure.metric_name} ({figure.unit})",
                *numbers_of(figure),
                figure.statement or words.state(figure.status),
            )
            for figure in figures
        )
        title = f"{name}, {reading.financial_year} and {reading.base_year}"
        yield Pack(code, name, (Sheet("Table_1", title, (ONE_TABLE, ROUNDED), header, rows),))


def _agencies(reading: ProtectedReading) -> Iterator[Pack]:
    evidence = reading.evidence
    for agency in dict.fromkeys(feed.split("__")[0] for feed in evidence.feeds()):
        feeds = [feed for feed in evidence.feeds() if feed.startswith(f"{agency}__")]
        if agency == REFERENCE_AGENCY:
            continue
        tables = [
            Sheet(f"Table_{number}", title, (ONE_TABLE,), header, rows)
            for number, (title, header, rows) in enumerate(coverage_rows(reading, feeds), start=1)
        ]
        metrics = {figure.metric_id: figure.metric_name for figure in reading.figures}
        resting = tuple(
            (metric, name, words.sentence_case(_status(reading, metric)))
            for metric, name in sorted(metrics.items())
            if set(evidence.needed_by(metric)) & set(feeds)
        )
        held = {feed: reading.counts.rows.get(feed, {}) for feed in feeds}
        rows = tuple(
            (sentences.feed_title(feed), *(shown_cell(of_feed.get(step)) for step in headings.STEPS))
            for feed, of_feed in held.items()
        )
        steps = ("Feed", "Rows read", "Rows that passed", "Put aside")
        tables.append(Sheet("Rows", "Rows at each step, all months together", (ONE_TABLE, _SUPERSEDED), steps, rows))
        if resting:
            header = ("Metric", "Name", f"Status of {reading.financial_year}")
            tables.append(Sheet("Metrics", "Metrics that need these deliveries", (ONE_TABLE,), header, resting))
        yield Pack(agency, words.sentence_case(agency.replace("_", " ")), tuple(tables))


def _status(reading: ProtectedReading, metric: str) -> str:
    figure = reading.figure(metric)
    return figure.status if figure is not None else "by feed"
