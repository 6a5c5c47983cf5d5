"""Birthdays that agencies write where they know only the year."""

import datetime as dt

from tests.support.persons import Told, person, tables
from vrp_pipeline.linkage.people.default_birthdays import FEWEST_DEFAULT_BIRTHDAYS, without_default_birthdays
from vrp_pipeline.linkage.people.links import link_people

NAMES = [f"{forename} {surname}" for forename in ("Barnaby", "Imogen", "Uriah", "Tabitha", "Osbert", "Alaric")
         for surname in ("Quillwick", "Penshaw", "Vexhulme", "Embermantle", "Sorrelshaw", "Ploverwick")]  # fmt: skip
PUPIL, CLIENT = ("upn|u", "Lysander Dunnockpane"), ("crn|c", "Lysander Dunnockpane")


def background(kind: str, birthday: str) -> tuple[Told, ...]:
    """Thirty-six people born nine days apart in 2009, and twice as many born on one day of other years."""
    spread = (
        person(
            f"{kind}|s{number}",
            name,
            (dt.date(2009, 1, 9) + dt.timedelta(9 * number)).isoformat(),
            f"PO{number % 9}1CM",
        )
        for number, name in enumerate(NAMES)
    )
    heaped = (
        person(f"{kind}|h{number}", name, f"{1980 + number % 25}-{birthday}", f"SO{number % 9}1CM")
        for number, name in enumerate(NAMES * 2)
    )
    return (*spread, *heaped)


def are_one(*told: Told) -> bool:
    found = link_people(*tables(*told)).records
    ids = dict(zip(found["person_key"].to_pylist(), found["person_id"].to_pylist(), strict=True))
    return bool(ids["upn|u"] == ids["crn|c"])


def test_a_birthday_that_both_agencies_write_where_they_know_none_makes_no_person_of_two_namesakes() -> None:
    namesakes = (person(*PUPIL, "2009-01-01", "SO141KO"), person(*CLIENT, "2009-01-01", "PO99ZZ"))
    others = (*background("upn", "01-01"), *background("crn", "01-01"))
    assert not are_one(*namesakes, *others)


def test_the_same_birthday_is_one_where_nobody_writes_it_as_a_default() -> None:
    same = (person(*PUPIL, "2009-01-01", "SO141KO"), person(*CLIENT, "2009-01-01", "PO99ZZ"))
    others = (*background("upn", "07-05"), *background("crn", "07-05"))
    assert are_one(*same, *others)


def test_who_shares_home_and_names_is_found_beside_a_default_birthday() -> None:
    same = (person(*PUPIL, "2009-01-01", "SO141KO"), person(*CLIENT, "2009-01-01", "SO141KO"))
    assert are_one(*same, *background("upn", "01-01"), *background("crn", "01-01"))


def test_a_default_is_one_of_its_own_kind_of_records_only_and_keeps_its_year() -> None:
    people, _ = tables(person(*PUPIL, "2009-01-01"), person(*CLIENT, "2009-01-01"), *background("crn", "01-01"))
    found = without_default_birthdays(people)
    before, after = (
        {row["person_key"]: (row["birth_year"], row["birth_month"], row["birth_day"]) for row in table.to_pylist()}
        for table in (people, found)
    )
    assert after["upn|u"] == before["upn|u"]
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {"crn|c", *(f"crn|h{number}" for number in range(72))}
    assert all(before[key][0] == after[key][0] for key in changed)
    assert len({after[key] for key in changed}) == len(changed), "no two of them agree"


def test_a_day_that_few_were_born_on_is_no_default_however_few_others_there_are() -> None:
    few = [person(f"crn|{number}", name, "2009-01-01") for number, name in enumerate(NAMES)]
    people, _ = tables(*few[: FEWEST_DEFAULT_BIRTHDAYS - 1])
    assert without_default_birthdays(people).equals(people)
