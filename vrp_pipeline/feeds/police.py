"""What Hampshire & Isle of Wight Constabulary delivers.

Sources: [data.police.uk 2026] (read) and docs/feeds.md#police (record extract, proposed [P]:
no public field-level standard exists; correct it here when the constabulary specifies one).
"""

from vrp_pipeline.feeds.contract.agreement import InOrder, OneRow
from vrp_pipeline.feeds.contract.columns import CODE, AgeAt, Column, ColumnType, Drop, Identifier, Pseudonymise
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Csv, ZippedCsv
from vrp_pipeline.feeds.contract.people import Person
from vrp_pipeline.feeds.contract.periods import Cadence, MonthOf, MonthOfMember
from vrp_pipeline.feeds.contract.quantities import Lag
from vrp_pipeline.feeds.contract.slices import DistrictOf, Having, Slicing, TierOf, ValueOf
from vrp_pipeline.feeds.contract.tolerances import Tolerances
from vrp_pipeline.feeds.partnership import FORCE_NAMES, FORCE_SLUG

SEXES = {"M": "male", "F": "female", "X": "neither male nor female", "U": "unknown"}

CRIME_STATUSES = {
    "active": "a recorded crime",
    "cancelled": "cancelled: no crime, or additional verifiable information",
    "transferred": "transferred to another force",
}

LOCATION_TYPES = {
    "dwelling": "a private home",
    "street": "street, footpath or car park",
    "licensed premises": "pub, bar or night club",
    "shop": "shop or shopping centre",
    "education": "school, college or university",
    "health": "hospital or surgery",
    "park": "park or open space",
    "transport": "station, bus or train",
    "other": "anywhere else",
}

INJURY_LEVELS = {
    "none": "no injury",
    "minor": "minor injury",
    "serious": "serious injury",
    "fatal": "death",
    "unknown": "not recorded",
}

WEAPONS = {
    "none": "no weapon",
    "blade": "knife or other bladed article",
    "firearm": "firearm",
    "blunt": "blunt object",
    "corrosive": "corrosive substance",
    "other": "another weapon",
    "unknown": "not recorded",
}

VICTIM_TYPES = {"person": "a person", "organisation": "a business or other body", "state": "the state"}

CRIME_TYPES = {
    name: name
    for name in (
        "Anti-social behaviour",
        "Bicycle theft",
        "Burglary",
        "Criminal damage and arson",
        "Drugs",
        "Other crime",
        "Other theft",
        "Possession of weapons",
        "Public order",
        "Robbery",
        "Shoplifting",
        "Theft from the person",
        "Vehicle crime",
        "Violence and sexual offences",
    )
}

offences = Feed(
    agency="police",
    table="offences",
    title="Recorded offences",
    description=(
        "Extract of recorded crime, one row per crime per victim. Every weekly extract restates the last 24 months "
        "whole: crimes are reclassified, cancelled and transferred long after they were recorded."
    ),
    row="one crime and victim",
    source="Force record management system; layout proposed in docs/feeds.md#police [P]",
    cadence=Cadence.WEEKLY,
    due_days=14,
    format=Csv(),
    period=MonthOf("date_recorded", restates=24),
    natural_key=("crime_reference", "victim_pseudonym"),
    references=("occurrence_reference",),
    people=(
        Person(key=("victim_pseudonym",), born="victim", sex="victim_sex"),
        Person(key=("suspect_pseudonym",), numbers=("suspect_pnc_pseudonym",), born="suspect", sex="suspect_sex"),
    ),
    in_order=(
        InOrder("date_reported", "date_recorded"),
        InOrder("committed_from", "committed_to"),
        InOrder("committed_from", "date_reported"),
        InOrder("committed_from", "date_recorded"),
        InOrder("committed_from", "outcome_date"),
        InOrder("date_recorded", "cancelled_date"),
    ),
    tolerances=Tolerances(
        faults=0.01,
        codes=0.005,
        rows_alike=0.1,
        days_without_rows=3,
        reason="the force's lists of codes seldom change: half the share of faults [P]",
    ),
    slices=(
        Slicing("tier", TierOf("offence_code"), is_steady=True),
        Slicing("offence code", ValueOf("offence_code")),
        Slicing("district", DistrictOf(("easting", "northing")), is_steady=True),
        Slicing("weapon", ValueOf("weapon_type"), is_steady=True),
        Slicing("status", Having("crime_status", "active")),
        Slicing("flag", Having("crime_flags", "DA"), is_steady=True),
        Slicing("victim's sex", ValueOf("victim_sex"), is_steady=True),
        Slicing("setting", ValueOf("location_type")),
        Slicing("injury", ValueOf("injury_level")),
        Slicing("kind of victim", ValueOf("victim_type"), is_steady=True),
    ),
    lags=(Lag(("committed_from",), ("committed_to",)),),
    one_row=OneRow(("victim_pseudonym", "committed_from", "offence_code")),
    columns=(
        Column(
            header="crime_reference",
            name="crime_reference",
            required=True,
            identifier=Identifier.QUASI,
            description="Crime reference, text: 44 (force), two-digit year, sequence [K]",
        ),
        Column(
            header="occurrence_reference",
            name="occurrence_reference",
            identifier=Identifier.QUASI,
            description="Occurrence the crime belongs to; several crimes may share one",
        ),
        Column(
            header="date_reported",
            name="date_reported",
            type=ColumnType.DATE,
            description="Date the crime was reported to police",
        ),
        Column(
            header="date_recorded",
            name="date_recorded",
            type=ColumnType.DATE,
            required=True,
            description="Date the crime was recorded: the date the headline counts by",
        ),
        Column(
            header="committed_from_datetime",
            name="committed_from",
            type=ColumnType.DATETIME,
            description="Earliest time the crime can have been committed",
        ),
        Column(
            header="committed_to_datetime",
            name="committed_to",
            type=ColumnType.DATETIME,
            description="Latest time the crime can have been committed",
        ),
        Column(
            header="ho_offence_code",
            name="offence_code",
            type=ColumnType.OFFENCE_CODE,
            required=True,
            description="Home Office offence code: three-digit class and two-digit subclass",
        ),
        Column(
            header="offence_description", name="offence_description", description="The force's own title of the offence"
        ),
        Column(
            header="crime_status",
            name="crime_status",
            required=True,
            codes=CRIME_STATUSES,
            description="Whether the crime still counts",
        ),
        Column(
            header="cancelled_date",
            name="cancelled_date",
            type=ColumnType.DATE,
            description="Date the crime was cancelled or transferred",
        ),
        Column(header="outcome_code", name="outcome_code", form=CODE, description="Home Office outcome 1-22 [K]"),
        Column(
            header="outcome_date", name="outcome_date", type=ColumnType.DATE, description="Date of the newest outcome"
        ),
        Column(
            header="location_easting",
            name="easting",
            type=ColumnType.INTEGER,
            unit="metres, British National Grid",
            identifier=Identifier.QUASI,
            description="Place of the crime; blank where unknown",
        ),
        Column(
            header="location_northing",
            name="northing",
            type=ColumnType.INTEGER,
            unit="metres, British National Grid",
            identifier=Identifier.QUASI,
            description="Place of the crime; blank where unknown",
        ),
        Column(
            header="location_postcode",
            name="location_postcode",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Postcode of the place: an address, not ingested",
        ),
        Column(
            header="location_type",
            name="location_type",
            codes=LOCATION_TYPES,
            description="Kind of place, as the force classes it [P]",
        ),
        Column(header="beat_code", name="beat_code", form=CODE, description="Neighbourhood policing area"),
        Column(
            header="victim_ref",
            name="victim_pseudonym",
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("police_person"),
            description="The force's reference of the victim, as a keyed pseudonym",
        ),
        Column(
            header="victim_type", name="victim_type", codes=VICTIM_TYPES, description="Whether the victim is a person"
        ),
        Column(
            header="victim_sex",
            name="victim_sex",
            codes=SEXES,
            identifier=Identifier.QUASI,
            description="Sex of the victim",
        ),
        Column(
            header="victim_dob",
            name="victim",
            type=ColumnType.DATE,
            identifier=Identifier.DIRECT,
            treatment=AgeAt(
                "committed_from",
                age="Age of the victim in whole years on the date of the event",
                birth_year="Year in which the victim was born",
            ),
            description="Date of birth of the victim, as age at the event and year of birth",
        ),
        Column(
            header="victim_self_defined_ethnicity",
            name="victim_ethnicity",
            identifier=Identifier.QUASI,
            description="Ethnicity as the victim defines it, 18+1 code",
        ),
        Column(
            header="suspect_ref",
            name="suspect_pseudonym",
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("police_person"),
            description="The force's reference of the suspect, as a keyed pseudonym",
        ),
        Column(
            header="suspect_pnc",
            name="suspect_pnc_pseudonym",
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("pnc_number"),
            description="Police National Computer number of a suspect who was ever arrested [P], as a keyed pseudonym",
        ),
        Column(
            header="suspect_sex",
            name="suspect_sex",
            codes=SEXES,
            identifier=Identifier.QUASI,
            description="Sex of the suspect",
        ),
        Column(
            header="suspect_dob",
            name="suspect",
            type=ColumnType.DATE,
            identifier=Identifier.DIRECT,
            treatment=AgeAt(
                "committed_from",
                age="Age of the suspect in whole years on the date of the event",
                birth_year="Year in which the suspect was born",
            ),
            description="Date of birth of the suspect, as age at the event and year of birth",
        ),
        Column(
            header="suspect_self_defined_ethnicity",
            name="suspect_ethnicity",
            identifier=Identifier.QUASI,
            description="Ethnicity as the suspect defines it, 18+1 code",
        ),
        Column(
            header="victim_suspect_relationship",
            name="victim_suspect_relationship",
            description="What the suspect is to the victim",
        ),
        Column(
            header="injury_level",
            name="injury_level",
            codes=INJURY_LEVELS,
            description="Worst injury of this victim [P]",
        ),
        Column(header="weapon_type", name="weapon_type", codes=WEAPONS, description="Weapon used or threatened [P]"),
        Column(
            header="hoc_flags",
            name="crime_flags",
            description="Home Office crime flags, separated by semicolons: DA domestic abuse, AL alcohol, … [K]",
        ),
        Column(
            header="modus_operandi_text",
            name="modus_operandi",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Free text: not ingested",
        ),
    ),
)

# The members of an archive of data.police.uk.
OF_ANY_FORCE = r"(?:^|/)\d{4}-\d{2}-[a-z]+(?:-[a-z]+)*-(?:street|outcomes|stop-and-search)\.csv$"

street_crimes = Feed(
    agency="police",
    table="street_crimes",
    title="Street-level crime",
    description=(
        "The monthly archive of data.police.uk: crimes and anti-social behaviour at anonymised points. It carries no "
        "offence code, day, age or weapon, so it shows pattern and never feeds the serious-violence count."
    ),
    row="one crime of data.police.uk; anti-social behaviour has no number",
    source="data.police.uk monthly archive, Open Government Licence v3.0; header in [Hampshire files 2024] [S]",
    cadence=Cadence.MONTHLY,
    due_days=75,
    format=ZippedCsv(member=rf"(?:^|/)(?P<month>\d{{4}}-\d{{2}})-{FORCE_SLUG}-street\.csv$", beside=OF_ANY_FORCE),
    period=MonthOfMember(month_column="crime_month", force_columns=("reported_by", "falls_within"), forces=FORCE_NAMES),
    natural_key=("crime_id",),
    key_may_be_blank=True,
    tolerances=Tolerances(faults=0.01, keys_of_months_before=0.1),
    slices=(
        Slicing("crime type", ValueOf("crime_type")),
        Slicing("district", DistrictOf(("lsoa_code",)), is_steady=True),
    ),
    columns=(
        Column(
            header="Crime ID",
            name="crime_id",
            type=ColumnType.SHA256,
            description="Anonymised identifier, 64 hexadecimal digits; blank exactly for anti-social behaviour",
        ),
        Column(
            header="Month",
            name="crime_month",
            type=ColumnType.MONTH,
            required=True,
            description="Month of the crime; no day is published",
        ),
        Column(header="Reported by", name="reported_by", required=True, description="Force that reported the crime"),
        Column(header="Falls within", name="falls_within", description="Force in whose area the point lies"),
        Column(
            header="Longitude",
            name="longitude",
            type=ColumnType.DECIMAL,
            unit="degrees, WGS84",
            description="Anonymised point: the nearest of a published list of places",
        ),
        Column(
            header="Latitude",
            name="latitude",
            type=ColumnType.DECIMAL,
            unit="degrees, WGS84",
            description="Anonymised point: the nearest of a published list of places",
        ),
        Column(
            header="Location", name="location", description="Name of the anonymised point: a street or kind of place"
        ),
        Column(
            header="LSOA code",
            name="lsoa_code",
            description="Small area of the anonymised point; vintages may be mixed in one file",
        ),
        Column(header="LSOA name", name="lsoa_name", description="Name of the small area"),
        Column(
            header="Crime type",
            name="crime_type",
            required=True,
            codes=CRIME_TYPES,
            description="One of the fourteen published categories",
        ),
        Column(
            header="Last outcome category", name="last_outcome_category", description="Newest outcome at publication"
        ),
        Column(header="Context", name="context", description="Always empty in the archive"),
    ),
)

SEARCH_TYPES = {
    "Person search": "a person [S]",
    "Person and Vehicle search": "a person and a vehicle [K]",
    "Vehicle search": "a vehicle without a person [K]",
}
SEARCH_GENDERS = {"Male": "male", "Female": "female", "Other": "neither male nor female, or not recorded"}
AGE_RANGES = {
    "under 10": "0 to 9 years",
    "10-17": "10 to 17 years",
    "18-24": "18 to 24 years",
    "25-34": "25 to 34 years",
    "over 34": "35 years and older",
}
OFFICER_ETHNICITIES = {
    "White": "white",
    "Black": "black",
    "Asian": "Asian",
    "Mixed": "mixed [K]",
    "Other": "other, or not recorded",
}

stop_and_searches = Feed(
    agency="police",
    table="stop_and_searches",
    title="Stop and search",
    description=(
        "Searches of people and vehicles from the same monthly archive of data.police.uk. A search has no key and two "
        "people searched together may be alike in every published field, so equal rows are separate searches. "
        "Latitude stands before longitude. Hampshire leaves the object blank where the law already names it (drugs)."
    ),
    row="one search, of the same zip; without a number",
    source=(
        "data.police.uk monthly archive, Open Government Licence v3.0; header and values in [Hampshire files 2024] [S]"
    ),
    cadence=Cadence.MONTHLY,
    due_days=75,  # in one zip with the street crimes
    format=ZippedCsv(
        member=rf"(?:^|/)(?P<month>\d{{4}}-\d{{2}})-{FORCE_SLUG}-stop-and-search\.csv$", beside=OF_ANY_FORCE
    ),
    period=MonthOfMember(month_column="searched_at"),
    key_may_be_blank=True,
    tolerances=Tolerances(faults=0.02, rows_alike=0.1, days_without_rows=3),
    slices=(
        Slicing("district", DistrictOf(("longitude", "latitude"))),
        Slicing("outcome", ValueOf("outcome")),
        Slicing("object", ValueOf("object_of_search")),
        Slicing("kind of search", ValueOf("search_type")),
        Slicing("age", ValueOf("age_range")),
        Slicing("gender", ValueOf("gender")),
        Slicing("ethnicity by the officer", ValueOf("officer_defined_ethnicity")),
        Slicing("link of the outcome", ValueOf("is_outcome_linked")),
    ),
    one_row=OneRow(("searched_at", "longitude", "latitude", "age_range", "gender")),
    columns=(
        Column(
            header="Type",
            name="search_type",
            required=True,
            codes=SEARCH_TYPES,
            description="What was searched",
        ),
        Column(
            header="Date",
            name="searched_at",
            type=ColumnType.DATETIME,
            required=True,
            description="Time of the search to the minute, published with an offset from UTC and kept as local time",
        ),
        Column(
            header="Part of a policing operation",
            name="is_part_of_operation",
            type=ColumnType.BOOLEAN,
            description="Whether the search was part of an operation; blank throughout the Hampshire rows read [S]",
        ),
        Column(
            header="Policing operation",
            name="operation",
            description="Name of the operation; blank throughout the Hampshire rows read [S]",
        ),
        Column(
            header="Latitude",
            name="latitude",
            type=ColumnType.DECIMAL,
            unit="degrees, WGS84",
            description="Anonymised point; blank in about one row of five [S]",
        ),
        Column(
            header="Longitude",
            name="longitude",
            type=ColumnType.DECIMAL,
            unit="degrees, WGS84",
            description="Anonymised point; blank together with the latitude",
        ),
        Column(
            header="Gender",
            name="gender",
            codes=SEARCH_GENDERS,
            identifier=Identifier.QUASI,
            description="Gender of the person as recorded; blank for vehicles",
        ),
        Column(
            header="Age range",
            name="age_range",
            codes=AGE_RANGES,
            identifier=Identifier.QUASI,
            description="Age of the person in one of five ranges; blank where unknown",
        ),
        Column(
            header="Self-defined ethnicity",
            name="self_defined_ethnicity",
            identifier=Identifier.QUASI,
            description="Ethnicity as the person defines it, in the words of the census",
        ),
        Column(
            header="Officer-defined ethnicity",
            name="officer_defined_ethnicity",
            codes=OFFICER_ETHNICITIES,
            identifier=Identifier.QUASI,
            description="Ethnicity as the officer sees it",
        ),
        Column(header="Legislation", name="legislation", description="Power of search: act and section"),
        Column(
            header="Object of search",
            name="object_of_search",
            description="What was looked for; blank for most drugs searches in Hampshire [S]",
        ),
        Column(header="Outcome", name="outcome", description="What became of the person searched"),
        Column(
            header="Outcome linked to object of search",
            name="is_outcome_linked",
            type=ColumnType.BOOLEAN,
            description="Whether the outcome has to do with the object; true beside no further action too, so it is "
            "no find by itself [S]",
        ),
        Column(
            header="Removal of more than just outer clothing",
            name="is_more_than_outer_clothing",
            type=ColumnType.BOOLEAN,
            description="Whether more than outer clothing was removed",
        ),
    ),
)

FEEDS = (offences, street_crimes, stop_and_searches)
