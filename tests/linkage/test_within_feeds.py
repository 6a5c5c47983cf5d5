"""Records of one feed that tell of one event, joined with a reason before feeds are linked: worked by hand."""

from collections.abc import Callable, Iterable

import duckdb
import pyarrow as pa
import pytest

from tests.linkage.test_event_rates import later
from tests.linkage.test_events import groups, linked, sets
from tests.support.event_records import admission, attendance, call, crime
from vrp_pipeline.linkage.events.inputs import AMBULANCE, EMERGENCY
from vrp_pipeline.linkage.events.links import Linked
from vrp_pipeline.linkage.events.model import SCORED_EVENT_PAIRS
from vrp_pipeline.linkage.events.within import BACK_ALIKE, PAIRS, episodes
from vrp_pipeline.linkage.events.within import groups as groups_within


def reasons(found: Linked) -> dict[str, str]:
    """Why records of one feed were joined, or not."""
    return {row["rule"]: row["link_status"] for row in found.links.to_pylist() if row["left_feed"] == row["right_feed"]}


def test_a_patient_who_is_back_within_72_hours_for_the_same_injury_is_one_incident() -> None:
    found = linked(
        attendance("e1", "6 22:40", "6 23:50", nhs="n"), attendance("e2", "6 22:30", "8 10:00", nhs="n"),
        attendance("e3", "6 22:30", "12 10:00", nhs="n"),
    )  # fmt: skip
    assert groups(found) == groups(found, "upper_incident_id") == sets(("e1", "e2"), ("e3",))
    assert reasons(found) == {"same NHS number, back within 72 hours": "certain"}


def test_a_patient_hurt_again_the_next_night_is_two_incidents() -> None:
    found = linked(
        attendance("e1", "6 22:40", "6 23:50", nhs="n"), attendance("e2", "7 22:40", "7 23:50", nhs="n")
    )  # fmt: skip
    assert groups(found, "lower_incident_id") == sets(("e1",), ("e2",))


def test_a_patient_back_who_tells_the_day_of_another_injury_is_two_incidents() -> None:
    first = attendance("e1", "6 22:40", "6 23:50", nhs="n")
    assert groups(linked(first, attendance("e2", "6 00:00", "8 10:00", nhs="n"))) == sets(("e1", "e2"))
    assert groups(linked(first, attendance("e2", "7 00:00", "8 10:00", nhs="n"))) == sets(("e1",), ("e2",))


def test_a_patient_back_in_another_ambulance_is_two_incidents() -> None:
    first, untold = attendance("e1", "6 22:40", "6 23:50", nhs="n"), attendance("e2", "8 10:00", "8 10:00", nhs="n")
    assert groups(linked(first, untold)) == sets(("e1", "e2"))
    assert groups(linked(first, call("c", "8 09:20", nhs="n"), untold)) == sets(("e1",), ("c", "e2"))


def test_a_transfer_or_a_readmission_within_ten_days_is_one_incident() -> None:
    found = linked(admission("m1", "6", nhs="n"), admission("m2", "8", nhs="n"), admission("m3", "28", nhs="n"))
    assert groups(found) == sets(("m1", "m2"), ("m3",))
    assert reasons(found) == {"same NHS number, readmitted within 10 days": "certain"}


def test_an_admission_after_a_further_injury_is_the_next_incident() -> None:
    found = linked(
        admission("m1", "6", nhs="n"), attendance("e", "9 22:00", "9 23:00", nhs="n"), admission("m2", "10", nhs="n")
    )  # fmt: skip
    assert groups(found) == sets(("m1",), ("e", "m2"))


def test_a_second_call_for_one_patient_within_two_hours_is_one_incident() -> None:
    found = linked(
        call("c1", "6 22:49", nhs="n"), call("c2", "6 23:20", nhs="n"), call("c3", "7 04:00", nhs="n")
    )  # fmt: skip
    assert groups(found) == sets(("c1", "c2"), ("c3",))
    assert reasons(found) == {"same NHS number, second call within 2 hours": "certain"}


def test_a_patient_who_comes_back_does_not_compete_with_himself_for_the_crime() -> None:
    found = linked(
        crime("p", "6 22:40"),
        attendance("e1", "6 22:40", "6 23:50", nhs="n"), attendance("e2", "6 22:40", "7 12:00", nhs="n"),
    )  # fmt: skip
    assert groups(found) == sets(("p", "e1", "e2"))


HOME = {"residence_lsoa_code": "home"}


def a_town(*records: dict[str, object]) -> Linked:
    """The records beside a crime at the small area of the home, so that it has a place on the map."""
    return linked(crime("p", "25 12:00", lsoa_code="home", easting=460_000, victim_age=70), *records)


# Two patients of another home, four weeks apart.
A_MONTH = tuple(attendance(f"m{number}", f"{day} 12:00", f"{day} 13:00", residence_lsoa_code="there", victim_age=5)
                for number, day in ((1, 1), (2, 30)))  # fmt: skip


def test_where_no_shifted_records_meet_a_pair_alike_nothing_tells_that_it_is_no_chance() -> None:
    # The same pairs as below, in eleven days.
    pairs = [
        attendance(f"e{number}", f"{day} 10:00", f"{day} 10:00", **HOME, victim_age=age, nhs=None)
        for number, (day, age) in enumerate([(6, 31), (8, 31), (14, 51), (16, 51)])
    ]
    assert reasons(a_town(*pairs)) == {}
    assert BACK_ALIKE in reasons(a_town(*pairs, *A_MONTH))


def homes(*records: dict[str, object]) -> Linked:
    """The records, and a crime at each of their homes, so that it has a place on the map."""
    places = sorted({str(record["residence_lsoa_code"]) for record in records})
    return linked(
        *(crime(f"p{place}", "25 12:00", lsoa_code=place, easting=400_000 + 20_000 * number, victim_age=90)
          for number, place in enumerate(places)),
        *records,
    )  # fmt: skip


def test_a_pair_alike_where_dozens_live_is_chance_sooner_than_one_at_a_single_house() -> None:
    def visit(name: str, day: int, home: str, age: int) -> dict[str, object]:
        return attendance(name, f"{day} 10:00", f"{day} 10:00", residence_lsoa_code=home, victim_age=age, nhs=None)

    # A hostel of 22 attendances, 3 houses of two who are alike, and 20 of two who are not: 68 attendances with
    # (22 x 21 + 46) / 68 = 7.47 others of their home in the mean. Of four pairs alike none is alike by chance.
    hostel = [visit(f"h{age}", 1 + age % 29, "hostel", age) for age in range(20, 80, 3)]
    alike = [
        visit(f"{home}{day}", day, home, 10) for home in ("hostel", "house1", "house2", "house3") for day in (6, 8)
    ]
    others = [visit(f"o{home}{age}", 3 + home, f"other{home:02d}", age) for home in range(20) for age in (30, 60)]
    found = homes(*hostel, *alike, *others)
    probabilities = {
        row["left_record_id"]: row["match_probability"] for row in found.links.to_pylist() if row["rule"] == BACK_ALIKE
    }
    in_hostel = 4 * (508 / 68 / 21) / 0.5
    # A house makes no more of four pairs than eight to one.
    assert probabilities == {
        "hostel6": pytest.approx(in_hostel / (1 + in_hostel), abs=1e-5),
        **{f"house{number}6": pytest.approx(8 / 9, abs=1e-5) for number in (1, 2, 3)},
    }


def test_patients_of_one_age_sex_and_home_who_attend_twice_within_72_hours_without_a_number_are_one_incident() -> None:
    # Two such pairs and none by chance: of 2.5 pairs half a one is thought wrong. Four weeks of records tell chance.
    found = a_town(
        *A_MONTH,
        attendance("e1", "6 22:40", "6 23:50", **HOME, victim_age=31, nhs=None),
        attendance("e2", "9 10:00", "9 10:00", **HOME, victim_age=32, nhs="n2"),
        attendance("e3", "16 22:40", "16 23:50", **HOME, victim_age=51, nhs=None),
        attendance("e4", "19 10:00", "19 10:00", **HOME, victim_age=51, nhs=None),
    )
    assert groups(found) == sets(("p",), ("e1", "e2"), ("e3", "e4"), ("m1",), ("m2",))
    assert reasons(found) == {BACK_ALIKE: "linked"}
    assert {row["match_probability"] for row in found.links.to_pylist() if row["rule"] == BACK_ALIKE} == {0.8}


def test_patients_alike_with_two_numbers_or_after_72_hours_or_of_another_home_are_two_incidents() -> None:
    first = attendance("e1", "6 22:40", "6 23:50", **HOME, nhs="n1")
    for other in (
        attendance("e2", "9 10:00", "9 10:00", **HOME, nhs="n2"),
        attendance("e2", "9 23:51", "9 23:51", **HOME, nhs=None),
        attendance("e2", "9 10:00", "9 10:00", residence_lsoa_code="there", nhs=None),
    ):
        assert reasons(a_town(first, other)) == {}


def test_where_pairs_alike_are_as_many_seven_weeks_apart_they_are_chance() -> None:
    # Somebody of that home every week, and once more two days later, without a number: seven weeks on as often.
    weekly = [
        later(attendance("e", "1 10:00", "1 10:00", **HOME, nhs=None), f"e{week}-{day}", 1440 * (7 * week + day))
        for week in range(40)
        for day in (0, 2)
    ]
    assert BACK_ALIKE not in reasons(a_town(*weekly))


def days_of(feed_made: Callable[[str, int], dict[str, object]], days: Iterable[int]) -> list[dict[str, object]]:
    """A record of one patient at noon on each day, without a time of injury."""
    return [feed_made(f"r{day:02d}", day) for day in days]


def test_a_chain_of_returns_ends_seven_days_after_the_first_attendance_and_the_next_one_begins_anew() -> None:
    # Every second day from the 1st: the 1st to the 7th, the 9th to the 15th, the 17th.
    returns = days_of(lambda name, day: attendance(name, f"{day} 12:00", f"{day} 12:00", nhs="n"), range(1, 18, 2))
    found = linked(*returns)
    episodes = [("r01", "r03", "r05", "r07"), ("r09", "r11", "r13", "r15"), ("r17",)]
    assert groups(found) == groups(found, "lower_incident_id") == sets(*episodes)


def test_a_chain_of_readmissions_ends_thirty_days_after_the_first_admission() -> None:
    stays = [later(admission("m", "1", nhs="n"), f"m{day:02d}", 1440 * day) for day in range(0, 45, 9)]
    assert groups(linked(*stays)) == sets(("m00", "m09", "m18", "m27"), ("m36",))


def scored(*pairs: tuple[str, str, float, float]) -> pa.Table:
    """Pairs with their probability and that of one patient."""
    rows = [
        {"left_record_id": left, "right_record_id": right, "match_probability": probability, "same_patient": same}
        for left, right, probability, same in pairs
    ]
    return pa.Table.from_pylist(rows, schema=SCORED_EVENT_PAIRS)


def known(feed: str, **days: float) -> pa.Table:
    minutes = [int(1440 * day) for day in days.values()]
    return pa.table({"unique_id": list(days), "feed": [feed] * len(days), "known": minutes})


def kept(pairs: pa.Table, records: pa.Table) -> list[str]:
    left, right = (episodes(pairs, records)[name].to_pylist() for name in ("left_record_id", "right_record_id"))
    return [one + other for one, other in zip(left, right, strict=True)]


def test_a_pair_parts_two_episodes_of_one_chain_but_not_two_chains_or_records_in_none() -> None:
    # The chain a to d is two episodes, of the days 0 to 6 and of day 8; e and f are another chain, g is in none.
    pairs = scored(
        ("a", "b", 0.9, 1), ("b", "c", 0.9, 1), ("c", "d", 0.9, 1), ("e", "f", 0.9, 1),
        ("b", "d", 0.3, 1), ("a", "c", 0.3, 1), ("a", "e", 0.3, 0), ("d", "f", 0.3, 0), ("c", "g", 0.3, 0),
    )  # fmt: skip
    found = kept(pairs, known(EMERGENCY, a=0, b=3, c=6, d=8, e=1, f=2, g=6))
    assert found == ["ab", "bc", "ef", "ac", "ae", "df", "cg"]


def test_an_episode_is_as_long_as_it_may_be_and_no_minute_longer() -> None:
    minute = 1 / 1440
    pairs = scored(("a", "b", 0.9, 1), ("b", "c", 0.9, 1))
    assert kept(pairs, known(EMERGENCY, a=0, b=3, c=7)) == ["ab", "bc"]
    assert kept(pairs, known(EMERGENCY, a=0, b=3, c=7 + 2 * minute)) == ["ab"]
    assert kept(pairs, known(AMBULANCE, a=0, b=0.5, c=1)) == ["ab", "bc"]


def test_a_group_has_the_patients_of_likely_pairs_and_two_victims_are_two() -> None:
    found = groups_within(scored(("a", "b", 0.8, 0.5), ("b", "c", 0.9, 0.4), ("c", "d", 0.79, 1.0))).to_pylist()
    assert found == [
        {"unique_id": "a", "name": "a", "person": "a"},
        {"unique_id": "b", "name": "a", "person": "a"},
        {"unique_id": "c", "name": "a", "person": "c"},
    ]


def test_a_patient_back_without_a_number_is_one_victim() -> None:
    found = a_town(
        *A_MONTH,
        attendance("e1", "6 22:40", "6 23:50", **HOME, victim_age=31, nhs="n1"),
        attendance("e2", "9 10:00", "9 10:00", **HOME, victim_age=31, nhs=None),
        attendance("e3", "16 22:40", "16 23:50", **HOME, victim_age=51, nhs=None),
        attendance("e4", "19 10:00", "19 10:00", **HOME, victim_age=51, nhs=None),
    )
    assert groups(found, "victim_id") == sets(("p",), ("e1", "e2"), ("e3", "e4"), ("m1",), ("m2",))


def test_two_alike_who_arrive_together_are_two_victims_and_one_who_comes_an_hour_later_is_back() -> None:
    first = attendance("e1", "6 22:40", "6 23:00", **HOME)
    for arrived, people in (("6 23:59", 2), ("7 00:00", 1)):
        found = a_town(*A_MONTH, first, attendance("e2", "6 22:40", arrived, **HOME))
        assert groups(found) == sets(("p",), ("e1", "e2"), ("m1",), ("m2",))
        assert len(groups(found, "victim_id")) == 3 + people


def test_a_patient_back_without_a_number_has_room_for_one_of_two_equal_crimes_as_with_one() -> None:
    def likeliest(nhs: str | None) -> float:
        found = a_town(
            *A_MONTH,
            crime("p1", "6 22:40", victim_age=31), crime("p2", "6 22:40", victim_age=31),
            attendance("e1", "6 22:40", "6 23:50", **HOME, victim_age=31, nhs="n1"),
            attendance("e2", "6 22:40", "7 10:00", **HOME, victim_age=31, nhs=nhs),
            attendance("e3", "16 22:40", "16 23:50", **HOME, victim_age=51, nhs=None),
            attendance("e4", "19 10:00", "19 10:00", **HOME, victim_age=51, nhs=None),
        )  # fmt: skip
        assert any({"e1", "e2"} <= each for each in groups(found))
        rows = found.links.to_pylist()
        return max(float(row["match_probability"]) for row in rows if row["left_feed"] != row["right_feed"])

    assert likeliest("n1") == pytest.approx(0.5, abs=0.01)
    assert likeliest(None) == pytest.approx(0.5, abs=0.01)


def test_a_pair_is_no_less_likely_of_one_patient_than_age_sex_and_home_say() -> None:
    # The rates say one event with 0.8, and of these one patient with 0.1; age, sex and home say one patient with 0.5:
    # 0.5 of 0.8. Of a pair that is alike with 0.05 the rates' own 0.08 are more.
    with duckdb.connect() as connection:
        connection.execute(f"""
            create table records_compared as
            select * from (values (1, 'a', 0), (2, 'b', 600), (3, 'c', 1200)) as of(i, unique_id, k)
            cross join (select '{EMERGENCY}' as feed);
            create table scored as
            select * from (values (1, 2), (2, 1), (1, 3), (3, 1)) as of(l, r)
            cross join (select 4.0 as odds, 'times within an hour' as rule, true as is_within, 0.1 as same_patient);
            create table alike as select * from (values (1, 2, 1.0), (1, 3, 0.05 / 0.95)) as of(l, r, odds);
        """)
        found = connection.execute(PAIRS.format(least=0.05)).to_arrow_table().to_pylist()
    assert [row["match_probability"] for row in found] == pytest.approx([0.8, 0.8])
    assert [row["same_patient"] for row in found] == pytest.approx([0.625, 0.1])
