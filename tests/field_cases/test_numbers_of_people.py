"""Numbers of people: nobody's numbers are nobody's, and one number has one pseudonym however it is written."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.field_cases import deliveries as make
from tests.field_cases.deliveries import ADMISSIONS, AMBULANCE, ATTENDANCES, PEOPLE, SUSPENSIONS
from tests.field_cases.pipeline import IN_MAY_2024, answer, delivered, published_rows, received, run

NUMBER = "9990000018"
SPACE = "\N{NO-BREAK SPACE}"
# No check digit tells placeholders: those of noughts, ones and nines are valid by modulus 11.
PLACEHOLDERS = [str(digit) * 10 for digit in range(10)] + ["1234567890", "0123456789", "9876543210"]
SPELLINGS = [
    f"{NUMBER}.0",
    "999-000-0018",
    "999 000 0018",
    f"999{SPACE}000{SPACE}0018",
    f"{NUMBER}{SPACE}",
    "999\N{NARROW NO-BREAK SPACE}000\N{THIN SPACE}0018",
    "999\N{EN DASH}000\N{EN DASH}0018",
    f'="{NUMBER}"',
    f"'{NUMBER}",
    f"\N{ZERO WIDTH SPACE}{NUMBER}",
    "999.000.0018",
    "999/000/0018",
]
NHS = {ATTENDANCES: "NHS_Number", AMBULANCE: "nhs_number", ADMISSIONS: "NEWNHSNO"}


def pseudonyms(lake: Path, feed: str, path: Path, column: str) -> list[Any]:
    """The pseudonyms of the rows published; the rows not published are put aside with the reason."""
    found = delivered(lake, feed, path)
    assert not found.refused
    return [row[column] for row in found.published]


@pytest.mark.parametrize("feed", list(NHS))
def test_numbers_that_stand_for_not_known_are_nobody(tmp_path: Path, feed: str) -> None:
    """b12.

    github.com/sellorm/nhsnumber/issues/5

    Each placeholder stands in two rows, beside 74 people of one row each.
    """
    numbers = 2 * PLACEHOLDERS + make.nhs_numbers(100 - 2 * len(PLACEHOLDERS))
    rows = make.rows_of(feed, 100, **{NHS[feed]: lambda row: numbers[row - 1]})
    found = delivered(tmp_path / "lake", feed, make.csv_file(tmp_path / "delivery.csv", rows))
    assert found.accounts_for({"delivery.csv": 100})
    of_somebody = [row["patient_pseudonym"] for row in found.published if row["patient_pseudonym"] is not None]
    assert len(set(of_somebody)) == len(of_somebody) == 74


@pytest.mark.parametrize("number", ["999 999 9999", "999-999-9999", "9999999999.0", f"999{SPACE}999{SPACE}9999"])
def test_a_placeholder_in_another_spelling_is_nobody_too(tmp_path: Path, number: str) -> None:
    """b12 and b13b together."""
    path = make.csv_file(tmp_path / "ae.csv", make.rows_of(ATTENDANCES, 20, NHS_Number=number))
    assert set(pseudonyms(tmp_path / "lake", ATTENDANCES, path, "patient_pseudonym")) <= {None}


def strangers(tmp_path: Path) -> tuple[Path, Path]:
    """A man of 70 in Southampton at 22:00 and a girl of 17 in Basingstoke at 20:00, both under 9999999999."""
    man = make.rows_of(ATTENDANCES, 1, NHS_Number="9999999999", Age_At_Arrival="70", Sex="1", Arrival_Time="22:00")
    girl = make.rows_of(
        AMBULANCE,
        1,
        nhs_number="9999999999",
        patient_age="17",
        patient_sex="F",
        scene_easting="463950",
        scene_northing="151950",
        call_connect_datetime="2024-03-10 20:00:00",
    )
    return make.csv_file(tmp_path / "ae.csv", man), make.csv_file(tmp_path / "amb.csv", girl)


def test_two_strangers_whose_numbers_are_not_known_share_no_pseudonym(tmp_path: Path) -> None:
    """b12c.

    github.com/sellorm/nhsnumber/issues/5
    """
    lake = tmp_path / "lake"
    man, girl = strangers(tmp_path)
    of_man = pseudonyms(lake, ATTENDANCES, man, "patient_pseudonym")
    of_girl = pseudonyms(lake, AMBULANCE, girl, "patient_pseudonym")
    assert set(of_man) & set(of_girl) <= {None}


@pytest.mark.nightly
@pytest.mark.xdist_group("strangers")
def test_two_strangers_whose_numbers_are_not_known_are_two_incidents(tmp_path: Path) -> None:
    """b12c. As above, through linkage to the release."""
    lake = tmp_path / "lake"
    received(lake, *strangers(tmp_path))
    ended = run(lake, tmp_path / "dagster")
    assert ended.returncode in (0, 3), ended.stderr[-2000:]
    assert len({row["incident_id"] for row in answer(lake, "select * from bridge_incident_records")}) == 2


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_number_has_one_pseudonym_in_every_spelling_or_is_put_aside(tmp_path: Path, spelling: str) -> None:
    """b13, b13b.

    github.com/bzkf/onco-analytics-on-fhir/pull/554, github.com/bennettoxford/openprescribing/issues/733,
    github.com/NIEM/NIEM-Releases/issues/133
    """
    lake = tmp_path / "lake"
    plain = make.csv_file(tmp_path / "plain.csv", make.rows_of(ADMISSIONS, 20, NEWNHSNO=NUMBER))
    (expected,) = set(pseudonyms(lake, ADMISSIONS, plain, "patient_pseudonym"))
    assert expected is not None
    path = make.csv_file(tmp_path / "spelt.csv", make.rows_of(ATTENDANCES, 20, NHS_Number=spelling))
    found = delivered(lake, ATTENDANCES, path)
    assert found.accounts_for({path.name: 20})
    assert {row["patient_pseudonym"] for row in found.published} <= {expected}


def test_other_digits_never_become_the_same_number(tmp_path: Path) -> None:
    """Of the kind of b13, its danger: bringing spellings together must not bring people together."""
    numbers = ["9990000018", "99900000180", "999000000", "9990000008", "9990000018.5"]
    rows = make.rows_of(ATTENDANCES, len(numbers), NHS_Number=lambda row: numbers[row - 1])
    found = pseudonyms(tmp_path / "lake", ATTENDANCES, make.csv_file(tmp_path / "ae.csv", rows), "patient_pseudonym")
    known = [pseudonym for pseudonym in found if pseudonym is not None]
    assert len(set(known)) == len(known) >= 2 or not found


def test_the_certain_link_of_one_patient_outlasts_a_number_that_pandas_wrote(tmp_path: Path) -> None:
    """b13c.

    github.com/bzkf/onco-analytics-on-fhir/pull/554
    """
    lake = tmp_path / "lake"
    attendance = make.csv_file(tmp_path / "ae.csv", make.rows_of(ATTENDANCES, 1, NHS_Number=f"{NUMBER}.0"))
    call = make.csv_file(tmp_path / "amb.csv", make.rows_of(AMBULANCE, 1, nhs_number=NUMBER))
    received(lake, attendance, call, on=IN_MAY_2024)
    one = set(pseudonyms(lake, ATTENDANCES, attendance, "patient_pseudonym"))
    assert one <= set(pseudonyms(lake, AMBULANCE, call, "patient_pseudonym"))


@pytest.mark.parametrize(
    "spelling", ["M850999024001 ", f"M850999024001{SPACE}", f"M850{SPACE}999024001", "m850999024001"]
)
def test_a_pupil_number_has_one_pseudonym_in_every_spelling_or_is_put_aside(tmp_path: Path, spelling: str) -> None:
    """Of the kind of b13b: unique pupil numbers.

    github.com/NIEM/NIEM-Releases/issues/133
    """
    rows = make.rows_of(SUSPENSIONS, 40, UPN=lambda row: spelling if row > 39 else "M850999024001")
    path = make.csv_file(tmp_path / "suspensions.csv", rows)
    found = delivered(tmp_path / "lake", SUSPENSIONS, path, on=date(2024, 8, 1))
    assert found.accounts_for({path.name: 40})
    assert len({row["pupil_pseudonym"] for row in found.published}) == 1


@pytest.mark.parametrize("key", ["crn", "pncNumber", "nomsNumber"])
@pytest.mark.parametrize("spell", [f"{{}}{SPACE}", f"{SPACE}{{}}", " {} "])
def test_a_number_of_probation_has_one_pseudonym_with_blanks_around_it_or_is_put_aside(
    tmp_path: Path, key: str, spell: str
) -> None:
    """Of the kind of b13b: case reference, Police National Computer and prison numbers."""
    column = {"crn": "person_pseudonym", "pncNumber": "pnc_pseudonym", "nomsNumber": "noms_pseudonym"}[key]
    sound = make.people_lines(20)
    for row, line in enumerate(sound):
        line["nomsNumber"] = f"A12{row:02d}CR"
    delivered(tmp_path / "sound", PEOPLE, make.lines_file(tmp_path / "sound.jsonl", sound))
    expected = [row[column] for row in published_rows(tmp_path / "sound", PEOPLE)]
    assert len(set(expected)) == 20
    blank = [{**line, key: spell.format(line[key])} if row == 7 else line for row, line in enumerate(sound)]
    found = delivered(tmp_path / "lake", PEOPLE, make.lines_file(tmp_path / "people.jsonl", blank))
    assert found.accounts_for({"people.jsonl": 20})
    assert {row[column] for row in found.published} <= set(expected)
