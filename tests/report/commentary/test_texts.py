"""Words by people stand beside the figures only where they agree with them and tell of nobody."""

from pathlib import Path

import pytest

from tests.support.commentary import YEAR, check
from tests.support.further_tables import places, release
from tests.support.publications import AUTHOR, publish
from tests.support.releases import write_release
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.report import draft
from vrp_pipeline.report.commentary.screening import PersonalTextError
from vrp_pipeline.report.commentary.texts import PASSAGES, CommentaryError, Passage, check_commentary, read_commentary
from vrp_pipeline.report.content.protected import ProtectedReading
from vrp_pipeline.report.counts.reading import read_release
from vrp_pipeline.report.protection.protecting import protected_reading

pytestmark = pytest.mark.xdist_group("commentary")


# As a partnership writes them; none tells of a figure or a person.
HARMLESS = {
    "foreword": (
        "I am pleased to introduce the annual report of our partnership.",
        "Behind every number in this report is a person, a family and a community.",
        "I want to thank everyone who has worked so hard this year.",
        "Thank you to the young people who trusted us with their stories.",
        "We could not have done this without the support of our communities.",
        "No single organisation can solve this alone.",
        "We know that trust is earned over many years.",
        "There is still much more to do.",
        "Looking ahead, we will publish a new needs assessment in the spring.",
        "We are grateful to the Home Office for its continued funding.",
        "The Violence Reduction Partnership is funded until March 2025.",
        "We visited Scotland to learn from the Scottish Violence Reduction Unit.",
        "We will not give up on any child.",
        "It is encouraging that partners came together so quickly.",
    ),
    "why": (
        "The cost of living has put families under pressure.",
        "Drug markets have changed and so has the way that young people are exploited.",
        "Better recording by the police may explain some of the difference.",
        "Social media can turn a small argument into something bigger.",
        "We cannot say with certainty what caused the change.",
        "Hospital data help us to see incidents that are never reported to the police.",
        "More victims now come forward, which is a good thing.",
        "The rise of social media has made conflicts harder to leave behind.",
        "Budgets were cut across the public sector, and staff costs went up.",
        "Rising rents and falling incomes put families under strain.",
        "Demand on services grew and so did the need to work together.",
        "Waiting times for mental health support rose.",
        "Living costs increased sharply.",
        "The need for safe spaces has increased.",
        "We need to understand why some places have more violence than others.",
        "Interest in our training has risen.",
        "More victims than before agreed to speak to our navigators.",
        "More victims are offered support in hospital.",
        "The quality of data improved, because hospitals now record where an assault happened.",
    ),
    "actions": (
        "We trained teachers, youth workers and nurses in trauma-informed practice.",
        "Youth workers are now based in the emergency department of the hospital.",
        "We put knife bins and bleed kits in public places.",
        "We ran a campaign against knife crime during the summer holidays.",
        "Partners share data safely, under an agreement that was reviewed in March.",
        "We doubled the number of mentors.",
        "We followed up the recommendations of last year's report, and most are complete.",
        "Custody is a teachable moment, and our workers are there seven days a week.",
        "We signed up to the charter and will follow up on every referral.",
        "Staff sit down with each family and draw up a plan.",
        "We scaled up our work with schools.",
        "Use of the online portal went up.",
        "Our youth panel grew, and its members chose the topics of the conference.",
        "The threshold for support was lowered so that help comes earlier.",
    ),
    "recommendations": (
        "We recommend that every school has a named contact in the partnership.",
        "The Board should review the strategy every two years.",
        "We recommend longer funding, because short contracts make it hard to keep staff.",
        "Services should listen to young people before they design anything.",
        "Invest earlier: the best time to help is before the first exclusion.",
        "We recommend that schools teach conflict resolution from an early age.",
        "Licensing conditions should require staff to be trained.",
        "Fewer young people slipped through the net because partners shared what they knew.",
    ),
    "voices": (
        '"I don\'t carry anything, but I know people who do," one young person said.',
        '"My mentor is the only adult who never gave up on me."',
        '"There is nothing to do round here after school."',
        '"I feel safer on the bus now than I used to."',
        '"If there were more youth clubs, people would have somewhere to go."',
        "Some did not feel safe at the bus station after dark.",
        "Young people feel let down by services.",
        '"One trusted adult can make all the difference."',
        "A single fight can change a life.",
        '"I was arrested twice before I was fifteen."',
        '"Half the time nobody asks us."',
        '"You grow up fast round here."',
        '"Things have got better since the youth club opened."',
        "Boys told us that it is hard to calm down when someone disrespects them.",
    ),
}


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


@pytest.mark.parametrize(("passage", "sentence"), [(name, each) for name, held in HARMLESS.items() for each in held])
def test_a_sentence_that_tells_of_no_figure_and_of_nobody_passes(
    passage: str, sentence: str, reading: ProtectedReading
) -> None:
    check_commentary((Passage(passage, PASSAGES[passage], sentence),), reading)
