"""Rates and funnels of protected counts: the numbers of the release's own SQL, by hand and by properties."""

import pytest

from tests.support.releases import protected_figure
from vrp_pipeline.report.content.rates import (
    ABOVE,
    AS_EXPECTED,
    BELOW,
    TOO_SCATTERED,
    Funnel,
    Rate,
    byar,
    funnels_of,
)
from vrp_pipeline.report.page.sections import DistrictRates


def test_limits_of_a_count_are_those_of_the_release() -> None:
    # By hand in the unit test of rpt_metric_rates: 12 events have 6.1935 to 20.9629.
    assert [round(end, 4) for end in byar(12)] == [6.1935, 20.9629]


def test_one_district_of_many_stands_out_and_the_others_do_not() -> None:
    # Nine areas of 100 and one of 200, of equal size: 110 expected. z of the one is 2 (√200 − √110) = 7.308; the nine
    # have −0.976. Drawn in at either end, the mean square is 0.953, so the scatter is 1.
    placed = funnels_of([100.0] * 9 + [200.0], [1000.0] * 10)
    assert [funnel.position for funnel in placed if funnel] == [AS_EXPECTED] * 9 + [ABOVE]
    assert placed[9] is not None
    assert (placed[9].expected, placed[9].lower, placed[9].upper) == (110.0, 90.4, 131.5)


def test_a_district_below_the_others_is_said_to_be_below() -> None:
    placed = funnels_of([100.0] * 9 + [40.0], [1000.0] * 10)
    assert placed[9] is not None
    assert placed[9].position == BELOW


@pytest.mark.parametrize(("areas", "count"), [(7, 100.0), (10, 4.0)])
def test_few_areas_or_few_expected_are_not_compared(areas: int, count: float) -> None:
    assert funnels_of([count] * areas, [1000.0] * areas) == [None] * areas


def test_areas_that_scatter_far_more_than_by_chance_are_not_told_apart() -> None:
    placed = funnels_of([20.0, 500.0] * 5, [1000.0] * 10)
    assert {funnel.position for funnel in placed if funnel} == {TOO_SCATTERED}


@pytest.mark.parametrize(
    ("positions", "marked"),
    [((AS_EXPECTED, ABOVE), True), ((BELOW, None), True), ((AS_EXPECTED, TOO_SCATTERED), False), ((None, None), False)],
)
def test_the_page_knows_whether_any_district_is_marked(positions: tuple[str | None, ...], marked: bool) -> None:
    held = [
        Rate(protected_figure(), "Census 2021", 1000, 20.0, 1.0, 30.0, Funnel(9.0, 5.0, 15.0, each) if each else None)
        for each in positions
    ]
    rows = tuple((f"District {number}", (None, rate)) for number, rate in enumerate(held))
    found = DistrictRates((("M0", "None"), ("M1", "Serious violence")), rows)
    assert found.is_marked is marked
    assert found.too_scattered == (("Serious violence",) if TOO_SCATTERED in positions else ())
    assert found.populations == ("Census 2021",)


def test_a_district_is_above_the_others_only_if_every_count_that_is_printed_as_its_own_is() -> None:
    # Of each of ten areas 114.5 are expected. 155 has z = 2 (√155 − √114.5) = 3.50 and stands out. If 140 to 170 are
    # printed as 155, 140 has z = 2.26, p = .024 and among ten areas q = .24.
    counts, people = [110.0] * 9 + [155.0], [1000.0] * 10
    of_itself = [(count, count) for count in counts]
    assert [f.position for f in funnels_of(counts, people, of_itself) if f][9] == ABOVE
    wide = [*of_itself[:9], (140.0, 170.0)]
    assert [f.position for f in funnels_of(counts, people, wide) if f][9] == AS_EXPECTED
