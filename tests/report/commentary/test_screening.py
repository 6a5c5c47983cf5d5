"""Text for publication that seems to hold a name, a number, a date of birth or a home of a person is refused."""

import pytest

from vrp_pipeline.feeds import partnership
from vrp_pipeline.report.commentary.screening import PersonalTextError, refuse_personal


@pytest.mark.parametrize(
    "text",
    [
        "We thank Maria da Silva.",
        "We thank Ludwig van Dyke.",
        "We thank Carlos de la Cruz.",
        "We thank Omar al-Hassan.",
        "We thank Amina bint Yusuf.",
        "We thank Jean d’Arcy.",
        "We thank Łukasz Żak.",
        "We thank Şahin Öztürk.",
        "We thank Ștefan Ionescu.",
        "We thank S\N{COMBINING CEDILLA}ahin O\N{COMBINING DIAERESIS}ztu\N{COMBINING DIAERESIS}rk.",
        "We thank Zoë Młynarz.",
        "We thank Ελένη Παππά.",
        "We thank Jane\N{NO-BREAK SPACE}Marlow.",
        "We thank Ja\N{SOFT HYPHEN}ne Mar\N{ZERO WIDTH SPACE}low.",
        "We thank KYLE MARLOW.",
        "We thank K. O'Brien.",
        "We thank J.K. Marlow.",
        "We thank K Marlow.",
        "We thank Kyle M. and others.",
        "Marlow, Jane was hurt in Fareham.",
        "Hart, Jane was hurt in Fareham.",
        "We thank Dr Şahin.",
    ],
)
def test_a_name_is_recognised_in_every_form_it_is_written_in(text: str) -> None:
    with pytest.raises(PersonalTextError, match="a name"):
        refuse_personal(text, "the text")


@pytest.mark.parametrize(
    "text",
    [
        "He was born on 12 March 2008.",
        "Born March 12, 2008, he is young.",
        "His date of birth is the 12th of March.",
        "12 Mar 2008 is her birthday.",
        "DOB: 2008-03-12.",
        "Born 12 03 2008.",
        "It was on 12-03-2008.",
        "It was on 12 / 03 / 2008.",
    ],
)
def test_a_date_of_birth_is_refused_in_words_and_in_numbers(text: str) -> None:
    with pytest.raises(PersonalTextError, match="a date of birth"):
        refuse_personal(text, "the text")


@pytest.mark.parametrize(
    "text",
    [
        "He lives in SO14.",
        "A boy from PO12 was hurt.",
        "In PO12 a girl was hurt.",
        "A child aged 15 in GU34 was hurt.",
        "A 15-year-old in GU34 was hurt.",
        "The family lived in N1.",
        "It began in SO14-0AA.",
        "It began in so14 0aa.",
    ],
)
def test_where_somebody_lives_is_refused_by_half_a_postcode_too(text: str) -> None:
    with pytest.raises(PersonalTextError, match="a postcode"):
        refuse_personal(text, "the text")


@pytest.mark.parametrize(
    "number",
    ["943 476 5919", "943-476-5919", "943.476.5919", "943–476–5919", "943 - 476 - 5919", "943\u00a0476\u00a05919"],
)
def test_an_nhs_number_is_refused_however_it_is_parted(number: str) -> None:
    with pytest.raises(PersonalTextError, match="a number of a person"):
        refuse_personal(f"{number} was in it.", "the text")


@pytest.mark.parametrize(
    "text",
    [
        *partnership.AGENCIES,
        *partnership.DISTRICTS.values(),
        *partnership.POLICE_FORCES,
        partnership.NAME,
        "In Portsmouth, Southampton and Havant, Hampshire Constabulary met the Home Office.",
        "On 12 March 2024 we met in Gosport.",
        "Babies were born. On 12 March 2024 we met.",
        "From 9.30 to 10.15 on 5 May we met at the M27.",
        "Events were held in SO14.",
        "Between 2022-23 and 2023-24 it fell from 3,260 to 3,105.",
        "It fell by 4.8% (−9.1% to −0.3%), to 3,105 crimes.",
        "We chose Plan B. Schools helped. Class A drugs were found.",
        "As in Kent, Surrey and Thames Valley.",
    ],
)
def test_places_bodies_days_and_counts_are_nobody(text: str) -> None:
    refuse_personal(text, "the text")


@pytest.mark.parametrize(
    "text",
    [
        "St Giles Trust and the Ben Kinsella Trust worked with us.",
        "Operation Sceptre was held twice.",
        "The Knife Angel came to Portsmouth.",
        "We met in Charles Dickens, in Fratton and in St Thomas Ward.",
        "We met the police in Charles\nDickens and St Mary’s.",
    ],
)
def test_the_name_of_a_charity_an_operation_or_a_ward_is_nobodys(text: str) -> None:
    refuse_personal(text, "the text", ("Charles Dickens", "Fratton", "St Thomas Ward", "St Mary's"))


@pytest.mark.parametrize(
    "text",
    [
        "We thank Charles Dickens Marlow.",
        "We thank Jane Fratton.",
        "We thank Charles Marlow.",
        "We thank J. Fratton.",
        "We thank Dickens, Jane.",
        "PC Fratton led it.",
        "We thank Ben Marlow of the Ben Kinsella Trust.",
        "We met in Leigh Park.",
    ],
)
def test_a_person_who_shares_a_word_with_a_public_name_is_still_refused(text: str) -> None:
    with pytest.raises(PersonalTextError, match="a name"):
        refuse_personal(text, "the text", ("Charles Dickens", "Fratton"))


@pytest.mark.parametrize("name", ["Shirley Young", "Shirley Nelson", "Nelson Hart"])
def test_two_public_names_or_one_beside_a_surname_are_a_name(name: str) -> None:
    with pytest.raises(PersonalTextError, match="a name"):
        refuse_personal(f"{name} was stabbed.", "why", ("Shirley", "Nelson", "Stanley"))


@pytest.mark.parametrize("text", ["We met in Shirley and Nelson.", "In Shirley violence fell.", "Shirley Police"])
def test_a_ward_beside_a_known_word_is_no_name(text: str) -> None:
    refuse_personal(text, "why", ("Shirley", "Nelson"))


@pytest.mark.parametrize("text", ["We worked in Shirley Ward.", "Events were held across Charles Dickens Ward."])
def test_a_ward_is_a_place_where_it_is_said_to_be_one(text: str) -> None:
    refuse_personal(text, "the text", ("Shirley", "Charles Dickens"))


@pytest.mark.parametrize("text", ["We thank Shirley Ward.", "Shirley Ward was hurt.", "We worked in Jane Ward."])
def test_a_ward_may_be_the_name_of_a_person(text: str) -> None:
    with pytest.raises(PersonalTextError, match="a name"):
        refuse_personal(text, "the text", ("Shirley", "Charles Dickens"))


@pytest.mark.parametrize("name", ["The King's Trust", "The Prince’s Trust"])
def test_the_trust_may_be_named_by_both_its_names(name: str) -> None:
    refuse_personal(f"{name} helped.", "the text")
