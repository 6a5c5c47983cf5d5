"""Reference data: areas, population, deprivation and comparators, as ONS, MHCLG, Home Office and OHID publish them.

Source: docs/feeds.md#reference. One published file layout is one feed, so geography is four feeds.
Codes carry a vintage in their headings (`LAD24CD`); it becomes the edition, never part of a column name.
"""

from vrp_pipeline.feeds.contract.agreement import Ranks
from vrp_pipeline.feeds.contract.columns import Column, ColumnType
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Csv, GeoJson, XlsxPeriods, XlsxSheets
from vrp_pipeline.feeds.contract.periods import Cadence, Edition
from vrp_pipeline.feeds.contract.quantities import Rates, Series
from vrp_pipeline.feeds.contract.tolerances import Tolerances
from vrp_pipeline.feeds.contract.totals import Totals

# Published data has neither faults nor copies; either means a damaged download.
PUBLISHED = Tolerances(copies=0.0)
ONS = "[ONS geography 2024], Open Government Licence v3.0"


def _area(header: str, name: str, what: str, *, required: bool = False) -> Column:
    return Column(header=header, name=name, description=what, required=required)


districts = Feed(
    agency="reference",
    table="districts",
    title="Districts, partnerships and forces",
    description="Each local authority district with its community safety partnership and police force area.",
    row="one district and its community safety partnership (ONS)",
    source=f"{ONS}: LAD_CSP_PFA lookup",
    cadence=Cadence.YEARLY,
    due_days=366,
    format=Csv(),
    period=Edition(heading=r"^LAD(\d\d)CD$"),
    natural_key=("district_code", "csp_code"),
    tolerances=PUBLISHED,
    columns=(
        _area("LAD{yy}CD", "district_code", "ONS code of the district", required=True),
        _area("LAD{yy}NM", "district_name", "Name of the district"),
        _area("CSP{yy}CD", "csp_code", "Community safety partnership"),
        _area("CSP{yy}NM", "csp_name", "Name of the partnership"),
        _area("PFA{yy}CD", "force_code", "Police force area"),
        _area("PFA{yy}NM", "force_name", "Name of the force area"),
    ),
)

small_areas = Feed(
    agency="reference",
    table="small_areas",
    title="Small areas",
    description="Each lower-layer super output area (LSOA) of 2021 with a ward and the district it lies in.",
    row="one small area of 2021 and its district (ONS)",
    source=f"{ONS}: LSOA21_WD_LAD lookup",
    cadence=Cadence.YEARLY,
    due_days=366,
    format=Csv(),
    period=Edition(heading=r"^LAD(\d\d)CD$"),
    natural_key=("lsoa_code",),
    tolerances=PUBLISHED,
    columns=(
        _area("LSOA{yy}CD", "lsoa_code", "ONS code of the small area, vintage 2021", required=True),
        _area("LSOA{yy}NM", "lsoa_name", "Name of the small area"),
        _area("WD{yy}CD", "ward_code", "Ward by best fit"),
        _area("WD{yy}NM", "ward_name", "Name of the ward"),
        _area("LAD{yy}CD", "district_code", "District", required=True),
        _area("LAD{yy}NM", "district_name", "Name of the district"),
    ),
)

small_area_changes = Feed(
    agency="reference",
    table="small_area_changes",
    title="Small areas, 2011 to 2021",
    description="How each LSOA of 2011 became one or more LSOAs of 2021: unchanged, split, merged or irregular.",
    row="one pair of small areas of 2011 and 2021 (ONS)",
    source=f"{ONS}: LSOA11_LSOA21_LAD22 lookup",
    cadence=Cadence.YEARLY,
    due_days=366,
    format=Csv(),
    period=Edition(heading=r"^LSOA(2\d)CD$"),
    natural_key=("lsoa_2011_code", "lsoa_2021_code"),
    tolerances=PUBLISHED,
    columns=(
        _area("LSOA11CD", "lsoa_2011_code", "Small area, vintage 2011", required=True),
        _area("LSOA11NM", "lsoa_2011_name", "Its name"),
        _area("LSOA21CD", "lsoa_2021_code", "Small area, vintage 2021", required=True),
        _area("LSOA21NM", "lsoa_2021_name", "Its name"),
        Column(
            header="CHGIND",
            name="change",
            codes={"U": "unchanged", "S": "split", "M": "merged", "X": "irregular: no comparison"},
            description="Kind of change",
        ),
        _area("LAD22CD", "district_code", "District"),
        _area("LAD22NM", "district_name", "Name of the district"),
    ),
)

boundaries = Feed(
    agency="reference",
    table="boundaries",
    title="Small area boundaries",
    description="Generalised boundary of each LSOA of 2021, longitude before latitude (CRS84).",
    row="one small area's boundary (ONS)",
    source=f"{ONS}: LSOA 2021 boundaries, generalised",
    cadence=Cadence.YEARLY,
    due_days=366,
    format=GeoJson(),
    period=Edition(heading=r"^LSOA(\d\d)CD$"),
    natural_key=("lsoa_code",),
    tolerances=PUBLISHED,
    columns=(
        _area("LSOA{yy}CD", "lsoa_code", "Small area, vintage 2021", required=True),
        _area("LSOA{yy}NM", "lsoa_name", "Name of the small area"),
        Column(
            header="geometry",
            name="geometry",
            description="Polygon or MultiPolygon as GeoJSON text",
            required=True,
            max_length=10_000_000,
        ),
    ),
)

population = Feed(
    agency="reference",
    table="population",
    title="Population by single year of age",
    description="Mid-year population estimate of each LSOA by single year of age, vintage 2011.",
    row="one small area's residents by age (ONS)",
    source="[ONS population 2024], small area population estimates",
    cadence=Cadence.YEARLY,
    due_days=730,
    format=Csv(),
    period=Edition(file_name=r"mid(\d{4})"),
    natural_key=("lsoa_code",),
    tolerances=PUBLISHED,
    totals=Totals(column="all_ages", of="lsoa_code", parts=tuple(f"age_{age}" for age in range(91))),
    columns=(
        _area("LSOA Code", "lsoa_code", "Small area, vintage 2011", required=True),
        _area("LSOA Name", "lsoa_name", "Name of the small area"),
        Column(
            header="All Ages",
            name="all_ages",
            type=ColumnType.INTEGER,
            unit="people",
            required=True,
            description="Residents of all ages",
        ),
        *(
            Column(
                header=str(age) if age < 90 else "90+",
                name=f"age_{age}",
                type=ColumnType.INTEGER,
                unit="people",
                description=f"Residents aged {age}" + (" and over" if age == 90 else ""),
            )
            for age in range(91)
        ),
    ),
)

census_population = Feed(
    agency="reference",
    table="census_population",
    title="Census population of small areas",
    description="Usual residents of each LSOA of 2021 on Census day.",
    row="one small area's residents in 2021 (ONS)",
    source="[Census 2021], Office for National Statistics",
    cadence=Cadence.YEARLY,
    due_days=3653,
    format=Csv(),
    period=Edition(heading=r"^usual_residents_census_(\d{4})$"),
    natural_key=("lsoa_code",),
    tolerances=PUBLISHED,
    totals=Totals(column="usual_residents", of="lsoa_code"),
    columns=(
        _area("LSOA21CD", "lsoa_code", "Small area, vintage 2021", required=True),
        Column(
            header="usual_residents_census_2021",
            name="usual_residents",
            type=ColumnType.INTEGER,
            unit="people",
            required=True,
            description="Usual residents",
        ),
    ),
)

census_age_sex = Feed(
    agency="reference",
    table="census_age_sex",
    title="Census population of districts by age and sex",
    description="Usual residents of each district on Census day in three broad ages by sex.",
    row="one district's residents by age and sex (ONS)",
    source="[Census 2021], Office for National Statistics",
    cadence=Cadence.YEARLY,
    due_days=3653,
    format=Csv(),
    period=Edition(heading=r"^ltla(\d\d)_code$"),
    natural_key=("district_code",),
    tolerances=PUBLISHED,
    totals=Totals(
        column="total_population",
        of="district_code",
        parts=tuple(f"{ages}_{sex}" for sex in ("females", "males") for ages in ("younger", "working_age", "older")),
    ),
    columns=(
        _area("ltla{yy}_code", "district_code", "District", required=True),
        *(
            Column(
                header=name,
                name=name,
                type=ColumnType.INTEGER,
                unit="people",
                description=name.replace("_", " ").capitalize(),
            )
            for name in (
                "total_population",
                "total_females",
                "total_males",
                "younger_females",
                "working_age_females",
                "older_females",
                "younger_males",
                "working_age_males",
                "older_males",
            )
        ),
    ),
)

deprivation = Feed(
    agency="reference",
    table="deprivation",
    title="Indices of Deprivation",
    description="Rank and decile of each LSOA of 2021 in the Indices of Deprivation.",
    row="one small area's deprivation (MHCLG)",
    source="[IoD 2025], MHCLG, Open Government Licence v3.0",
    cadence=Cadence.YEARLY,
    due_days=3653,
    format=Csv(),
    period=Edition(file_name=r"IoD(\d{4})"),
    natural_key=("lsoa_code",),
    tolerances=PUBLISHED,
    # Small areas of England in 2021; an edition by areas of another year has another heading.
    ranks=Ranks("imd_rank", "imd_decile", 33_755),
    columns=(
        _area("LSOA code (2021)", "lsoa_code", "Small area, vintage 2021", required=True),
        Column(
            header="Index of Multiple Deprivation (IMD) Score",
            name="imd_score",
            type=ColumnType.DECIMAL,
            description="Index of Multiple Deprivation, score",
        ),
        Column(
            header="Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",
            name="imd_rank",
            type=ColumnType.INTEGER,
            description="Rank, 1 is the most deprived",
        ),
        Column(
            header="Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)",
            name="imd_decile",
            type=ColumnType.INTEGER,
            description="Decile, 1 is the most deprived",
        ),
        Column(
            header="Crime Decile (where 1 is most deprived 10% of LSOAs)",
            name="crime_decile",
            type=ColumnType.INTEGER,
            description="Decile of the crime domain, 1 is the most deprived",
        ),
    ),
)

partnership_crimes = Feed(
    agency="reference",
    table="partnership_crimes",
    title="Recorded crime of all partnerships",
    description="Recorded crimes of every community safety partnership of England and Wales by quarter and offence.",
    row="one quarter, partnership and offence (Home Office)",
    source="[HO crime tables 2024] and [SARD crime 2026]: table by community safety partnership",
    cadence=Cadence.YEARLY,
    due_days=366,
    # A sheet a year, named 2014-15 or 2015_16. Counts may be negative: crimes transferred or cancelled later.
    format=XlsxSheets(sheet_name="sheet_name"),
    period=Edition(file_name=r"(?:mar|jun|sep|dec)(\d\d)-tables"),
    # Without a key, a year on two sheets would count twice.
    natural_key=("financial_year", "financial_quarter", "force_name", "csp_name", "offence_code"),
    tolerances=PUBLISHED,
    series=Series("offences", of="force_name", period="financial_year", by_code="offence_code"),
    columns=(
        Column(header="(sheet)", name="sheet_name", description="Sheet of the row, one financial year"),
        Column(
            header="Financial Year",
            name="financial_year",
            description="Financial year, as 2023/24",
            form=r"^20\d\d/\d\d$",
            required=True,
        ),
        Column(
            header="Financial Quarter",
            name="financial_quarter",
            description="Quarter, 1 is April to June",
            form=r"^[1-4]$",
            required=True,
        ),
        _area("Force Name", "force_name", "Police force, without a code", required=True),
        _area("CSP Name", "csp_name", "Community safety partnership, without a code", required=True),
        Column(header="Offence Description", name="offence_description", description="Name of the offence"),
        Column(header="Offence Group", name="offence_group", description="Group of offences"),
        Column(header="Offence Subgroup", name="offence_subgroup", description="Subgroup of offences"),
        Column(
            header="Offence Code",
            name="offence_code",
            description="Recorded crime code; homicide is 1/4.1/4.10/4.2",
            required=True,
        ),
        Column(
            header="Offence Count",
            name="offences",
            type=ColumnType.INTEGER,
            unit="crimes",
            description="Crimes recorded less those cancelled",
            required=True,
        ),
    ),
)

force_knife_crimes = Feed(
    agency="reference",
    table="force_knife_crimes",
    title="Knife and sharp instrument offences of all forces",
    description="Selected offences that involve a knife or sharp instrument, by police force area and twelve months.",
    row="one area and twelve months (ONS)",
    source="[ONS force tables 2025], Table P6, its layout read in [Knife panel 2026]",
    cadence=Cadence.YEARLY,
    due_days=366,
    # Beside each column of counts stands one of percentages, and the twelve months to the newest quarter come last.
    format=XlsxPeriods(
        sheet="Table P6",
        title="knife or sharp instrument",
        heading=r"(?:Jan|Apr|Jul|Oct)[a-z]* 20\d\d to (?:Mar|Jun|Sep|Dec)[a-z]* 20\d\d",
        period="period",
        value="offences",
    ),
    period=Edition(file_name=r"(?:mar|jun|sep|dec)[a-z]*(\d{4}|\d{2})"),
    natural_key=("force_code", "period"),
    tolerances=PUBLISHED,
    series=Series("offences", of="force_code", period="period"),
    columns=(
        Column(
            header="Area Code|Area Codes",
            name="force_code",
            description="ONS code of the police force area; rows of totals have that of a region or country",
            form=r"^[EWK][0-9]{8}$",
            required=True,
        ),
        Column(
            header="(heading)",
            name="period",
            description="Twelve months, as Apr 2023 to Mar 2024",
            required=True,
        ),
        Column(
            header="(cell)",
            name="offences",
            unit="offences",
            description="Offences recorded, or a mark in brackets such as [x] where none are given",
            form=r"^(?:[0-9]{1,7}|\[[a-z]{1,2}\])$",
        ),
    ),
)

area_populations = Feed(
    agency="reference",
    table="area_populations",
    title="Population of areas by year",
    description="Mid-year population estimates of districts, police force areas and England by year, sex and age.",
    row="one area's residents of a sex and age in one year (ONS)",
    source="[Nomis populations 2026]: mid-year estimates as the service writes them to CSV",
    cadence=Cadence.YEARLY,
    due_days=730,
    format=Csv(),
    period=Edition(file_name=r"mid(\d{4})"),
    natural_key=("estimate_year", "area_code", "sex", "age"),
    tolerances=PUBLISHED,
    totals=Totals(
        column="residents", of="area_code", where={"sex": "Total", "age": "All Ages"}, newest_of="estimate_year"
    ),
    columns=(
        Column(
            header="DATE",
            name="estimate_year",
            form=r"^20\d\d$",
            description="Year whose middle is meant",
            required=True,
        ),
        _area("GEOGRAPHY_CODE", "area_code", "ONS code of the area", required=True),
        _area("GEOGRAPHY_NAME", "area_name", "Name of the area"),
        Column(
            header="GENDER_NAME",
            name="sex",
            codes={"Total": "both", "Male": "male", "Female": "female"},
            description="Sex",
            required=True,
        ),
        Column(
            header="C_AGE_NAME",
            name="age",
            description="All Ages, or one year of age as Age 24, the last Aged 90+; bands are not used",
            required=True,
        ),
        Column(
            header="OBS_VALUE",
            name="residents",
            type=ColumnType.INTEGER,
            unit="people",
            description="Residents",
            required=True,
        ),
    ),
)

admission_rates = Feed(
    agency="reference",
    table="admission_rates",
    title="Published rates of admissions after violence",
    description="Admissions after violence by area, three years together, standardised by age, with England's.",
    row="one indicator, area, sex and period (OHID)",
    source="[Fingertips export 2026]: the profile's download of data as CSV",
    cadence=Cadence.YEARLY,
    due_days=366,
    format=Csv(),
    period=Edition(file_name=r"fingertips_(\d{4})"),
    natural_key=("indicator_id", "area_code", "area_type", "sex", "age", "category", "period"),
    tolerances=PUBLISHED,
    # Three years of which two are those of the period before; where a figure has several rows, their sum moves alike.
    series=Series("rate_per_100000", of="area_code", period="period"),
    rates=Rates("rate_per_100000", "rate_lower", "rate_upper", "admissions", "person_years", per=100_000),
    columns=(
        Column(header="Indicator ID", name="indicator_id", description="Number of the indicator", required=True),
        Column(header="Indicator Name", name="indicator_name", description="Name of the indicator"),
        _area("Area Code", "area_code", "ONS code of the area, England's is E92000001", required=True),
        _area("Area Name", "area_name", "Name of the area"),
        _area("Area Type", "area_type", "Kind of area"),
        Column(header="Sex", name="sex", description="Persons, Male or Female", required=True),
        Column(header="Age", name="age", description="Ages counted, as All ages"),
        Column(header="Category", name="category", description="Part of the area, such as a fifth by deprivation"),
        Column(header="Time period", name="period", description="Years together, as 2020/21 - 22/23", required=True),
        *(
            Column(header=header, name=name, type=ColumnType.DECIMAL, unit=unit, description=description)
            for header, name, unit, description in (
                ("Value", "rate_per_100000", "per 100,000", "Directly standardised rate a year"),
                ("Lower CI 95.0 limit", "rate_lower", "per 100,000", "Lower limit of 95 % of the rate"),
                ("Upper CI 95.0 limit", "rate_upper", "per 100,000", "Upper limit of 95 % of the rate"),
                ("Count", "admissions", "admissions", "Admissions of all years together"),
                ("Denominator", "person_years", "person-years", "Residents summed over the years"),
            )
        ),
        Column(header="Value note", name="value_note", description="Why a value is missing or to be read with care"),
    ),
)

FEEDS = (
    districts,
    small_areas,
    small_area_changes,
    boundaries,
    population,
    census_population,
    census_age_sex,
    deprivation,
    partnership_crimes,
    force_knife_crimes,
    area_populations,
    admission_rates,
)
