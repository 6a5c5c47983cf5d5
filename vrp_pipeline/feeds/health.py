"""What the NHS delivers.

Sources: [ISTV 2026] (minimum data set), [SUS names 2026] (SUS/ECDS flat names, read), [HES dictionary 2026]
(admitted patient care [K]) and docs/feeds.md#health (ambulance, proposed [P]).
SNOMED CT codes have up to 18 digits and are text everywhere.
"""

from vrp_pipeline.feeds.contract.agreement import InOrder, OneRow
from vrp_pipeline.feeds.contract.columns import (
    ORGANISATION_CODE,
    SNOMED_CODES,
    Coarsen,
    Column,
    ColumnType,
    Drop,
    Identifier,
    Pseudonymise,
)
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Csv
from vrp_pipeline.feeds.contract.people import Person
from vrp_pipeline.feeds.contract.periods import Cadence, MonthOf
from vrp_pipeline.feeds.contract.quantities import Lag
from vrp_pipeline.feeds.contract.slices import DistrictOf, Having, Slicing, ValueOf
from vrp_pipeline.feeds.contract.tolerances import Tolerances

NHS_SEXES = {"1": "male", "2": "female", "9": "not specified", "0": "not known"}

emergency_attendances = Feed(
    agency="health",
    table="emergency_attendances",
    title="Emergency department attendances",
    description=(
        "Injury attendances at emergency departments with the fields of Information Sharing to Tackle Violence: "
        "when, where and how, and the patient's age, sex and small area of residence."
    ),
    row="one attendance, SUS/ECDS names, SNOMED codes",
    source="SUS/ECDS flat extract of the Integrated Care Board; names in [SUS names 2026] [S], NHS_Number [P]",
    cadence=Cadence.MONTHLY,
    due_days=31,
    format=Csv(),
    period=MonthOf("arrival_date"),
    natural_key=("attendance_id",),
    # ISB 1594 has each department send its own file, and name its site in it [S].
    sender="site_code",
    people=(Person(key=("patient_pseudonym",), age="age_at_arrival", sex="sex"),),
    tolerances=Tolerances(faults=0.02, keys_of_months_before=0.1, rows_alike=0.1, days_without_rows=3),
    slices=(
        Slicing("hospital", ValueOf("site_code")),
        Slicing("intent of the injury", ValueOf("injury_intent_snomed")),
        Slicing("mechanism of the injury", ValueOf("injury_mechanism_snomed")),
        Slicing("duplicate flag", Having("duplicate_flag", "0")),
        Slicing("district", DistrictOf(("injury_longitude", "injury_latitude"))),
        Slicing("district of residence", DistrictOf(("residence_lsoa_code",))),
    ),
    lags=(Lag(("injury_date", "injury_time"), ("arrival_date", "arrival_time")),),
    one_row=OneRow(("patient_pseudonym", "arrival_date", "arrival_time")),
    columns=(
        Column(
            header="EC_Ident", name="attendance_id", required=True, description="Identifier of the attendance, text"
        ),
        Column(
            header="Der_Provider_Code",
            name="provider_code",
            form=ORGANISATION_CODE,
            description="ODS code of the trust",
        ),
        Column(
            header="Site_Code_of_Treatment",
            name="site_code",
            form=ORGANISATION_CODE,
            description="ODS code of the treating site",
        ),
        Column(
            header="NHS_Number",
            name="patient_pseudonym",
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("nhs_number"),
            description="NHS number, as a keyed pseudonym",
        ),
        Column(
            header="Arrival_Date",
            name="arrival_date",
            type=ColumnType.DATE,
            required=True,
            description="Date of arrival",
        ),
        Column(header="Arrival_Time", name="arrival_time", type=ColumnType.TIME, description="Time of arrival"),
        Column(
            header="Age_At_Arrival",
            name="age_at_arrival",
            type=ColumnType.INTEGER,
            unit="years",
            identifier=Identifier.QUASI,
            description="Age of the patient; blank where unknown",
        ),
        Column(
            header="Sex", name="sex", codes=NHS_SEXES, identifier=Identifier.QUASI, description="Sex of the patient"
        ),
        Column(
            header="Ethnic_Category_2021",
            name="ethnic_category",
            identifier=Identifier.QUASI,
            description="Ethnic category code",
        ),
        Column(
            header="Der_Postcode_LSOA_Code",
            name="residence_lsoa_code",
            identifier=Identifier.QUASI,
            description="Small area of the patient's home: never the scene",
        ),
        Column(
            header="EC_Chief_Complaint_SNOMED_CT",
            name="chief_complaint_snomed",
            form=SNOMED_CODES,
            description="SNOMED CT chief complaint",
        ),
        Column(header="EC_Acuity_SNOMED_CT", name="acuity_snomed", form=SNOMED_CODES, description="SNOMED CT acuity"),
        Column(
            header="EC_Arrival_Mode_SNOMED_CT",
            name="arrival_mode_snomed",
            form=SNOMED_CODES,
            description="SNOMED CT arrival mode",
        ),
        Column(
            header="EC_Injury_Date",
            name="injury_date",
            type=ColumnType.DATE,
            description="Date of the injury as the patient tells it",
        ),
        Column(
            header="EC_Injury_Time",
            name="injury_time",
            type=ColumnType.TIME,
            description="Time of the injury; often rounded or defaulted to midnight",
        ),
        Column(
            header="EC_Injury_Intent_SNOMED_CT",
            name="injury_intent_snomed",
            description="SNOMED CT intent of the injury",
        ),
        Column(
            header="EC_Injury_Mechanism_SNOMED_CT", name="injury_mechanism_snomed", description="SNOMED CT mechanism"
        ),
        Column(
            header="EC_Place_Of_Injury_SNOMED_CT", name="place_of_injury_snomed", description="SNOMED CT kind of place"
        ),
        Column(
            header="EC_Place_Of_Injury_Latitude",
            name="injury_latitude",
            type=ColumnType.DECIMAL,
            unit="degrees, WGS84",
            identifier=Identifier.QUASI,
            description="Scene of the injury; often blank",
        ),
        Column(
            header="EC_Place_Of_Injury_Longitude",
            name="injury_longitude",
            type=ColumnType.DECIMAL,
            unit="degrees, WGS84",
            identifier=Identifier.QUASI,
            description="Scene of the injury; often blank",
        ),
        Column(
            header="EC_Discharge_Status_SNOMED_CT",
            name="discharge_status_snomed",
            form=SNOMED_CODES,
            description="SNOMED CT discharge status",
        ),
        Column(
            header="Der_EC_Diagnosis_All",
            name="diagnoses_snomed",
            form=SNOMED_CODES,
            description="SNOMED CT diagnoses, the first is primary",
        ),
        Column(
            header="Der_Dupe_Flag",
            name="duplicate_flag",
            codes={"0": "the record to count", "1": "a duplicate of another record"},
            description="Duplicate flag derived by SUS: count only 0",
        ),
        Column(
            header="AssaultLocationDescription",
            name="assault_location_description",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Free text of the place, often with personal data: not ingested",
        ),
    ),
)

TRIAGE_SYSTEMS = {
    "NHS Pathways": "symptom group and disposition; South Central Ambulance Service [K]",
    "AMPDS": "Medical Priority Dispatch determinant",
}
RESPONSE_CATEGORIES = {
    "C1": "life-threatening [K]",
    "C2": "emergency [K]",
    "C3": "urgent [K]",
    "C4": "less urgent [K]",
    "C5": "advice by telephone [K]",
}
AMBULANCE_SEXES = {"M": "male", "F": "female", "X": "neither male nor female", "U": "unknown"}

ambulance_incidents = Feed(
    agency="health",
    table="ambulance_incidents",
    title="Ambulance incidents",
    description=(
        "Calls triaged as assault, sexual assault, stabbing, gunshot or penetrating trauma, one row per patient. The "
        "complaint is what the caller said, no diagnosis; several calls may be about one incident, of which all but "
        "one are stood down; the scene may be where the caller stood."
    ),
    row="one patient of an incident",
    source="Ambulance service extract; layout proposed in docs/feeds.md#health [P]",
    cadence=Cadence.MONTHLY,
    due_days=21,
    format=Csv(),
    period=MonthOf("call_connected_at"),
    natural_key=("incident_number", "patient_number"),
    people=(Person(key=("patient_pseudonym",), age="patient_age", sex="patient_sex"),),
    tolerances=Tolerances(faults=0.02, keys_of_months_before=0.1, rows_alike=0.1, days_without_rows=3),
    slices=(
        Slicing("triage code", ValueOf("triage_code")),
        Slicing("district", DistrictOf(("easting", "northing"))),
        Slicing("conveyed", ValueOf("is_conveyed")),
        Slicing("stood down", ValueOf("is_stood_down")),
    ),
    one_row=OneRow(("patient_pseudonym", "call_connected_at")),
    columns=(
        Column(
            header="incident_number",
            name="incident_number",
            required=True,
            identifier=Identifier.QUASI,
            description="Number of the incident, text",
        ),
        Column(
            header="patient_sequence",
            name="patient_number",
            description="Which patient of the incident: 1, 2, …; blank where there was one [P]",
        ),
        Column(
            header="call_connect_datetime",
            name="call_connected_at",
            type=ColumnType.DATETIME,
            required=True,
            description="When the call was connected: after the event",
        ),
        Column(
            header="triage_system",
            name="triage_system",
            codes=TRIAGE_SYSTEMS,
            description="System by which the call was triaged, and so which of the two codes is filled",
        ),
        Column(
            header="triage_code",
            name="triage_code",
            description="AMPDS determinant (27B04: protocol, level, number; the zero may be missing) or symptom group "
            "of Pathways [K]",
        ),
        Column(
            header="disposition_code",
            name="disposition_code",
            description="Pathways disposition (DX012) [K]; blank for AMPDS",
        ),
        Column(
            header="triage_description", name="triage_description", description="The system's own words for its code"
        ),
        Column(
            header="response_category",
            name="response_category",
            codes=RESPONSE_CATEGORIES,
            description="Category of response",
        ),
        Column(
            header="scene_easting",
            name="easting",
            type=ColumnType.INTEGER,
            unit="metres, British National Grid",
            identifier=Identifier.QUASI,
            treatment=Coarsen(100),
            description="Scene, as the middle of its 100 m square; blank where unknown",
        ),
        Column(
            header="scene_northing",
            name="northing",
            type=ColumnType.INTEGER,
            unit="metres, British National Grid",
            identifier=Identifier.QUASI,
            treatment=Coarsen(100),
            description="Scene, as the middle of its 100 m square; blank where unknown",
        ),
        Column(
            header="scene_lsoa",
            name="lsoa_code",
            identifier=Identifier.QUASI,
            description="Small area of the scene; vintages may be mixed",
        ),
        Column(
            header="scene_address",
            name="scene_address",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Address of the scene, often a home: not ingested [P]",
        ),
        Column(
            header="nhs_number",
            name="patient_pseudonym",
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("nhs_number"),
            description="NHS number where the crew traced it, as a keyed pseudonym [P]",
        ),
        Column(
            header="patient_age",
            name="patient_age",
            type=ColumnType.INTEGER,
            unit="years",
            identifier=Identifier.QUASI,
            description="Age of the patient; 0 stands for unknown [K]",
        ),
        Column(
            header="patient_sex",
            name="patient_sex",
            codes=AMBULANCE_SEXES,
            identifier=Identifier.QUASI,
            description="Sex of the patient [P]",
        ),
        Column(
            header="conveyed_flag",
            name="is_conveyed",
            type=ColumnType.BOOLEAN,
            description="Whether the patient was taken to hospital",
        ),
        Column(
            header="receiving_site_code",
            name="receiving_site_code",
            description="ODS code of the hospital [K]",
        ),
        Column(
            header="stood_down_flag",
            name="is_stood_down",
            type=ColumnType.BOOLEAN,
            description="Whether the response was stood down: one more call to an attended incident, or no need",
        ),
        Column(
            header="call_notes",
            name="call_notes",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Free text of the call taker: not ingested [P]",
        ),
    ),
)

SUBMISSIONS = {
    "P": "provisional: episodes may be missing or uncoded",
    "F": "final: the year-to-date position after the post-reconciliation date",
}
EPISODE_STATES = {"1": "unfinished [K]", "3": "finished [K]"}
DIAGNOSES = 20

admissions = Feed(
    agency="health",
    table="admissions",
    title="Hospital admissions",
    description=(
        "Finished and unfinished consultant episodes of admitted patients with an external cause of assault (ICD-10 "
        "X85-Y09, Y87.1). An admission is its first finished episode (EPIORDER 1), never an episode or a patient. A "
        "month comes provisional first and final later. The small area is the patient's home, never the scene."
    ),
    row="one episode, SUS/HES names, ICD-10; provisional first, final later",
    source="SUS/HES admitted patient care extract of the Integrated Care Board; names in [HES dictionary 2026] [K]",
    cadence=Cadence.MONTHLY,
    due_days=45,  # the provisional file follows the inclusion date, some six weeks after the month [K]
    format=Csv(),
    period=MonthOf("admission_date"),
    natural_key=("episode_id",),
    # Trusts submit admissions as providers; the site of treatment is often left blank [K].
    sender="provider_code",
    people=(Person(key=("patient_pseudonym",), age="age_at_start", sex="sex"),),
    in_order=(InOrder("admission_date", "episode_start_date"),),
    tolerances=Tolerances(faults=0.04, keys_of_months_before=0.1, rows_alike=0.1, days_without_rows=3),
    slices=(
        Slicing("hospital", ValueOf("site_code")),
        Slicing("external cause", ValueOf("external_cause", 3)),
        # 21 to 28 are emergencies, and these alone count.
        Slicing("method of admission", ValueOf("admission_method", 1)),
        Slicing("order of the episode", Having("episode_number", "1")),
        Slicing("state of the episode", Having("episode_state", "3")),
        Slicing("district of residence", DistrictOf(("residence_lsoa_code",))),
    ),
    one_row=OneRow(("patient_pseudonym", "episode_start_date", "episode_number")),
    columns=(
        Column(
            header="EPIKEY",
            name="episode_id",
            required=True,
            identifier=Identifier.QUASI,
            description="Key of the episode, text of up to twelve digits",
        ),
        Column(
            header="DATA_STATUS",
            name="submission",
            codes=SUBMISSIONS,
            required=True,
            description="Whether the delivery is provisional or final [P]",
        ),
        Column(header="PROCODET", name="provider_code", form=ORGANISATION_CODE, description="ODS code of the trust"),
        Column(
            header="SITETRET", name="site_code", form=ORGANISATION_CODE, description="ODS code of the treating site"
        ),
        Column(
            header="NEWNHSNO",
            name="patient_pseudonym",
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("nhs_number"),
            description="NHS number, as a keyed pseudonym [P]",
        ),
        Column(
            header="ADMIDATE",
            name="admission_date",
            type=ColumnType.DATE,
            required=True,
            description="Date of admission: the month an episode belongs to",
        ),
        Column(
            header="ADMIMETH", name="admission_method", description="Method of admission; 21 to 28 are emergencies [K]"
        ),
        Column(
            header="EPISTART", name="episode_start_date", type=ColumnType.DATE, description="First day of the episode"
        ),
        Column(
            header="EPIORDER",
            name="episode_number",
            type=ColumnType.INTEGER,
            description="Place of the episode in its admission; 98 and 99 stand for unknown [K]",
        ),
        Column(
            header="EPISTAT", name="episode_state", codes=EPISODE_STATES, description="Whether the episode is finished"
        ),
        Column(
            header="STARTAGE",
            name="age_at_start",
            identifier=Identifier.QUASI,
            description="Age at the start of the episode in years, text; 7001 to 7007 are under one year [K], * is "
            "suppressed and not zero",
        ),
        Column(
            header="SEX", name="sex", codes=NHS_SEXES, identifier=Identifier.QUASI, description="Sex of the patient"
        ),
        Column(header="ETHNOS", name="ethnic_category", identifier=Identifier.QUASI, description="Ethnic category"),
        Column(
            header="LSOA11",
            name="residence_lsoa_code",
            identifier=Identifier.QUASI,
            description="Small area of the patient's home: never the scene; 2011 by its heading, both vintages occur",
        ),
        Column(
            header="HOMEADD",
            name="home_postcode",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Postcode of the patient's home: not ingested [K]",
        ),
        *(
            Column(
                header=f"DIAG_{number:02d}",
                name=f"diagnosis_{number:02d}",
                description=f"ICD-10 code {number} of {DIAGNOSES}, raw: with or without dot, padded with X, -, D or A "
                "[K]; the fourth character of an assault is the place",
            )
            for number in range(1, DIAGNOSES + 1)
        ),
        Column(
            header="CAUSE_3",
            name="external_cause",
            description="ICD-10 external cause to three characters: X99 is a sharp object, X93-X95 are firearms",
        ),
    ),
)

FEEDS = (emergency_attendances, ambulance_incidents, admissions)
