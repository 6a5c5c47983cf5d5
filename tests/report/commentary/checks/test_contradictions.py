"""Sentences as foreword writers and analysts write them, each with its answer, worked by hand before they were run.

The figures are those of `conftest.figures`: Southampton 801 crimes (960 before), Portsmouth 598, Havant 232, Isle of
Wight 231, Fareham about 120, Gosport 41; Gosport has the highest rate; 1,800 of 3,104 victims are men, 1,500 are under
25, 1,000 of 18 to 24; 2,700 of 3,000 suspects are men; most crimes were in July; the whole is clearly down.
"""

import pytest

from tests.support.commentary import check
from vrp_pipeline.report.commentary.texts import CommentaryError
from vrp_pipeline.report.content.protected import ProtectedReading

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
# A second list, written after the first was mended.
MORE_TRUE = (
    "The number of officers in Gosport matches that in Fareham.",
    "Violence peaks when young people have nowhere to go.",
    "Behind each of these crimes is a victim.",
    "Every victim of violence is one too many.",
    "Our ambition is to have the lowest rate of violence in the country.",
    "Southampton had the highest number of crimes of any district.",
    "Havant had fewer crimes than Portsmouth did.",
    "Portsmouth had the second most crimes.",
    "Violence was at its highest in July.",
    "Violence was at its lowest in February 2024.",
    "Recorded crimes were highest in July and lowest in February.",
    "Fewer crimes were recorded in February than in any other month.",
    "Men were the majority of victims.",
    "A majority of suspects were male.",
    "Women made up a minority of suspects.",
    "About one in three victims was aged 18 to 24.",
    "Robbery was less common than assault with injury.",
    "Gosport does not have the most crimes, but it has the highest rate.",
    "Our young people deserve the best support.",
    "The most important lesson is that trust takes time.",
    "More than anything, young people want somewhere to go.",
    "Nothing matters more than the safety of our children.",
    "The pandemic hit Portsmouth harder than Fareham.",
    "Schools in Gosport have more pupils than those in Fareham.",
    "We are ahead of our plan to train staff in Havant.",
    "Southampton leads the way on mentoring.",
    "All districts have a community safety partnership.",
    "Every district took part in Operation Sceptre.",
    "Nearly all our schools took part.",
    "Almost none of our volunteers left.",
    "Every second Tuesday we meet in Havant.",
    "In the summer we ran a programme in Fareham.",
    "Last winter was hard for our partners.",
    "Over the summer, our youth workers met young people in Portsmouth every night.",
    "Most people in Southampton feel safe.",
    "Poverty is higher in Gosport than in Winchester.",
    "Deprivation is worse in Portsmouth than in Winchester.",
    "House prices in Winchester exceed those in Gosport.",
    "The same partners met in Havant as last year.",
    "We reach as many young people as we can.",
    "It takes as long as it takes.",
    "Young people told us the same as last year.",
    "We ranked our priorities with young people.",
    "Our peak hours are Friday nights.",
    "The programme will peak in July.",
    "Violence affects us all.",
    "More money leads to more youth work.",
    "The longer we wait, the worse it gets.",
    "Violence causes harm that lasts for years.",
    "All victims matter.",
    "None of us can do this alone.",
    "The bulk of our funding goes to schools.",
    "Patrols were matched to the hexagons with the most violence.",
    "Our data matched that of the hospital.",
    "We put more officers on the streets of Southampton than ever.",
    "Serious violence peaked in July and was lowest in February.",
    "Havant and the Isle of Wight recorded broadly similar numbers of crimes.",
)
MORE_NOT_ALLOWED = (
    "All crimes were robberies.",
    "Fareham had the highest number of crimes of any district.",
    "Havant had more crimes than Portsmouth did.",
    "Portsmouth saw exactly the same level of violence as Southampton.",
    "Violence was at its highest in January.",
    "Recorded crimes were highest in February and lowest in July.",
    "More crimes were recorded in February than in any other month.",
    "Women were the majority of victims.",
    "Almost all victims were male.",
    "Practically no suspects were women.",
    "Very few victims were women.",
    "About one in three victims was a woman.",
    "A third of suspects were women.",
    "Robbery was more common than assault with injury.",
    "Gosport has the most crimes, but not the highest rate.",
    "Gosport, sadly, had more crimes than Southampton.",
    "Once again Gosport had the highest number of crimes.",
    "Gosport, with its ferries, has the most crimes.",
    "No district had more crimes than Gosport.",
    "No other district has a higher rate than Portsmouth.",
    "Nowhere was the rate higher than in Fareham.",
    "The rate in Fareham equalled that in Gosport.",
    "The rate in Fareham was every bit as high as in Gosport.",
    "Portsmouth was not as violent as Fareham.",
    "Southampton did not have as many crimes as Fareham.",
    "Fareham was nearly as bad as Southampton.",
    "There were just as many crimes as in 2022-23.",
    "Serious violence matched last year's level.",
    "Serious violence was on a par with the year before.",
    "Serious violence remained level with last year.",
    "Crimes this year equalled those of last year.",
    "Serious violence did not exceed last year's level by less than last year.",
    "Gosport together with Havant had more crimes than Southampton.",
    "Crimes in Gosport and Havant added together exceeded those in Southampton.",
    "Gosport and Havant between them had more violence than Southampton.",
    "Twice as many crimes were in Southampton as in Portsmouth and Havant combined.",
    "Robberies were outnumbered by homicides.",
    "Male victims were outnumbered by female victims.",
    "Violence rose over the summer.",
    "Violence increased since January.",
    "There was a fall in violence last winter.",
    "Summer saw the most violence.",
    "The most violent month was January.",
    "January was the worst month for violence.",
    "Violence in Fareham was disproportionate.",
    "Young people are overrepresented among victims.",
    "Portsmouth came top for serious violence.",
    "Fareham is less safe than Southampton.",
    "Southampton was the most peaceful district by number of crimes.",
    "The burden was greatest in Fareham.",
    "Fareham heads the list for violent crime.",
    "Gosport finished first for number of crimes.",
    "Southampton finished last for number of crimes.",
    "Victims numbered 3,105. Most were not men.",
    "Suspects tell a story: nearly all were women.",
    "Every victim was a man.",
    "The lion's share of suspects were women.",
    "Three quarters of victims were women.",
    "Two in three victims were women.",
    "Southampton no longer leads the districts for violence.",
)


@pytest.mark.parametrize("text", TRUE + MORE_TRUE)
def test_what_is_true_or_claims_no_figure_passes(text: str, figures: ProtectedReading) -> None:
    check(text, figures)


@pytest.mark.parametrize("text", NOT_ALLOWED + MORE_NOT_ALLOWED)
def test_what_is_untrue_or_cannot_be_judged_is_refused(text: str, figures: ProtectedReading) -> None:
    with pytest.raises(CommentaryError):
        check(text, figures)


def test_there_are_as_many_sentences_that_pass_as_are_refused() -> None:
    assert len(set(TRUE)) == len(set(NOT_ALLOWED)) == 30


def test_words_that_are_not_understood_are_named_with_the_remedy(figures: ProtectedReading) -> None:
    with pytest.raises(CommentaryError, match=r"compares by 'streets ahead'.*Write 'more than'"):
        check("Violence in Southampton was streets ahead of Portsmouth.", figures)


def test_numbers_that_lie_apart_are_told_not_to_be_alike(figures: ProtectedReading) -> None:
    for text in ("Gosport had as many crimes as Fareham.", "The rate in Gosport equalled that in Fareham."):
        with pytest.raises(CommentaryError, match="otherwise than the figures"):
            check(text, figures)
