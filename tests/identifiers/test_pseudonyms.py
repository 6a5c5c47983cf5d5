"""One person, one pseudonym: differently spelt numbers are normalised before they are hashed."""

import pyarrow as pa
import pytest

from vrp_pipeline.identifiers.pseudonyms import pnc_spelling, pseudonyms

KEY = bytes(range(32))


def of(*identifiers: str, kind: str = "pnc_number") -> set[str]:
    return set(pseudonyms(pa.array(identifiers, pa.string()), kind, KEY).to_pylist())


def test_a_pnc_number_has_one_pseudonym_whichever_year_and_serial_it_is_written_with() -> None:
    spellings = ("2004/0712343H", "04/0712343H", "04/712343h", " 2004 / 0712343 H", "20040712343H", "040712343H")
    assert len(of(*spellings)) == 1
    assert of("1974/2487362D") == of("74/2487362D")


def test_another_year_serial_or_check_letter_is_another_person() -> None:
    assert len(of("2004/0712343H", "2005/0712343H", "2004/0712344H", "2004/0712343J", "74/0712343H")) == 5


@pytest.mark.parametrize("text", ["not known", "004/0712343H", "2004/07123430H", "2004/0712343", "2004-0712343H", ""])
def test_what_is_no_pnc_number_stays_as_it_is(text: str) -> None:
    assert pnc_spelling(text) == text


def test_only_the_kind_that_is_so_spelt_is_rewritten() -> None:
    assert len(of("2004/0712343H", "04/0712343H", kind="crn")) == 2
