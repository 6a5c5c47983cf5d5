"""The hand-made year as commentary is checked beside it, with further figures, tables and parts of the profile."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.commentary import YEAR
from tests.support.comparators import rows as comparator_rows
from tests.support.further_tables import PROFILE, profile, release, write_tables
from tests.support.releases import DISTRICTS, MARK_UP, all_rows, row, write_release
from vrp_pipeline.report.content.protected import ProtectedReading
from vrp_pipeline.report.counts.reading import read_release
from vrp_pipeline.report.protection.protecting import protected_reading


@pytest.fixture(scope="session")
def reading(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """The hand-made year: down 4.8 % as a whole, no clear change in Havant, no figure of homicide's change."""
    return protected_reading(read_release(write_release(tmp_path_factory.mktemp("r") / "r1"), YEAR))


@pytest.fixture(scope="session")
def knives(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """The same year with knife crime clearly up by half, and crimes against under-25s without a clear change."""
    about = {"financial_year": YEAR, "statement": None}
    further = [
        row(**about, metric_id="M3", metric_name="Knife-enabled serious violence", value=900.0, base_value=600.0),
        row(**about, breakdown="age", category="under 25", value=700.0, base_value=710.0),
    ]
    return protected_reading(
        read_release(write_release(tmp_path_factory.mktemp("r") / "r1", all_rows() + further), YEAR)
    )


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """The further tables with victims by sex, of whom 40 % are female, and a metric that counts 595 victims."""
    sexes = [profile(41, "victims", "sex", "female"), profile(60, "victims", "sex", "male")]
    made = release(tmp_path_factory.mktemp("r") / "r1", rpt_violence_profile=[*PROFILE, *sexes])
    about = {"metric_id": "M7a", "metric_name": "Serious youth violence: victims aged 1 to 19", "unit": "victims"}
    further = row(**about, financial_year=YEAR, value=595.0, base_value=720.0)
    pq.write_table(pa.Table.from_pylist([further]), made / "rpt_metric_rates.parquet")
    return protected_reading(read_release(made, YEAR))


@pytest.fixture(scope="session")
def ages(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """The further tables with 200 victims: 100 of 18 to 24, 50 of 10 to 17, 50 of 25 and over; 80 female, 120 male."""
    people = [("age", "10-17", 50), ("age", "18-24", 100), ("age", "25 and over", 50)]
    people += [("sex", "female", 80), ("sex", "male", 120)]
    rows = [profile(value, "victims", breakdown, part) for breakdown, part, value in people]
    made = release(tmp_path_factory.mktemp("r") / "r1", rpt_violence_profile=[*PROFILE, *rows])
    return protected_reading(read_release(made, YEAR))


@pytest.fixture(scope="session")
def weapons(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """100 crimes: 60 at night and 40 by day; 30 with a blade, 20 blunt, 50 with none; and the victims of `ages`."""
    crimes = [("part_of_day", "night", 60), ("part_of_day", "day", 40)]
    crimes += [("weapon", "blade", 30), ("weapon", "blunt", 20), ("weapon", "none", 50)]
    people = [("age", "10-17", 50), ("age", "18-24", 100), ("age", "25 and over", 100)]
    people += [("sex", "female", 100), ("sex", "male", 150)]
    rows = [profile(value, "crimes", breakdown, part) for breakdown, part, value in crimes]
    rows += [profile(value, "victims", breakdown, part) for breakdown, part, value in people]
    made = release(tmp_path_factory.mktemp("r") / "r1", rpt_violence_profile=[*PROFILE, *rows])
    return protected_reading(read_release(made, YEAR))


# Of 3,104 crimes Southampton has 801, Portsmouth 598, Gosport 41; per 1,000 residents these are 10.0, 15.0 and 20.5,
# and the whole area has 1.6. Every other district has at most 232 crimes among 200,000.
RESIDENTS = {"Southampton": 80_100, "Portsmouth": 39_867, "Gosport": 2_000, MARK_UP: 10_000}
# 2,000 crimes at night and 1,104 by day; 600 with a blade, 304 blunt, 2,200 with none; 1,900 in the street.
PARTS = (
    ("crimes", "part_of_day", {"night": 2000, "day": 1104}),
    ("crimes", "weapon", {"blade": 600, "blunt": 304, "none": 2200}),
    ("crimes", "setting", {"street": 1900, "dwelling": 904, "park": 300}),
    ("victims", "age", {"10-17": 500, "18-24": 1000, "25 and over": 1604}),
    ("victims", "sex", {"female": 1304, "male": 1800}),
    ("suspects", "sex", {"female": 300, "male": 2700}),
)


@pytest.fixture(scope="session")
def figures(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """The hand-made year with residents, parts of the profile and rates of the Home Office: 9.5 beside 9.9 and 9.1."""
    folder = write_release(tmp_path_factory.mktemp("r") / "r1", all_rows())
    rates = [row(financial_year=YEAR, value=3104.0) | {"residents": 2_000_000, "population": "Census 2021"}]
    for code, name in DISTRICTS:
        if code != "unlocated":
            about = {"geography_level": "district", "area_code": code, "area_name": name}
            living = {"residents": RESIDENTS.get(name, 200_000), "population": "Census 2021"}
            rates.append(row(financial_year=YEAR, **about) | living)
    parts = [profile(n, unit, by, category) for unit, by, held in PARTS for category, n in held.items()]
    others = [each | {"metric_id": "M1", "metric_name": "Serious violence"} for each in comparator_rows(9.5, 9.9)]
    tables = {"rpt_metric_rates": rates, "rpt_violence_profile": parts, "rpt_comparators": others}
    write_tables(folder, **tables)
    return protected_reading(read_release(folder, YEAR))


@pytest.fixture(scope="session")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """600 crimes with a blade and three with acid, which is hidden."""
    folder = write_release(tmp_path_factory.mktemp("r") / "r1", all_rows())
    write_tables(
        folder, rpt_violence_profile=[profile(600, "crimes", "weapon", "blade"), profile(3, "crimes", "weapon", "acid")]
    )
    return protected_reading(read_release(folder, YEAR))
