"""What is planned, wished for or done is no claim; work that is said to cut a measure claims a change of it."""

import pytest

from tests.support.commentary import check
from vrp_pipeline.report.commentary.texts import CommentaryError
from vrp_pipeline.report.content.protected import ProtectedReading

pytestmark = pytest.mark.xdist_group("commentary")


@pytest.mark.parametrize(
    "text",
    [
        "We work together to prevent and reduce violence in Havant.",
        "We want violence in Havant to fall.",
        "Our plan trains staff, so that violence falls in Havant.",
        "The aim in Havant is a reduction in violence.",
        "Reducing violence in Havant is our aim.",
        "In Havant, violence should be reduced.",
        "Our partners came together around one aim: fewer victims.",
        "We do not know why serious violence fell.",
        "If knife crime falls, we all win.",
        "It is too early to say whether violence fell in Havant.",
        "We increased the number of patrols in Havant.",
        "Funding was cut, and some projects closed.",
        "We heard from young people who grew up in Gosport.",
        "More young people now know where to turn, and there is more to do.",
        "We have a drop-in centre in Havant.",
    ],
)
def test_what_is_planned_wished_for_or_done_is_no_claim_of_a_change(text: str, knives: ProtectedReading) -> None:
    check(text, knives)


@pytest.mark.parametrize(
    "text",
    [
        "Funding rose for serious violence.",
        "Funding increased for knife crime work.",
        "Outreach increased reports of violence to police.",
    ],
)
def test_what_work_and_money_for_a_measure_did_is_no_change_of_the_measure(text: str, parts: ProtectedReading) -> None:
    check(text, parts)


@pytest.mark.parametrize(
    "text",
    [
        "Our programmes cut knife crime.",
        "Youth workers reduced levels of serious violence.",
        "Outreach reduced the number of stabbings.",
    ],
)
def test_work_that_is_said_to_cut_a_measure_claims_a_change_of_it(text: str, parts: ProtectedReading) -> None:
    with pytest.raises(CommentaryError, match="change"):
        check(text, parts)


@pytest.mark.parametrize(
    "text",
    [
        "More victims were recorded.",
        "The rise in homicide worries us.",
        "The growth of violence worries us.",
        "Demand fell because violence fell in Havant.",
        "Need rose while knife crime fell in Havant.",
        "Mentoring in Havant cut violence.",
        "The use of patrols reduced violence in Havant.",
        "Partners who met in Havant cut violence.",
        "Staff said that violence rose.",
        "Violence ended up by 5%.",
        "Havant had more violence than others.",
        "Some districts have more violence than last year.",
        "The cost of violence fell.",
        "Costs fell.",
        "Awareness of knife crime fell by 5%.",
    ],
)
def test_a_claim_beside_or_within_what_is_none_is_still_refused(text: str, knives: ProtectedReading) -> None:
    with pytest.raises(CommentaryError):
        check(text, knives)
