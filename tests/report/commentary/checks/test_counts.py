"""A number that commentary gives is printed of its subject, place and year."""

from pathlib import Path

import pytest

from tests.support.commentary import YEAR, check
from tests.support.further_tables import release
from vrp_pipeline.report.commentary.texts import CommentaryError
from vrp_pipeline.report.content.protected import ProtectedReading
from vrp_pipeline.report.counts.reading import read_release
from vrp_pipeline.report.protection.protecting import protected_reading

pytestmark = pytest.mark.xdist_group("commentary")


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
        "One homicide can be confirmed.",
        "One young person said that six people were killed.",
        "The only adult who was killed lived here.",
        "Half the victims were children.",
        "I was 15 times a victim.",
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
