"""What writers of published files may read: protected figures and counts, without the true numbers behind them.

Only `protecting` makes them, from a reading and the result of disclosure control. A number is None if it is hidden
(`confidential` names it) or unknown (`status` says why).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa

from vrp_pipeline.disclosure.rules import Shown
from vrp_pipeline.report.content.admission_rates import AdmissionRate
from vrp_pipeline.report.content.columns import COMPLETE, TEXT, FigureColumns
from vrp_pipeline.report.content.columns import SCHEMA as COLUMNS
from vrp_pipeline.report.content.comparators import Comparator
from vrp_pipeline.report.content.evidence import Evidence
from vrp_pipeline.report.content.residents import Residents
from vrp_pipeline.report.content.table_forms import TableForm

# The contract with every reader of metrics.csv.
SCHEMA = COLUMNS.append(pa.field("confidential", TEXT))
SIGNIFICANCE = 0.05
# The counts of a year from all sources, in order of publication.
ALL_SOURCE_COUNTS = (
    "lower_incidents",
    "incidents",
    "upper_incidents",
    "unknown_to_police",
    "police_crimes",
    "ambulance_calls",
    "emergency_attendances",
    "admissions",
    "expected_incidents",
    "expected_lower",
    "expected_upper",
    "attendances_known_to_police",
    "attendances_known_lower",
    "attendances_known_upper",
)


class Change(NamedTuple):
    """A change on the year before with its 95 % confidence interval, all in per cent.

    `is_clear_together` is False for an area whose change is not clear once all areas are compared.
    """

    percent: float
    lower: float
    upper: float
    is_clear_together: bool = True

    @property
    def direction(self) -> int:
        """Return -1 or 1 if the interval excludes zero and the change is clear among all areas compared, else 0."""
        if not self.is_clear_together:
            return 0
        return -1 if self.upper < 0 else 1 if self.lower > 0 else 0


@dataclass(frozen=True)
class ProtectedFigure(FigureColumns):
    """One row of metrics.csv: its counts are protected, its changes and intervals are computed from them.

    `confidential` names the columns whose number is hidden ('base_value, value').
    """

    confidential: str | None = None

    def hides(self, column: str) -> bool:
        """Return whether the number of a column is hidden."""
        return column in (self.confidential or "").split(", ")

    @property
    def is_known(self) -> bool:
        """Return whether every month the figure needs was received; its value may still be hidden."""
        return self.status == COMPLETE and (self.value is not None or self.hides("value"))

    @property
    def change(self) -> Change | None:
        """The change with its interval, or None unless all three numbers are given."""
        if not self.is_known or self.change_percent is None or self.change_lower is None or self.change_upper is None:
            return None
        clear = self.adjusted_p_value is None or self.adjusted_p_value < SIGNIFICANCE
        return Change(self.change_percent, self.change_lower, self.change_upper, clear)


@dataclass(frozen=True)
class ProtectedYear:
    """One financial year of incidents from all sources. Counts are None if the year is not complete.

    The share unknown to police is a percentage of the protected counts, None if it may not be published.
    """

    financial_year: str
    is_known: bool
    missing: str | None
    doubt: str | None = None
    incidents: Shown | None = None
    lower_incidents: Shown | None = None
    upper_incidents: Shown | None = None
    unknown_to_police: Shown | None = None
    unknown_to_police_percent: float | None = None
    police_crimes: Shown | None = None
    ambulance_calls: Shown | None = None
    emergency_attendances: Shown | None = None
    admissions: Shown | None = None
    expected_incidents: Shown | None = None
    expected_lower: Shown | None = None
    expected_upper: Shown | None = None
    attendances_known_to_police: Shown | None = None
    attendances_known_lower: Shown | None = None
    attendances_known_upper: Shown | None = None


@dataclass(frozen=True)
class ProtectedStep:
    """One step of a revision: its effect on the count and the crimes concerned, both None where they are hidden."""

    financial_year: str
    metric_id: str
    step: str
    change: int | None
    crimes: int | None


@dataclass(frozen=True)
class ProtectedRow:
    """One row of a further table: the values of its key, protected counts (None if unknown) and words."""

    key: tuple[str, ...]
    counts: Mapping[str, Shown | None]
    words: Mapping[str, str]

    @property
    def is_known(self) -> bool:
        """Return whether any count is known; it may still be hidden."""
        return any(held is not None for held in self.counts.values())

    def number(self, column: str) -> int | None:
        """Return a count; None where it is hidden or not known."""
        held = self.counts[column]
        return None if held is None else held.number


@dataclass(frozen=True)
class ProtectedTable:
    """The rows of one further table, in the order in which they are published."""

    form: TableForm
    rows: tuple[ProtectedRow, ...]

    def where(self, **key: str) -> tuple[ProtectedRow, ...]:
        """Return the rows whose key columns have these values."""
        wanted = {self.form.key.index(name): value for name, value in key.items()}
        return tuple(row for row in self.rows if all(row.key[at] == value for at, value in wanted.items()))

    def row(self, *key: str) -> ProtectedRow | None:
        """Return the row of a key, or None."""
        return next((row for row in self.rows if row.key == key), None)


class Outline(NamedTuple):
    """The outline of a district as rings of eastings and northings in metres: public geography, no count."""

    name: str
    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class ProtectedCounts:
    """Row counts behind the figures: of deliveries by feed and id, of feeds by step, and of the release."""

    deliveries: Mapping[tuple[str | None, str], Shown]
    rows: Mapping[str, Mapping[str, Shown]]
    reached: Mapping[str, Shown]


@dataclass(frozen=True)
class ProtectedReading:
    """The content of a release for one financial year and the year before, as it may be published.

    `rule` names the rule of disclosure control, `disclosure` counts hidden and attacked cells. `tables` are the further
    tables by name, `residents` the population of a figure's area by its key, `months_of_places` the first and last
    month of the incidents by hexagon. `comparators` and `admission_rates` come from public tables; `public_names` are
    the wards of the reference data.
    """

    release_id: str
    as_of: dt.date
    is_simulated: bool
    code_version: str
    financial_year: str
    base_year: str
    figures: tuple[ProtectedFigure, ...]
    base_figures: tuple[ProtectedFigure, ...]
    evidence: Evidence
    counts: ProtectedCounts
    rule: str
    disclosure: Mapping[str, int | float | None]
    all_sources: tuple[ProtectedYear, ...] = ()
    steps: tuple[ProtectedStep, ...] = field(default=())
    tables: Mapping[str, ProtectedTable] = field(default_factory=dict)
    residents: Mapping[tuple[str, ...], Residents] = field(default_factory=dict)
    outlines: tuple[Outline, ...] = ()
    months_of_places: tuple[str, str] | None = None
    comparators: tuple[Comparator, ...] = ()
    admission_rates: tuple[AdmissionRate, ...] = ()
    public_names: tuple[str, ...] = ()

    def figure(self, metric_id: str) -> ProtectedFigure | None:
        """Return the figure of a metric for the whole partnership and the whole year, or None."""
        found = self.breakdown(metric_id, "force", "all")
        return found[0] if found else None

    @property
    def all_sources_of_year(self) -> ProtectedYear | None:
        """Return the incidents of all sources of the financial year, or None."""
        return next((year for year in self.all_sources if year.financial_year == self.financial_year), None)

    def breakdown(
        self, metric_id: str, geography_level: str, breakdown: str, *, base: bool = False
    ) -> tuple[ProtectedFigure, ...]:
        """Return the figures of a metric at one geography level by one breakdown; with `base`, of the year before."""
        return tuple(
            figure
            for figure in (self.base_figures if base else self.figures)
            if figure.metric_id == metric_id
            and figure.geography_level == geography_level
            and (figure.breakdown or "all").replace("_", " ") == breakdown
        )
