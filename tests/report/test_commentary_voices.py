"""Sentences as foreword writers and analysts write them, each with its answer, worked by hand before they were run.

The figures are those of `test_comparisons`: Southampton 801 crimes (960 before), Portsmouth 598, Havant 232, Isle of
Wight 231, Fareham about 120, Gosport 41; Gosport has the highest rate; 1,800 of 3,104 victims are men, 1,500 are under
25, 1,000 of 18 to 24; 2,700 of 3,000 suspects are men; most crimes were in July; the whole is clearly down.
"""

import pytest

from tests.report.test_comparisons import check, figures
from vrp_pipeline.report.commentary.texts import CommentaryError
from vrp_pipeline.report.content.protected import ProtectedReading

__all__ = ["figures"]
pytestmark = pytest.mark.xdist_group("commentary")

TRUE = (
    "Southampton recorded no fewer crimes than Portsmouth.",
    "Gosport had no more crimes than Havant.",
    "Gosport and Havant combined saw fewer crimes than Southampton.",
    "Portsmouth and Havant combined recorded more crimes than Southampton.",
    "Southampton again had more crimes than Gosport and Havant put together.",
    "Men outnumbered women among victims.",
    "Robberies outnumbered homicides.",
    "Serious violence peaked in July.",
    "The bulk of suspects were men.",
    "Southampton topped the table for number of crimes.",
    "The number of crimes in Southampton exceeded that in Portsmouth.",
    "Portsmouth ranked second for number of crimes.",
    "Every second victim was under 25.",
    "One victim in three was aged 18 to 24.",
    "Most crimes did not happen by day.",
    "Most victims were not women.",
    "About as many crimes were recorded in Havant as on the Isle of Wight.",
    "More crimes were recorded in July than in January.",
    # No claim about a figure that is published.
    "The worst violence is preventable.",
    "Higher levels of poverty go with violence.",
    "There are more nightclubs in Southampton than in Fareham.",
    "Southampton has the most bus stops of any district.",
    "Southampton leads our work on mentoring.",
    "Unemployment was worse in Gosport than in Fareham.",
    "The summer is when our youth workers are busiest.",
    "Rents in Southampton exceeded those in Havant.",
    "We match young people with a mentor.",
    "Volunteers outnumbered staff at our sessions.",
    "Prevention matters more than enforcement.",
    "All victims are offered support, and none of this would be possible without our partners.",
)
NOT_ALLOWED = (
    "Gosport had as many crimes as Fareham.",
    "Gosport saw the same number of crimes as Fareham.",
    "We recorded as many crimes as last year.",
    "Serious violence was the same as last year.",
    "There were no fewer crimes than last year.",
    "Gosport had no fewer crimes than Fareham.",
    "The rate in Gosport was no higher than in Fareham.",
    "Most victims were not men.",
    "Not most victims were men.",
    "Gosport and Havant combined saw more violence than Southampton.",
    "Portsmouth and Havant combined recorded fewer crimes than Southampton.",
    "Women outnumbered men among victims.",
    "Homicides exceeded robberies.",
    "Violence peaked in January.",
    "Nearly all victims were men.",
    "Almost none of the victims were women.",
    "The bulk of victims were women.",
    "Portsmouth leads the districts for violence.",
    "Gosport tops the table for number of crimes.",
    "Portsmouth ranked first for number of crimes.",
    "Every second suspect was a woman.",
    "One victim in ten was under 25.",
    "Fareham matched Southampton for violence.",
    "Fareham overtook Portsmouth in recorded crimes.",
    "Havant was level with Southampton in number of crimes.",
    "All suspects were men.",
    # A part of the year within another part, and changes of a part of the year, are not published.
    "Violence peaked in the summer.",
    "In the summer Southampton had the most crimes.",
    "Violence fell in July.",
    # A comparison that is not understood.
    "Violence in Southampton was streets ahead of Portsmouth.",
)


@pytest.mark.parametrize("text", TRUE)
def test_what_is_true_or_claims_no_figure_passes(text: str, figures: ProtectedReading) -> None:
    check(text, figures)


@pytest.mark.parametrize("text", NOT_ALLOWED)
def test_what_is_untrue_or_cannot_be_judged_is_refused(text: str, figures: ProtectedReading) -> None:
    with pytest.raises(CommentaryError):
        check(text, figures)


def test_there_are_as_many_sentences_that_pass_as_are_refused() -> None:
    assert len(set(TRUE)) == len(set(NOT_ALLOWED)) == 30
