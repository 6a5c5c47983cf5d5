"""Linkage of person records: every difficult case by hand, scored by the committed model."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.persons import Told, person, tables
from vrp_pipeline.linkage.link_status import CONTRADICTS, HARDLY_BEST
from vrp_pipeline.linkage.models.files import NoModelError
from vrp_pipeline.linkage.people.links import BY_NUMBER, ONE_EACH, LinkedPeople, link_people

# Other people as background, so that names have realistic frequencies.
FORENAMES = ("Barnaby", "Evander", "Imogen", "Rosalind", "Alaric", "Uriah", "Osbert", "Tabitha", "Gawaine", "Cressida")
SURNAMES = tuple(f"{start}{end}" for start in ("Quill", "Pen", "Vex", "Ember", "March", "Sorrel", "Nettle", "Plover")
                 for end in ("wick", "shaw", "hulme", "lockby", "mantle"))  # fmt: skip
OTHERS = tuple(
    person(f"upn|o{number}", f"{forename} {surname}", f"{2007 + number % 6}-{10 + number % 3}-{10 + number % 19}",
           f"PO{number % 9}1CM")
    for number, (forename, surname) in enumerate((f, s) for f in FORENAMES for s in SURNAMES)
)  # fmt: skip
LYSANDER = ("Lysander Dunnockpane", "2009-03-14", "SO141KO")


def linked(*told: Told) -> LinkedPeople:
    return link_people(*tables(*told, *OTHERS))


def together(found: LinkedPeople, *keys: str) -> bool:
    """Whether all the keys are one person."""
    ids = dict(zip(found.records["person_key"].to_pylist(), found.records["person_id"].to_pylist(), strict=True))
    return len({ids[key] for key in keys}) == 1


def link_statuses(found: LinkedPeople) -> list[str]:
    statuses: list[str] = found.links["link_status"].to_pylist()
    return statuses


def test_a_shared_number_makes_one_person_of_three_agencies() -> None:
    found = linked(
        person("police_person|a", pnc_number="04/1"),
        person("yjs_child|s|b", *LYSANDER, pnc_number="04/1"),
        person("crn|c", "Somebody Else", "2009-06-01", pnc_number="04/1"),
    )
    assert together(found, "police_person|a", "yjs_child|s|b", "crn|c")
    assert {row["rule"] for row in found.links.to_pylist() if row["match_weight"] == float("inf")} == {BY_NUMBER}


def test_a_number_that_is_one_agencys_key_and_anothers_remark_joins_both() -> None:
    found = linked(person("upn|u1", *LYSANDER), person("la_child|850|l1", upn="u1"))
    assert together(found, "upn|u1", "la_child|850|l1")


def test_a_slip_of_one_agency_does_not_part_the_others() -> None:
    found = linked(
        person("crn|c", born="1990-01-01", pnc_number="04/1"),
        person("police_person|p", born="2009-03-14", pnc_number="04/1"),
        person("yjs_child|s|b", born="2009-03-14", pnc_number="04/1"),
    )
    assert together(found, "police_person|p", "yjs_child|s|b")
    assert not together(found, "crn|c", "police_person|p")


def test_a_number_of_somebody_born_ten_years_apart_is_a_slip_of_the_pen() -> None:
    found = linked(
        person("yjs_child|s|b", *LYSANDER, pnc_number="04/1"), person("crn|c", born="1990-01-01", pnc_number="04/1")
    )
    assert not together(found, "yjs_child|s|b", "crn|c")
    assert CONTRADICTS in link_statuses(found)


@pytest.mark.parametrize(
    ("name", "born", "home"),
    [
        ("Lysnader Dunnockpane", "2009-03-14", "SO141KO"),
        ("Lysander Dunnockpaen", "2009-03-14", "SO141KO"),
        ("Lysa Dunnockpane", "2009-03-14", "SO141KO"),
        ("Lysander Dunnockpane", "2009-03-15", "SO141KO"),
        ("Lysander Dunnockpane", "", "SO141KO"),
        ("Lysander Dunnockpane", "2009-03-14", "PO11CM"),
        ("Lysander Dunnockpane", "2009-03-14", ""),
        ("LYSANDER  O'Dunnock-Pane", "2009-03-14", "SO141KO"),
    ],
)
def test_one_slip_does_not_hide_a_person(name: str, born: str, home: str) -> None:
    found = linked(person("upn|u", *LYSANDER), person("yjs_child|s|y", name, born, home))
    assert together(found, "upn|u", "yjs_child|s|y")


def test_a_birthday_with_day_and_month_turned_round_is_seen_without_a_home() -> None:
    found = linked(
        person("upn|u", "Lysander Dunnockpane", "2009-03-11", "SO141KO"),
        person("yjs_child|s|y", "Lysander Dunnockpane", "2009-11-03"),
    )
    assert together(found, "upn|u", "yjs_child|s|y")


def test_who_gives_no_birthday_is_found_by_home_and_a_forename_that_is_much_alike() -> None:
    found = linked(person("upn|u", *LYSANDER), person("yjs_child|s|y", "Lysa Dunnockpane", "", "SO141KO"))
    assert together(found, "upn|u", "yjs_child|s|y")


def test_a_brother_at_the_same_home_who_gives_no_birthday_is_somebody_else() -> None:
    found = linked(person("upn|u", *LYSANDER), person("yjs_child|s|y", "Septimus Dunnockpane", "", "SO141KO"))
    assert not together(found, "upn|u", "yjs_child|s|y")


def test_names_turned_round_are_seen() -> None:
    found = linked(person("upn|u", *LYSANDER), person("yjs_child|s|y", "Dunnockpane Lysander", "2009-03-14", "SO141KO"))
    assert together(found, "upn|u", "yjs_child|s|y")


@pytest.mark.parametrize("sister", ["Seraphina", "Septimus"])
def test_twins_at_one_address_stay_two_people(sister: str) -> None:
    twin = (f"{sister} Dunnockpane", "2009-03-14", "SO141KO")
    found = linked(
        person("upn|u1", *LYSANDER), person("upn|u2", *twin), person("yjs_child|s|y", *twin), person("crn|c", *LYSANDER)
    )
    assert together(found, "upn|u1", "crn|c")
    assert together(found, "upn|u2", "yjs_child|s|y")
    assert not together(found, "upn|u1", "upn|u2")


def test_a_twin_whom_only_one_agency_knows_is_not_taken_for_the_other() -> None:
    found = linked(person("upn|u1", *LYSANDER), person("crn|c", "Septimus Dunnockpane", "2009-03-14", "SO141KO"))
    assert not together(found, "upn|u1", "crn|c")


def test_two_pupils_are_never_one_however_alike() -> None:
    found = linked(person("upn|u1", *LYSANDER), person("upn|u2", *LYSANDER))
    assert not together(found, "upn|u1", "upn|u2")


def test_where_either_of_two_namesakes_may_be_meant_neither_is_taken() -> None:
    namesake = ("Lysander Dunnockpane", "2009-03-14")
    found = linked(person("upn|u1", *namesake), person("upn|u2", *namesake), person("crn|c", *namesake))
    assert not together(found, "upn|u1", "crn|c")
    assert not together(found, "upn|u2", "crn|c")
    assert HARDLY_BEST in link_statuses(found)


def test_the_same_name_alone_makes_no_person_of_two() -> None:
    found = linked(
        person("upn|u", "Barnaby Quillwick", "2009-03-14"), person("crn|c", "Barnaby Quillwick", "2001-11-02")
    )
    assert not together(found, "upn|u", "crn|c")


def test_who_has_neither_name_nor_number_is_a_person_of_their_own() -> None:
    found = linked(person("police_person|a"), person("police_person|b"), person("nhs_number|n"))
    mine = {row["person_key"]: row for row in found.records.to_pylist() if row["kind"] != "upn"}
    assert {row["linked_by"] for row in mine.values()} == {"nothing"}
    assert len({row["person_id"] for row in mine.values()}) == 3


def test_every_record_is_told_once_and_how_it_was_linked() -> None:
    found = linked(
        person("upn|u", *LYSANDER), person("yjs_child|s|y", *LYSANDER, pnc_number="04/1"),
        person("police_person|p", pnc_number="04/1"),
    )  # fmt: skip
    how = {row["person_key"]: row["linked_by"] for row in found.records.to_pylist()}
    assert len(how) == 3 + len(OTHERS) == found.records.num_rows
    assert (how["upn|u"], how["yjs_child|s|y"], how["police_person|p"]) == ("name", "number", "number")


def test_the_order_of_records_changes_nothing() -> None:
    people, numbers = tables(
        person("upn|u", *LYSANDER), person("crn|c", *LYSANDER, pnc_number="04/1"),
        person("police_person|p", pnc_number="04/1"), *OTHERS,
    )  # fmt: skip
    order = list(reversed(range(people.num_rows)))
    first, second = link_people(people, numbers), link_people(people.take(order), numbers)
    assert first.links.equals(second.links)
    assert first.records.equals(second.records.sort_by("person_key"))


def test_two_rounds_under_two_keys_link_alike() -> None:
    told = (person("upn|u", *LYSANDER), person("crn|c", *LYSANDER), person("yjs_child|s|y", "Imogen Penshaw"), *OTHERS)
    (one, numbers), (other, _) = tables(*told), tables(*told)
    assert not set(one["surname"].to_pylist()) & set(other["surname"].to_pylist()) - {None}
    assert link_people(one, numbers).records.equals(link_people(other, numbers).records)


def test_a_model_that_is_not_in_git_is_no_model() -> None:
    with pytest.raises(NoModelError, match="vrp train"):
        link_people(*tables(*OTHERS), version="people_v0")


def test_nobody_at_all_is_no_person() -> None:
    people, numbers = tables(*OTHERS)
    assert link_people(people.slice(0, 0), numbers.slice(0, 0)).records.num_rows == 0


FEW_NAMES = st.sampled_from(["Lysander Dunnockpane", "Lysa Dunnockpane", "Septimus Dunnockpane", "Imogen Penshaw", ""])
FEW_DAYS = st.sampled_from(["2009-03-14", "2009-03-15", "2010-03-14", "1990-01-01", ""])
FEW_NUMBERS = st.sampled_from(["", "1", "2", "3"])


@st.composite
def somebody(draw: st.DrawFn) -> Told:
    kind = draw(st.sampled_from(["upn", "crn", "yjs_child", "nhs_number", "police_person"]))
    numbers = {name: draw(FEW_NUMBERS) for name in ("pnc_number", "upn")}
    told = {name: number for name, number in numbers.items() if number and kind != name}
    key, home = f"{kind}|{draw(st.integers(1, 6))}", draw(st.sampled_from(["A1", ""]))
    return person(key, draw(FEW_NAMES), draw(FEW_DAYS), home, **told)


@settings(max_examples=25)
@given(st.lists(somebody(), max_size=12, unique_by=lambda told: str(told["key"])))
def test_nobody_is_made_of_what_contradicts(told: list[Told]) -> None:
    people, numbers = tables(*told)
    found = link_people(people, numbers).records
    assert found["person_key"].to_pylist() == people["person_key"].to_pylist()
    of_person: dict[str, list[Told]] = {}
    ids = dict(zip(found["person_key"].to_pylist(), found["person_id"].to_pylist(), strict=True))
    for each in told:
        of_person.setdefault(ids[each["key"]], []).append(each)
    for records in of_person.values():
        born = [int(each["born"][:4]) for each in records if each["born"]]
        assert not born or max(born) - min(born) <= 1
        for kind in ONE_EACH:
            own = {each["key"].partition("|")[2] for each in records if each["key"].startswith(f"{kind}|")}
            assert len(own | {each["numbers"][kind] for each in records if kind in each["numbers"]}) <= 1
