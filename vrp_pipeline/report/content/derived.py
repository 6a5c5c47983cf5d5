"""Numbers derived from the protected counts of the further tables: shares, and cost per person.

Computed from printed counts, because shares of true counts would disclose them; None if a part is hidden or too small.
"""

from collections.abc import Callable, Mapping

from vrp_pipeline.report.content.changes import SMALLEST_BASE
from vrp_pipeline.report.content.protected import ProtectedRow, ProtectedTable
from vrp_pipeline.report.content.table_forms import HARM_AND_COST, PROFILE, PROGRAMMES
from vrp_pipeline.report.words import NOT_KNOWN

# docs/methods.md#m14.
UNRECORDED = 1.6


def share_of_known(table: ProtectedTable, row: ProtectedRow) -> float | None:
    """Return the share of a part among the shown parts of known category, in per cent."""
    year, unit, breakdown, category = row.key
    parts = table.where(financial_year=year, unit=unit, breakdown=breakdown)
    known = sum(each.number("value") or 0 for each in parts if each.key[-1] != NOT_KNOWN)
    return None if category == NOT_KNOWN else percent(row.number("value"), known)


def reattended_percent(_: ProtectedTable, row: ProtectedRow) -> float | None:
    """Return the share of people followed up who reattended an emergency department, in per cent."""
    return percent(row.number("reattended"), row.number("followed_up"))


def cost_per_young_person(table: ProtectedTable, row: ProtectedRow) -> float | None:
    """Return the cost of a programme's events per engaged person under 25, in pounds."""
    year, programme, age_group = row.key
    young = table.row(year, programme, "under 25")
    cost, people = row.number("cost_gbp"), young.number("people_engaged") if young else None
    return round(cost / people, 2) if age_group == "all" and cost and people else None


def cost_with_unrecorded(_: ProtectedTable, row: ProtectedRow) -> float | None:
    """Return the cost without homicides, including crime that is never recorded, in pounds."""
    cost = row.number("cost_without_homicides_gbp")
    return None if cost is None else UNRECORDED * cost


def percent(part: float | None, whole: float | None) -> float | None:
    """Return a share in per cent; None where a number is hidden or the whole is under 50."""
    return round(100 * part / whole, 1) if part is not None and whole and whole >= SMALLEST_BASE else None


Derivation = Callable[[ProtectedTable, ProtectedRow], float | None]
# The columns that are added to a table, by its name.
DERIVED: Mapping[str, Mapping[str, Derivation]] = {
    PROGRAMMES.name: {
        "reattended_percent": reattended_percent,
        "cost_per_young_person_gbp": cost_per_young_person,
    },
    PROFILE.name: {"percent_of_known": share_of_known},
    HARM_AND_COST.name: {"cost_without_homicides_with_unrecorded_gbp": cost_with_unrecorded},
}
# The counts of the same row that such a column is derived from: if one is confidential, so is the column.
FOLLOWS_FROM: Mapping[str, tuple[str, ...]] = {
    "reattended_percent": ("reattended", "followed_up"),
    "percent_of_known": ("value",),
    "cost_without_homicides_with_unrecorded_gbp": ("cost_without_homicides_gbp",),
}
