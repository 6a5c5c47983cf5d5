"""A change that commentary claims is one that the figures show of the same subject, place and year."""

import re

import pytest

from tests.support.commentary import check
from vrp_pipeline.report.commentary.texts import CommentaryError
from vrp_pipeline.report.content.protected import ProtectedReading
from vrp_pipeline.report.page.headings import main_points, of_districts, of_events
from vrp_pipeline.report.page.panels import lines

pytestmark = pytest.mark.xdist_group("commentary")


@pytest.mark.parametrize(
    "text",
    [
        "Knife crime fell by 4.8%.",
        "Stabbings fell.",
        "Knife crime and serious violence fell.",
        "Serious violence and knife crime fell.",
        "Domestic abuse fell.",
        "Robbery and domestic abuse fell.",
        "Suspensions fell.",
        "Hospital admissions fell.",
        "Ambulance calls fell.",
        "Violence against women fell.",
        "Alcohol-related violence fell.",
        "Violence in schools fell.",
        "Violence against police officers fell.",
        "Serious violence involving knives fell.",
        "Violence among under-25s fell.",
        "Confidence rose.",
        "Bicycles fell.",
        "Knife crime is a concern. It fell.",
        "Havant had a hard year. Violence fell there.",
    ],
)
def test_a_direction_is_held_to_the_figure_of_its_subject_and_refused_where_there_is_none(
    text: str, knives: ProtectedReading
) -> None:
    with pytest.raises(CommentaryError, match="a change"):
        check(text, knives)


@pytest.mark.parametrize(
    "text",
    [
        "In Havant, violence fell.",
        "In Havant, thanks to our partners, violence fell.",
        "Violence fell, our partners say, in Havant.",
        "Violence fell in Southampton, as in Havant.",
        "Violence fell in every district.",
        "Violence fell everywhere.",
        "Violence fell in both cities.",
        "No district saw a fall in violence.",
        "Violence fell in Shirley.",
        "Violence fell in North Hampshire.",
        "Violence fell in the north of the county.",
        "Violence fell in Kent.",
        "Violence fell across England.",
        "Violence fell on 2019-20.",
        "Violence fell in 2022-23.",
    ],
)
def test_a_direction_is_held_to_every_place_and_to_the_years_it_is_said_of(text: str, knives: ProtectedReading) -> None:
    with pytest.raises(CommentaryError, match="a change"):
        check(text, knives)


@pytest.mark.parametrize(
    "words",
    [
        "did not rise",
        "didn’t rise",
        "has not risen",
        "never rose",
        "is not up",
        "was not higher",
        "failed to rise",
        "fell",
        "has fallen",
        "is falling",
        "keeps falling",
        "has been falling",
        "continued to fall",
        "dropped",
        "has gone down",
        "came right down",
        "is down",
        "was lower than a year ago",
        "became less common",
        "was reduced",
        "has been cut",
        "declined",
        "saw a fall",
        "shrank",
        "is in decline",
        "has halved",
        "was at its lowest since 2015",
        "is at a record low",
        "has eased",
    ],
)
def test_every_tense_synonym_and_negation_is_a_claim(words: str, knives: ProtectedReading) -> None:
    for subject in ("Knife crime", "Violence in Havant"):
        is_true = subject != "Knife crime" and re.search(r"not? |’t|never|failed", words)
        if is_true:  # where no change is clear, it is true that it did not rise
            check(f"{subject} {words}.", knives)
            continue
        with pytest.raises(CommentaryError, match=r"a change|comparison cannot be judged"):
            check(f"{subject} {words}.", knives)


@pytest.mark.parametrize(
    "text",
    [
        "Serious violence did not fall.",
        "Serious violence has not fallen.",
        "Serious violence hasn't fallen.",
        "Violence fell nowhere.",
        "It is not true that violence fell.",
        "There was no fall in violence.",
        "There was more serious violence than last year.",
        "Serious violence +4.8%.",
        "Serious violence doubled.",
        "Serious violence is rising.",
        "Serious violence climbed by a twentieth.",
        "Violence got worse.",
        "Serious violence ↑",
        "Knife crime is not as high as last year.",
        "Knife crime: 10% down.",
        "Knife crime rates improved.",
        "We reduced violence in Havant.",
        "Violence was cut by half in Havant.",
        "We brought knife crime down.",
        "Our work has helped to reduce knife crime.",
        "Fewer people were stabbed.",
        "Fewer knife crimes were recorded.",
        "A reduction in knife crime followed.",
        "Serious vio\N{SOFT HYPHEN}lence ro\N{ZERO WIDTH SPACE}se.",
        "Knife crime has more than halved.",
        "Knife crime trebled.",
        "Knife crime rose by a third.",
    ],
)
def test_a_claim_against_the_figures_is_refused_however_it_is_said(text: str, knives: ProtectedReading) -> None:
    with pytest.raises(CommentaryError):
        check(text, knives)


@pytest.mark.parametrize(
    "text",
    [
        "Knife crime rose by half, but serious violence fell.",
        "Knife crime went up by a half, from 600 to 900.",
        "Serious violence is falling.",
        "Serious violence has gone down.",
        "Serious violence did not rise.",
        "There were fewer violent crimes.",
        "Violence fell in Southampton, but in Havant there was no clear change.",
        "Serious violence fell in Southampton; elsewhere no change is clear.",
        "Violence fell overall, but not in Havant.",
        "There was no clear change in Havant, Fareham or Gosport.",
        "There was no clear change in violence among under-25s.",
        "In Portsmouth violence neither rose nor fell.",
        "Knife crime is a concern. It rose by 50%.",
        "Down 4.8% on 2022-23, from 3,260 to 3,105 crimes (95% interval −9.2% to −0.1%).",
        "Serious violence fell by between 0.1% and 9.2%.",
        "There were 3,105 crimes in 2023-24 and 3,260 in 2022-23.",
        "In Southampton there were eight hundred crimes, down from 960.",
        "Of the 3,105 crimes, 600 were robberies.",
        "In April 2023 there were 250 crimes.",
        "We held 314 events, including 148 community events and 96 school sessions.",
        "On 31 March we met at 9.30am for two hours.",
        "In the last five years we worked with the Violence Reduction Partnership in Havant.",
    ],
)
def test_what_the_figures_say_may_be_said_of_each_subject_apart(text: str, knives: ProtectedReading) -> None:
    check(text, knives)


def test_what_the_publication_itself_says_may_be_said(knives: ProtectedReading) -> None:
    """The statement of every figure behind its name, the main points, and the headings of the page."""
    named = [figure for figure in knives.figures if figure.statement and figure.breakdown in ("all", "tier")]
    assert len(named) > 20
    for figure in named:
        of_area = figure.area_name if figure.geography_level == "district" else figure.metric_name
        check(f"{figure.category if figure.breakdown == 'tier' else of_area}: {figure.statement}", knives)
    districts = lines(knives, "M1", "district", "all")
    assert len(districts) > 10
    for _, point in main_points(knives, ("M1", "M1b", "M3", "M9"), districts):
        check(point, knives)
    for heading in (of_districts(districts), of_events(knives.figure("M9"))):
        check(heading, knives)
