"""One-to-one assignment of event records: rules that hold whatever the match weights."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from vrp_pipeline.linkage.disjoint_sets import DisjointSets
from vrp_pipeline.linkage.events.assignment import assign, fewest, least_probabilities
from vrp_pipeline.linkage.events.linked_records import EventRecord
from vrp_pipeline.linkage.link_status import CERTAIN, CONTRADICTS, HARDLY_BEST, LINKED, NOT_BEST, PLAUSIBLE, Pair

POLICE, EMERGENCY, AMBULANCE = "police__offences", "health__emergency_attendances", "health__ambulance_incidents"


def record(feed: str, occurrence: str | None = None, nhs: str | None = None, minute: int = 0) -> EventRecord:
    return EventRecord(feed, occurrence, nhs, minute, minute, minute, minute)


def pair(left: str, right: str, weight: float) -> Pair:
    return Pair(left, right, 2**weight / (1 + 2**weight), weight, "same day")


def ends(found: list[tuple[Pair, str]]) -> dict[tuple[str, str], str]:
    return {(each.left, each.right): link_status for each, link_status in found}


def test_the_likeliest_pair_takes_both_reports() -> None:
    records = {"p": record(POLICE, "o1"), "q": record(POLICE, "o2"), "e": record(EMERGENCY)}
    assert ends(assign(records, [pair("p", "e", 5), pair("q", "e", 9)])) == {("q", "e"): LINKED, ("p", "e"): NOT_BEST}


def test_less_than_an_even_chance_is_only_plausible() -> None:
    records = {"p": record(POLICE), "e": record(EMERGENCY)}
    assert ends(assign(records, [pair("p", "e", -0.1)])) == {("p", "e"): PLAUSIBLE}


def test_a_pair_of_which_the_linked_call_knows_nothing_is_worth_less_than_one_of_a_patient_alone() -> None:
    # Odds of 2 ** 0.5, 1.41. How often a call is silent of the crime of its patient only this link tells, beside half:
    # two of three, so 0.94.
    records = {"p": record(POLICE, "o1"), "e": record(EMERGENCY, nhs="n"), "c": record(AMBULANCE, nhs="n")}
    found = {(each.left, each.right): each for each, _ in assign(records, [pair("p", "e", 0.5)])}
    assert found["p", "e"].probability == pytest.approx(2**0.5 * 2 / 3 / (1 + 2**0.5 * 2 / 3))
    assert ends(assign(records, [pair("p", "e", 0.5)]))["p", "e"] == HARDLY_BEST
    del records["c"]
    assert ends(assign(records, [pair("p", "e", 0.5)])) == {("p", "e"): LINKED}


def test_a_pair_of_which_the_linked_call_knows_is_worth_what_it_was() -> None:
    records = {"p": record(POLICE, "o1"), "e": record(EMERGENCY, nhs="n"), "c": record(AMBULANCE, nhs="n")}
    found = assign(records, [pair("p", "e", 0.5), pair("p", "c", -3)])
    assert ends(found) == {("e", "c"): CERTAIN, ("p", "e"): LINKED, ("p", "c"): PLAUSIBLE}


def test_a_chain_never_joins_two_occurrences_of_the_force() -> None:
    # The call belongs to the attendance, the attendance to p, the call to q: the weakest of the three is dropped.
    records = {
        "p": record(POLICE, "o1"), "q": record(POLICE, "o2"), "e": record(EMERGENCY), "c": record(AMBULANCE, "i1")
    }  # fmt: skip
    found = assign(records, [pair("e", "c", 9), pair("p", "e", 8), pair("q", "c", 7)])
    assert ends(found) == {("e", "c"): LINKED, ("p", "e"): LINKED, ("q", "c"): CONTRADICTS}


def test_one_number_is_certain_only_within_twelve_hours_and_once_per_feed() -> None:
    records = {
        "c": record(AMBULANCE, nhs="n", minute=0),
        "near": record(EMERGENCY, nhs="n", minute=60),
        "far": record(EMERGENCY, nhs="n", minute=300),
        "days": record(EMERGENCY, nhs="n", minute=5_000),
    }
    assert ends(assign(records, [])) == {("c", "near"): CERTAIN}


def test_a_partition_is_named_after_its_smallest_member() -> None:
    together = DisjointSets()
    together.join("b", "c")
    together.join("c", "a")
    assert {together.root(name) for name in "abc"} == {"a"}
    assert together.root("d") == "d"


FEEDS = (POLICE, EMERGENCY, AMBULANCE)
WORLDS = some.lists(
    some.tuples(
        some.sampled_from(FEEDS), some.sampled_from((None, "o1", "o2", "o3")), some.sampled_from((None, "n", "m"))
    ),
    min_size=2, max_size=9,
)  # fmt: skip


@given(world=WORLDS, draw=some.data())
@settings(max_examples=150)
def test_no_report_has_two_partners_in_a_feed_and_no_incident_two_occurrences(
    world: list[tuple[str, str | None, str | None]], draw: some.DataObject
) -> None:
    records = {f"r{n}": record(feed, occurrence, nhs) for n, (feed, occurrence, nhs) in enumerate(world)}
    possible = [
        (left, right) for left in records for right in records
        if left < right and records[left].feed != records[right].feed
    ]  # fmt: skip
    chosen = draw.draw(some.lists(some.sampled_from(possible), unique=True)) if possible else []
    pairs = [pair(left, right, draw.draw(some.integers(-3, 12))) for left, right in chosen]
    found = assign(records, pairs)
    kept = [each for each, link_status in found if link_status in (CERTAIN, LINKED)]
    people = DisjointSets()
    for each in kept:
        people.join(each.left, each.right)
    for name in records:
        mine = [other for other in records if people.root(other) == people.root(name)]
        feeds = [records[other].feed for other in mine]
        assert len(set(feeds)) == len(feeds)
        assert len({records[other].nhs_number for other in mine} - {None}) <= 1
        assert len({records[other].occurrence for other in mine if records[other].feed == POLICE} - {None}) <= 1
    assert len(found) == len({(each.left, each.right) for each, _ in found}), "each pair has one link_status"


def test_of_many_pairs_no_more_than_one_link_in_thirty_is_expected_to_be_wrong() -> None:
    # 100 pairs of probability 1 and 10 each of 0.9, 0.8 and 0.7. With all of them 1 + 2 + 3 = 6 of 130 would be wrong,
    # one in 22; without the last ten 3 of 120, one in 40.
    records: dict[str, EventRecord] = {}
    pairs: list[Pair] = []
    for number, probability in enumerate([1.0] * 100 + [0.9] * 10 + [0.8] * 10 + [0.7] * 10):
        records |= {f"p{number}": record(POLICE, f"o{number}"), f"e{number}": record(EMERGENCY)}
        pairs.append(Pair(f"e{number}", f"p{number}", probability, 5.0, "times within an hour"))
    assert least_probabilities(records, pairs) == {(EMERGENCY, POLICE): 0.8}
    # Three of 0.8 and ten of 0.7: 0.6 + 3 = 3.6 of 113 would be wrong, one in 31.
    assert least_probabilities(records, pairs[:100] + pairs[-13:]) == {(EMERGENCY, POLICE): 0.7}
    assert least_probabilities(records, pairs[-30:]) == {(EMERGENCY, POLICE): 0.5}, "too few to tell"


def test_a_pair_that_cannot_become_a_link_is_not_counted_among_the_wrong_ones() -> None:
    # 100 patients whose crime is sure. 60 of them are as likely as not with a second crime as well: their place is
    # taken, so of the links of 0.6 only one can be wrong, 0.4 of 101. Counted with the 60 it would be 24.4 of 161.
    records: dict[str, EventRecord] = {"p": record(POLICE, "o"), "e": record(EMERGENCY)}
    pairs = [Pair("e", "p", 0.6, 5.0, "times within an hour")]
    for number in range(100):
        records |= {f"p{number}": record(POLICE, f"o{number}"), f"e{number}": record(EMERGENCY)}
        pairs.append(Pair(f"e{number}", f"p{number}", 1.0, 9.0, "times within an hour"))
        if number < 60:
            records[f"q{number}"] = record(POLICE, f"x{number}")
            pairs.append(Pair(f"e{number}", f"q{number}", 0.6, 5.0, "times within an hour"))
    found = ends(assign(records, pairs))
    assert found["e", "p"] == LINKED
    assert found["e0", "q0"] == NOT_BEST


def test_the_lower_bound_joins_what_is_plausible_but_never_two_crimes() -> None:
    records = {"p": record(POLICE, "o1"), "q": record(POLICE, "o2"), "e": record(EMERGENCY), "c": record(AMBULANCE)}
    found = assign(records, [Pair("e", "p", 0.4, -1, "r"), Pair("e", "q", 0.3, -1, "r"), Pair("c", "q", 0.1, -3, "r")])
    assert {status for _, status in found} == {PLAUSIBLE}
    assert fewest(records, found) == [("e", "p")]


def test_the_lower_bound_joins_as_many_returns_as_may_be_unseen_and_none_that_contradicts_it() -> None:
    # Of two unseen returns one is a plausible pair; "e3" is one incident with "e2" by then, and "p" and "q" are two.
    records = {name: record(EMERGENCY) for name in ("e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8")}
    records |= {"p": record(POLICE, "o1"), "q": record(POLICE, "o2")}
    plausible = Pair("e2", "e3", 0.3, -1, "r")
    linked = [Pair("e4", "p", 0.9, 3, "r"), Pair("e5", "q", 0.9, 3, "r")]
    found = assign(records, linked, [plausible])
    may_be = [("e2", "e3"), ("e4", "e5"), ("e1", "e2"), ("e7", "e8")]
    assert fewest(records, found, 2, may_be) == [("e4", "p"), ("e5", "q"), ("e2", "e3"), ("e1", "e2")]


def returns(probability: float, same_patient: float, left: str = "e1", right: str = "e2") -> Pair:
    return Pair(left, right, probability, 1, "times within an hour", same_patient)


def test_only_pairs_of_one_patient_tell_returns_that_were_unseen_and_only_as_far_as_they_are_likely() -> None:
    # Two returns are unseen. Two victims of one brawl tell neither; a patient who came back tells 0.8 * 0.75 = 0.6 of
    # one, and two of these 1.2, so that 0.8 are left, which is no return.
    records = {f"e{number}": record(EMERGENCY) for number in range(1, 13)}
    may_be = [("e9", "e10"), ("e11", "e12")]
    victims = assign(records, [], [returns(0.9, 0.0), returns(0.9, 0.0, "e3", "e4")])
    assert fewest(records, victims, 2, may_be)[2:] == may_be
    one = assign(records, [], [returns(0.8, 0.75)])
    assert fewest(records, one, 2, may_be)[1:] == may_be[:1]
    two = assign(records, [], [returns(0.8, 0.75), returns(0.8, 0.75, "e3", "e4")])
    assert fewest(records, two, 2, may_be)[2:] == []


def test_three_pairs_of_one_patient_who_came_back_twice_tell_two_returns() -> None:
    records = {f"e{number}": record(EMERGENCY) for number in range(1, 8)}
    again = assign(records, [], [returns(1.0, 1.0), returns(1.0, 1.0, "e2", "e3"), returns(1.0, 1.0, "e1", "e3")])
    assert fewest(records, again, 3, [("e4", "e5"), ("e6", "e7")])[3:] == [("e4", "e5")]


def test_a_patient_without_a_number_is_one_of_two_patients_with_numbers_and_the_other_may_still_be_a_victim() -> None:
    # "e2" is likelier the patient "n" than "m". Two victims of one event they are with 0.9 * 0.4 = 0.36 of 0.46 that
    # are left if they are not one patient: 0.78 is less than 0.8 and more than 0.2.
    records = {"e1": record(EMERGENCY, nhs="n"), "e2": record(EMERGENCY), "e3": record(EMERGENCY, nhs="m")}
    sure = returns(0.95, 1.0)
    found = assign(records, [], [sure, returns(0.9, 0.6, "e2", "e3")])
    assert ends(found) == {("e1", "e2"): LINKED, ("e2", "e3"): CONTRADICTS}
    assert ends(assign(records, [], [sure, returns(0.9, 0.5, "e2", "e3")]))["e2", "e3"] == LINKED, "0.45 of 0.55"
    assert fewest(records, assign(records, [], [sure, returns(0.5, 0.6, "e2", "e3")])) == [("e1", "e2"), ("e2", "e3")]
    assert fewest(records, assign(records, [], [sure, returns(0.5, 0.9, "e2", "e3")])) == [("e1", "e2")]


def test_a_call_of_another_number_is_not_of_a_patient_whose_earlier_attendance_tells_the_number() -> None:
    records = {"e1": record(EMERGENCY, nhs="n"), "e2": record(EMERGENCY), "c": record(AMBULANCE, nhs="m")}
    of_call = Pair("c", "e2", 0.9, 3, "times within an hour")
    assert ends(assign(records, [of_call], [returns(0.9, 1.0)]))["c", "e2"] == CONTRADICTS
    assert ends(assign(records, [of_call], [returns(0.9, 0.0)]))["c", "e2"] == LINKED, "two victims"


def test_an_attendance_is_joined_to_one_before_it_and_one_after_it_and_joins_no_two_numbers() -> None:
    records = {name: record(EMERGENCY, nhs=nhs) for name, nhs in (("n", "n"), ("m", "m"), ("b1", None), ("b2", None))}
    assert fewest(records, [], 9, [("b1", "n"), ("b1", "m")]) == [("b1", "n")]
    assert fewest(records, [], 9, [("n", "b1"), ("b2", "b1")]) == [("n", "b1")], "one before it"
    assert fewest(records, [], 9, [("b1", "b2"), ("b1", "n")]) == [("b1", "b2")], "one after it"
    assert fewest(records, [], 9, [("n", "b1"), ("b1", "m")]) == [("n", "b1")], "two numbers"
    assert fewest(records, [], 9, [("b1", "n"), ("m", "b1")]) == [("b1", "n")], "two numbers, the later one first"
    assert fewest(records, [], 9, [("n", "b1"), ("b1", "b2"), ("b2", "m")]) == [("n", "b1"), ("b1", "b2")]


def test_a_return_that_may_be_unseen_joins_no_patients_whose_calls_tell_two_numbers() -> None:
    records = {
        "e1": record(EMERGENCY), "e2": record(EMERGENCY), "c1": record(AMBULANCE, nhs="n"),
        "c2": record(AMBULANCE, nhs="m"),
    }  # fmt: skip
    calls = [Pair("c1", "e1", 0.9, 3, "r"), Pair("c2", "e2", 0.9, 3, "r")]
    assert fewest(records, assign(records, calls), 1, [("e1", "e2")]) == [("c1", "e1"), ("c2", "e2")]


def test_a_record_that_is_plausible_with_everybody_joins_one_event_and_all_victims_of_that() -> None:
    # "b" may be of one event with each of the others; of these only "e1" and "e2" may be of one event with each other.
    records = {name: record(EMERGENCY) for name in ("b", "e1", "e2", "e3", "e4")}
    plausible = [returns(0.5, 0.0, "b", "e1"), returns(0.3, 0.0, "b", "e3"), returns(0.4, 0.0, "b", "e2"),
                 returns(0.25, 0.0, "e1", "e2"), returns(0.3, 0.0, "b", "e4")]  # fmt: skip
    assert fewest(records, assign(records, [], plausible)) == [("b", "e1"), ("b", "e2"), ("e1", "e2")]
    turned = [replace(each, left=each.right, right=each.left) for each in plausible]
    assert fewest(records, assign(records, [], turned)) == [("e1", "b"), ("e2", "b"), ("e2", "e1")]
