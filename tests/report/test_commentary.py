"""Words by people stand beside the figures only where they agree with them and tell of nobody."""

from pathlib import Path

import pytest

from tests.support.publications import AUTHOR, publish
from tests.support.releases import write_release
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.report import draft
from vrp_pipeline.report.commentary import CommentaryError, Passage, check_commentary
from vrp_pipeline.report.protected import ProtectedReading
from vrp_pipeline.report.protecting import protected_reading
from vrp_pipeline.report.reading import read_release
from vrp_pipeline.report.screening import PersonalTextError

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
        "Serious violence fell by 4.8% on 2022-23, more than in any year since 2019.",
        "Violence was down 5 per cent.",
        "In Havant there was no clear change.",
        "In Havant violence did not fall.",
        "There were 3,105 crimes; 314 events were attended.",
        "People aged 18 to 24 and under 25 told us what they need.\n\n- Longer opening hours\n- More buses",
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
        "# Our year",
    ],
)
def test_text_that_contradicts_the_figures_or_adds_numbers_is_refused(text: str, reading: ProtectedReading) -> None:
    with pytest.raises(CommentaryError, match=r"why\.md, line 1"):
        check(text, reading)


def test_the_refusal_says_what_the_figures_say_and_does_not_quote(reading: ProtectedReading) -> None:
    with pytest.raises(CommentaryError) as refusal:
        check("All is well.\nViolence fell in Havant because of Operation Example.", reading)
    assert "line 2" in str(refusal.value)
    assert "No clear change on 2022-23" in str(refusal.value)
    assert "Operation Example" not in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    ["We thank Jane Marlow.", "PC Baker led it.", "It began in SO14 7DU.", "Crime 44230000123 was the first."],
)
def test_a_name_a_number_of_a_person_or_a_postcode_is_refused(text: str, reading: ProtectedReading) -> None:
    with pytest.raises(PersonalTextError) as refusal:
        check(text, reading)
    assert not any(word in str(refusal.value) for word in ("Marlow", "Baker", "7DU", "44230000123"))


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
