"""Police National Computer (PNC) numbers: one per person, in the two spellings used by agencies.

A person known to youth justice and later to probation has the same number in both ([Delius API 2026] gives the form;
the rule of the check letter is [K]).
"""

import numpy as np
import pyarrow as pa

from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world.people import People

# The computer dates from 1974 (paper records before it); nobody is first recorded after the simulation begins.
FIRST_YEAR, LAST_YEAR = 1974, 2021
YOUNGEST, AGES = 10, 12  # first recorded at 10 to 21; assumption of shape
SERIALS = 10_000_000
# Odd and not a multiple of five, so that different references have different serial numbers.
MULTIPLIER, OFFSET = 7_654_321, 1_234_567
CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"


def numbers(people: People, person: np.ndarray, *, short: np.ndarray) -> pa.Array:
    """Return the number of each person (index): `04/0712343H` where `short`, else `2004/0712343H`."""
    reference = people.reference[person].astype(np.int64)
    born = people.born[person].astype("datetime64[Y]").astype(int) + 1970
    year = np.clip(born + YOUNGEST + reference % AGES, FIRST_YEAR, LAST_YEAR)
    serial = (reference * MULTIPLIER + OFFSET) % SERIALS
    check = ((year % 100) * SERIALS + serial) % len(CHECK_LETTERS)
    years = texts.either(short, texts.whole(year % 100, 2), texts.whole(year))
    tail = texts.joined(texts.whole(serial, 7), texts.chosen(list(CHECK_LETTERS), check))
    return texts.joined(years, tail, by="/")
