"""What the four education and children's services authorities and the fourteen districts deliver.

Source: docs/feeds.md#local-authorities. Codes and element names are national [S]; meanings marked [K] are not
confirmed, headings marked [P] proposed, because no national record-level layout was found. Several values in one
cell are separated by semicolons and stay one column; staging separates them.
"""

from vrp_pipeline.feeds.contract.agreement import InOrder, OneRow
from vrp_pipeline.feeds.contract.columns import (
    CODE,
    AgeAt,
    Coarsen,
    Column,
    ColumnType,
    Drop,
    Encode,
    Identifier,
    Pseudonymise,
)
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Csv, XlsxSheets, Xml
from vrp_pipeline.feeds.contract.people import Person
from vrp_pipeline.feeds.contract.periods import Cadence, Edition, MonthOf
from vrp_pipeline.feeds.contract.quantities import Lag, Level
from vrp_pipeline.feeds.contract.slices import Having, Slicing, ValueOf
from vrp_pipeline.feeds.contract.tolerances import Tolerances
from vrp_pipeline.feeds.partnership import DISTRICTS

# Old DfE numbers of the authorities [K]. Education is the county's in Hampshire, not the districts'.
AUTHORITIES = {"850": "Hampshire", "851": "Portsmouth", "852": "Southampton", "921": "Isle of Wight"}
# Exports code the same sex as 1 or as M [S].
SEXES = {
    "M": "male", "F": "female", "U": "unknown",
    "1": "male", "2": "female", "0": "not known", "9": "not specified",
}  # fmt: skip
# Assault, threats, weapons and sexual misconduct, by which a suspension counts as violence [S].
VIOLENT_REASONS = ("PP", "PA", "VP", "VA", "OW", "BW", "SM", "SB")
PUPIL_NUMBER = "Unique pupil number, as a keyed pseudonym: the same in every feed that carries it"

suspensions = Feed(
    agency="local_authorities",
    table="suspensions",
    title="Suspensions and permanent exclusions",
    description=(
        "Suspensions and permanent exclusions from schools, a row for each. Up to three reasons stand in one row, so "
        "reasons add up to more than suspensions. August, when schools are closed, has none."
    ),
    row="one suspension, with up to three reasons",
    source="Termly export of the authorities' school census data; codes in [Exclusion reasons 2026] [S], headings [P]",
    cadence=Cadence.TERMLY,
    due_days=62,  # the census of a term is cleaned during the next: eight or nine weeks [P]
    format=Csv(),
    period=MonthOf("started_on", span_ends=(12, 3, 8)),
    natural_key=("suspension_id",),
    sender="authority_code",
    people=(Person(key=("pupil_pseudonym",), full_name="pupil_name", born="pupil", sex="sex"),),
    # Terms cut months: April and July have half of the school days of March.
    tolerances=Tolerances(
        faults=0.02, least_of_slice=0.4, most_of_slice=2.2, keys_of_months_before=0.1, rows_alike=0.1, empty_months=(8,)
    ),
    slices=(
        Slicing("authority", ValueOf("authority_code")),
        Slicing("category", ValueOf("category")),
        Slicing("district of the school", ValueOf("school_district_code")),
        *(Slicing(f"reason {code}", Having("exclusion_reasons", code)) for code in VIOLENT_REASONS),
    ),
    levels=(Level("sessions", most=1.25),),
    one_row=OneRow(("pupil_pseudonym", "started_on")),
    columns=(
        Column(header="row_reference", name="suspension_id", required=True, description="Reference of the row [P]"),
        Column(
            header="la_code",
            name="authority_code",
            required=True,
            codes=AUTHORITIES,
            description="Authority that maintains the school, old DfE number [K]",
        ),
        Column(header="school_urn", name="school_urn", description="Unique reference number of the school, six digits"),
        Column(header="school_lad_code", name="school_district_code", description="District of the school [P]"),
        Column(
            header="school_postcode",
            name="school_postcode",
            treatment=Drop(),
            description="Postcode of the school: an address, not ingested",
        ),
        Column(
            header="UPN",
            name="pupil_pseudonym",
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("upn"),
            description=PUPIL_NUMBER,
        ),
        Column(
            header="pupil_name",
            name="pupil_name",
            identifier=Identifier.DIRECT,
            treatment=Encode(),
            description="Name of the pupil: not ingested, compared as an encoding",
        ),
        Column(
            header="date_of_birth",
            name="pupil",
            type=ColumnType.DATE,
            identifier=Identifier.DIRECT,
            treatment=AgeAt("started_on", age="Age in completed years on the first day of the suspension"),
            description="Date of birth, as age on the first day of the suspension and year of birth",
        ),
        Column(header="sex", name="sex", codes=SEXES, identifier=Identifier.QUASI, description="Sex of the pupil"),
        Column(
            header="ethnicity",
            name="ethnicity",
            identifier=Identifier.QUASI,
            description="DfE ethnicity code, four letters",
        ),
        Column(
            header="nc_year_group",
            name="year_group",
            identifier=Identifier.QUASI,
            description="National curriculum year: R, 1 to 14, X",
        ),
        Column(
            header="sen_provision",
            name="sen_provision",
            codes={"N": "no special need", "K": "support", "E": "education, health and care plan"},
            identifier=Identifier.QUASI,
            description="Special educational needs provision [K]",
        ),
        Column(
            header="fsm_eligible",
            name="is_eligible_for_free_meals",
            type=ColumnType.BOOLEAN,
            identifier=Identifier.QUASI,
            description="Whether the pupil is eligible for free school meals; true, 1 and Y occur",
        ),
        Column(
            header="exclusion_category",
            name="category",
            required=True,
            codes={"SUSP": "suspension", "PERM": "permanent exclusion", "LNCH": "lunchtime suspension"},
            description="Kind of exclusion [S]",
        ),
        Column(
            header="exclusion_reasons",
            name="exclusion_reasons",
            description="One to three DfE reason codes of two letters, separated by semicolons [S]; three at most [K]",
        ),
        Column(
            header="start_date",
            name="started_on",
            type=ColumnType.DATE,
            required=True,
            description="First day of the suspension",
        ),
        Column(
            header="sessions",
            name="sessions",
            type=ColumnType.INTEGER,
            unit="half days",
            description="Length; blank for permanent exclusions",
        ),
        Column(
            header="incident_description",
            name="incident_description",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Free text: not ingested",
        ),
    ),
)

CHILD = "Message/Children/Child/"
DETAILS = f"{CHILD}CINdetails/"
# Meanings of needs, sources and reasons for closure are [K]; the codes are [S].
REFERRAL_SOURCES = {
    "1A": "family member", "1B": "acquaintance", "1C": "self", "1D": "other individual",
    "2A": "school", "2B": "education service",
    "3A": "general practitioner", "3B": "health visitor", "3C": "school nurse", "3D": "other primary health",
    "3E": "emergency department", "3F": "other health service", "4": "housing",
    "5A": "social worker of the authority", "5B": "other service of the authority",
    "5C": "another authority's social care", "5D": "another authority, other",
    "6": "police", "7": "other legal agency", "8": "other", "9": "anonymous", "10": "unknown",
}  # fmt: skip
NEEDS = {
    "N0": "not stated", "N1": "abuse or neglect", "N2": "child's disability", "N3": "parental disability or illness",
    "N4": "family in acute stress", "N5": "family dysfunction", "N6": "socially unacceptable behaviour",
    "N7": "low income", "N8": "absent parenting", "N9": "not a child in need",
}  # fmt: skip
# Factors by which children are known for violence and exploitation: domestic abuse, missing, sexual and criminal
# exploitation, gangs, physical abuse.
FACTORS_TOLD = ("3A", "3B", "3C", "10A", "11A", "13A", "18B", "18C", "24A")
CLOSURES = {
    "RC1": "adopted", "RC2": "died", "RC3": "child arrangements order", "RC4": "special guardianship order",
    "RC5": "moved to another authority", "RC6": "moved to adult services", "RC7": "services ended",
    "RC8": "closed after assessment", "RC9": "closed after assessment, early help",
}  # fmt: skip

children_in_need = Feed(
    agency="local_authorities",
    table="children_in_need",
    title="Children in need census",
    description=(
        "Referrals to children's social care open in the year to 31 March, a row for each referral of a child, with "
        "the factors found at assessment. A child without a referral is a fault. Age 0 is a baby, not an unknown age."
    ),
    row="one referral of a child, of the children in need census",
    source=(
        "Children in need census XML; elements and codes in [CIN validator 2026] and [SSD 2026] [S]. The four "
        "authorities' returns come "
        "joined in one message, in which each child names its authority [P]"
    ),
    cadence=Cadence.YEARLY,
    due_days=122,  # the census closes on 31 July after the year [K]
    format=Xml(record="Message/Children/Child/CINdetails"),
    period=Edition(
        element="Message/Header/CollectionDetails/Year",
        covers_financial_year=True,
        reference_date="Message/Header/CollectionDetails/ReferenceDate",
        dates="referred_on",
    ),
    natural_key=("authority_code", "child_pseudonym", "referred_on"),
    sender="authority_code",
    people=(Person(key=("authority_code", "child_pseudonym"), numbers=("pupil_pseudonym",), born="child", sex="sex"),),
    in_order=(InOrder("referred_on", "closed_on"),),
    # An authority's children in need change by a tenth from year to year, and its referrals by a fifth [P].
    tolerances=Tolerances(faults=0.02, least_of_slice=0.7, most_of_slice=1.45),
    slices=(
        Slicing("authority", ValueOf("authority_code")),
        Slicing("source of the referral", ValueOf("referral_source")),
        Slicing("primary need", ValueOf("primary_need")),
        *(Slicing(f"factor {code}", Having("assessment_factors", code)) for code in FACTORS_TOLD),
    ),
    one_row=OneRow(("pupil_pseudonym", "referred_on")),
    columns=(
        Column(
            header=f"{CHILD}ChildIdentifiers/LEA|Message/Header/Source/LEA",
            name="authority_code",
            required=True,
            codes=AUTHORITIES,
            description="Authority, old DfE number [K]: the child's in a joined return [P], else the return's",
        ),
        Column(
            header=f"{CHILD}ChildIdentifiers/LAchildID",
            name="child_pseudonym",
            required=True,
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("la_child"),
            description="The authority's own number of the child, as a keyed pseudonym; unique within the authority",
        ),
        Column(
            header=f"{CHILD}ChildIdentifiers/UPN",
            name="pupil_pseudonym",
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("upn"),
            description=f"{PUPIL_NUMBER}; blank under school age",
        ),
        Column(
            header=f"{CHILD}ChildIdentifiers/PersonBirthDate",
            name="child",
            type=ColumnType.DATE,
            identifier=Identifier.DIRECT,
            treatment=AgeAt(
                "referred_on",
                age="Age in completed years at the referral; 0 is a baby, -1 a child referred before birth",
            ),
            description="Date of birth, as age at the referral and year of birth; blank before birth",
        ),
        Column(
            header=f"{CHILD}ChildIdentifiers/Sex|{CHILD}ChildIdentifiers/GenderCurrent",
            name="sex",
            codes=SEXES,
            identifier=Identifier.QUASI,
            description="Sex of the child; GenderCurrent in older returns, 1 or M for the same thing",
        ),
        Column(
            header=f"{CHILD}ChildCharacteristics/Ethnicity",
            name="ethnicity",
            identifier=Identifier.QUASI,
            description="DfE ethnicity code, four letters",
        ),
        Column(
            header=f"{CHILD}ChildCharacteristics/Disabilities/Disability",
            name="disabilities",
            identifier=Identifier.QUASI,
            description="Disability codes, separated by semicolons",
        ),
        Column(
            header=f"{DETAILS}CINreferralDate",
            name="referred_on",
            type=ColumnType.DATE,
            required=True,
            description="Date of the referral",
        ),
        Column(
            header=f"{DETAILS}ReferralSource",
            name="referral_source",
            codes=REFERRAL_SOURCES,
            description="Who referred the child; 6 is the police",
        ),
        Column(
            header=f"{DETAILS}PrimaryNeedCode",
            name="primary_need",
            codes=NEEDS,
            description="Primary need at assessment",
        ),
        Column(
            header=f"{DETAILS}ReferralNFA",
            name="is_no_further_action",
            type=ColumnType.BOOLEAN,
            description="Whether the referral led to no further action; 0/1 and true/false occur",
        ),
        Column(
            header=f"{DETAILS}CINclosureDate",
            name="closed_on",
            type=ColumnType.DATE,
            description="Date on which the case closed; blank while open",
        ),
        Column(
            header=f"{DETAILS}ReasonForClosure", name="closure_reason", codes=CLOSURES, description="Reason for closure"
        ),
        Column(
            header=f"{DETAILS}Assessments/AssessmentActualStartDate",
            name="assessment_start_dates",
            description="Start of each assessment, YYYY-MM-DD, separated by semicolons",
        ),
        Column(
            header=f"{DETAILS}Assessments/FactorsIdentifiedAtAssessment/AssessmentFactors",
            name="assessment_factors",
            description=(
                "Factors found at the assessments, separated by semicolons: 3A-C domestic abuse, 13A gangs, 18B "
                "physical abuse by a child, 18C by an adult, 24A criminal exploitation, …; 18A and 19A are retired"
            ),
        ),
        Column(
            header=f"{DETAILS}Section47/S47ActualStartDate",
            name="section_47_start_dates",
            description="Start of each enquiry under section 47, YYYY-MM-DD, separated by semicolons",
        ),
        Column(
            header=f"{DETAILS}ChildProtectionPlans/CPPstartDate",
            name="protection_plan_start_dates",
            description="Start of each child protection plan, YYYY-MM-DD, separated by semicolons",
        ),
        Column(
            header=f"{DETAILS}ChildProtectionPlans/LatestCategoryOfAbuse",
            name="abuse_categories",
            description="Latest category of each plan, separated by semicolons: NEG, PHY, SAB, EMO, MUL",
        ),
    ),
)

antisocial_behaviour = Feed(
    agency="local_authorities",
    table="antisocial_behaviour",
    title="Anti-social behaviour",
    description=(
        "Anti-social behaviour as the community safety teams of the districts log it, one sheet a district. Police "
        "log some of the same incidents: never add the two."
    ),
    row="one report in a district's log",
    source=(
        "Workbook of the districts' community safety teams; layout proposed in docs/feeds.md#local-authorities [P], "
        "categories of [MPS ASB 2026] [S]"
    ),
    cadence=Cadence.MONTHLY,
    due_days=21,  # three weeks for fourteen districts to fill in their sheets [P]
    format=XlsxSheets(sheet_name="district_name", names=tuple(DISTRICTS.values())),
    period=MonthOf("reported_at"),
    # Each district numbers its own reports, so two may use the same reference.
    natural_key=("district_name", "asb_reference"),
    sender="district_name",
    in_order=(
        InOrder("occurred_at", "reported_at"),
        InOrder("reported_at", "closed_on"),
    ),
    # Numbers of a district may begin anew each year: no month is held for those of a month a year ago.
    tolerances=Tolerances(faults=0.02, rows_alike=0.1, days_without_rows=9),
    lags=(Lag(("occurred_at",), ("reported_at",)),),
    one_row=OneRow(("reported_at", "easting", "northing")),
    slices=(
        Slicing("district", ValueOf("district_name")),
        Slicing("category", ValueOf("nsir_category")),
        Slicing("source", ValueOf("source_system")),
    ),
    columns=(
        Column(header="(sheet)", name="district_name", required=True, description="District: the name of the sheet"),
        Column(header="asb_ref", name="asb_reference", required=True, description="Reference of the report"),
        Column(
            header="source_system",
            name="source_system",
            codes={"council": "the district's own log", "police": "passed on by police", "housing": "a landlord's log"},
            description="In whose system the report was logged first [P]",
        ),
        Column(
            header="reported_datetime",
            name="reported_at",
            type=ColumnType.DATETIME,
            required=True,
            description="When it was reported; spreadsheet dates, DD/MM/YYYY and ISO are mixed",
        ),
        Column(
            header="occurred_datetime",
            name="occurred_at",
            type=ColumnType.DATETIME,
            description="When it happened; often blank",
        ),
        Column(
            header="nsir_category",
            name="nsir_category",
            required=True,
            codes={
                "Personal": "aimed at a person",
                "Nuisance": "trouble to a community",
                "Environmental": "harm to a place",
            },
            description="National category since March 2012 [S]",
        ),
        Column(
            header="local_category",
            name="local_category",
            description="One of thirteen local headings [S], as the district spells it",
        ),
        Column(
            header="easting",
            name="easting",
            type=ColumnType.INTEGER,
            unit="metres, British National Grid",
            identifier=Identifier.QUASI,
            treatment=Coarsen(100),
            description="Scene, middle of its 100 m square: it may be a home",
        ),
        Column(
            header="northing",
            name="northing",
            type=ColumnType.INTEGER,
            unit="metres, British National Grid",
            identifier=Identifier.QUASI,
            treatment=Coarsen(100),
            description="Scene, middle of its 100 m square: it may be a home",
        ),
        Column(
            header="postcode",
            name="postcode",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Postcode of the scene: an address, not ingested",
        ),
        Column(header="lsoa_code", name="lsoa_code", description="Small area of the scene; vintages may be mixed"),
        Column(header="ward_code", name="ward_code", form=CODE, description="Ward of the scene"),
        Column(
            header="complainant_name",
            name="complainant_name",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Name of who complained: not ingested [P]",
        ),
        Column(
            header="repeat_complainant_flag",
            name="is_repeat_complainant",
            type=ColumnType.BOOLEAN,
            description="Whether the complainant had complained before",
        ),
        Column(
            header="case_status",
            name="case_status",
            codes={"open": "being worked on", "closed": "ended", "referred": "passed to another agency"},
            description="Status of the case at delivery [P]",
        ),
        Column(header="closed_date", name="closed_on", type=ColumnType.DATE, description="Day on which it closed"),
        Column(header="action_taken", name="action_taken", description="Action from the teams' list; blank while open"),
        Column(
            header="notes",
            name="notes",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Free text: not ingested",
        ),
    ),
)

FEEDS = (suspensions, children_in_need, antisocial_behaviour)
