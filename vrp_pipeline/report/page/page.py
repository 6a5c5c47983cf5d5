"""The page of the annual report: the content of the template, as one self-contained HTML file.

Only selection and order; sentences come from `sentences`, charts from `charts`, mark-up from `templates/`.
"""

import datetime as dt
from collections.abc import Collection
from functools import cached_property
from typing import Any

from markupsafe import Markup

from vrp_pipeline.calendar.months import months_of_year
from vrp_pipeline.feeds import FEEDS, partnership
from vrp_pipeline.report import sentences, words
from vrp_pipeline.report.content import admission_rates
from vrp_pipeline.report.content.comparators import newest_quarter_year, notes, of_year
from vrp_pipeline.report.content.derived import UNRECORDED
from vrp_pipeline.report.content.evidence import SUPERSEDED, Definition, place_among_feeds
from vrp_pipeline.report.content.protected import ProtectedFigure, ProtectedReading
from vrp_pipeline.report.page import charts, headings, sections
from vrp_pipeline.report.page.drawing import Drawing
from vrp_pipeline.report.page.front_matter import FrontMatter
from vrp_pipeline.report.page.maps import hexagon_map
from vrp_pipeline.report.page.packs import FOLDER, Pack, pack_files, packs
from vrp_pipeline.report.page.panels import Line, Panel, lines, measures, panel, same_ground
from vrp_pipeline.report.rendering import environment
from vrp_pipeline.report.tables.description_files import About

HEADLINE, WITHOUT_POSSESSION, EVENTS, ALL_SOURCES, OTHERS = "M1", "M1b", "M9", "M12", "others"
MAIN = (HEADLINE, WITHOUT_POSSESSION, EVENTS, ALL_SOURCES)
ALL_SOURCE_DEFINITION = "ALL_SOURCE_VIOLENCE"
OPEN_LICENCE = "Open Government Licence"


class Page:
    """The annual report of a protected reading; charts are drawn once, however often the page is rendered."""

    def __init__(self, reading: ProtectedReading, front: FrontMatter) -> None:
        self.reading = reading
        self.front = front

    @property
    def headline(self) -> str:
        """The main sentence of the report."""
        main = self._context["headline"]
        return main.said.sentence if main else f"Serious violence, {self.reading.financial_year}: not available."

    def html(
        self,
        *,
        version: int,
        release_id: str | None = None,
        as_of: dt.date | None = None,
        front: FrontMatter | None = None,
        is_revised: bool = False,
        changes: dict[str, Any] | None = None,
    ) -> str:
        """Render the page. A fingerprint replaces `release_id` and `as_of` of the reading, and the `front`.

        `is_revised` states that revisions.csv is published with the page; `changes` is the content of changes.json of
        a version that has one before it.
        """
        records = as_of or self.reading.as_of
        return (
            environment()
            .get_template("annual_report.html.j2")
            .render(
                **self._context | {"front": front or self.front},
                version=version,
                is_revised=is_revised,
                release_id=self.reading.release_id if release_id is None else release_id,
                as_of=records,
                planned=self.front.programme.next_twelve_months(records),
                changes=changes,
            )
        )

    def annex(self, *, version: int) -> str:
        """Render the annex: how each number was made, and the files behind it."""
        reading = self.reading
        about = {figure.metric_id: figure for figure in reversed(reading.figures)}
        names = {metric: (figure.metric_name, figure.definition_version) for metric, figure in about.items()}
        if reading.all_sources:
            names[ALL_SOURCES] = ("Violence that any agency saw", f"{ALL_SOURCE_DEFINITION} v1")
        made = [
            (metric, name, reading.evidence.definition(label), headings.made_from(reading, metric))
            for metric, (name, label) in sorted(names.items())
        ]
        return (
            environment()
            .get_template("annex.html.j2")
            .render(
                **self._context,
                version=version,
                made=made,
                packs=[(f"{FOLDER}/{pack.name}.html", pack.heading) for pack in self._packs],
            )
        )

    def packs(self, about: About) -> dict[str, bytes]:
        """Return the board packs, by path within the version."""
        return pack_files(self._packs, self.reading, about)

    @cached_property
    def _packs(self) -> tuple[Pack, ...]:
        return packs(self.reading)

    @cached_property
    def _context(self) -> dict[str, Any]:
        reading = self.reading
        evidence = reading.evidence
        months, tiers = self._months(), lines(reading, HEADLINE, "force", "tier")
        districts, event_types = (
            lines(reading, HEADLINE, "district", "all"),
            lines(reading, EVENTS, "force", "event type"),
        )
        panels = {
            metric: panel(reading, metric, large_count=metric == EVENTS)
            for metric in (HEADLINE, WITHOUT_POSSESSION, EVENTS)
        }
        shown = [held for held in panels.values() if held]
        further = measures(reading, panels.keys())
        compared = of_year(reading.comparators, reading.financial_year)
        return {
            "partnership": partnership.NAME,
            "financial_year": reading.financial_year,
            "year": _unbroken(reading.financial_year),
            "base": _unbroken(reading.base_year),
            "base_year": reading.base_year,
            "headings": {
                "violence": headings.of_change(reading.figure(HEADLINE), "Serious violence", reading.base_year),
                "kinds": headings.of_kinds(tiers),
                "districts": headings.of_districts(districts),
                "measures": headings.of_measures(further),
                "compared": headings.of_comparison(compared),
                "all_sources": headings.of_all_sources(reading.all_sources_of_year, reading.financial_year),
                "events": headings.of_events(reading.figure(EVENTS)),
                "completeness": headings.of_completeness(reading),
            },
            "main_points": headings.main_points(reading, (HEADLINE, WITHOUT_POSSESSION, EVENTS), districts),
            "period": words.period(reading.financial_year),
            "is_simulated": reading.is_simulated,
            "headline": panels[HEADLINE],
            "without_possession": panels[WITHOUT_POSSESSION],
            "same_ground": same_ground(panels[HEADLINE], panels[WITHOUT_POSSESSION]),
            "events": panels[EVENTS],
            "incomplete": [held.figure.metric_name for held in shown if not held.figure.is_known],
            "without_base": [held.figure.metric_name for held in shown if held.figure.is_known and held.base_words],
            "needed_gaps": self._needed_gaps(shown),
            "months": months,
            "month_gaps": self._gaps_of(HEADLINE),
            "month_chart": self._month_chart(months),
            "tiers": tiers,
            "tier_chart": self._bars("serious violence by kind", tiers),
            "districts": districts,
            "measures": further,
            "district_chart": self._district_chart(districts),
            "event_types": event_types,
            "all_sources": [year for year in reading.all_sources if year.is_known],
            "all_sources_chart": self._all_sources_chart(),
            "all_sources_missing": self._all_sources_missing(),
            "calendar": self._calendar(),
            "accepted": evidence.accepted,
            "by_decision": {OTHERS: ""} | {metric: self._by_decision(metric) for metric in (*panels, ALL_SOURCES)},
            "decision_mark": words.BY_DECISION,
            "compared": compared,
            "compared_newest_quarter_year": newest_quarter_year(row for held in compared.values() for row in held),
            "compared_knives_year": newest_quarter_year(
                (row for held in compared.values() for row in held), of_knives=True
            ),
            "compared_notes": notes(row for held in compared.values() for row in held),
            "admissions": admission_rates.compared(reading.admission_rates),
            **self._further(),
            "map": hexagon_map(reading),
            "months_of_places": reading.months_of_places,
            "yearly": self._yearly(),
            "superseded": len(evidence.superseded),
            "states": words.FEED_STATES,
            "evidence": words.EVIDENCE,
            "methods": self._methods(),
            "definitions": self._definitions(),
            "main_definitions": self._definitions(MAIN),
            "deliveries": [
                (delivery, reading.counts.deliveries.get((delivery.feed, delivery.delivery_id)))
                for delivery in evidence.deliveries
                if delivery.use != SUPERSEDED
            ],
            "mark": words.CONFIDENTIAL,
            "open_sources": self._open_sources(),
            # Without its scheme: the page leads nowhere but to files beside it.
            "cited": f"{self.front.programme.address.partition('//')[2]}/{reading.financial_year}",
        }

    def _further(self) -> dict[str, Any]:
        """Return the content of the sections that rest on the further tables."""
        reading = self.reading
        young, programmes, sectors = sections.young(reading), sections.programmes(reading), sections.sectors(reading)
        whole = next((each.row for each in programmes if each.row.key[1] == "all"), None)
        members = sum(len(sector.agencies) for sector in sectors)
        year_end = f"31 March {int(reading.financial_year[:4]) + 1}"
        return {
            "rates": sections.district_rates(reading),
            "young": young,
            "people_known": sections.people_known(reading),
            "profile": sections.profile(reading),
            "programmes": programmes,
            "harm": sections.harm(reading),
            "times_unrecorded": UNRECORDED,
            "sectors": sectors,
            "further_headings": {
                "young": headings.of_young(young),
                "profile": headings.of_profile(sections.settings(reading)),
                "programmes": headings.of_programmes(whole),
                "agencies": headings.of_agencies(members, year_end),
            },
        }

    def _months(self) -> list[tuple[str, charts.Count, charts.Count]]:
        """Return month name, count of the year before and count of this year, from April."""
        reading = self.reading
        both = []
        for year, base in ((reading.base_year, True), (reading.financial_year, False)):
            held = {figure.category: figure for figure in reading.breakdown(HEADLINE, "force", "month", base=base)}
            both.append([self._month_count(year, month, held.get(month)) for month in months_of_year(year)])
        return [(earlier.label, earlier, this) for earlier, this in zip(*both, strict=True)]

    def _month_count(self, year: str, month: str, figure: ProtectedFigure | None) -> charts.Count:
        label = words.month_short(month)
        if figure is not None and figure.is_known and figure.value is not None:
            decided = month in self.reading.evidence.accepted_for(HEADLINE)
            return charts.Count(label, year, figure.value, is_accepted=decided)
        return charts.Count(label, year, None, sentences.gap_word(self.reading.evidence, HEADLINE, month, figure))

    def _month_chart(self, months: list[tuple[str, charts.Count, charts.Count]]) -> Drawing | None:
        counts = [earlier for _, earlier, _ in months] + [this for _, _, this in months]
        if all(count.value is None for count in counts):
            return None
        return charts.month_lines(counts, sentences.months_alternative("serious violence", counts))

    def _bars(self, name: str, parts: list[Line]) -> Drawing | None:
        reading = self.reading
        counts = []
        for line in parts:
            figure = line.figure
            this, base = (figure.value, figure.base_value) if figure.is_known else (None, None)
            base_gap = line.base_words.lower() or figure.status
            gap = words.IN_CONFIDENCE if figure.hides("value") else figure.status
            base_gap = words.IN_CONFIDENCE if figure.hides("base_value") else base_gap
            counts.append(charts.Count(line.label, reading.financial_year, this, gap))
            counts.append(charts.Count(line.label, reading.base_year, base, base_gap))
        if all(count.value is None for count in counts):
            return None
        return charts.paired_bars(counts, sentences.bars_alternative(name, counts))

    def _district_chart(self, areas: list[Line]) -> Drawing | None:
        changes = [
            charts.AreaChange(line.label, line.figure.change, sentences.no_change_word(line.figure)) for line in areas
        ]
        if all(change.change is None for change in changes):
            return None
        alternative = sentences.changes_alternative("serious violence", changes)
        return charts.change_intervals(changes, self.reading.base_year, alternative)

    def _all_sources_chart(self) -> Drawing | None:
        known = []
        for year in self.reading.all_sources:
            held = (year.lower_incidents, year.incidents, year.upper_incidents)
            lower, estimate, upper = (each.number if each else None for each in held)
            if lower is not None and estimate is not None and upper is not None:
                known.append(charts.Bounds(year.financial_year, lower, estimate, upper))
        return charts.bounded_counts(known, sentences.bounds_alternative(known)) if known else None

    def _all_sources_missing(self) -> str | None:
        """Describe what is missing from this year or could not be counted, or None if it is complete."""
        year = self.reading.all_sources_of_year
        return (year.missing or year.doubt) if year else None

    def _calendar(self) -> list[dict[str, Any]]:
        evidence = self.reading.evidence
        return [
            {
                "year": year,
                "months": [(words.month_short(month), words.month(month)) for month in months_of_year(year)],
                "feeds": [
                    {
                        "title": sentences.feed_title(feed),
                        "months": {entry.month: entry.status for entry in evidence.months(feed, year)},
                        "received": sum(e.status == "received" for e in evidence.months(feed, year)),
                    }
                    for feed in sorted(evidence.feeds(), key=place_among_feeds)
                ],
                "keys": months_of_year(year),
            }
            for year in (self.reading.financial_year, self.reading.base_year)
            if any(entry.financial_year == year for entry in evidence.feed_months)
        ]

    def _needed_gaps(self, panels: list[Panel]) -> list[tuple[str, list[str]]]:
        metrics = [held.figure.metric_id for held in panels]
        feeds = dict.fromkeys(feed for metric in metrics for feed in self.reading.evidence.needed_by(metric))
        found = [(sentences.feed_title(feed), self._gaps_of_feed(feed)) for feed in feeds]
        return [(title, gaps) for title, gaps in found if gaps]

    def _by_decision(self, metric_id: str) -> str:
        return sentences.by_decision(
            self.reading.evidence, metric_id, (self.reading.base_year, self.reading.financial_year)
        )

    def _yearly(self) -> list[str]:
        """Return the titles of the feeds in the calendar that are not due every month."""
        feeds = sorted(self.reading.evidence.feeds(), key=place_among_feeds)
        return [sentences.feed_title(feed) for feed in feeds if feed in FEEDS and not FEEDS[feed].is_monthly]

    def _gaps_of(self, metric_id: str) -> list[str]:
        return [gap for feed in self.reading.evidence.needed_by(metric_id) for gap in self._gaps_of_feed(feed)]

    def _gaps_of_feed(self, feed: str) -> list[str]:
        return sentences.gaps(self.reading.evidence, feed, (self.reading.base_year, self.reading.financial_year))

    def _definitions(self, metrics: Collection[str] | None = None) -> list[Definition]:
        """Return the definition versions that this year's figures name; of some metrics, or of all."""
        figures = self.reading.figures
        used = {figure.definition_version for figure in figures if metrics is None or figure.metric_id in metrics}
        linked = {ALL_SOURCE_DEFINITION} if self.reading.all_sources else set()
        return [
            definition
            for definition in self.reading.evidence.definitions
            if definition.label in used or definition.definition_id in linked
        ]

    def _methods(self) -> list[str]:
        used = dict.fromkeys(figure.interval_method for figure in self.reading.figures if figure.interval_method)
        return [words.INTERVAL_METHODS.get(method, method) for method in used]

    def _open_sources(self) -> list[tuple[str, str]]:
        """Return title and source of each feed behind the report that is under the Open Government Licence."""
        evidence = self.reading.evidence
        used = dict.fromkeys([*evidence.feeds(), *(d.feed for d in evidence.deliveries if d.feed)])
        feeds = [FEEDS[feed] for feed in used if feed in FEEDS]
        return [(feed.title, feed.source.split(";")[0]) for feed in feeds if OPEN_LICENCE in feed.source]


def _unbroken(financial_year: str) -> Markup:
    """Return a financial year that does not break across lines."""
    return Markup('<span class="year">{}</span>').format(financial_year)
