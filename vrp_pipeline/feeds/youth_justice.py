"""What the four youth justice services deliver.

Source: [YJ data requirements 2021]. The quarterly return of XML parts in one zip is read [S], its schema and
Annex A were not found: the elements are proposed [P] after the recommended layout.
"""

from vrp_pipeline.feeds.contract.agreement import InOrder, OneRow
from vrp_pipeline.feeds.contract.columns import AgeAt, Column, ColumnType, Encode, Identifier, Pseudonymise
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import ZippedXml
from vrp_pipeline.feeds.contract.people import Person
from vrp_pipeline.feeds.contract.periods import Cadence, MonthOf
from vrp_pipeline.feeds.contract.quantities import Level
from vrp_pipeline.feeds.contract.slices import Slicing, ValueOf
from vrp_pipeline.feeds.contract.tolerances import Tolerances

# Case systems of the services differ: letters in some parts of a return, digits in others.
SEXES = {
    "M": "male [K]",
    "F": "female [K]",
    "U": "not known [K]",
    "1": "male [P]",
    "2": "female [P]",
    "9": "not specified [P]",
    "0": "not known [P]",
}

SERVICES = {
    "E10000014": "Hampshire Youth Justice Service [K]",
    "E06000046": "Isle of Wight Youth Justice Service [K]",
    "E06000044": "Portsmouth Youth Justice Service [K]",
    "E06000045": "Southampton Youth Justice Service [K]",
}

OFFENCE_CATEGORIES = {
    name: f"{name} [K]"
    for name in (
        "Arson",
        "Breach of bail",
        "Breach of conditional discharge",
        "Breach of statutory order",
        "Criminal damage",
        "Death or injury by dangerous driving",
        "Domestic burglary",
        "Drugs",
        "Fraud and forgery",
        "Motoring",
        "Non-domestic burglary",
        "Other",
        "Public order",
        "Racially aggravated",
        "Robbery",
        "Sexual",
        "Theft and handling",
        "Vehicle theft",
        "Violence against the person",
    )
}

# Three scales are in use: a value has no meaning without its scale.
SEVERITY_SCALES = {
    "YJB 1-8": "seriousness of the Youth Justice Board, 1 to 8 [K]",
    "ACPO 1-4": "gravity of the police matrix of 2013, 1 to 4 [S]",
    "NPCC 1-5": "child gravity matrix of the police chiefs, 1 to 5 [K]",
}

OUTCOME_TIERS = {
    "pre-court": "youth caution or youth conditional caution [K]",
    "first-tier": "discharge, fine, referral order and the like [K]",
    "community": "youth rehabilitation order [K]",
    "custody": "detention [K]",
}

_CHILD = "YouthJusticeReturn/Children/Child/"
_OFFENCE = f"{_CHILD}Offences/Offence/"

offences = Feed(
    agency="youth_justice",
    table="offences",
    title="Children's offences and their outcomes",
    description=(
        "Proven offences of children of 10 to 17, one row per offence and outcome, from the services' quarterly "
        "return, which restates the quarter before. A child without an offence (prevention, diversion) belongs to no "
        "month. Children who move stand in two services' parts: count only those whose status is local."
    ),
    row="one offence and outcome of a child, a part per service",
    source=(
        "Case systems of the youth justice services; return in [YJ data requirements 2021] [S], elements and codes [P]"
    ),
    cadence=Cadence.QUARTERLY,
    due_days=45,  # after the end of the quarter; the window in which the services complete a return [P]
    format=ZippedXml(record=_OFFENCE.rstrip("/")),
    period=MonthOf("outcome_date", restates=2, span_ends=(3, 6, 9, 12)),
    natural_key=("yjs_code", "child_pseudonym", "offence_id", "outcome_date"),
    sender="yjs_code",
    people=(
        Person(
            key=("yjs_code", "child_pseudonym"),
            numbers=("pnc_pseudonym",),
            forename="forename",
            surname="surname",
            born="child",
            sex="sex",
            postcode="home_postcode",
        ),
    ),
    in_order=(
        InOrder("offence_date", "outcome_date"),
        InOrder("order_start_date", "order_end_date"),
    ),
    tolerances=Tolerances(
        faults=0.05,
        without_month=0.3,
        days_without_rows=11,
        reason="children without an offence have no month, and their share differs between services [P]",
    ),
    slices=(
        Slicing("service", ValueOf("yjs_code")),
        Slicing("category", ValueOf("yjb_offence_category")),
        Slicing("whose case", ValueOf("local_other_status")),
    ),
    # Scales have other numbers for the same severity, and a service may send those of one under another's name.
    levels=(Level("severity_value", most=1.25),),
    one_row=OneRow(("child_pseudonym", "offence_date", "offence_code", "outcome_date")),
    columns=(
        Column(
            header=f"{_CHILD}YJSCode",
            name="yjs_code",
            required=True,
            codes=SERVICES,
            description="Service that makes the return, by the code of its authority [P]",
        ),
        Column(
            header=f"{_CHILD}LocalYPID",
            name="child_pseudonym",
            required=True,
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("yjs_child"),
            description="The service's own number of the child [S], as a keyed pseudonym: the child only with yjs_code",
        ),
        Column(
            header=f"{_CHILD}OriginatingYPID",
            name="originating_child_pseudonym",
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("yjs_child"),
            description="Number of the child in the service they moved from [S], as a keyed pseudonym",
        ),
        Column(
            header=f"{_CHILD}LocalOtherStatus",
            name="local_other_status",
            codes={"local": "the service's own child [S]", "other": "supervised for another service: do not count [S]"},
            description="Whose child it is",
        ),
        Column(
            header=f"{_CHILD}PNCNumber",
            name="pnc_pseudonym",
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("pnc_number"),
            description="Police National Computer number [P], as a keyed pseudonym; the same as in probation",
        ),
        Column(
            header=f"{_CHILD}Forename",
            name="forename",
            identifier=Identifier.DIRECT,
            treatment=Encode(),
            description="Forename [P]: not ingested, compared as an encoding",
        ),
        Column(
            header=f"{_CHILD}Surname",
            name="surname",
            identifier=Identifier.DIRECT,
            treatment=Encode(),
            description="Surname [P]: not ingested, compared as an encoding",
        ),
        Column(
            header=f"{_CHILD}DateOfBirth",
            name="child",
            type=ColumnType.DATE,
            identifier=Identifier.DIRECT,
            treatment=AgeAt("offence_date", age="Age in whole years on the day of the offence; null where unknown"),
            description="Date of birth, as age on the day of the offence and year of birth; some turn 18 later",
        ),
        Column(
            header=f"{_CHILD}Sex",
            name="sex",
            codes=SEXES,
            identifier=Identifier.QUASI,
            description="Sex of the child [P]",
        ),
        Column(
            header=f"{_CHILD}Ethnicity",
            name="ethnicity",
            identifier=Identifier.QUASI,
            description="Ethnicity, 18+1 codes [K]",
        ),
        Column(
            header=f"{_CHILD}HomePostcode",
            name="home_postcode",
            identifier=Identifier.DIRECT,
            treatment=Encode(),
            description="Postcode of the home [P]: not ingested, compared as an encoding",
        ),
        Column(
            header=f"{_CHILD}HomeLSOA",
            name="residence_lsoa_code",
            identifier=Identifier.QUASI,
            description="Small area of the home [P]: never the scene",
        ),
        Column(
            header=f"{_CHILD}SEND",
            name="has_send",
            type=ColumnType.BOOLEAN,
            identifier=Identifier.QUASI,
            description="Whether the child has special educational needs or a disability [P]",
        ),
        Column(
            header=f"{_CHILD}LookedAfter",
            name="is_looked_after",
            type=ColumnType.BOOLEAN,
            identifier=Identifier.QUASI,
            description="Whether the child is looked after [P]",
        ),
        Column(
            header=f"{_CHILD}NRMReferral",
            name="has_nrm_referral",
            type=ColumnType.BOOLEAN,
            identifier=Identifier.QUASI,
            description="Whether the child was referred as a possible victim of modern slavery [P]",
        ),
        Column(header=f"{_OFFENCE}OffenceID", name="offence_id", required=True, description="Offence, text [P]"),
        Column(
            header=f"{_OFFENCE}OffenceDate",
            name="offence_date",
            type=ColumnType.DATE,
            description="Day of the offence [P]",
        ),
        Column(
            header=f"{_OFFENCE}HomeOfficeCode",
            name="offence_code",
            type=ColumnType.OFFENCE_CODE,
            description="Home Office code of five digits [P], the key of police offences",
        ),
        Column(
            header=f"{_OFFENCE}YJBOffenceCategory",
            name="yjb_offence_category",
            required=True,
            codes=OFFENCE_CATEGORIES,
            description="Category of the Youth Justice Board",
        ),
        Column(
            header=f"{_OFFENCE}SeverityScale",
            name="severity_scale",
            codes=SEVERITY_SCALES,
            description="Scale of severity_value: values of different scales must not be mixed",
        ),
        Column(
            header=f"{_OFFENCE}SeverityValue",
            name="severity_value",
            type=ColumnType.INTEGER,
            unit="points of severity_scale",
            description="Severity of the offence on severity_scale, 1 the least",
        ),
        Column(
            header=f"{_OFFENCE}PrimaryOffence",
            name="is_primary_offence",
            type=ColumnType.BOOLEAN,
            description="Whether it is the primary one of the offences heard together [K]",
        ),
        Column(
            header=f"{_OFFENCE}OutcomeDate",
            name="outcome_date",
            type=ColumnType.DATE,
            required=True,
            description="Day of the outcome: the date this feed counts by [P]",
        ),
        Column(header=f"{_OFFENCE}OutcomeType", name="outcome_type", description="Outcome in words [P]"),
        Column(
            header=f"{_OFFENCE}OutcomeTier",
            name="outcome_tier",
            codes=OUTCOME_TIERS,
            description="Tier of the outcome",
        ),
        Column(
            header=f"{_OFFENCE}CourtOrOCD",
            name="court_or_out_of_court",
            codes={"court": "decided in court [P]", "ocd": "out-of-court disposal [P]"},
            description="Where it was decided",
        ),
        Column(
            header=f"{_OFFENCE}OrderStartDate",
            name="order_start_date",
            type=ColumnType.DATE,
            may_lie_ahead=True,
            description="Start of the order [P]",
        ),
        Column(
            header=f"{_OFFENCE}OrderEndDate",
            name="order_end_date",
            type=ColumnType.DATE,
            may_lie_ahead=True,
            description="End of the order [P]",
        ),
        Column(
            header=f"{_OFFENCE}ETEStatusStart",
            name="ete_status_at_start",
            description="Education, training or employment at the start of the order [P]",
        ),
        Column(
            header=f"{_OFFENCE}ETEStatusEnd",
            name="ete_status_at_end",
            description="Education, training or employment at the end of the order [P]",
        ),
    ),
)

FEEDS = (offences,)
