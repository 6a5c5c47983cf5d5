"""The page of the annual report: the content of the template, as one self-contained HTML file.

Only selection and order: sentences come from `sentences`, charts from `charts`, mark-up from `templates/`.
"""

import datetime as dt
from functools import cached_property
from typing import Any

from markupsafe import Markup

from vrp_pipeline.feeds import partnership
from vrp_pipeline.report import words
from vrp_pipeline.report.content import admission_rates
from vrp_pipeline.report.content.comparators import newest_quarter_year, notes, of_year
from vrp_pipeline.report.content.derived import UNRECORDED
from vrp_pipeline.report.content.evidence import SUPERSEDED
from vrp_pipeline.report.content.protected import ProtectedReading
from vrp_pipeline.report.page import headings, sections
from vrp_pipeline.report.page.drawn_figures import (
    HEADLINE,
    all_sources_chart,
    district_chart,
    kind_chart,
    month_chart,
    monthly_counts,
)
from vrp_pipeline.report.page.evidence_shown import (
    ALL_SOURCE_DEFINITION,
    by_decision,
    calendar_of_feeds,
    definitions,
    feeds_of_longer_spans,
    gaps_of,
    needed_gaps,
    open_sources,
)
from vrp_pipeline.report.page.front_matter import FrontMatter
from vrp_pipeline.report.page.maps import hexagon_map
from vrp_pipeline.report.page.packs import FOLDER, Pack, pack_files, packs
from vrp_pipeline.report.page.panels import lines, measures, panel, same_ground
from vrp_pipeline.report.rendering import environment
from vrp_pipeline.report.tables.description_files import About

WITHOUT_POSSESSION, EVENTS, ALL_SOURCES, OTHERS = "M1b", "M9", "M12", "others"
MAIN = (HEADLINE, WITHOUT_POSSESSION, EVENTS, ALL_SOURCES)


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
        """Render the page. The fingerprint passes its own `release_id`, `as_of` and `front`.

        `is_revised` states that revisions.csv is published with the page; `changes` is the content of changes.json, if
        there is a previous version.
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
        months, tiers = monthly_counts(reading), lines(reading, HEADLINE, "force", "tier")
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
            "needed_gaps": needed_gaps(reading, shown),
            "months": months,
            "month_gaps": gaps_of(reading, HEADLINE),
            "month_chart": month_chart(months),
            "tiers": tiers,
            "tier_chart": kind_chart(reading, "serious violence by kind", tiers),
            "districts": districts,
            "measures": further,
            "district_chart": district_chart(reading, districts),
            "event_types": event_types,
            "all_sources": [year for year in reading.all_sources if year.is_known],
            "all_sources_chart": all_sources_chart(reading),
            "all_sources_missing": self._all_sources_missing(),
            "calendar": calendar_of_feeds(reading),
            "accepted": evidence.accepted,
            "by_decision": {OTHERS: ""} | {metric: by_decision(reading, metric) for metric in (*panels, ALL_SOURCES)},
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
            "longer_spans": feeds_of_longer_spans(reading),
            "superseded": len(evidence.superseded),
            "states": words.FEED_STATES,
            "evidence": words.EVIDENCE,
            "methods": self._methods(),
            "definitions": definitions(reading),
            "main_definitions": definitions(reading, MAIN),
            "deliveries": [
                (delivery, reading.counts.deliveries.get((delivery.feed, delivery.delivery_id)))
                for delivery in evidence.deliveries
                if delivery.use != SUPERSEDED
            ],
            "mark": words.CONFIDENTIAL,
            "open_sources": open_sources(reading),
            # Without its scheme, because the page links only to files beside it.
            "cited": f"{self.front.programme.address.partition('//')[2]}/{reading.financial_year}",
        }

    def _further(self) -> dict[str, Any]:
        """Return the content of the sections made from the further tables."""
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

    def _all_sources_missing(self) -> str | None:
        """Describe what is missing from this year or could not be counted, or None if it is complete."""
        year = self.reading.all_sources_of_year
        return (year.missing or year.doubt) if year else None

    def _methods(self) -> list[str]:
        used = dict.fromkeys(figure.interval_method for figure in self.reading.figures if figure.interval_method)
        return [words.INTERVAL_METHODS.get(method, method) for method in used]


def _unbroken(financial_year: str) -> Markup:
    """Return a financial year that does not break across lines."""
    return Markup('<span class="year">{}</span>').format(financial_year)
