"""What Hampshire & Isle of Wight Fire and Rescue Service delivers.

Sources: [London fire 2026]. No public record-level standard exists; London's published monthly extract is
the nearest ([S] for its headings, [P] that this service sends the same), with the questions of the Incident Recording
System on violence added [P]. The national open tables carry no incident number and no day.
"""

from vrp_pipeline.feeds.contract.agreement import OneRow, SameClock, SameDay
from vrp_pipeline.feeds.contract.columns import Coarsen, Column, ColumnType, Drop, Identifier
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Csv
from vrp_pipeline.feeds.contract.periods import Cadence, MonthOf
from vrp_pipeline.feeds.contract.slices import Slicing, ValueOf
from vrp_pipeline.feeds.contract.tolerances import Tolerances

INCIDENT_GROUPS = {
    "Fire": "a fire",
    "Special Service": "anything else to which help was sent",
    "False Alarm": "no fire: automatic, of good intent or malicious",
}

SPECIAL_SERVICES = {
    name: name
    for name in (
        "Advice Only",
        "Animal assistance incidents",
        "Assist other agencies",
        "Effecting entry/exit",
        "Evacuation (no fire)",
        "Flooding",
        "Hazardous Materials incident",
        "Lift Release",
        "Making Safe (not RTC)",
        "Medical Incident",
        "No action (not false alarm)",
        "Other rescue/release of persons",
        "Other Transport incident",
        "Removal of objects from people",
        "Rescue or evacuation from water",
        "RTC",
        "Spills and Leaks (not RTC)",
        "Stand By",
        "Suicide/attempts",
        "Water provision",
    )
}

CAUSES = {"Accidental": "not meant", "Deliberate": "set on purpose", "Not known": "the officer could not tell"}


def _text(name: str, description: str) -> Column:
    return Column(header=name, name=name, description=description)


def _metres(header: str, name: str, description: str) -> Column:
    return Column(
        header=header,
        name=name,
        type=ColumnType.INTEGER,
        unit="metres, British National Grid",
        identifier=Identifier.QUASI,
        treatment=Coarsen(100),
        description=description,
    )


def _count(name: str, description: str) -> Column:
    return Column(header=name, name=name, type=ColumnType.INTEGER, description=description)


incidents = Feed(
    agency="fire",
    table="incidents",
    title="Fire and rescue incidents",
    description=(
        "Every incident attended: fires, special services and false alarms, one row each. Of concern to violence are "
        "deliberate fires, help to other agencies, effecting entry, medical incidents and attacks on crews [P]. "
        "'Malicious' is a word of false alarms only. Exact places of dwellings are blank; a rounded grid replaces them."
    ),
    row="one incident, the headings of London's published extract",
    source="Fire and rescue service extract; headings of the London Fire Brigade, [London fire 2026] [S], here [P]",
    cadence=Cadence.MONTHLY,
    due_days=31,  # an officer closes the report of an incident within weeks [K]
    format=Csv(),
    period=MonthOf("call_date"),
    natural_key=("incident_number",),
    same_day=(SameDay("call_date", "called_at"),),
    same_clock=(SameClock("call_time", "called_at"),),
    one_row=OneRow(("call_date", "call_time", "easting_rounded", "northing_rounded")),
    tolerances=Tolerances(faults=0.01, keys_of_months_before=0.1, rows_alike=0.1, days_without_rows=3),
    slices=(
        Slicing("group", ValueOf("incident_group")),
        Slicing("cause", ValueOf("accidental_or_deliberate")),
        Slicing("district", ValueOf("borough_name")),
        Slicing("code of the district", ValueOf("borough_code")),
    ),
    columns=(
        Column(
            header="incident_number",
            name="incident_number",
            required=True,
            description="Number of the incident, text: sequence and date",
        ),
        Column(
            header="date_of_call",
            name="call_date",
            type=ColumnType.DATE,
            required=True,
            description="Date of the call",
        ),
        _count("cal_year", "Calendar year of the call"),
        Column(header="time_of_call", name="call_time", type=ColumnType.TIME, description="Time of the call"),
        _count("hour_of_call", "Hour of the call, 0 to 23"),
        Column(
            header="timestamp_of_call",
            name="called_at",
            type=ColumnType.DATETIME,
            description="Date and time of the call",
        ),
        Column(
            header="incident_group",
            name="incident_group",
            required=True,
            codes=INCIDENT_GROUPS,
            description="Fire, special service or false alarm",
        ),
        _text("stop_code_description", "Kind of incident as the stop message gave it: Primary Fire, AFA, …"),
        Column(
            header="special_service_type",
            name="special_service_type",
            codes=SPECIAL_SERVICES,
            description="Kind of special service; blank otherwise",
        ),
        Column(
            header="accidental_or_deliberate",
            name="accidental_or_deliberate",
            codes=CAUSES,
            description="Whether a fire was set, in the officer's judgement [P]; blank where there was no fire",
        ),
        Column(
            header="attack_on_firefighters",
            name="is_attack_on_firefighters",
            type=ColumnType.BOOLEAN,
            description="Whether the crew was attacked, verbally or otherwise [P]",
        ),
        _text("property_category", "Broad kind of property: Dwelling, Outdoor, Road Vehicle, …"),
        _text("property_type", "Kind of property"),
        _text("address_qualifier", "How near the given address is to the incident"),
        Column(
            header="postcode_full",
            name="postcode",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Postcode of the place: an address, not ingested",
        ),
        Column(
            header="postcode_district",
            name="postcode_district",
            identifier=Identifier.QUASI,
            treatment=Drop(),
            description="First half of the postcode: not ingested, the grid tells the place better",
        ),
        _text("borough_code", "ONS code of the district"),
        _text("borough_name", "Name of the district in capitals"),
        _text("proper_case", "Name of the district in proper case"),
        _text("ward_code", "ONS code of the ward"),
        _text("ward_name", "Name of the ward"),
        _text("ward_name_new", "Name of the ward after the newest review"),
        _metres("easting_m", "easting", "Place as the middle of its 100 m square; blank for dwellings [K]"),
        _metres("northing_m", "northing", "Place as the middle of its 100 m square; blank for dwellings [K]"),
        _metres("easting_rounded", "easting_rounded", "Place as the service rounds it, for all incidents"),
        _metres("northing_rounded", "northing_rounded", "Place as the service rounds it, for all incidents"),
        _text("frs", "Fire and rescue service"),
        _text("incident_station_ground", "Station in whose ground the incident lies"),
        Column(
            header="first_pump_arriving_attendance_time",
            name="first_pump_seconds",
            type=ColumnType.INTEGER,
            unit="seconds",
            description="From mobilisation to the first pump's arrival",
        ),
        _text("first_pump_arriving_deployed_from_station", "Station of the first pump"),
        Column(
            header="second_pump_arriving_attendance_time",
            name="second_pump_seconds",
            type=ColumnType.INTEGER,
            unit="seconds",
            description="From mobilisation to the second pump's arrival; blank where one came",
        ),
        _text("second_pump_arriving_deployed_from_station", "Station of the second pump"),
        _count("num_stations_with_pumps_attending", "Stations that sent pumps"),
        _count("num_pumps_attending", "Pumps that attended"),
        Column(
            header="stop_message_text",
            name="stop_message",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Free text of the officer in charge: not ingested [P]",
        ),
    ),
)

FEEDS = (incidents,)
