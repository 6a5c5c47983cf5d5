"""The position of each count of a publication, and the rule that protects it.

Modules that describe a publication and modules that print it both use these functions, so that a count has the same
position wherever it is printed.
"""

from dataclasses import replace

from vrp_pipeline.disclosure import EXACT, NHS, Position, Rule, rule_of
from vrp_pipeline.report.approval.versions import PROVENANCE
from vrp_pipeline.report.content.evidence import REFERENCE_AGENCY
from vrp_pipeline.report.counts.figures import Figure
from vrp_pipeline.report.counts.revisions import Step

METRICS, PAGE, REVISIONS = "metrics.csv", "annual_report.html", "revisions.csv"
# Units that do not count people, crimes or incidents: the partnership's own work, and shares of months.
PUBLIC_UNITS = frozenset({"events", "percent"})
# Columns of a figure that repeat in each of its breakdowns, except breakdowns whose parts have other rows.
REPEATED_COUNTS = frozenset({"quarantined_rows", "unknown_code_rows"})
OF_THEIR_OWN_ROWS = frozenset({"month", "feed"})


def position(figure: Figure, column: str = "value", year: str | None = None) -> Position:
    """Return the position of a column of a figure; with `year`, of the same figure in another year."""
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
    """Return the position of a count of a figure.

    `key` has the metric, year, level, area, breakdown, category and column. The number of rows that could not be
    counted is repeated beside every figure they could belong to: quarantined rows in every area and breakdown, crimes
    under an unknown code in every breakdown. Each is one count, for the year or a month.
    """
    metric, year, level, area, breakdown, category, column = key
    if column in REPEATED_COUNTS and breakdown not in OF_THEIR_OWN_ROWS:
        breakdown, category = "all", ""
    if column == "quarantined_rows":
        level, area = "", ""
    return Position(METRICS, (metric, year, level, area, breakdown, category, column))


def base_position(figure: Figure, base_year: str) -> Position:
    """Return the position of the value of the year before: it is one cell, wherever it is printed.

    For a month, that is the same month a year earlier.
    """
    category = a_year_earlier(figure.breakdown, figure.category)
    return position(replace(figure, category=category), "value", base_year)


def a_year_earlier(breakdown: str | None, category: str | None) -> str | None:
    """Return the category of the year before: a month moved by twelve months, any other category unchanged."""
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
    """Return the position of the row count of a delivery."""
    return Position(PROVENANCE, ("deliveries", feed or "", delivery_id))


def rows_position(feed: str, step: str) -> Position:
    """Return the position of the rows of a feed at a step; with the feed 'reached', of the rows of the release."""
    return Position(PROVENANCE, ("rows", feed, step))


def source_position(year: str, column: str) -> Position:
    """Return the position of a count of incidents from all sources."""
    return Position(PAGE, ("all sources", year, column))


def step_position(step: Step) -> Position:
    """Return the position of the crimes of a step of a revision."""
    return Position(REVISIONS, (step.metric_id, step.step))


def is_public_number(figure: Figure) -> bool:
    """Return whether a figure is not a count, such as the share of months received, so that no rule applies."""
    return figure.unit == "percent"
