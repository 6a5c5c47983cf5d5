"""What the probation service delivers.

Source: docs/feeds.md#probation. No open extract exists; the names are those of the public HMPPS services
(nDelius, OASys, tier) [S], their arrangement in one line is proposed [P].
Scores exist in several generations at once, so a score comes with its name and version and has no column of its own.
Every column that could identify a restricted person, or reveal an assessment of them, is marked a quasi identifier,
because masking blanks those.
"""

from vrp_pipeline.feeds.contract.agreement import InOrder, OneRow
from vrp_pipeline.feeds.contract.columns import CODE, AgeAt, Column, ColumnType, Drop, Encode, Identifier, Pseudonymise
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import JsonLines
from vrp_pipeline.feeds.contract.people import Person
from vrp_pipeline.feeds.contract.periods import Cadence, MonthOf
from vrp_pipeline.feeds.contract.quantities import Level
from vrp_pipeline.feeds.contract.slices import DistrictOf, Slicing, ValueOf
from vrp_pipeline.feeds.contract.tolerances import Tolerances

# nDelius writes letters, OASys digits; one file may hold both.
SEXES = {
    "M": "male (nDelius) [K]",
    "F": "female (nDelius) [K]",
    "U": "not known (nDelius) [K]",
    "1": "male (OASys) [S]",
    "2": "female (OASys) [K]",
    "9": "not specified (OASys) [K]",
    "0": "not known (OASys) [K]",
}

SENTENCE_TYPES = {
    "NC": "custodial, NC [S]",
    "SC": "custodial, SC [S]",
    "NP": "non-custodial, NP [S]",
    "SP": "non-custodial, SP [S]",
    "NA": "non-custodial, NA [S]",
}

LENGTH_UNITS = {"Days": "days [P]", "Weeks": "weeks [P]", "Months": "months [P]", "Years": "years [P]",
                "Hours": "hours of unpaid work [P]"}  # fmt: skip

MAPPA_LEVELS = {"M1": "ordinary management [K]", "M2": "active multi-agency [K]", "M3": "enhanced [K]"}
MAPPA_CATEGORIES = {
    "M1": "registered sexual offender [K]",
    "M2": "violent or other sexual offender [K]",
    "M3": "other dangerous offender [K]",
    "M4": "terrorist or terrorist risk offender [K]",
}

SCORE_NAMES = {
    "RSR": "risk of serious recidivism [S]",
    "OGRS3": "offender group reconviction scale, version 3 [S]",
    "OVP": "OASys violence predictor [S]",
    "OGRS4V": "violent reoffending, fourth generation [S]",
    "SNSV": "serious non-sexual violence, fourth generation [S]",
}

_RESTRICTIONS = (
    Column(
        header="currentRestriction",
        name="is_restricted",
        type=ColumnType.BOOLEAN,
        description="Whether only named staff may see the record [S]: the person is then masked",
    ),
    Column(
        header="currentExclusion",
        name="is_excluded",
        type=ColumnType.BOOLEAN,
        description="Whether named staff may not see the record [S]: the person is then masked",
    ),
    Column(
        header="limitedAccessOffender",
        name="is_limited_access",
        type=ColumnType.BOOLEAN,
        description="The mark of OASys for either [S]: the person is then masked",
    ),
)
_RESTRICTED_BY = tuple(column.name for column in _RESTRICTIONS)

_CRN = Column(
    header="crn",
    name="person_pseudonym",
    required=True,
    identifier=Identifier.DIRECT,
    treatment=Pseudonymise("crn"),
    description="Case reference number, a letter and six digits [S], as a keyed pseudonym; re-used after a merge",
)
_PNC = Column(
    header="pncNumber",
    name="pnc_pseudonym",
    identifier=Identifier.DIRECT,
    treatment=Pseudonymise("pnc_number"),
    description="Police National Computer number, written with a year of two or four digits [S], as a keyed pseudonym",
)
_SEX = Column(
    header="gender", name="sex", codes=SEXES, identifier=Identifier.QUASI, description="Sex; letters and digits mixed"
)
_ETHNICITY = Column(
    header="ethnicity", name="ethnicity", identifier=Identifier.QUASI, description="Ethnicity, 18+1 codes [P]"
)

supervised_people = Feed(
    agency="probation",
    table="supervised_people",
    title="People under supervision",
    description=(
        "Everyone under supervision on the day of a monthly snapshot, which replaces the month whole: tier, registers, "
        "MAPPA and newest score of violence. Soft-deleted people are among them and flagged."
    ),
    row="one person on the day of the snapshot",
    source=(
        "nDelius, OASys and tier; names in [Delius API 2026], [HMPPS risks 2026] and [HMPPS tier 2026] [S], the layout "
        "of a line [P]"
    ),
    cadence=Cadence.MONTHLY,
    due_days=14,  # a snapshot of the last day of the month is complete at once; two weeks to send it [P]
    format=JsonLines(),
    period=MonthOf("snapshot_date"),
    natural_key=("person_pseudonym",),
    restricted_by=_RESTRICTED_BY,
    people=(
        Person(
            key=("person_pseudonym",),
            numbers=("pnc_pseudonym", "noms_pseudonym"),
            forename="forename",
            surname="surname",
            born="person",
            sex="sex",
            postcode="home_postcode",
        ),
    ),
    tolerances=Tolerances(faults=0.02),
    slices=(
        Slicing("delivery unit", ValueOf("delivery_unit_code")),
        Slicing("district of residence", DistrictOf(("residence_lsoa_code",))),
        Slicing("deleted", ValueOf("is_soft_deleted")),
    ),
    one_row=OneRow(("pnc_pseudonym",)),
    columns=(
        Column(
            header="snapshotDate",
            name="snapshot_date",
            type=ColumnType.DATE,
            required=True,
            description="Day of the snapshot [P]; written with T00:00:00",
        ),
        _CRN,
        _PNC,
        Column(
            header="nomsNumber",
            name="noms_pseudonym",
            identifier=Identifier.DIRECT,
            treatment=Pseudonymise("noms_number"),
            description="Prison number [S], as a keyed pseudonym; blank for those never in custody",
        ),
        Column(
            header="croNumber",
            name="cro_number",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Criminal Records Office number [S]: not ingested",
        ),
        Column(
            header="name.forename",
            name="forename",
            identifier=Identifier.DIRECT,
            treatment=Encode(),
            description="Forename: not ingested, compared as an encoding",
        ),
        Column(
            header="name.surname",
            name="surname",
            identifier=Identifier.DIRECT,
            treatment=Encode(),
            description="Surname: not ingested, compared as an encoding",
        ),
        Column(
            header="dateOfBirth",
            name="person",
            type=ColumnType.DATE,
            identifier=Identifier.DIRECT,
            treatment=AgeAt("snapshot_date", age="Age in whole years on the day of the snapshot; null where unknown"),
            description="Date of birth [S], as age on the day of the snapshot and year of birth",
        ),
        _SEX,
        _ETHNICITY,
        Column(
            header="homeAddress.postcode",
            name="home_postcode",
            identifier=Identifier.DIRECT,
            treatment=Encode(),
            description="Postcode of the home: not ingested, compared as an encoding",
        ),
        Column(
            header="homeAddress.lsoaCode",
            name="residence_lsoa_code",
            identifier=Identifier.QUASI,
            description="Small area of the home [P]: never the scene of anything",
        ),
        *_RESTRICTIONS,
        Column(
            header="restrictionMessage",
            name="restriction_message",
            identifier=Identifier.DIRECT,
            treatment=Drop(),
            description="Free text on a restriction or exclusion, with names [S]: not ingested",
        ),
        Column(
            header="softDeleted",
            name="is_soft_deleted",
            type=ColumnType.BOOLEAN,
            description="Whether the record was deleted and is only still delivered [S]: do not count",
        ),
        Column(
            header="currentTier",
            name="tier",
            identifier=Identifier.QUASI,
            description=(
                "Tier in one of two schemes [S]: letter for protection and digit for change (D2, D_2, with S if "
                "unsupervised), or a letter A to G; also NOT_SUPERVISED, MISSING"
            ),
        ),
        Column(
            header="activeRegisters",
            name="active_registers",
            identifier=Identifier.QUASI,
            description="Codes of active registers [S], separated by semicolons: RVHR, STRG, ADVP and others",
        ),
        Column(
            header="mappa.level",
            name="mappa_level",
            identifier=Identifier.QUASI,
            codes=MAPPA_LEVELS,
            description="MAPPA level [S]",
        ),
        Column(
            header="mappa.category",
            name="mappa_category",
            identifier=Identifier.QUASI,
            codes=MAPPA_CATEGORIES,
            description="MAPPA category [S]",
        ),
        Column(
            header="latestScore.name",
            name="score_name",
            identifier=Identifier.QUASI,
            codes=SCORE_NAMES,
            description="Which score of violent reoffending is given; two generations are in use at once",
        ),
        Column(
            header="latestScore.algorithmVersion",
            name="score_version",
            identifier=Identifier.QUASI,
            description="Version of its algorithm [S]",
        ),
        Column(
            header="latestScore.staticOrDynamic",
            name="score_basis",
            identifier=Identifier.QUASI,
            codes={"STATIC": "from static factors [S]", "DYNAMIC": "from static and dynamic factors [S]"},
            description="What the score was worked out from",
        ),
        Column(
            header="latestScore.value",
            name="score_value",
            identifier=Identifier.QUASI,
            type=ColumnType.DECIMAL,
            unit="per cent",
            description="The score; comparable only within one name and version",
        ),
        Column(
            header="latestScore.completedDate",
            name="score_date",
            identifier=Identifier.QUASI,
            type=ColumnType.DATE,
            description="Day the assessment was completed [S]",
        ),
        Column(
            header="supervisionStartDate",
            name="supervision_start_date",
            identifier=Identifier.QUASI,
            type=ColumnType.DATE,
            description="Start of the present supervision [P]",
        ),
        Column(
            header="inBreach",
            name="is_in_breach",
            identifier=Identifier.QUASI,
            type=ColumnType.BOOLEAN,
            description="Whether in breach [S]",
        ),
        Column(
            header="deliveryUnit.code",
            name="delivery_unit_code",
            form=CODE,
            identifier=Identifier.QUASI,
            description="Probation delivery unit [P]",
        ),
    ),
)

sentenced_offences = Feed(
    agency="probation",
    table="sentenced_offences",
    title="Sentenced offences",
    description=(
        "Offences for which people under supervision were sentenced, one row per offence of an event. "
        "A delivery holds the sentences that started in its month."
    ),
    row="one offence of a person's event",
    source="nDelius; names in [Delius API 2026] [S], the layout of a line [P]",
    cadence=Cadence.MONTHLY,
    due_days=31,  # courts' results reach nDelius within weeks [P]
    format=JsonLines(each="events.offences"),
    period=MonthOf("sentence_start_date"),
    natural_key=("person_pseudonym", "event_number", "offence_id"),
    restricted_by=_RESTRICTED_BY,
    people=(Person(key=("person_pseudonym",), numbers=("pnc_pseudonym",), born="person", sex="sex"),),
    in_order=(
        InOrder("offence_date", "conviction_date"),
        InOrder("offence_date", "sentence_start_date"),
        # None of the expected end: time served on remand may end a sentence before its first day.
        InOrder("sentence_start_date", "termination_date"),
    ),
    tolerances=Tolerances(faults=0.02, days_without_rows=11),
    levels=(Level("length_in_days"),),
    one_row=OneRow(("person_pseudonym", "offence_date", "offence_code", "sentence_start_date")),
    columns=(
        _CRN,
        _PNC,
        Column(
            header="dateOfBirth",
            name="person",
            type=ColumnType.DATE,
            identifier=Identifier.DIRECT,
            treatment=AgeAt(
                "sentence_start_date",
                age="Age in whole years on the day of the start of the sentence; null where unknown",
            ),
            description="Date of birth [S], as age at the start of the sentence and year of birth",
        ),
        _SEX,
        _ETHNICITY,
        *_RESTRICTIONS,
        Column(header="events.index", name="event_number", required=True, description="Number of the person's event"),
        Column(
            header="events.active",
            name="is_active",
            type=ColumnType.BOOLEAN,
            description="Whether the event is active [S]",
        ),
        Column(
            header="events.inBreach",
            name="is_in_breach",
            type=ColumnType.BOOLEAN,
            description="Whether the order is in breach [S]",
        ),
        Column(
            header="events.failureToComplyCount",
            name="failures_to_comply",
            type=ColumnType.INTEGER,
            unit="failures",
            description="Failures to comply [S]",
        ),
        Column(
            header="events.convictionDate",
            name="conviction_date",
            identifier=Identifier.QUASI,
            type=ColumnType.DATE,
            description="Day of the conviction [S]",
        ),
        Column(
            header="events.latestCourtAppearanceOutcome.code",
            name="court_outcome_code",
            form=CODE,
            description="Code of the newest outcome in court [S]",
        ),
        Column(
            header="events.sentence.startDate",
            name="sentence_start_date",
            type=ColumnType.DATE,
            required=True,
            description="Start of the sentence [S]: the date this feed counts by [P]",
        ),
        Column(
            header="events.sentence.sentenceType.code",
            name="sentence_type",
            codes=SENTENCE_TYPES,
            description="Type of sentence; blank is allowed [S]",
        ),
        Column(
            header="events.sentence.originalLength",
            name="original_length",
            type=ColumnType.INTEGER,
            unit="as original_length_units says",
            description="Length as sentenced [S]",
        ),
        Column(
            header="events.sentence.originalLengthUnits",
            name="original_length_units",
            codes=LENGTH_UNITS,
            description="Unit of the length as sentenced [S]",
        ),
        Column(
            header="events.sentence.lengthInDays",
            name="length_in_days",
            type=ColumnType.INTEGER,
            unit="days",
            description="Length of the sentence [S]",
        ),
        Column(
            header="events.sentence.expectedSentenceEndDate",
            name="expected_end_date",
            identifier=Identifier.QUASI,
            type=ColumnType.DATE,
            may_lie_ahead=True,
            description="Expected end of the sentence [S]",
        ),
        Column(
            header="events.sentence.terminationDate",
            name="termination_date",
            identifier=Identifier.QUASI,
            type=ColumnType.DATE,
            description="Day the sentence was terminated [S]",
        ),
        Column(header="events.offences.offenceId", name="offence_id", required=True, description="Offence, text [S]"),
        Column(
            header="events.offences.mainOffence",
            name="is_main_offence",
            type=ColumnType.BOOLEAN,
            description="Whether it is the event's main offence [S]",
        ),
        Column(
            header="events.offences.detail.code",
            name="offence_code",
            type=ColumnType.OFFENCE_CODE,
            required=True,
            description=(
                "Home Office code: main category (3) and subcategory (2), the key of police offences [S]; "
                "subcategory 00 could not be determined"
            ),
        ),
        Column(
            header="events.offences.detail.description",
            name="offence_description",
            description="Title of the offence [S]",
        ),
        Column(
            header="events.offences.offenceDate",
            name="offence_date",
            identifier=Identifier.QUASI,
            type=ColumnType.DATE,
            description="Day of the offence [S]",
        ),
        Column(
            header="events.offences.offenceCount",
            name="offence_count",
            type=ColumnType.INTEGER,
            unit="offences",
            description="How many such offences the row stands for [S]",
        ),
        Column(header="events.offences.verdict", name="verdict", description="Verdict [S]"),
    ),
)

FEEDS = (supervised_people, sentenced_offences)
