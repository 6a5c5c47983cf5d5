"""How many patients may have come back unseen, and where: by hand, and against draws that share no code."""

from functools import cache

import duckdb
import numpy as np
import pytest

from tests.linkage.test_event_rates import later
from tests.linkage.test_events import groups, linked
from tests.support.event_records import attendance, table
from vrp_pipeline.linkage.events.comparisons import prepare
from vrp_pipeline.linkage.events.inputs import linkage_inputs
from vrp_pipeline.linkage.events.unseen_returns import most_unseen, unseen_returns
from vrp_pipeline.linkage.events.within import JOIN_SAME_NUMBER

BLANK = {"victim_age": None, "victim_sex": None, "nhs": None}


def draws(numbered: int, attendances: int = 1_000, count: int = 4_000) -> tuple[np.ndarray, np.ndarray]:
    """How many returns are seen and unseen in draws of lakes in which so many attendances have a number.

    The share that returns is drawn as the prior thinks of it; each attendance that returns has one before it, any of
    the others, and both have a number or not.
    """
    random = np.random.default_rng(7)
    found = []
    for share in random.beta(2, 48, count):
        has_number = random.permutation(attendances) < numbered
        is_return = random.random(attendances) < share
        before = np.roll(np.arange(attendances), 1)
        is_seen = is_return & has_number & has_number[before]
        found.append((is_seen.sum(), (is_return & ~is_seen).sum()))
    seen, unseen = np.array(found).T
    return seen, unseen


@pytest.mark.parametrize("percent", [5, 20, 50, 90])
def test_the_limit_holds_what_is_unseen_in_ninety_seven_and_a_half_of_a_hundred_lakes(percent: int) -> None:
    seen, unseen = draws(10 * percent)
    limit = cache(lambda each: most_unseen(1_000, 10 * percent, each))
    held = np.mean([missed <= limit(each) for each, missed in zip(seen.tolist(), unseen.tolist(), strict=True)])
    # Of 4,000 draws the share has a standard error of 0.25 percentage points: three of them below. Above, a whole
    # return more is rarely worth more than a percentage point.
    assert 0.975 - 0.0075 <= held <= 0.995


def test_where_all_have_a_number_nothing_is_unseen() -> None:
    assert most_unseen(1_000, 1_000, 40) == most_unseen(1_000, 1_000, 0) == 0


def test_the_limit_does_not_jump_where_the_first_return_is_seen() -> None:
    # Of 50 numbers among 1,000 hardly a return is seen at any rate: one more tells little.
    limits = [most_unseen(1_000, 50, seen) for seen in range(4)]
    assert limits == sorted(limits)
    assert limits[1] < 1.6 * limits[0]


def test_attendances_without_a_number_hide_no_more_than_one_return_before_each_and_one_after() -> None:
    # At the 3 % that numbers tell, two of 6,000 hide one at most. If every second attendance is a return, one without a
    # number hides 0.5 + 519 * 0.5 * 0.001 / 0.5 = 1.02 in the mean: the upper end of such a count is 3, but two can be.
    assert most_unseen(6_000, 5_998, 180) == 1
    assert most_unseen(1_000, 999, 480) == 2
    assert most_unseen(2, 0, 0) <= 1


def test_where_nobody_has_a_number_the_prior_speaks_alone_and_holds_the_share_the_nhs_publishes() -> None:
    # 8.7 % of attendances are followed by another within a week, for any reason.
    assert 87 < most_unseen(1_000, 0, 0) < 140


def test_returns_are_seen_only_where_both_attendances_have_a_number() -> None:
    # 20,000 attendances, 10,000 with a number, 300 of them returns: 3 % of all have their first record beside them,
    # half of the first records have a number, so 6 % return: 1,200, of which 900 are unseen, and a little more at the
    # upper end.
    assert 900 < most_unseen(20_000, 10_000, 300) < 1_100


def test_the_fewer_numbers_there_are_the_more_returns_may_be_unseen() -> None:
    # Of 4,000 attendances 240 are returns; both have a number in 0.81, 0.25 and 0.09 of them.
    unseen = [most_unseen(4_000, numbered, seen) for numbered, seen in ((3_600, 194), (2_000, 60), (1_200, 22))]
    assert unseen == sorted(unseen)
    for found, missed in zip(unseen, (46, 180, 218), strict=True):
        assert missed <= found <= 2 * missed


def test_no_attendances_have_no_returns() -> None:
    assert most_unseen(0, 0, 0) == 0


def places(*records: dict[str, object]) -> list[tuple[str, str]]:
    with duckdb.connect() as connection:
        connection.register("inputs", linkage_inputs(table(*records)))
        prepare(connection)
        connection.execute("create table scored (l integer, r integer, rule varchar, is_within bool)")
        return unseen_returns(connection)[1]


def some(count: int) -> list[dict[str, object]]:
    """Attendances of strangers without a number, ten days apart, of which one may be a return by what the prior says.

    They begin long after all others.
    """
    return [later(attendance("x", "6 12:00", "6 12:00"), f"x{each}", 1440 * (100 + 10 * each)) for each in range(count)]


def test_who_comes_back_twice_is_seen_twice_though_three_pairs_share_the_number() -> None:
    told = [attended(name, when, nhs="n") for name, when in (("a", "6 12:00"), ("b", "7 12:00"), ("c", "8 12:00"))]
    with duckdb.connect() as connection:
        connection.register("inputs", linkage_inputs(table(*told, *some(60))))
        prepare(connection)
        connection.execute("""
            create table scored (l integer, r integer, odds double, rule varchar, is_within bool, same_patient double)
        """)
        connection.execute(JOIN_SAME_NUMBER)
        assert connection.execute("select count(*) from scored").fetchall() == [(3,)]
        unseen = unseen_returns(connection)[0]
    assert most_unseen(63, 3, 2) == unseen < most_unseen(63, 3, 3)


def attended(name: str, when: str, **told: object) -> dict[str, object]:
    return attendance(name, when, when, **told)  # type: ignore[arg-type]


def test_a_return_may_be_between_one_and_72_hours_after_an_attendance_that_it_does_not_contradict() -> None:
    first = attended("a", "6 12:00")
    for name, other, may_be in (
        ("an hour", attended("b", "6 13:00"), True),
        ("less", attended("b", "6 12:59"), False),
        ("three days", attended("b", "9 12:00"), True),
        ("a minute more", attended("b", "9 12:01"), False),
        ("a number", attended("b", "7 12:00", nhs="n"), True),
        ("a year older", attended("b", "7 12:00", victim_age=24), True),
        ("two years older", attended("b", "7 12:00", victim_age=25), False),
        ("another sex", attended("b", "7 12:00", victim_sex="female"), False),
        ("hurt after the first", attendance("b", "6 22:00", "7 12:00"), False),
        ("hurt before the first", attendance("b", "6 11:00", "7 12:00"), True),
    ):
        assert (("a", "b") in places(first, other, *some(60))) == may_be, name


def test_two_attendances_with_numbers_are_no_place_for_an_unseen_return() -> None:
    assert places(attended("a", "6 12:00", nhs="n"), attended("b", "7 12:00", nhs="m"), *some(60)) == []


def test_the_attendances_with_fewest_others_before_them_come_first_and_then_the_nearest() -> None:
    found = places(
        attended("a", "6 12:00", nhs="n1"), attended("b", "6 16:00", nhs="n2"), attended("c", "6 20:00"),
        attended("d", "14 12:00", nhs="n3"), attended("e", "16 12:00"), *some(60),
    )  # fmt: skip
    assert found == [("d", "e"), ("b", "c"), ("a", "c")]


def test_an_attendance_that_tells_nothing_joins_no_two_patients_with_different_numbers() -> None:
    # 1,200 patients with numbers in 40 weeks, each 20 km from all others within weeks, and one of whom nothing is
    # known: about twelve attended in the three days before, and twelve in the three days after.
    patients = [
        later(
            attendance(
                "e", "6 12:00", "6 12:00", nhs=f"n{each}", victim_age=1 + each % 90,
                easting=100_000 + 20_000 * (each % 16), northing=100_000 + 20_000 * (each // 16 % 16),
            ),
            f"e{each:04d}", 336 * each,
        )
        for each in range(1_200)
    ]  # fmt: skip
    blank = later(attended("b", "6 12:00", easting=None, northing=None, **BLANK), "blank", 336 * 600 + 7)
    lower = groups(linked(*patients, blank), "lower_incident_id")
    assert len(lower) in {1_200, 1_201}
    assert all(len(each - {"blank"}) <= 1 for each in lower), "no two of the patients are one"
