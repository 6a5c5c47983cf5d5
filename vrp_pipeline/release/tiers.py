"""Access tiers of a release: `full` for the partnership's analysts, `partner` for partner agencies.

No table of the partner tier has a day or month together with a small area, and no table with small areas has anything
in common with rows by month, so that no join can combine them: hot spots are named and ranked, but not counted. No
table has rows of participants, pupils, children, patients or people who were searched, and no row leads to a record.
The content of a tier is declared here once; the manifest of each release repeats it, table by table.
docs/privacy.md#tiers measures the risk that remains.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FULL, PARTNER = "full", "partner"
DATABASES: Mapping[str, str] = {FULL: "release.duckdb", PARTNER: "partner.duckdb"}

# Columns finer than a month or a district, or that identify one record.
TIMES = frozenset(
    {
        "occurred_date",
        "occurred_hour",
        "part_of_day",
        "is_weekend_night",
        "occurred_precision",
        "recorded_date",
        "searched_date",
        "searched_hour",
        "event_date",
    }
)
PLACES = frozenset(
    {"hexagon", "place_hexagon", "place_precision", "lsoa_code", "lsoa_vintage", "venue", "school_urn", "street_names"}
)
RECORDS = frozenset(
    {"incident_id", "record_id", "delivery_id", "youngest_victim_age_key", "link_certainty", "lowest_link_probability"}
)
# Measures fine enough to identify one incident in a table of places.
MEASURES = frozenset({"harm_days"})
_BY_MONTH_AND_DISTRICT = TIMES | PLACES | RECORDS | MEASURES
# What partners learn of a small area: which it is, and that it stands out. A count would change with each release.
_PLACES_ALONE = frozenset(
    {
        *("hot_spot_rank", "hexagon", "hexagon_name", "street_names", "ward_name", "lsoa_code", "lsoa_name"),
        *("district_code", "district_name", "easting", "northing", "latitude", "longitude", "is_hot_spot"),
    }
)


@dataclass(frozen=True)
class _Shared:
    """What partners get of a table: all columns but those left out, or `only` some; `rows` is a condition in SQL."""

    left_out: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    rows: str = "true"


# A table that is not listed here is not in the partner tier.
_PARTNER: Mapping[str, _Shared] = {
    "fct_serious_violence_incidents": _Shared(_BY_MONTH_AND_DISTRICT),
    "fct_antisocial_behaviour": _Shared(_BY_MONTH_AND_DISTRICT),
    # The unit's own work: the day and attendance of an event are not secret, so only its place is left out.
    "fct_events": _Shared(PLACES | {"delivery_id"}),
    "rpt_hot_spots": _Shared(only=_PLACES_ALONE, rows="is_hot_spot"),
    **dict.fromkeys(
        (
            "bridge_metric_feeds",
            "dim_age_band",
            "dim_agency",
            "dim_area",
            "dim_date",
            "dim_definition",
            "dim_hexagon",
            "dim_offence",
            "fct_agency_months",
            "fct_feed_months",
            "fct_metric_months",
            "fct_metric_years",
            "rpt_all_source_expected",
            "rpt_all_source_incidents",
            "rpt_annual_metrics",
            "rpt_comparators",
            "rpt_harm_and_cost",
            "rpt_hot_spot_area",
            "rpt_location_quality",
            "rpt_metric_charts",
            "rpt_metric_rates",
            "rpt_partner_agencies",
            "rpt_people_known_by_age",
            "rpt_place_accounts",
            "rpt_programmes",
            "rpt_row_accounts",
            "rpt_standardised_admissions",
            "rpt_violence_profile",
        ),
        _Shared(),
    ),
}


def partner_columns(table: str, columns: Iterable[str]) -> list[str]:
    """Return the columns of a table that the partner tier holds, in order; [] for a table that is not in it."""
    shared = _PARTNER.get(table)
    if shared is None:
        return []
    return [name for name in columns if name not in shared.left_out and (shared.only is None or name in shared.only)]


def partner_rows(table: str) -> str:
    """Return the condition in SQL of the rows of a table that the partner tier holds."""
    return _PARTNER[table].rows
