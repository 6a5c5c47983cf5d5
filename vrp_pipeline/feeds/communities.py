"""What the Violence Reduction Unit and its community partners deliver.

Source: docs/feeds.md#communities. No open row-level template exists, so the layout is proposed [P];
`vru_staff_present`, `status` and `recorded_by_agency` are added because the count of events attended needs them.
"""

from vrp_pipeline.feeds.contract.agreement import InOrder, OneRow
from vrp_pipeline.feeds.contract.columns import CODE, AgeAt, Column, ColumnType, Drop, Encode, Identifier, Pseudonymise
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Json, Xlsx
from vrp_pipeline.feeds.contract.people import Person
from vrp_pipeline.feeds.contract.periods import Cadence, MonthOf
from vrp_pipeline.feeds.contract.quantities import Lag, Level
from vrp_pipeline.feeds.contract.slices import Having, Slicing, ValueOf
from vrp_pipeline.feeds.contract.tolerances import Tolerances

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
    row="one entry in the unit's log",
    source="Workbook kept by the Violence Reduction Unit; layout proposed in docs/feeds.md#communities [P]",
    cadence=Cadence.AS_ENTERED,
    due_days=31,
    format=Xlsx(sheet="Events"),
    period=MonthOf("starts_at", restates=12, from_april=True),
    natural_key=("event_id",),
    in_order=(InOrder("starts_at", "ends_at"),),
    # Programmes and kinds of event come and go more than those of an agency's records [P].
    tolerances=Tolerances(faults=0.1, least_of_slice=0.4, most_of_slice=3.0),
    slices=(
        Slicing("status", Having("status", "held")),
        Slicing("kind of event", ValueOf("event_type")),
        Slicing("programme", ValueOf("programme_code")),
        Slicing("district", ValueOf("district_code")),
    ),
    levels=(Level("cost_gbp"), Level("actual_attendance"), Level("vru_staff_present")),
    lags=(Lag(("starts_at",), ("ends_at",)),),
    # Agencies enter an event in their own words and times; of one kind, programme and district there is one on a day.
    one_row=OneRow(("event_type", "programme_code", "district_code"), day_of="starts_at"),
    columns=(
        Column(header="event_id", name="event_id", required=True, description="Identifier of the entry"),
        Column(header="recorded_by_agency", name="recorded_by_agency", description="Agency that made the entry [P]"),
        Column(header="programme_code", name="programme_code", form=CODE, description="Programme the event belongs to"),
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
            may_lie_ahead=True,
            description="Start; DD/MM/YYYY, ISO and Excel dates are mixed in one workbook",
        ),
        Column(header="end_datetime", name="ends_at", type=ColumnType.DATETIME, may_lie_ahead=True, description="End"),
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

interventions = Feed(
    agency="communities",
    table="interventions",
    title="Interventions",
    description=(
        "Participants of funded programmes, a row for each session offered. Session 0 is the referral itself, so that "
        "people referred who never came are told too."
    ),
    row="one session; the referral is session 0",
    source=(
        "Monthly return of the programmes' providers, workbook or CSV; layout proposed in docs/feeds.md#communities [P]"
    ),
    cadence=Cadence.MONTHLY,
    due_days=21,  # small providers close their month by hand [P]
    format=Xlsx(sheet="Sessions", or_csv=True),
    period=MonthOf("session_date"),
    natural_key=("intervention_id", "session_number"),
    people=(
        Person(
            key=("participant_pseudonym",),
            numbers=("patient_pseudonym",),
            full_name="participant_name",
            born="participant",
            sex="sex",
            postcode="home_postcode",
        ),
    ),
    in_order=(InOrder("started_on", "ended_on"),),
    # A programme doubles within months of its start [P].
    # A course that begins for a whole class takes a programme from thirty sessions a month to a hundred.
    tolerances=Tolerances(faults=0.03, most_of_slice=6.0, days_without_rows=11),
    slices=(
        Slicing("programme", ValueOf("programme_code")),
        Slicing("outcome of the session", ValueOf("session_outcome")),
        Slicing("status", ValueOf("status")),
    ),
    levels=(Level("sessions_offered"), Level("score")),
    # Some take part under two numbers of a programme, and then in all sessions of a month [P].
    one_row=OneRow(("participant_pseudonym", "programme_code", "session_date"), most=0.3),
    columns=(
        Column(
            header="intervention_id",
            name="intervention_id",
            required=True,
            description="Identifier of one person's time on one programme",
        ),
        Column(header="session_no", name="session_number", required=True, description="Number; 0 is the referral [P]"),
        Column(
            header="session_date",
            name="session_date",
            type=ColumnType.DATE,
            required=True,
            may_lie_ahead=True,
            description="Day of the session; of session 0, of the referral",
        ),
        Column(
            header="session_outcome",
            name="session_outcome",
            required=True,
            codes={
                "referral": "session 0",
                "attended": "took part",
                "missed": "did not come",
                "cancelled": "called off by the provider",
            },
            description="What became of the session [P]",
        ),
        Column(header="programme_code", name="programme_code", form=CODE, description="Programme"),
        Column(header="provider_name", name="provider_name", description="Organisation that runs the programme"),
        Column(
            header="participant_pseudo_id",
            name="participant_pseudonym",
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("programme_participant"),
            description="The programme's own number of the person, as a keyed pseudonym",
        ),
        Column(
            header="participant_name",
            name="participant_name",
            identifier=Identifier.DIRECT,
            treatment=Encode(),
            description="Name: not ingested, though providers keep sending it; compared as an encoding",
        ),
        Column(
            header="nhs_number",
            name="patient_pseudonym",
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("nhs_number"),
            description="NHS number of those who agreed, as a keyed pseudonym; blank for most [P]",
        ),
        Column(
            header="date_of_birth",
            name="participant",
            type=ColumnType.DATE,
            identifier=Identifier.DIRECT,
            treatment=AgeAt(
                "session_date",
                age="Age in completed years on the day of the session; 0 or null where unknown",
            ),
            description="Date of birth, as age on the day of the session and year of birth",
        ),
        Column(
            header="sex",
            name="sex",
            codes={"M": "male", "F": "female", "U": "unknown"},
            identifier=Identifier.QUASI,
            description="Sex of the participant",
        ),
        Column(
            header="home_postcode",
            name="home_postcode",
            identifier=Identifier.DIRECT,
            treatment=Encode(),
            description="Postcode of the home: not ingested, compared as an encoding",
        ),
        Column(
            header="home_lad_code",
            name="residence_district_code",
            identifier=Identifier.QUASI,
            description="District of the participant's home",
        ),
        Column(
            header="referral_source",
            name="referral_source",
            codes={
                "A&E navigator": "met in an emergency department",
                "custody navigator": "met in police custody",
                "school": "school or college",
                "youth justice": "youth justice service",
                "social care": "children's social care",
                "self or family": "came by themselves",
                "other": "any other",
            },
            description="Who referred the participant [P]",
        ),
        Column(header="referral_date", name="referred_on", type=ColumnType.DATE, description="Date of the referral"),
        Column(
            header="start_date",
            name="started_on",
            type=ColumnType.DATE,
            may_lie_ahead=True,
            description="First day on the programme",
        ),
        Column(
            header="end_date",
            name="ended_on",
            type=ColumnType.DATE,
            may_lie_ahead=True,
            description="Last day; blank while it runs",
        ),
        Column(
            header="status",
            name="status",
            required=True,
            codes={
                "referred": "not yet accepted",
                "accepted": "accepted, no session yet",
                "declined": "not accepted, or did not want to",
                "active": "taking part",
                "completed": "went through the programme",
                "left early": "ended before the end",
            },
            description="Status at the end of the delivered month [P]",
        ),
        Column(
            header="sessions_offered",
            name="sessions_offered",
            type=ColumnType.INTEGER,
            unit="sessions",
            description="Sessions of the whole programme",
        ),
        Column(
            header="exit_reason", name="exit_reason", description="Why the participant left, from the providers' list"
        ),
        Column(
            header="instrument",
            name="instrument",
            description="Questionnaire with its version, SDQ or SRDS [K]; blank where none was filled in",
        ),
        Column(
            header="timepoint",
            name="timepoint",
            codes={"baseline": "at the start", "end": "at the end", "follow-up": "some months after"},
            description="When the questionnaire was filled in",
        ),
        Column(
            header="score",
            name="score",
            type=ColumnType.DECIMAL,
            unit="points",
            description="Total score; SDQ total difficulties 0 to 40, lower is better [K]",
        ),
        Column(
            header="worker_notes",
            name="worker_notes",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Free text: not ingested",
        ),
    ),
)

anonymous_reports = Feed(
    agency="communities",
    table="anonymous_reports",
    title="Anonymous reports",
    description=(
        "Reports of violence and weapons that people gave anonymously to a charity's line or form. Nothing tells of "
        "who reported. What they say is not checked: it shows concern, and counts as no offence."
    ),
    row="one report to the charity",
    source="Monthly JSON of the charity; layout proposed in docs/feeds.md#communities [P], grading 3x5x2 [K]",
    cadence=Cadence.MONTHLY,
    due_days=14,  # graded within a week, sent in the next [P]
    format=Json(records="reports"),
    period=MonthOf("received_at", document_month="month"),
    natural_key=("report_id",),
    tolerances=Tolerances(faults=0.05, keys_of_months_before=0.1, rows_alike=0.1, days_without_rows=3),
    slices=(
        Slicing("topic", ValueOf("topic")),
        Slicing("channel", ValueOf("channel")),
        Slicing("district", ValueOf("district_code")),
        Slicing("handling", ValueOf("handling_code")),
        Slicing("weapon", Having("weapons_mentioned", "knife")),
    ),
    one_row=OneRow(("received_at",)),
    columns=(
        Column(header="report_id", name="report_id", required=True, description="Identifier of the report"),
        Column(
            header="received_datetime",
            name="received_at",
            type=ColumnType.DATETIME,
            required=True,
            description="When the report came",
        ),
        Column(
            header="channel",
            name="channel",
            codes={"phone": "call", "web form": "form of the charity", "youth site": "form for young people"},
            description="How the report came [P]",
        ),
        Column(
            header="topic",
            name="topic",
            required=True,
            codes={
                "knife carrying": "someone carries a knife",
                "firearm": "someone has a firearm",
                "violence": "violence done or planned",
                "gang activity": "a group that harms",
                "exploitation": "a child or adult is exploited",
                "robbery": "robbery done or planned",
                "domestic abuse": "abuse at home",
            },
            description="What the report is about [P]",
        ),
        Column(
            header="place.location_text",
            name="location_text",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Free text of the place, often an address: not ingested",
        ),
        Column(header="place.lsoa_code", name="lsoa_code", description="Small area of the place; often blank"),
        Column(
            header="place.lad_code", name="district_code", description="District of the place; blank where nobody said"
        ),
        Column(
            header="mentions.age_band",
            name="age_band_mentioned",
            codes={"under 18": "child", "18 to 24": "young adult", "25 and over": "adult", "unknown": "not said"},
            description="Age of whom the report is about, as far as it says [P]",
        ),
        Column(
            header="mentions.weapons",
            name="weapons_mentioned",
            description="Weapons named, separated by semicolons: knife, firearm, corrosive, other; blank for none",
        ),
        Column(
            header="grading.is_graded",
            name="is_graded",
            type=ColumnType.BOOLEAN,
            description="Whether the report was graded for police",
        ),
        Column(
            header="grading.source",
            name="source_grade",
            codes={"1": "reliable", "2": "untested", "3": "not reliable"},
            description="Grade of the source, 3x5x2 [K]; an anonymous one is untested",
        ),
        Column(
            header="grading.intelligence",
            name="intelligence_grade",
            codes={
                "A": "known directly",
                "B": "known indirectly and corroborated",
                "C": "known indirectly",
                "D": "not known",
                "E": "suspected to be false",
            },
            description="Grade of the information, 3x5x2 [K]",
        ),
        Column(
            header="grading.handling",
            name="handling_code",
            codes={"P": "may be shared", "C": "may be shared on conditions"},
            description="Handling, 3x5x2 [K]: C stays out of everything published by itself",
        ),
        Column(
            header="text",
            name="report_text",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="What was said, free text: not ingested",
        ),
    ),
)

FEEDS = (events, interventions, anonymous_reports)
