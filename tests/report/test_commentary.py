"""Words by people stand beside the figures only where they agree with them and tell of nobody."""

import re
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.further_tables import PROFILE, places, profile, release
from tests.support.publications import AUTHOR, publish
from tests.support.releases import all_rows, row, write_release
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.report import draft
from vrp_pipeline.report.commentary.screening import PersonalTextError
from vrp_pipeline.report.commentary.texts import CommentaryError, Passage, check_commentary, read_commentary
from vrp_pipeline.report.content.protected import ProtectedReading
from vrp_pipeline.report.counts.reading import read_release
from vrp_pipeline.report.page.headings import main_points, of_districts, of_events
from vrp_pipeline.report.page.panels import lines
from vrp_pipeline.report.protection.protecting import protected_reading

pytestmark = pytest.mark.xdist_group("commentary")

YEAR = "2023-24"


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """The hand-made year: down 4.8 % as a whole, no clear change in Havant, no figure of homicide's change."""
    return protected_reading(read_release(write_release(tmp_path_factory.mktemp("r") / "r1"), YEAR))


def check(text: str, reading: ProtectedReading) -> None:
    check_commentary((Passage("why", "Why it changed", text),), reading)


@pytest.mark.parametrize(
    "text",
    [
        "Serious violence fell by 4.8% on 2022-23.",
        "Violence was down 5 per cent.",
        "In Havant there was no clear change.",
        "In Havant violence did not fall.",
        "There were 3,105 crimes; 314 events were attended.",
        "People aged 18 to 24 and under-25s told us what they need.\n\n- Longer opening hours\n- More buses",
        "As the chart shows, serious violence fell.",
        "Serious violence in Hampshire and the Isle of Wight fell from April 2022 to March 2024.",
        "Serious violence\nfell.",
        "Violence excluding weapon possession fell by 7.3%.",
        "We held 314 events.\n\n- Violence fell in Southampton.\n- There was no clear change in Havant.",
        "We will reduce violence further with Hampshire Constabulary and Southampton City Council.",
        "> I feel safer in the park now.",
    ],
)
def test_text_that_agrees_with_the_figures_is_accepted(text: str, reading: ProtectedReading) -> None:
    check(text, reading)


@pytest.mark.parametrize(
    "text",
    [
        "Serious violence rose.",
        "Violence fell in Havant.",
        "There was an increase in serious violence.",
        "Homicide fell.",
        "Violence was up and then was down.",
        "There was no clear change in serious violence.",
        "Serious violence fell by 12%.",
        "Violence fell by 4.1 per cent.",
        "There were 3,104 crimes.",
        "There were 6 homicides.",
        "Serious violence in Havant\nfell over the year.",
        "Violence fell in Southampton and Havant.",
        "Violence fell in *Ha*vant.",
        "Violence fell in Basingstoke.",
        "Robberies fell.",
        "There were under 3 killings and over 4 rapes.",
        "In all 2000 people were hurt.",
        "Crimes fell to 2000.",
        "# Our year",
    ],
)
def test_text_that_contradicts_the_figures_or_adds_numbers_is_refused(text: str, reading: ProtectedReading) -> None:
    with pytest.raises(CommentaryError, match=r"why\.md, line 1"):
        check(text, reading)


@pytest.fixture(scope="module")
def knives(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """The same year with knife crime clearly up by half, and crimes against under-25s without a clear change."""
    about = {"financial_year": YEAR, "statement": None}
    further = [
        row(**about, metric_id="M3", metric_name="Knife-enabled serious violence", value=900.0, base_value=600.0),
        row(**about, breakdown="age", category="under 25", value=700.0, base_value=710.0),
    ]
    return protected_reading(
        read_release(write_release(tmp_path_factory.mktemp("r") / "r1", all_rows() + further), YEAR)
    )


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
        "Six people were killed in Gosport.",
        "Two homicides were recorded.",
        "There was one homicide.",
        "A single homicide was recorded.",
        "There were no homicides.",
        "Nobody was killed.",
        "A dozen homicides were recorded.",
        "One hundred and ten homicides took place.",
        "There were 110 homicides.",
        "One young person lost his life in Gosport.",
        "There were 3,105 robberies.",
        "Havant saw 800 crimes.",
        "There were 3,260 crimes in 2023-24.",
        "In 2022-23 there were 3,105 crimes.",
        "A total of 2015 people took part.",
        "Half of the victims were children.",
        "One in five crimes was a robbery.",
        "In Southampton violence fell by 4.8%.",
        "Serious violence fell by 9.1%.",
    ],
)
def test_a_number_in_digits_or_words_is_one_that_is_printed_of_its_subject_place_and_year(
    text: str, knives: ProtectedReading
) -> None:
    with pytest.raises(CommentaryError, match=r"number|percentage"):
        check(text, knives)


def test_numbers_of_further_tables_are_those_of_their_subject(tmp_path: Path) -> None:
    further = protected_reading(read_release(release(tmp_path / "r1"), YEAR))
    for text in ("There were 65 referrals.", "Agencies saw between 140 and 160 incidents.", "One agency is a partner."):
        check(text, further)
    for text in ("There were 140 referrals.", "There were 65 robberies.", "Seven partner agencies met."):
        with pytest.raises(CommentaryError, match="number"):
            check(text, further)


def test_a_ward_of_the_reference_data_may_be_named(tmp_path: Path) -> None:
    made = release(tmp_path / "r1", **places())
    check("We listened to young people in Charles Dickens.", protected_reading(read_release(made, YEAR)))
    without = protected_reading(read_release(release(tmp_path / "r2"), YEAR))
    with pytest.raises(PersonalTextError):
        check("We listened to young people in Charles Dickens.", without)


def test_what_leads_into_a_list_is_said_of_each_of_its_items(reading: ProtectedReading) -> None:
    check("In Southampton:\n\n- violence fell\n- we listened", reading)
    with pytest.raises(CommentaryError, match=r"line 4"):
        check("In Havant:\n\n- we listened\n- violence fell", reading)


def test_the_refusal_says_what_the_figures_say_and_does_not_quote(reading: ProtectedReading) -> None:
    with pytest.raises(CommentaryError) as refusal:
        check("All is well.\nViolence fell in Havant because of Operation Example.", reading)
    assert "line 2" in str(refusal.value)
    assert "No clear change on 2022-23" in str(refusal.value)
    assert "Operation Example" not in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        "We thank Jane Marlow.",
        "PC Baker led it.",
        "It began in SO14 7DU.",
        "Crime 44230000123 was the first.",
        "We thank Ian McDonald.",
        "We thank DeShawn Smith.",
        "We thank John Hart.",
        "We thank Jane\n*Marlow* and others.",
    ],
)
def test_a_name_a_number_of_a_person_or_a_postcode_is_refused(text: str, reading: ProtectedReading) -> None:
    with pytest.raises(PersonalTextError) as refusal:
        check(text, reading)
    quoted = ("Marlow", "Baker", "7DU", "44230000123", "McDonald", "Smith", "Hart")
    assert not any(word in str(refusal.value) for word in quoted)


@pytest.mark.parametrize(
    "text",
    [
        "Across Hampshire, the NHS Trust and the Integrated Care Board met Hart District Council.",
        "In Test Valley.\n\nAll",
    ],
)
def test_a_place_a_body_or_the_beginning_of_a_sentence_is_no_name(text: str, reading: ProtectedReading) -> None:
    check(text, reading)


def test_a_district_is_named_with_either_apostrophe(reading: ProtectedReading) -> None:
    havant = next(figure for figure in reading.figures if figure.area_name == "Havant")
    figures = [replace(each, area_name="King’s-Moor") if each == havant else each for each in reading.figures]
    with pytest.raises(CommentaryError, match="No clear change"):
        check("Violence fell in King's-Moor.", replace(reading, figures=tuple(figures)))


def test_a_file_that_is_not_utf8_is_refused_with_its_line_and_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "why.md").write_bytes("All is well.\nCafé".encode("cp1252"))
    with pytest.raises(CommentaryError, match=r"why\.md, line 2.*Save it as UTF-8"):
        read_commentary(tmp_path)


def test_mark_up_links_and_images_stay_text() -> None:
    html = Passage("why", "Why", "<script>x</script> [a](http://b.c) ![d](e.png) *so*").html
    assert "<script" not in html
    assert "<a" not in html
    assert "<img" not in html
    assert "<em>so</em>" in html


def written(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "commentary" / YEAR
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "foreword.md").write_text(text, encoding="utf-8")
    return folder


def test_the_text_stands_on_the_page_and_is_frozen_with_the_version(tmp_path: Path) -> None:
    release = write_release(tmp_path / "releases" / "r1")
    written(tmp_path, "Serious violence fell. We are *glad*.")
    first = publish(release, tmp_path / "published", YEAR)
    page = (first.path / "annual_report.html").read_text(encoding="utf-8")
    assert "We are <em>glad</em>." in page
    assert (first.path / "foreword.md").read_text(encoding="utf-8") == "Serious violence fell. We are *glad*."
    written(tmp_path, "Serious violence fell. There is more to do.")
    second = publish(release, tmp_path / "published", YEAR)
    assert (second.version, second.is_new) == (2, True)
    assert "glad" in (first.path / "foreword.md").read_text(encoding="utf-8")


def test_nothing_is_drafted_beside_a_text_that_is_refused(tmp_path: Path) -> None:
    release = write_release(tmp_path / "releases" / "r1")
    written(tmp_path, "Serious violence rose.")
    with pytest.raises(CommentaryError):
        draft(Lake(tmp_path), release, YEAR, AUTHOR)
    assert not list((tmp_path / "drafts").rglob("*.html"))


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """The further tables with victims by sex, of whom 40 % are female, and a metric that counts 595 victims."""
    sexes = [profile(41, "victims", "sex", "female"), profile(60, "victims", "sex", "male")]
    made = release(tmp_path_factory.mktemp("r") / "r1", rpt_violence_profile=[*PROFILE, *sexes])
    about = {"metric_id": "M7a", "metric_name": "Serious youth violence: victims aged 1 to 19", "unit": "victims"}
    further = row(**about, financial_year=YEAR, value=595.0, base_value=720.0)
    pq.write_table(pa.Table.from_pylist([further]), made / "rpt_metric_rates.parquet")
    return protected_reading(read_release(made, YEAR))


@pytest.fixture(scope="module")
def ages(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """The further tables with 200 victims: 100 of 18 to 24, 50 of 10 to 17, 50 of 25 and over; 80 female, 120 male."""
    people = [("age", "10-17", 50), ("age", "18-24", 100), ("age", "25 and over", 50)]
    people += [("sex", "female", 80), ("sex", "male", 120)]
    rows = [profile(value, "victims", breakdown, part) for breakdown, part, value in people]
    made = release(tmp_path_factory.mktemp("r") / "r1", rpt_violence_profile=[*PROFILE, *rows])
    return protected_reading(read_release(made, YEAR))


@pytest.mark.parametrize(
    "text",
    [
        "50% of victims were aged 18 to 24.",
        "50% of victims were aged 18–24.",
        "Half of the victims were aged 18 to 24.",
        "25% of victims were aged 10 to 17.",
        "100 victims were aged 18 to 24.",
        "25% of victims were 25 or over.",
        "25% of victims were aged 25 and over.",
        "50 victims were 25 or older.",
        "40% of victims were women.",
        "60% of victims were men.",
        "60% of victims were men and boys.",
        "Of victims, 120 were men and 80 women.",
        "Women made up 40% of victims.",
    ],
)
def test_a_part_may_be_named_as_people_name_it(text: str, ages: ProtectedReading) -> None:
    check(text, ages)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("25% of victims were aged 18 to 24.", "percentage"),
        ("50% of victims were aged 10 to 17.", "percentage"),
        ("50% of victims were 25 or over.", "percentage"),
        ("50% of victims were aged 8 to 24.", "percentage"),
        ("50% of victims were aged 18 to 25.", "percentage"),
        ("50 victims were aged 18 to 24.", "number"),
        ("100 victims were 25 or over.", "number"),
        ("There were 12 or over.", "number"),
        ("60% of victims were women.", "percentage"),
        ("40% of victims were men.", "percentage"),
        # Boys are not all that are male.
        ("60% of victims were boys.", "percentage"),
        ("Of victims, 80 were men and 120 women.", "number"),
        ("Violence against women fell.", "change"),
    ],
)
def test_a_part_named_as_people_name_it_has_no_number_of_another(text: str, why: str, ages: ProtectedReading) -> None:
    with pytest.raises(CommentaryError, match=why):
        check(text, ages)


@pytest.fixture(scope="module")
def weapons(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """100 crimes: 60 at night and 40 by day; 30 with a blade, 20 blunt, 50 with none; and the victims of `ages`."""
    crimes = [("part_of_day", "night", 60), ("part_of_day", "day", 40)]
    crimes += [("weapon", "blade", 30), ("weapon", "blunt", 20), ("weapon", "none", 50)]
    people = [("age", "10-17", 50), ("age", "18-24", 100), ("age", "25 and over", 100)]
    people += [("sex", "female", 100), ("sex", "male", 150)]
    rows = [profile(value, "crimes", breakdown, part) for breakdown, part, value in crimes]
    rows += [profile(value, "victims", breakdown, part) for breakdown, part, value in people]
    made = release(tmp_path_factory.mktemp("r") / "r1", rpt_violence_profile=[*PROFILE, *rows])
    return protected_reading(read_release(made, YEAR))


@pytest.mark.parametrize(
    "text",
    [
        "There were 60 crimes at night.",
        "There were 40 crimes in the daytime.",
        "30 crimes involved a blade.",
        "Blades were used in 30 crimes.",
        "Blunt weapons were used in 20 crimes.",
        "30% of crimes involved a blade.",
        "60% of victims were under 25.",
        "150 victims were under 25.",
        "Three in five victims were young people.",
        "A fifth of victims were children.",
    ],
)
def test_a_part_of_crimes_is_named_within_a_sentence_about_crimes(text: str, weapons: ProtectedReading) -> None:
    check(text, weapons)


@pytest.mark.parametrize(
    "text",
    [
        "There were 40 crimes at night.",
        "20 crimes involved a blade.",
        "There were 60 crimes at night in Havant.",
        # Parts of a part are not published, though both names are.
        "There were 60 crimes against women at night.",
        "30 crimes at night involved a blade.",
        "60 robberies happened at night.",
        "40% of victims were under 25.",
        "100 victims were under 25.",
        "30 stabbings happened at night.",
    ],
)
def test_a_part_of_a_part_of_another_measure_or_of_a_place_has_no_number(text: str, weapons: ProtectedReading) -> None:
    with pytest.raises(CommentaryError, match=r"number|percentage"):
        check(text, weapons)


@pytest.mark.parametrize(
    "text",
    [
        "60% of victims were male.",
        "Of victims whose sex is known, 60% were male and 40% were female.",
        "Victims were mostly male: 60% of those whose sex is known.",
        "Male victims made up 60% of those whose sex is known.",
        "Street was the most frequent setting, with 90 crimes.",
        "Serious youth violence counted 595 victims aged 1 to 19.",
    ],
)
def test_a_number_of_a_part_is_that_of_the_part_that_is_named(text: str, parts: ProtectedReading) -> None:
    check(text, parts)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("60% of victims were female.", "percentage"),
        ("Three in five victims were under 25.", "percentage"),
        ("40% of crimes happened in the street.", "percentage"),
        # 63 people were referred, which is printed as 65 and is no percentage.
        ("65% of referrals went well.", "percentage"),
        ("Our programmes cut serious violence by 65%.", "change"),
        ("60 victims were female.", "number"),
        ("Serious violence was 15% lower.", "change"),
        ("Serious violence was a tenth lower.", "change"),
    ],
)
def test_a_number_of_another_part_and_a_share_that_is_a_count_are_refused(
    text: str, why: str, parts: ProtectedReading
) -> None:
    with pytest.raises(CommentaryError, match=why):
        check(text, parts)


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
