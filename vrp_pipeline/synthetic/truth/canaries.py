"""Texts that may stand nowhere but in deliveries: names, numbers, dates of birth, postcodes and phrases, by feed.

Each agency's module names its columns that tell who a person is, apart from the contracts, so that a column wrongly
declared there is found. Only what was delivered is a canary: what nobody sent can be looked for in vain.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.synthetic.world import people
from vrp_pipeline.synthetic.world.postcodes import INWARD

Canaries = dict[str, dict[str, list[str]]]
MOST = 200  # of each kind: enough to catch a leak in any month
# Shorter texts stand in hashes and numbers by chance: a local number of six digits is no canary.
LEAST_LENGTH = 7
# A later day is the day of some event too; only earlier ones can be nothing but somebody's date of birth.
BORN_BEFORE = "2015"
EVERY_FEED = "every feed"


def of_every_feed() -> Canaries:
    """What occurs in several feeds: the surnames, and the ends of postcodes however these are spaced."""
    return {EVERY_FEED: {"surname": list(people.SURNAMES), "postcode_inward": list(INWARD)}}


def spread(
    columns: Mapping[str, pa.Array], names: Iterable[str], rows: np.ndarray | None = None
) -> dict[str, list[str]]:
    """At most MOST different texts of each named column, evenly from the delivered `rows` (by default all)."""
    found = {}
    for name in names:
        cells = columns[name] if rows is None else columns[name].take(pa.array(rows))
        known = pc.unique(cells.drop_null())
        is_late_day = pc.and_(pc.match_substring_regex(known, r"^\d{4}-\d{2}-\d{2}$"), pc.greater(known, BORN_BEFORE))
        known = known.filter(pc.and_(pc.greater_equal(pc.utf8_length(known), LEAST_LENGTH), pc.invert(is_late_day)))
        found[name] = sorted(known.take(pa.array(np.arange(0, len(known), -(-len(known) // MOST) or 1))).to_pylist())
    return found
