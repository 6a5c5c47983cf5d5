"""What the NHS delivers.

Sources: research `feed-formats.md` §2.1 (ISTV minimum data set) and §2.2 (SUS/ECDS flat names, read).
SNOMED CT codes have up to 18 digits and are text everywhere.
"""

from vrp_pipeline.feeds.contract import (
    Cadence,
    Column,
    ColumnType,
    Csv,
    Drop,
    Feed,
    Identifier,
    MonthOf,
    Pseudonymise,
)

NHS_SEXES = {"1": "male", "2": "female", "9": "not specified", "0": "not known"}

emergency_attendances = Feed(
    agency="health",
    table="emergency_attendances",
    title="Emergency department attendances",
    description=(
        "Injury attendances at emergency departments with the fields of Information Sharing to Tackle Violence: "
        "when, where and how, and the patient's age, sex and small area of residence."
    ),
    source="SUS/ECDS flat extract of the Integrated Care Board; names in research §2.2 [S], NHS_Number [P]",
    cadence=Cadence.MONTHLY,
    due_days=31,
    format=Csv(),
    period=MonthOf("arrival_date"),
    natural_key=("attendance_id",),
    columns=(
        Column(
            header="EC_Ident", name="attendance_id", required=True, description="Identifier of the attendance, text"
        ),
        Column(header="Der_Provider_Code", name="provider_code", description="ODS code of the trust"),
        Column(header="Site_Code_of_Treatment", name="site_code", description="ODS code of the treating site"),
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
            description="SNOMED CT chief complaint",
        ),
        Column(header="EC_Acuity_SNOMED_CT", name="acuity_snomed", description="SNOMED CT acuity"),
        Column(header="EC_Arrival_Mode_SNOMED_CT", name="arrival_mode_snomed", description="SNOMED CT arrival mode"),
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
            description="SNOMED CT discharge status",
        ),
        Column(
            header="Der_EC_Diagnosis_All",
            name="diagnoses_snomed",
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

FEEDS = (emergency_attendances,)
