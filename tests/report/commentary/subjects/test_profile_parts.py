"""Parts of the profile may be named as people name them, with no number of another part."""

import pytest

from tests.support.commentary import check
from vrp_pipeline.report.commentary.texts import CommentaryError
from vrp_pipeline.report.content.protected import ProtectedReading

pytestmark = pytest.mark.xdist_group("commentary")


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
