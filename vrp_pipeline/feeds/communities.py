"""What the Violence Reduction Unit and its community partners deliver.

Source: research `feed-formats.md` §7. No open row-level template exists, so the layout is proposed [P];
`vru_staff_present`, `status` and `recorded_by_agency` are added because the count of events attended needs them.
"""

from vrp_pipeline.feeds.contract import (
    Cadence,
    Column,
    ColumnType,
    Drop,
    Feed,
    Identifier,
    MonthOf,
    Xlsx,
)

EVENT_TYPES = {
    "community event": "open to the public",
    "workshop": "a session with invited participants",
    "school session": "a session in a school or college",
    "planning meeting": "a meeting of partners: not an event attended",
    "training": "training of staff: not an event attended",
}

events = Feed(
    agency="communities",
    table="events",
    title="Events and workshops",
    description=(
        "The unit's own log of events: who held what, where and when, and whether the unit's staff were present. "
        "The workbook is delivered whole for the year to date; several agencies may enter the same event."
    ),
    source="Workbook kept by the Violence Reduction Unit; layout proposed in research §7 [P]",
    cadence=Cadence.AS_ENTERED,
    due_days=31,
    format=Xlsx(sheet="Events"),
    period=MonthOf("starts_at", restates=12, from_april=True),
    natural_key=("event_id",),
    columns=(
        Column(header="event_id", name="event_id", required=True, description="Identifier of the entry"),
        Column(header="recorded_by_agency", name="recorded_by_agency", description="Agency that made the entry [P]"),
        Column(header="programme_code", name="programme_code", description="Programme the event belongs to"),
        Column(header="provider_name", name="provider_name", description="Organisation that held the event"),
        Column(
            header="event_type", name="event_type", required=True, codes=EVENT_TYPES, description="Kind of event [P]"
        ),
        Column(
            header="status",
            name="status",
            required=True,
            codes={"planned": "not yet held", "held": "took place", "cancelled": "did not take place"},
            description="Whether the event took place [P]",
        ),
        Column(
            header="start_datetime",
            name="starts_at",
            type=ColumnType.DATETIME,
            required=True,
            description="Start; DD/MM/YYYY, ISO and Excel dates are mixed in one workbook",
        ),
        Column(header="end_datetime", name="ends_at", type=ColumnType.DATETIME, description="End"),
        Column(header="venue_name", name="venue_name", description="Name of the venue; blank online"),
        Column(
            header="venue_postcode",
            name="venue_postcode",
            treatment=Drop(),
            description="Postcode of the venue: an address, not ingested",
        ),
        Column(header="lsoa_code", name="lsoa_code", description="Small area of the venue"),
        Column(header="lad_code", name="district_code", description="District of the venue"),
        Column(
            header="target_age_min",
            name="target_age_min",
            type=ColumnType.INTEGER,
            unit="years",
            description="Youngest age aimed at",
        ),
        Column(
            header="target_age_max",
            name="target_age_max",
            type=ColumnType.INTEGER,
            unit="years",
            description="Oldest age aimed at",
        ),
        Column(
            header="planned_attendance",
            name="planned_attendance",
            type=ColumnType.APPROXIMATE_COUNT,
            unit="contacts",
            description="Attendance planned",
        ),
        Column(
            header="actual_attendance",
            name="actual_attendance",
            type=ColumnType.APPROXIMATE_COUNT,
            unit="contacts",
            description="Attendance: contacts, not people",
        ),
        Column(
            header="attendance_method",
            name="attendance_method",
            codes={"register": "names ticked", "headcount": "heads counted", "estimate": "estimated"},
            description="How attendance was counted",
        ),
        Column(
            header="vru_staff_present",
            name="vru_staff_present",
            type=ColumnType.INTEGER,
            unit="people",
            description="Staff of the unit at the event [P]",
        ),
        Column(
            header="partner_agencies",
            name="partner_agencies",
            description="Agencies present, separated by semicolons [P]",
        ),
        Column(header="intervention_tier", name="intervention_tier", description="Universal, targeted or specialist"),
        Column(header="yef_approach", name="yef_approach", description="Approach in the Youth Endowment Fund toolkit"),
        Column(
            header="cost_gbp", name="cost_gbp", type=ColumnType.DECIMAL, unit="pounds", description="Cost of the event"
        ),
        Column(header="funder_grant_id", name="funder_grant_id", description="360Giving identifier of the grant"),
        Column(
            header="notes",
            name="notes",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Free text: not ingested",
        ),
    ),
)

FEEDS = (events,)
