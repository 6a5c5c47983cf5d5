"""What each rule prints of a count, and what a reader can tell from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.disclosure.brute_force import printed
from vrp_pipeline.disclosure import EXACT, NHS, SMALL_AREAS, Rule, rule_of


@pytest.mark.parametrize(
    ("count", "number", "least", "greatest"),
    [
        (0, 0, 0, 0),
        (1, None, 1, 7),
        (7, None, 1, 7),
        (8, 10, 8, 12),  # 8 and 9 are rounded up to 10
        (12, 10, 8, 12),
        (13, 15, 13, 17),
        (22_966, 22_965, 22_963, 22_967),
    ],
)
def test_the_nhs_rule_shows_0_hides_1_to_7_and_rounds_to_the_nearest_5(
    count: int, number: int | None, least: int, greatest: int
) -> None:
    shown = NHS.shown(count)
    assert (shown.number, shown.least, shown.greatest) == (number, least, greatest)


@pytest.mark.parametrize(
    ("count", "number", "least", "greatest"), [(0, None, 0, 9), (9, None, 0, 9), (10, 10, 10, 12), (13, 15, 13, 17)]
)
def test_in_small_areas_everything_below_10_is_hidden_zero_included(
    count: int, number: int | None, least: int, greatest: int
) -> None:
    shown = SMALL_AREAS.shown(count)
    assert (shown.number, shown.least, shown.greatest) == (number, least, greatest)


def test_the_level_of_geography_decides_the_rule() -> None:
    assert [rule_of(level) for level in ("force", "csp", "district", None)] == [NHS] * 4
    assert [rule_of(level) for level in ("hexagon", "small_area", "ward")] == [SMALL_AREAS] * 3


@given(st.integers(0, 100_000), st.sampled_from([NHS, SMALL_AREAS, EXACT]))
def test_the_true_count_is_always_within_what_a_reader_can_tell(count: int, rule: Rule) -> None:
    shown = rule.shown(count)
    assert shown.least <= count <= shown.greatest
    assert shown == rule.bounds(shown.number)


@given(st.integers(0, 100_000))
def test_the_nhs_rule_prints_what_its_words_say(count: int) -> None:
    number = NHS.shown(count).number
    assert ("*" if number is None else str(number)) == printed(count)
