"""The metrics of a simulated partnership against counts made from the agencies' own files, row by row, in plain Python.

The oracle reads what the simulation wrote and the list of the faults it planted, which the pipeline never sees. It
shares neither code nor seeds with the models: the codes of the official selection of knife crime stand here by hand.
"""

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.support import notebook
from tests.support.notebook import questions
from tests.support.product import Product
from tests.support.semantic_metrics import DeclaredMetrics, compare_with_reports
from vrp_pipeline.lake.paths import DBT_PROJECT
from vrp_pipeline.synthetic.world.offences import HOMICIDE, OFFENCES, POSSESSION

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("metrics of the sample")]

TIER = {offence.code: offence.tier for offence in OFFENCES}
# Homicide, attempted murder, wounding, bodily harm, robbery, threats to kill, rape and sexual assault.
SELECTED = {"00101", "00401", "00200", "00501", "00801", "00806", "00857", "00859", "03401", "00301", "01908", "02003"}
PUBLIC = {"street", "licensed premises", "shop", "park", "transport"}
ANSWERS = (
    *("weekend_nights", "reattendance", "weapons_at_school", "success_measures", "ages", "harm", "disorder"),
    *("searches", "partners", "comparators"),
)
YEARS = {"2022-23": "2022-04", "2023-24": "2023-04"}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    """The sample of one tenth, received and released."""
    product = Product(tmp_path_factory.mktemp("metrics of the sample"))
    product.call("vrp", "sample", "--scale", "0.1")
    product.call("vrp", "receive", *sorted((product.lake.root / "inbox").iterdir()))
    product.call("vrp", "run")
    return product


def year_of(day: str) -> str:
    """The financial year of a day written as 2023-05-01."""
    return max((name for name, first in YEARS.items() if day[:7] >= first), default="before")


def rows_without_planted_ones(product: Product, path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file in order, without those that were planted as faults."""
    faults = pq.read_table(product.lake.root / "truth" / "planted_faults.parquet").to_pylist()
    planted = {fault["row"] for fault in faults if fault["file"] == path.name}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row for number, row in enumerate(csv.DictReader(file), start=1) if number not in planted]


def age_at(born: str, day: str) -> int | None:
    """Whole years; a birthday on the day counts."""
    if not born or not day:
        return None
    birth, event = dt.date.fromisoformat(born[:10]), dt.date.fromisoformat(day[:10])
    return event.year - birth.year - ((event.month, event.day) < (birth.month, birth.day))


def code_of(row: dict[str, str]) -> str:
    """Five digits of an offence code that the force writes as 00806, 8/6 or 008/06."""
    written = row["ho_offence_code"].split("/")
    return written[0].zfill(3) + written[1].zfill(2) if len(written) == 2 else written[0].zfill(5)


def group_of(ages: list[int | None]) -> str:
    """The age group of a crime: any known to be under 25, else unknown if one is not known."""
    if not ages:
        return "no person"
    if any(age is not None and age < 25 for age in ages):
        return "under 25"
    return "unknown" if None in ages else "25 and over"


def crimes_by_hand(rows: list[dict[str, str]]) -> Counter[tuple[str, str, str]]:
    """Counts by metric, year and age group, and `all`."""
    crimes: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        crimes.setdefault(row["crime_reference"], []).append(row)
    found: Counter[tuple[str, str, str]] = Counter()
    for records in crimes.values():
        lead = records[0]
        if lead["crime_status"] != "active":
            continue
        year, tier = year_of(lead["date_recorded"]), TIER[code_of(lead)]
        ages = [
            age_at(row["victim_dob"], row["committed_from_datetime"])
            for row in records
            if row["victim_type"] == "person"
        ]
        weapons = {row["weapon_type"] for row in records}
        domestic = any("DA" in row["hoc_flags"].split(";") for row in records)
        counted = {
            "M1": tier is not None,
            "M1b": tier not in (None, POSSESSION),
            "M1c": tier not in (None, POSSESSION) and lead["location_type"] in PUBLIC and not domestic,
            "M3": code_of(lead) in SELECTED and "blade" in weapons,
            "M5": tier is not None and "firearm" in weapons,
        }
        for metric, counts in counted.items():
            if counts:
                found[metric, year, "all"] += 1
                found[metric, year, group_of(ages)] += 1
        if tier == HOMICIDE and not domestic:
            found["M4", year, "all"] += len(ages)
            found.update(("M4", year, group_of([age])) for age in ages)
    return found


def admissions_by_hand(product: Product) -> Counter[tuple[str, str, str]]:
    """First finished episodes of the last submission of each month."""
    found: Counter[tuple[str, str, str]] = Counter()
    inbox = product.lake.root / "inbox"
    months = sorted({path.name[12:19] for path in inbox.glob("apc_assault_*.csv")})
    for month in months:
        path = max(inbox.glob(f"apc_assault_{month}_*.csv"))  # freeze comes after flex
        for row in rows_without_planted_ones(product, path):
            causes = [row["CAUSE_3"], *(row[f"DIAG_{number:02d}"] for number in range(1, 21))]
            if (
                row["EPIORDER"] != "1"
                or row["EPISTAT"] != "3"
                or not any("X85" <= cause[:3] <= "Y09" for cause in causes)
            ):
                continue
            age = None if not row["STARTAGE"] else 0 if len(row["STARTAGE"]) == 4 else int(row["STARTAGE"])
            for metric in ("M2b", *(["M2"] if any(cause.startswith("X99") for cause in causes) else [])):
                found[metric, year_of(row["ADMIDATE"]), "all"] += 1
                found[metric, year_of(row["ADMIDATE"]), group_of([age])] += 1
    return found


def test_outcome_metrics_are_the_counts_of_the_agencies_files(product: Product) -> None:
    newest = max((product.lake.root / "inbox").glob("hiow_recorded_crime_*.csv"))
    expected = crimes_by_hand(rows_without_planted_ones(product, newest)) + admissions_by_hand(product)
    told = product.ask(
        "select metric_id, financial_year, category, value from rpt_metric_rates where geography_level = 'force' "
        "and breakdown in ('all', 'age') and metric_id in ('M1', 'M1b', 'M1c', 'M2', 'M2b', 'M3', 'M4', 'M5') "
        "and financial_year in ('2022-23', '2023-24') and status = 'complete'"
    )
    assert {metric for metric, *_ in told} == {"M1", "M1b", "M1c", "M2", "M2b", "M3", "M4", "M5"}
    found = {(metric, year, category): int(value) for metric, year, category, value in told}
    assert found == {about: expected[about] for about in found}
    assert min(found[metric, year, "all"] for metric in ("M2", "M3", "M5") for year in YEARS) > 0


def test_metricflow_gives_the_figures_of_the_reports_for_each_declared_metric(product: Product) -> None:
    declared = DeclaredMetrics(DBT_PROJECT / "target" / "semantic_manifest.json")
    compared = compare_with_reports(declared, product.ask)
    assert {name for name, _ in compared} == set(declared.metric_ids)
    assert [about for about, (found, told) in compared.items() if found != told] == []
    completed, _ = compared["programme_referrals_completed", "2023-24"]
    assert completed is not None
    assert completed > 0


def test_parts_of_the_profile_add_up_to_the_headline(product: Product) -> None:
    differing = product.ask(
        "select profile.financial_year, profile.breakdown, sum(profile.value), any_value(rates.value) "
        "from rpt_violence_profile as profile join rpt_metric_rates as rates using (financial_year) "
        "where profile.unit = 'crimes' and rates.metric_id = 'M1' and rates.geography_level = 'force' "
        "and rates.breakdown = 'all' group by 1, 2"
    )
    assert len({breakdown for _, breakdown, *_ in differing}) == 5
    assert [row for row in differing if row[2] != row[3]] == []
    assert sum(total or 0 for _, _, total, _ in differing) > 0


def test_people_known_by_age_are_those_of_the_bands_and_sets_of_agencies(product: Product) -> None:
    known = product.ask("select financial_year, age_band, known_to, people from rpt_people_known where is_complete")
    told = product.ask(
        "select financial_year, age_group, people, people_of_several_agencies from rpt_people_known_by_age "
        "where is_complete"
    )
    bands = {"under 18": ("0-9", "10-17"), "under 25": ("0-9", "10-17", "18-24"), "unknown": ("unknown",)}
    assert {group for _, group, *_ in told} == {"all", *bands}
    for year, group, people, of_several in told:
        of_group = [each for each in known if each[0] == year and each[1] in bands.get(group, (each[1],))]
        assert people == sum(count for *_, count in of_group) > 0
        assert of_several == sum(count for _, _, known_to, count in of_group if "," in known_to)


def test_every_question_of_the_documentation_has_an_answer(product: Product) -> None:
    answers = {sql: product.ask(sql) for sql in questions()}
    assert len(answers) > 10
    # No month of a steady simulation need be a signal; every other question has rows.
    assert [sql for sql, rows in answers.items() if not rows and "signal" not in sql] == []


def test_the_notebook_answers_ten_questions_of_the_sample(product: Product) -> None:
    answers = notebook.run_on(product.release.path / "release.duckdb")
    assert {name: len(answers[name]) for name in ANSWERS if not len(answers[name])} == {}
    # Beside counts made otherwise: M1 of the published rates, and agencies on the roster.
    (headline,) = answers["comparators"].query("comparator == 'own records' and financial_year == '2023-24'")["crimes"]
    assert headline == product.metric("M1", "2023-24")["value"]
    assert answers["partners"]["is_member_on_31_march"].sum() == 25


def test_suspensions_for_weapons_beside_violence_add_up_to_those_of_the_schools(product: Product) -> None:
    (sql,) = [sql for sql in questions() if "has_weapon_reason" in sql]
    by_district = product.ask(sql)
    ((whole,),) = product.ask(
        "select count(*) from fct_suspensions where financial_year = '2023-24' "
        "and regexp_matches(exclusion_reasons, '(^|;) *(OW|BW) *(;|$)')"
    )
    assert sum(suspensions for _, suspensions, _ in by_district) == whole > 0
