"""The page: what the template shows, put together from a reading. One self-contained HTML file.

Selection and order only: sentences come from `sentences`, drawings from `charts`, mark-up from `templates/`.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from vrp_pipeline.feeds import FEEDS, partnership
from vrp_pipeline.report import charts, sentences, words
from vrp_pipeline.report.evidence import Definition
from vrp_pipeline.report.figures import Figure
from vrp_pipeline.report.metrics_files import cell
from vrp_pipeline.report.reading import Reading

HEADLINE, WITHOUT_POSSESSION, EVENTS = "M1", "M1b", "M9"
OPEN_LICENCE = "Open Government Licence"


@dataclass(frozen=True)
class Line:
    """One line of a table of figures: `base_words` stand where the year before has no number."""

    label: str
    figure: Figure
    base_words: str


@dataclass(frozen=True)
class Panel:
    """A figure for the whole area and year, with what it rests on."""

    figure: Figure
    said: sentences.Headline
    base_words: str
    definition: Definition | None
    months: tuple[str, ...]
    deliveries: int
    counted_by: str | None


class Page:
    """The annual report of a reading; the charts are drawn once, whatever is rendered."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    @property
    def headline(self) -> str:
        """The main sentence of the report."""
        panel = self._context["headline"]
        return panel.said.sentence if panel else f"Serious violence, {self.reading.financial_year}: not available."

    def html(self, *, version: int, release_id: str | None = None, as_of: dt.date | None = None) -> str:
        """The page as HTML. `release_id` and `as_of` stand in for the reading's own when fingerprints are taken."""
        return _environment().get_template("annual_report.html.j2").render(
            **self._context,
            version=version,
            release_id=self.reading.release_id if release_id is None else release_id,
            as_of=as_of or self.reading.as_of,
        )

    @cached_property
    def _context(self) -> dict[str, Any]:
        reading = self.reading
        evidence = reading.evidence
        months, tiers = self._months(), self._lines(HEADLINE, "force", "tier")
        districts, event_types = self._lines(HEADLINE, "district", "all"), self._lines(EVENTS, "force", "event type")
        panels = {metric: self._panel(metric) for metric in (HEADLINE, WITHOUT_POSSESSION, EVENTS)}
        shown = [panel for panel in panels.values() if panel]
        return {
            "partnership": partnership.NAME,
            "financial_year": reading.financial_year,
            "base_year": reading.base_year,
            "period": words.period(reading.financial_year),
            "is_simulated": reading.is_simulated,
            "headline": panels[HEADLINE],
            "without_possession": panels[WITHOUT_POSSESSION],
            "events": panels[EVENTS],
            "incomplete": [panel.figure.metric_name for panel in shown if not panel.figure.is_known],
            "without_base": [panel.figure.metric_name for panel in shown if panel.figure.is_known and panel.base_words],
            "needed_gaps": self._needed_gaps(shown),
            "months": months,
            "month_gaps": self._gaps_of(HEADLINE),
            "month_chart": self._month_chart(months),
            "tiers": tiers,
            "tier_chart": self._bars("serious violence by kind", tiers),
            "districts": districts,
            "district_chart": self._district_chart(districts),
            "districts_add_up": _add_up(districts, panels[HEADLINE]),
            "event_types": event_types,
            "calendar": self._calendar(),
            "states": words.FEED_STATES,
            "methods": self._methods(),
            "definitions": evidence.definitions,
            "deliveries": evidence.deliveries,
            "steps": evidence.rows,
            "open_sources": self._open_sources(),
        }

    def _panel(self, metric_id: str) -> Panel | None:
        figure = self.reading.figure(metric_id)
        if figure is None:
            return None
        evidence, reading = self.reading.evidence, self.reading
        return Panel(
            figure=figure,
            said=sentences.headline(figure, reading.base_year),
            base_words=self._base_words(figure),
            definition=evidence.definition(figure.definition_version),
            months=tuple(
                f"{sentences.feed_title(feed)}: "
                f"{sentences.months_received(evidence, feed, reading.financial_year)}, "
                f"{sentences.months_received(evidence, feed, reading.base_year)}"
                for feed in evidence.needed_by(metric_id)
            ),
            deliveries=len(evidence.deliveries_for(metric_id)),
            counted_by=sentences.COUNTED_BY.get(metric_id),
        )

    def _base_words(self, figure: Figure) -> str:
        """The state of the year before where it gives no number; empty where it does."""
        if figure.base_value is not None:
            return ""
        about = (figure.metric_id, figure.geography_level, figure.area_code, figure.breakdown, figure.category)
        for base in self.reading.base_figures:
            if (base.metric_id, base.geography_level, base.area_code, base.breakdown, base.category) == about:
                return words.state(base.status) if not base.is_known else "Not comparable"
        return "Not available"

    def _lines(self, metric_id: str, level: str, breakdown: str) -> list[Line]:
        """Figures of a table by name; what could not be placed comes last."""
        found = self.reading.breakdown(metric_id, level, breakdown)
        by_area = breakdown == "all"
        lines = [
            Line(
                label=words.sentence_case((figure.area_name if by_area else figure.category) or "not recorded"),
                figure=figure,
                base_words=self._base_words(figure),
            )
            for figure in found
        ]
        if by_area:
            return sorted(lines, key=lambda line: (_is_unlocated(line.figure), line.label))
        return sorted(lines, key=lambda line: (-(line.figure.value or 0), line.label))

    def _months(self) -> list[tuple[str, charts.Count, charts.Count]]:
        """Month name, count of the year before, count of this year; April first."""
        reading = self.reading
        both = []
        for year, base in ((reading.base_year, True), (reading.financial_year, False)):
            held = {figure.category: figure for figure in reading.breakdown(HEADLINE, "force", "month", base=base)}
            both.append([self._month_count(year, month, held.get(month)) for month in words.months_of(year)])
        return [(earlier.label, earlier, this) for earlier, this in zip(*both, strict=True)]

    def _month_count(self, year: str, month: str, figure: Figure | None) -> charts.Count:
        label = words.month_short(month)
        if figure is not None and figure.is_known:
            return charts.Count(label, year, figure.value)
        return charts.Count(label, year, None, sentences.gap_word(self.reading.evidence, HEADLINE, month, figure))

    def _month_chart(self, months: list[tuple[str, charts.Count, charts.Count]]) -> charts.Drawing | None:
        counts = [earlier for _, earlier, _ in months] + [this for _, _, this in months]
        if all(count.value is None for count in counts):
            return None
        return charts.month_lines(counts, sentences.months_alternative("serious violence", counts))

    def _bars(self, name: str, lines: list[Line]) -> charts.Drawing | None:
        reading = self.reading
        counts = []
        for line in lines:
            figure = line.figure
            known = figure.value if figure.is_known else None
            counts.append(charts.Count(line.label, reading.financial_year, known, "" if known is not None else figure.status))
            base = figure.base_value if figure.is_known else None
            gap = line.base_words.lower() or figure.status
            counts.append(charts.Count(line.label, reading.base_year, base, "" if base is not None else gap))
        if all(count.value is None for count in counts):
            return None
        return charts.paired_bars(counts, sentences.bars_alternative(name, counts))

    def _district_chart(self, lines: list[Line]) -> charts.Drawing | None:
        changes = []
        for line in lines:
            figure = line.figure
            if figure.direction is None:
                changes.append(charts.Change(line.label, None, None, None, sentences.no_change_word(figure)))
            else:
                changes.append(
                    charts.Change(line.label, figure.change_percent, figure.change_lower, figure.change_upper)
                )
        if all(change.change is None for change in changes):
            return None
        alternative = sentences.changes_alternative("serious violence", changes)
        return charts.change_intervals(changes, self.reading.base_year, alternative)

    def _calendar(self) -> list[dict[str, Any]]:
        evidence = self.reading.evidence
        return [
            {
                "year": year,
                "months": [(words.month_short(month), words.month(month)) for month in words.months_of(year)],
                "feeds": [
                    {
                        "title": sentences.feed_title(feed),
                        "months": {entry.month: entry.status for entry in evidence.months(feed, year)},
                        "received": sum(e.status == "received" for e in evidence.months(feed, year)),
                    }
                    for feed in evidence.feeds()
                ],
                "keys": words.months_of(year),
            }
            for year in (self.reading.financial_year, self.reading.base_year)
        ]

    def _needed_gaps(self, panels: list[Panel]) -> list[tuple[str, list[str]]]:
        metrics = [panel.figure.metric_id for panel in panels]
        feeds = dict.fromkeys(feed for metric in metrics for feed in self.reading.evidence.needed_by(metric))
        found = [(sentences.feed_title(feed), self._gaps_of_feed(feed)) for feed in feeds]
        return [(title, gaps) for title, gaps in found if gaps]

    def _gaps_of(self, metric_id: str) -> list[str]:
        return [gap for feed in self.reading.evidence.needed_by(metric_id) for gap in self._gaps_of_feed(feed)]

    def _gaps_of_feed(self, feed: str) -> list[str]:
        return sentences.gaps(self.reading.evidence, feed, (self.reading.base_year, self.reading.financial_year))

    def _methods(self) -> list[str]:
        used = dict.fromkeys(figure.interval_method for figure in self.reading.figures if figure.interval_method)
        return [words.INTERVAL_METHODS.get(method, method) for method in used]

    def _open_sources(self) -> list[tuple[str, str]]:
        """Title and source of each feed behind this report that is published under the open licence."""
        evidence = self.reading.evidence
        used = dict.fromkeys([*evidence.feeds(), *(d.feed for d in evidence.deliveries if d.feed)])
        feeds = [FEEDS[feed] for feed in used if feed in FEEDS]
        return [(feed.title, feed.source.split(";")[0]) for feed in feeds if OPEN_LICENCE in feed.source]


def _is_unlocated(figure: Figure) -> bool:
    return "unlocated" in f"{figure.area_code} {figure.area_name}".lower()


def _add_up(lines: list[Line], whole: Panel | None) -> bool:
    """Whether the areas shown give the whole, so that the page may say so."""
    if whole is None or not whole.figure.is_known or not all(line.figure.is_known for line in lines):
        return False
    return sum(line.figure.value or 0 for line in lines) == whole.figure.value


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("vrp_pipeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        count=words.count,
        percent=words.percent,
        day=words.day,
        months=words.months,
        state=words.state,
        sentence_case=words.sentence_case,
        feed_title=sentences.feed_title,
        cell=cell,
    )
    environment.globals["interval"] = words.interval
    return environment
