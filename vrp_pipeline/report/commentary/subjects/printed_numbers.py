"""The figures and numbers that the publication prints of the subject of a sentence."""

from collections.abc import Iterable, Iterator, Sequence

from vrp_pipeline.calendar.months import months_of_year
from vrp_pipeline.report.commentary.subjects.marking import Names
from vrp_pipeline.report.commentary.subjects.profile_parts import ProfileParts
from vrp_pipeline.report.commentary.subjects.spoken_names import folded
from vrp_pipeline.report.commentary.subjects.subject import ELSEWHERE, EVERYWHERE, HEADLINE, WHOLE, Measure, Subject
from vrp_pipeline.report.content.protected import ProtectedFigure, ProtectedReading
from vrp_pipeline.report.content.table_forms import PROFILE
from vrp_pipeline.report.tables.published_tables import published_tables

# A piece of a sentence, then the whole of it.
Said = Sequence[str]


class Subjects(Names):
    """The subjects of a reading: their names, and the numbers printed of each."""

    def __init__(self, reading: ProtectedReading) -> None:
        super().__init__(reading.figures)
        self.reading = reading
        # A district stands for a community safety partnership of the same name.
        by_level = sorted(reading.figures, key=lambda each: each.geography_level == "district")
        self._figures = {
            (each.metric_id, each.breakdown or "all", each.category or "all", _area(each)): each for each in by_level
        }
        self._tables = {table.name: table for table in published_tables(reading)}
        self.parts = ProfileParts(self._tables.get(PROFILE.name))

    def figures(self, subject: Subject) -> list[ProtectedFigure | None]:
        """Return the figure of each measure in each area and age of a subject; None for each that does not exist."""
        measures = subject.measures or (Measure(HEADLINE),)
        found: list[ProtectedFigure | None] = []
        for measure in measures:
            for area in subject.areas or (WHOLE,):
                if area in (EVERYWHERE, ELSEWHERE):
                    found += self._districts(measure, subject)
                else:
                    found += self._in_area(measure, area, subject.ages)
        return found

    def _in_area(self, measure: Measure, area: str, ages: tuple[str, ...]) -> Iterator[ProtectedFigure | None]:
        if not ages:
            yield self._figures.get((measure.metric_id, measure.breakdown, measure.category, area))
        for age in ages:
            is_whole = measure.breakdown == "all" and age
            yield self._figures.get((measure.metric_id, "age", age, area)) if is_whole else None

    def _districts(self, measure: Measure, subject: Subject) -> list[ProtectedFigure | None]:
        found: list[ProtectedFigure | None] = [
            figure
            for (metric, breakdown, category, area), figure in self._figures.items()
            if (metric, breakdown, category) == (measure.metric_id, measure.breakdown, measure.category)
            and figure.geography_level == "district"
            and not figure.is_unlocated
            and not (ELSEWHERE in subject.areas and area in subject.named)
        ]
        return found if found and not subject.ages else [None]

    def counts(self, subject: Subject, year: str | None, months: Iterable[int] = (), *, said: Said = ()) -> set[float]:
        """Return the numbers printed of a subject for a financial year, by default both; with `months`, for these.

        Parts of the profile are taken from the first of the texts in `said` that names any.
        """
        years = (year,) if year else (self.reading.financial_year, self.reading.base_year)
        found: set[float] = set()
        for figure in self.figures(subject):
            if figure is not None:
                held = {self.reading.financial_year: figure.value, self.reading.base_year: figure.base_value}
                found |= {value for each, value in held.items() if each in years and value is not None}
                found |= self._rates(figure, years)
        found |= self._of_tables(subject, years, said, are_shares=False)
        if months and not subject.ages:
            found |= self._of_months(subject, years, set(months))
        return found

    def shares(self, subject: Subject, *, with_limits: bool, said: Said | None = None) -> set[float]:
        """Return the percentages printed of a subject, with their signs; `with_limits` also those of intervals.

        Shares of a whole are included if `said` has texts that name the part, as in `counts`.
        """
        found: set[float] = set()
        for figure in self.figures(subject):
            if figure is not None:
                limits = (figure.change_lower, figure.change_upper) if with_limits else ()
                found |= {each for each in (figure.change_percent, *limits) if each is not None}
        if said is not None:
            years = (self.reading.financial_year, self.reading.base_year)
            found |= self._of_tables(subject, years, said, are_shares=True)
        return found

    def _rates(self, figure: ProtectedFigure, years: tuple[str, ...]) -> set[float]:
        table = self._tables.get("rates")
        if table is None or figure.financial_year not in years:
            return set()
        names = [column.name for column in table.columns]
        at = names.index("rate_per_1000")
        return {
            round(value, places)
            for row in table.rows
            if tuple(row[: len(table.key)]) == tuple(getattr(figure, name) for name in table.key)
            and isinstance(value := row[at], float)
            for places in (1, 2)
        }

    def _of_tables(self, subject: Subject, years: tuple[str, ...], said: Said, *, are_shares: bool) -> set[float]:
        """Return the counts, or the percentages, of the further tables that a subject names, of the whole area."""
        if subject.areas and subject.areas != (WHOLE,):
            return set()
        names = {measure.table_name for measure in subject.measures} - {"", PROFILE.name}
        found = {cell for name in names for cell in self._cells(name, years, are_shares=are_shares)}
        return found | self._of_parts(subject, years, said, are_shares=are_shares)

    def _of_parts(self, subject: Subject, years: tuple[str, ...], said: Said, *, are_shares: bool) -> set[float]:
        """Return the numbers of the named parts of the profile: of crimes, unless the subject names another unit."""
        named = next((each for text in said if (each := self.parts.named(text)).meanings), None)
        units = self.units(subject, named.rest) if named else set()
        number = self.parts.share if are_shares else self.parts.value
        found = (
            number(year, unit, group)
            for year in years
            for unit in units
            for group in (named.of_one_breakdown if named else ())
        )
        return {each for each in found if each is not None}

    def units(self, subject: Subject, rest: str) -> set[str]:
        """Return the profile's units that a text without the names of parts is about: crimes at night are crimes.

        Empty if it is also about another measure, whose parts are not published.
        """
        about = self.marked(rest).whole
        measures = about.measures or tuple(measure for measure in subject.measures if measure != Measure())
        units = {measure.category for measure in measures if measure.table_name == PROFILE.name}
        others = [measure for measure in measures if measure != Measure(HEADLINE, is_general=measure.is_general)]
        if about.ages or (others and not units):
            return set()
        return units or {"crimes"}

    def _cells(self, name: str, years: tuple[str, ...], *, are_shares: bool) -> set[float]:
        """Return the counts, or the percentages, of a further table, and how many partner agencies there are."""
        table = self._tables.get(name)
        if table is None:
            return set()
        names = [column.name for column in table.columns]
        at = names.index("financial_year")
        rows = [row for row in table.rows if row[at] in years]
        wanted = [place for place, column in enumerate(names) if ("percent" in column.split("_")) == are_shares]
        found = {float(cell) for row in rows for place in wanted if isinstance(cell := row[place], int | float)}
        if name == "partner_agencies" and not are_shares:
            member = names.index("is_member_on_31_march")
            found = {float(sum(row[at] == year and row[member] == "yes" for row in rows)) for year in years}
        return found

    def _of_months(self, subject: Subject, years: tuple[str, ...], months: set[int]) -> set[float]:
        wanted = {month for year in years for month in months_of_year(year) if int(month[5:]) in months}
        metrics = {measure.metric_id for measure in subject.measures if measure.breakdown == "all"} or {HEADLINE}
        areas = subject.areas or (WHOLE,)
        return {
            figure.value
            for figure in (*self.reading.figures, *self.reading.base_figures)
            if figure.breakdown == "month"
            and figure.category in wanted
            and figure.metric_id in metrics
            and figure.value is not None
            and _area(figure) in areas
        }


def _area(figure: ProtectedFigure) -> str:
    return WHOLE if figure.geography_level == "force" else folded(figure.area_name or "")
