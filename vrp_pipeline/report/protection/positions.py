"""Where each count of a publication stands, and by which rule it is protected.

Those who describe a publication and those who print it ask here, so that a count has one position wherever it stands.
"""

from dataclasses import replace

from vrp_pipeline.disclosure import EXACT, NHS, Position, Rule, rule_of
from vrp_pipeline.report.approval.versions import PROVENANCE
from vrp_pipeline.report.content.evidence import REFERENCE_AGENCY
from vrp_pipeline.report.counts.figures import Figure
from vrp_pipeline.report.counts.revisions import Step

METRICS, PAGE, REVISIONS = "metrics.csv", "annual_report.html", "revisions.csv"
# Units that count no people, crimes or incidents: work of the partnership itself, and shares of months.
PUBLIC_UNITS = frozenset({"events", "percent"})
# Columns of a figure that repeat in each of its breakdowns, but for those breakdowns whose parts rest on other rows.
REPEATED_COUNTS = frozenset({"quarantined_rows", "unknown_code_rows"})
OF_THEIR_OWN_ROWS = frozenset({"month", "feed"})


def position(figure: Figure, column: str = "value", year: str | None = None) -> Position:
    """Return where a column of a figure stands; with `year`, that of the same figure of another year."""
    if column == "base_value":
        raise ValueError("Ask `base_position` for the year before.")
    key = (
        figure.metric_id,
        year or figure.financial_year,
        figure.geography_level or "",
        figure.area_code or "",
        figure.breakdown or "all",
        figure.category or "",
        column,
    )
    return figure_position(key)


def figure_position(key: tuple[str, ...]) -> Position:
    """Return where a count of a figure stands.

    `key` has the metric, year, level, area, breakdown, category and column. Rows that could not be counted are printed
    beside every figure they could belong to, the same number again: quarantined rows whatever the area and breakdown,
    crimes under an unknown code whatever the breakdown. They are one count, of the year or of a month.
    """
    metric, year, level, area, breakdown, category, column = key
    if column in REPEATED_COUNTS and breakdown not in OF_THEIR_OWN_ROWS:
        breakdown, category = "all", ""
    if column == "quarantined_rows":
        level, area = "", ""
    return Position(METRICS, (metric, year, level, area, breakdown, category, column))


def base_position(figure: Figure, base_year: str) -> Position:
    """Return where the value of the year before stands: what it counts is one cell, wherever it is printed.

    The year before of a month is the same month a year earlier.
    """
    category = a_year_earlier(figure.breakdown, figure.category)
    return position(replace(figure, category=category), "value", base_year)


def a_year_earlier(breakdown: str | None, category: str | None) -> str | None:
    """Return the category of the year before: the month before by twelve, everything else as it is."""
    if breakdown != "month" or not category:
        return category
    year, month = category.split("-")
    return f"{int(year) - 1}-{month}"


def rule_for(figure: Figure) -> Rule:
    """Return the rule of a figure's counts."""
    return EXACT if figure.unit in PUBLIC_UNITS else rule_of(figure.geography_level)


def rule_for_rows(feed: str | None) -> Rule:
    """Return the rule of the row counts of a feed: reference data are public."""
    return EXACT if (feed or "").split("__")[0] == REFERENCE_AGENCY else NHS


def delivery_position(feed: str | None, delivery_id: str) -> Position:
    """Return where the row count of a delivery stands."""
    return Position(PROVENANCE, ("deliveries", feed or "", delivery_id))


def rows_position(feed: str, step: str) -> Position:
    """Return where the rows of a feed at a step stand; with the feed 'reached', those of the release."""
    return Position(PROVENANCE, ("rows", feed, step))


def source_position(year: str, column: str) -> Position:
    """Return where a count of incidents of all sources stands."""
    return Position(PAGE, ("all sources", year, column))


def step_position(step: Step) -> Position:
    """Return where the crimes of a step of a revision stand."""
    return Position(REVISIONS, (step.metric_id, step.step))


def is_public_number(figure: Figure) -> bool:
    """Return whether a figure is no count at all, so that no rule applies: a share of months received."""
    return figure.unit == "percent"
