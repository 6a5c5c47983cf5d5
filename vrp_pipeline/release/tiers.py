"""Access tiers of a release: `full` for the partnership's analysts, `partner` for partner agencies.

No table of the partner tier has a day or a month and a small place together, and none with a small place has anything
that a row by month has too, so that no join brings them together: hot spots are named and ranked, and not counted. None
has rows of participants, pupils, children, patients or people who were searched, and none leads from a row to a record.
What a tier holds is said here once; the manifest of each release repeats it, table by table. The risk that is left is
measured in docs/privacy.md#tiers.
"""

from collections.abc import Iterable, Mapping

FULL, PARTNER = "full", "partner"
TIERS = (FULL, PARTNER)
DATABASES: Mapping[str, str] = {FULL: "release.duckdb", PARTNER: "partner.duckdb"}

# Columns that tell a time more finely than a month, a place more finely than a district, or one record.
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
# Measures fine enough to find one incident again in a table of places.
MEASURES = frozenset({"harm_days"})
_BY_MONTH_AND_DISTRICT = TIMES | PLACES | RECORDS | MEASURES
# What is told of a small place: which, and that it stands out. A count of incidents would change with each release.
_PLACES_ALONE = frozenset(
    {
        *("hot_spot_rank", "hexagon", "hexagon_name", "street_names", "ward_name", "lsoa_code", "lsoa_name"),
        *("district_code", "district_name", "easting", "northing", "latitude", "longitude", "is_hot_spot"),
    }
)
# Which rows the partner tier holds, where not all: a condition in SQL.
ROWS: Mapping[str, str] = {"rpt_hot_spots": "is_hot_spot"}
# Tables of the partner tier with what is left out of each; a table that stands nowhere here is not in it.
_PARTNER: Mapping[str, frozenset[str]] = {
    "fct_serious_violence_incidents": _BY_MONTH_AND_DISTRICT,
    "fct_antisocial_behaviour": _BY_MONTH_AND_DISTRICT,
    # Work of the unit: the day and the attendance of an event are no secret, where it was is left out with them.
    "fct_events": PLACES | {"delivery_id"},
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
            "rpt_place_accounts",
            "rpt_programmes",
            "rpt_row_accounts",
            "rpt_standardised_admissions",
            "rpt_violence_profile",
        ),
        frozenset(),
    ),
}


def columns_of(tier: str, table: str, columns: Iterable[str]) -> list[str]:
    """Return the columns of a table that a tier holds, in order; [] for a table that is not in it."""
    if tier == FULL:
        return list(columns)
    if table in ROWS:
        return [column for column in columns if column in _PLACES_ALONE]
    left_out = _PARTNER.get(table)
    return [] if left_out is None else [column for column in columns if column not in left_out]
