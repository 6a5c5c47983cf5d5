"""People who come again show that ages or years of birth moved, or that their numbers stand beside other people."""

import math
from datetime import date

import pandas as pd
import pyarrow as pa
import pytest

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.bronze_schema import bronze_schema
from vrp_pipeline.validation.births import Births, birth_metrics, births_of

SUSPENSIONS = FEEDS["local_authorities__suspensions"]
ATTENDANCES = FEEDS["health__emergency_attendances"]
SECRET = b"a key of this test"


def pupils(years: dict[str, int]) -> Births:
    """A month of pupils by year of birth."""
    rows = [{"pupil_pseudonym": pupil, "pupil_birth_year": year} for pupil, year in years.items()]
    return births_of(SUSPENSIONS, pa.Table.from_pylist(rows, schema=bronze_schema(SUSPENSIONS)), SECRET)


def patients(ages: dict[str, int], day: date, senders: list[str] | None = None) -> Births:
    """A month of patients by age on a day."""
    rows = [{"patient_pseudonym": who, "age_at_arrival": age, "arrival_date": day} for who, age in ages.items()]
    table = pa.Table.from_pylist(rows, schema=bronze_schema(ATTENDANCES))
    return births_of(ATTENDANCES, table, SECRET, pd.Categorical(list[object](senders)) if senders else None)


TEN = {f"p{number}": 2005 + number for number in range(10)}


def test_years_of_birth_ten_years_too_early_show_in_people_who_came_before() -> None:
    found = birth_metrics(SUSPENSIONS, pupils({who: year - 10 for who, year in TEN.items()}), [pupils(TEN)] * 3)
    assert (found["years_of_age_moved"], found["years_of_age_moved_now"]) == (10.0, "10 years older")
    assert (found["years_of_age_moved_people"], found["years_of_age_moved_of"]) == ("10", "UPN")


def test_numbers_that_moved_by_a_row_have_other_births() -> None:
    # Ten of ten, less one in twenty for wrong numbers and chance: 3·√(p(1 − p)/10) with p = (0.5 + 1)/12 is 0.313747.
    moved = dict(zip(TEN, [*list(TEN.values())[1:], 2005], strict=True))
    found = birth_metrics(SUSPENSIONS, pupils(moved), [pupils(TEN)] * 3)
    assert found["share_of_other_births"] == pytest.approx(1 - 0.05 - 0.313747, abs=1e-6)
    assert found["rows_of_other_births"] == 10


def test_the_same_people_and_a_wrong_number_among_them_are_no_fault() -> None:
    found = birth_metrics(SUSPENSIONS, pupils(TEN | {"p3": 1960}), [pupils(TEN)] * 3)
    assert (found["years_of_age_moved"], found["share_of_other_births"]) == (0.0, 0.0)


def test_ages_a_year_too_high_show_though_a_birthday_explains_one_person() -> None:
    # Forty people of 21 in January are 22 in March by the fault, none by two months: 12 − 2 = 10 months older. Chance
    # explains 3 × 1.25 × 4.898979/√40 = 2.904738 of them: (10 − 2.904738)/12 = 0.591 years.
    before = patients({f"p{number}": 21 for number in range(40)}, date(2024, 1, 10))
    now = patients({f"p{number}": 22 for number in range(40)}, date(2024, 3, 10))
    found = birth_metrics(ATTENDANCES, now, [before])
    assert found["years_of_age_moved"] == pytest.approx(0.591272, abs=1e-6)
    right = patients({f"p{number}": 21 + (number < 7) for number in range(40)}, date(2024, 3, 10))
    assert birth_metrics(ATTENDANCES, right, [before])["years_of_age_moved"] == 0.0


def test_the_hospital_whose_ages_moved_is_named() -> None:
    hospitals = ["RHM01"] * 40 + ["RHU03"] * 40
    before = patients({f"p{number}": 21 for number in range(80)}, date(2024, 1, 10), hospitals)
    ages = {f"p{number}": 24 if number >= 40 else 21 for number in range(80)}
    found = birth_metrics(ATTENDANCES, patients(ages, date(2024, 1, 20), hospitals), [before])
    assert (found["years_of_age_moved_of"], found["years_of_age_moved_now"]) == ("NHS_Number RHU03", "3 years older")


def test_who_has_no_number_or_no_age_tells_nothing_and_of_few_people_nothing_is_said() -> None:
    blank = [{"pupil_pseudonym": None, "pupil_birth_year": 2010}, {"pupil_pseudonym": "p", "pupil_birth_year": None}]
    assert births_of(SUSPENSIONS, pa.Table.from_pylist(blank, schema=bronze_schema(SUSPENSIONS)), SECRET) == {}
    five = dict(list(TEN.items())[:5])
    for now, before in ((pupils(TEN), []), (pupils(five), [pupils(TEN)]), (pupils(TEN), [pupils(five)])):
        found = birth_metrics(SUSPENSIONS, now, before)["years_of_age_moved"]
        assert isinstance(found, float)
        assert math.isnan(found)


def test_a_number_is_kept_as_a_keyed_hash() -> None:
    ((group, people),) = pupils({"p1": 2010}).items()
    assert group == "pupil_pseudonym"
    assert list(people.values()) == [2010 * 12 + 6]
    assert "p1" not in people
    rows = pa.Table.from_pylist(
        [{"pupil_pseudonym": "p1", "pupil_birth_year": 2010}], schema=bronze_schema(SUSPENSIONS)
    )
    assert births_of(SUSPENSIONS, rows, b"another key")["pupil_pseudonym"].keys() != people.keys()
