"""The search for planted identifiers finds them wherever they are, and nothing else."""

import numpy as np
import pytest

from tests.support.canaries import PIECE, Search

TEXTS = ("X123456", "04/0712343H", "Ask Ottoline Quillfeather of the unit", "7MC", "999 000 0018")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("before", [0, 1, 4_000, PIECE - 3, PIECE, 2 * PIECE - 1])
def test_a_planted_text_is_found_at_the_beginning_the_end_and_across_pieces(text: str, before: int) -> None:
    noise = np.random.default_rng(1).integers(97, 123, before, dtype=np.uint8).tobytes()
    search = Search(TEXTS)
    assert search.first_in(noise + text.encode()) == text
    assert search.first_in(noise + text.encode() + b" and more") == text
    assert search.first_in(noise + text.encode()[:-1]) is None


def test_a_text_that_only_begins_like_a_planted_one_is_not_found() -> None:
    search = Search(("04/0712343H", "04/0712399K"))
    assert search.first_in(b"04/0712343G 04/0712399 04/07123") is None
    assert search.first_in(b"04/0712343G 04/0712399K") == "04/0712399K"
    assert search.first_in(b"") is None
