"""What commentary says of districts, groups, kinds, months and years beside each other is held to what is published."""

from dataclasses import replace

import pytest

from tests.support.comparators import rows as comparator_rows
from tests.support.further_tables import profile, write_tables
from tests.support.releases import DISTRICTS, MARK_UP, all_rows, row, write_release
from vrp_pipeline.report.commentary.texts import CommentaryError, Passage, check_commentary
from vrp_pipeline.report.content.protected import ProtectedReading
from vrp_pipeline.report.counts.reading import read_release
from vrp_pipeline.report.protection.protecting import protected_reading

pytestmark = pytest.mark.xdist_group("commentary")
YEAR = "2023-24"

# Of 3,104 crimes Southampton has 801, Portsmouth 598, Gosport 41; per 1,000 residents these are 10.0, 15.0 and 20.5,
# and the whole area has 1.6. Every other district has at most 232 crimes among 200,000.
RESIDENTS = {"Southampton": 80_100, "Portsmouth": 39_867, "Gosport": 2_000, MARK_UP: 10_000}
# 2,000 crimes at night and 1,104 by day; 600 with a blade, 304 blunt, 2,200 with none; 1,900 in the street.
PARTS = (
    ("crimes", "part_of_day", {"night": 2000, "day": 1104}),
    ("crimes", "weapon", {"blade": 600, "blunt": 304, "none": 2200}),
    ("crimes", "setting", {"street": 1900, "dwelling": 904, "park": 300}),
    ("victims", "age", {"10-17": 500, "18-24": 1000, "25 and over": 1604}),
    ("victims", "sex", {"female": 1304, "male": 1800}),
    ("suspects", "sex", {"female": 300, "male": 2700}),
)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """The hand-made year with residents, parts of the profile and rates of the Home Office: 9.5 beside 9.9 and 9.1."""
    folder = write_release(tmp_path_factory.mktemp("r") / "r1", all_rows())
    rates = [row(financial_year=YEAR, value=3104.0) | {"residents": 2_000_000, "population": "Census 2021"}]
    for code, name in DISTRICTS:
        if code != "unlocated":
            about = {"geography_level": "district", "area_code": code, "area_name": name}
            living = {"residents": RESIDENTS.get(name, 200_000), "population": "Census 2021"}
            rates.append(row(financial_year=YEAR, **about) | living)
    parts = [profile(n, unit, by, category) for unit, by, held in PARTS for category, n in held.items()]
    others = [each | {"metric_id": "M1", "metric_name": "Serious violence"} for each in comparator_rows(9.5, 9.9)]
    tables = {"rpt_metric_rates": rates, "rpt_violence_profile": parts, "rpt_comparators": others}
    write_tables(folder, **tables)
    return protected_reading(read_release(folder, YEAR))


def check(text: str, reading: ProtectedReading) -> None:
    check_commentary((Passage("why", "Why it changed", text),), reading)


@pytest.mark.parametrize(
    "text",
    [
        "Southampton saw the most serious violence.",
        "Southampton had the highest number of crimes.",
        "Gosport had the highest rate of serious violence.",
        "The highest rate was in Gosport.",
        "Portsmouth's rate per 1,000 residents was the second highest.",
        "Portsmouth had the second highest rate and Southampton the third highest.",
        "The three highest rates were in Gosport, Portsmouth and Southampton.",
        "The two districts with the most crimes were Southampton and Portsmouth.",
        "East Hampshire had the lowest rate.",
        "Southampton saw more violence than Portsmouth.",
        "There were fewer crimes in Gosport than in Fareham.",
        "Gosport had a higher rate than Fareham.",
        "Portsmouth's rate was lower than Gosport's.",
        "Portsmouth had a higher rate than Southampton, but fewer crimes than Southampton.",
        "Compared with Gosport, Southampton had a lower rate.",
        "The rate in Southampton was above the average.",
        "The rate in Havant was below the average of the partnership.",
        "Southampton had more crimes than any other district.",
        "Gosport did not have the lowest rate.",
        "The largest fall was in Southampton.",
        "Southampton saw the biggest improvement.",
        "Serious violence fell in Southampton, which had the most crimes.",
        "Southampton had more than three times as many crimes as Havant.",
    ],
)
def test_a_true_rank_or_comparison_of_districts_passes(text: str, figures: ProtectedReading) -> None:
    check(text, figures)


@pytest.mark.parametrize(
    "text",
    [
        "Portsmouth had the lowest rate.",
        "Portsmouth had the highest rate.",
        "Southampton had the highest rate of serious violence.",
        "The highest number of crimes was in Portsmouth.",
        "Gosport saw more violence than Fareham.",
        "There were fewer crimes in Southampton than in Havant.",
        "Fareham had a higher rate than Gosport.",
        "Southampton had the second highest rate.",
        "The three highest rates were in Havant, Portsmouth and Southampton.",
        "Gosport had the highest rate and Portsmouth the lowest.",
        "The rate in Havant was above the average.",
        "Portsmouth had more crimes than any other district.",
        "Gosport did not have the highest rate.",
        "Compared with Gosport, Southampton had a higher rate.",
        "Most violence was in Southampton.",
        "Southampton had more than four times as many crimes as Havant.",
        "The rate in Portsmouth was twice as high as in Southampton.",
    ],
)
def test_an_untrue_one_is_refused_with_what_the_figures_say(text: str, figures: ProtectedReading) -> None:
    with pytest.raises(CommentaryError, match=r"compares otherwise than the figures.*\d.*Say what the figures say"):
        check(text, figures)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Southampton was the worst affected.", "true by one measure and untrue by another"),
        ("Violence was worse in Southampton than in Gosport.", "true by one measure and untrue by another"),
        ("Gosport was among the worst affected districts.", "names no rank"),
        ("Havant saw the biggest improvement.", "no number is printed"),
        ("Only Southampton had more violence than Portsmouth.", "'only'"),
        ("The lowest number of crimes was in Winchester and Fareham and Gosport.", "otherwise than the figures"),
        ("Hampshire has the lowest rate in England.", "a place that this publication has no figures of"),
        ("Cosham had the highest rate.", "what it does not name"),
        ("Domestic abuse was highest in Gosport.", "does not print"),
        ("Southampton had the most knife crime.", "does not print"),
        ("Serious violence was the highest since 2011.", "does not print every rate"),
        ("Serious violence was the lowest on record.", "years other than"),
        ("Serious violence fell by 4.8%, more than in any year since 2019.", "years"),
        ("Most victims knew their attacker.", "a group that this publication does not print"),
        ("Most victims at night were men.", "a group within another|does not print"),
        ("Most victims in Southampton were men.", "a group within another"),
        ("Knife crime was worse in Fareham than in Havant.", "does not print"),
    ],
)
def test_what_cannot_be_judged_is_refused_and_told_why(text: str, why: str, figures: ProtectedReading) -> None:
    with pytest.raises(CommentaryError, match=why):
        check(text, figures)


def test_counts_that_are_printed_alike_leave_a_comparison_open(figures: ProtectedReading) -> None:
    """Isle of Wight 231 and Havant 232 are both printed as 230."""
    for text in ("Havant had more crimes than the Isle of Wight.", "The Isle of Wight had fewer crimes than Havant."):
        with pytest.raises(CommentaryError, match="left open by the rounded and hidden numbers"):
            check(text, figures)


@pytest.mark.parametrize(
    "text",
    [
        "Most victims were men.",
        "The majority of victims were male.",
        "Victims were mostly male.",
        "A minority of victims were under 25.",
        "Most victims were aged 25 and over.",
        "Most crimes happened at night.",
        "The most common setting was the street.",
        "The most common weapon was a blade.",
        "Dwellings were the second most common setting.",
        "More men than women were victims.",
        "More victims were male than female.",
        "More crimes happened at night than by day.",
        "Blades were used in more crimes than blunt weapons.",
        "About twice as many crimes involved a blade as a blunt weapon.",
        "More than half of victims were men.",
        "Over two in five victims were women.",
        "Less than half of victims were under 25.",
        "Most suspects were men.",
    ],
)
def test_a_true_comparison_of_groups_passes(text: str, figures: ProtectedReading) -> None:
    check(text, figures)


@pytest.mark.parametrize(
    "text",
    [
        "Most victims were women.",
        "Most victims were under 25.",
        "Victims were mostly female.",
        "Most crimes happened by day.",
        "The most common setting was a dwelling.",
        "The most common weapon was a blunt weapon.",
        "More women than men were victims.",
        "More victims were female than male.",
        "More crimes happened by day than at night.",
        "Four times as many crimes involved a blade as a blunt weapon.",
        "More than half of victims were women.",
        "Less than half of victims were men.",
        "Over half of victims were under 25.",
        "Most suspects were women.",
    ],
)
def test_an_untrue_comparison_of_groups_is_refused(text: str, figures: ProtectedReading) -> None:
    with pytest.raises(CommentaryError, match=r"otherwise than the figures|percentage"):
        check(text, figures)


@pytest.mark.parametrize(
    ("true", "untrue"),
    [
        ("There were more robberies than homicides.", "There were more homicides than robberies."),
        ("Assault with injury was the most common kind of violence.", "Robbery was the most common kind of violence."),
        ("Homicide was the least common kind of violence.", "Robbery was the least common kind of violence."),
        ("The most crimes were recorded in July.", "The most crimes were recorded in January."),
        ("February 2024 had the lowest number of crimes.", "June 2023 had the lowest number of crimes."),
        ("Our rate of serious violence was lower than that of England.", "Our rate was higher than that of England."),
        ("Our rate was higher than that of similar forces.", "Our rate was lower than that of similar forces."),
    ],
)
def test_kinds_months_and_other_areas_are_compared_by_what_is_printed(
    true: str, untrue: str, figures: ProtectedReading
) -> None:
    check(true, figures)
    with pytest.raises(CommentaryError, match="otherwise than the figures"):
        check(untrue, figures)


@pytest.mark.parametrize(
    "text",
    [
        "Our greatest strength is our partnership.",
        "Our highest priority is serious violence.",
        "We work with the most vulnerable young people.",
        "The best evidence is for mentoring.",
        "Most of our work is in schools.",
        "Most young people told us that they feel safe.",
        "Most partners meet every month.",
        "We want the lowest rate of violence in England.",
        "We held more sessions than we planned.",
        "Street violence is what people fear most.",
        "There is more to do in Southampton than patrols.",
        "The largest number of volunteers was in Havant.",
    ],
)
def test_what_sets_no_figures_beside_each_other_is_no_claim(text: str, figures: ProtectedReading) -> None:
    check(text, figures)


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """600 crimes with a blade and three with acid, which is hidden."""
    folder = write_release(tmp_path_factory.mktemp("r") / "r1", all_rows())
    write_tables(
        folder, rpt_violence_profile=[profile(600, "crimes", "weapon", "blade"), profile(3, "crimes", "weapon", "acid")]
    )
    return protected_reading(read_release(folder, YEAR))


@pytest.mark.parametrize("times", [100, 200, 300])
def test_no_multiple_tells_a_hidden_number(hidden: ProtectedReading, times: int) -> None:
    with pytest.raises(CommentaryError, match="a multiple of a number that is not printed"):
        check(f"{times} times as many crimes involved a blade as acid.", hidden)


def test_a_district_that_is_not_complete_competes_with_the_others(figures: ProtectedReading) -> None:
    made = [
        replace(each, status="incomplete", value=None) if each.area_name == "Portsmouth" else each
        for each in figures.figures
    ]
    for text in (
        "Southampton had the highest number of crimes.",
        "Southampton had more crimes than any other district.",
    ):
        check(text, figures)
        with pytest.raises(CommentaryError, match="left open"):
            check(text, replace(figures, figures=tuple(made)))


def test_a_hidden_part_is_not_taken_for_none(hidden: ProtectedReading) -> None:
    """Of the crimes that are shown 100 % involved a blade; up to seven more involved acid."""
    for text in ("100% of crimes involved a blade.", "All crimes involved a blade.", "No crimes involved acid."):
        with pytest.raises(CommentaryError):
            check(text, hidden)
    check("Most crimes involved a blade.", hidden)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Young men are more likely than young women to carry a knife.", "cannot be judged"),
        ("The most crimes were recorded in July 2022.", "a month of another year"),
        ("In January Southampton had the most crimes.", "a month within another part"),
        ("Most crimes in July happened at night.", "a month within another part"),
        ("Our number of crimes was lower than that of England.", "prints no such rate"),
    ],
)
def test_what_no_table_prints_is_told_as_such(figures: ProtectedReading, text: str, why: str) -> None:
    with pytest.raises(CommentaryError, match=why):
        check(text, figures)
