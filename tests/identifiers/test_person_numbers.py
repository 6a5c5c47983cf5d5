"""Numbers of people: blank, unreadable and nobody's are three things, and one number in any spelling is one."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_pipeline.identifiers.person_numbers import person_numbers

# Worked by hand: 9×10 + 9×9 + 9×8 + 1×2 = 245, 245 mod 11 = 3, and 11 − 3 = 8.
NHS = "9990000018"


def read_one(text: str, kind: str) -> tuple[str | None, str | None]:
    """The number and the fault of one text."""
    found = person_numbers(pa.array([text], pa.string()), kind)
    return found.values[0].as_py(), next((reason for mask, reason in found.faults if mask[0].as_py()), None)


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("nhs_number", NHS, NHS),
        ("nhs_number", "999 000 0018", NHS),
        ("nhs_number", "999-000-0018", NHS),
        ("nhs_number", "999.000.0018", NHS),
        ("nhs_number", "9990000018.0", NHS),
        ("nhs_number", "999-000-0018.00", NHS),
        ("nhs_number", '="9990000018"', NHS),
        ("nhs_number", "'9990000018", NHS),
        ("nhs_number", "999\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}0018", NHS),
        ("nhs_number", "\N{ZERO WIDTH SPACE}9990000018", NHS),
        # 8×2 + 5×3 + 9×5 + 9×6 + 9×7 + 2×9 + 4×10 + 1×13 = 264, 264 mod 23 = 11, and the letter after L is M.
        ("upn", "M850999024001", "M850999024001"),
        ("upn", "m850\N{NO-BREAK SPACE}999024001 ", "M850999024001"),
        ("upn", "B801200005001", "B801200005001"),
        # 40712343 mod 23 = 20: the letters begin with Z for 0, then A for 1, without I, O and S.
        ("pnc_number", "2004/0712343W", "04/0712343W"),
        ("pnc_number", "04/712343w", "04/0712343W"),
        ("crn", "x123456\N{NO-BREAK SPACE}", "X123456"),
        ("noms_number", " a1234bc", "A1234BC"),
        ("police_person", "P 17", "P17"),
    ],
)
def test_a_number_has_one_spelling(kind: str, text: str, number: str) -> None:
    assert read_one(text, kind) == (number, None)


@pytest.mark.parametrize(
    "text", ["", "x", "*", "not known", "9999999999", "000-000-0000", "1234567890", "012 345 6789", "9876543210.0"]
)
def test_what_stands_for_not_known_is_nobody_and_no_fault(text: str) -> None:
    assert read_one(text, "nhs_number") == (None, None)


@pytest.mark.parametrize(
    ("kind", "text", "fault"),
    [
        ("nhs_number", "9990000019", "is no NHS number (check digit)"),
        ("nhs_number", "9990000081", "is no NHS number (check digit)"),
        ("nhs_number", "999000001", "is no NHS number (ten digits)"),
        ("nhs_number", "99900000180", "is no NHS number (ten digits)"),
        ("nhs_number", "9990000018.5", "is no NHS number (ten digits)"),
        ("nhs_number", "9.99E+09", "was rounded by a spreadsheet"),
        ("upn", "A850999024001", "is no unique pupil number (check letter)"),
        ("upn", "A801200005001", "is no unique pupil number (check letter)"),
        ("upn", "M85099902400", "is no unique pupil number (a letter and twelve digits)"),
        ("pnc_number", "2004/0712343H", "is no Police National Computer number (check letter)"),
        ("crn", "X12345", "is no case reference number (a letter and six digits)"),
        ("noms_number", "A1234B", "is no prison number (a letter, four digits and two letters)"),
    ],
)
def test_what_breaks_the_rule_of_its_kind_is_unreadable_and_named(kind: str, text: str, fault: str) -> None:
    assert read_one(text, kind) == (None, fault)


def test_placeholders_are_counted_by_row_and_blanks_are_not() -> None:
    found = person_numbers(pa.array([NHS, "9999999999", None, "9999999999", "x", "9990000019"]), "nhs_number")
    assert found.values.to_pylist() == [NHS, None, None, None, None, None]
    assert found.of_nobody.true_count == 3
    assert found.unreadable.to_pylist() == [False] * 5 + [True]


@given(st.lists(st.from_regex(r"\A[0-9]{9,11}\Z"), max_size=20))
def test_digits_are_a_number_exactly_if_there_are_ten_and_the_last_completes_eleven(texts: list[str]) -> None:
    found = person_numbers(pa.array(texts, pa.string()), "nhs_number").values.to_pylist()
    runs = {str(digit) * 10 for digit in range(10)} | {"0123456789", "1234567890", "9876543210"}

    def is_number(text: str) -> bool:
        # With the check digit weighted by 1, the sum of a sound number is a multiple of 11.
        weighted = sum(int(digit) * weight for digit, weight in zip(text, range(10, 0, -1), strict=False))
        return len(text) == 10 and weighted % 11 == 0 and text not in runs

    assert found == [text if is_number(text) else None for text in texts]


@pytest.mark.parametrize("text", ["0", "000", "9999", "99999999", "11111", " 0 "])
def test_noughts_and_one_digit_again_and_again_are_nobodys_local_number(text: str) -> None:
    found = person_numbers(pa.array([text, "77", "70001"]), "person_reference")
    assert found.values.to_pylist() == [None, "77", "70001"]
    assert found.of_nobody.to_pylist() == [True, False, False]
