"""Canaries: names, numbers, dates of birth, postcodes and phrases that may occur only in deliveries, by feed.

Each agency's module lists its identifying columns independently of the contracts, so that a column wrongly declared
there is found. Only delivered values are canaries: searching for a value that was never sent proves nothing.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.synthetic.world import people
from vrp_pipeline.synthetic.world.postcodes import INWARD

Canaries = dict[str, dict[str, list[str]]]
MOST = 200  # of each kind: enough to detect a leak in any month
# Shorter texts occur in hashes and numbers by chance: a local number of six digits is no canary.
LEAST_LENGTH = 7
# Later days are dates of events too; only earlier ones are certainly dates of birth.
BORN_BEFORE = "2015"
EVERY_FEED = "every feed"


def of_every_feed() -> Canaries:
    """Return canaries of several feeds: surnames, and the inward codes of postcodes, whatever the spacing."""
    return {EVERY_FEED: {"surname": list(people.SURNAMES), "postcode_inward": list(INWARD)}}


def spread(
    columns: Mapping[str, pa.Array], names: Iterable[str], rows: np.ndarray | None = None
) -> dict[str, list[str]]:
    """Return at most MOST distinct texts per named column, spread evenly over the delivered `rows` (default: all)."""
    found = {}
    for name in names:
        cells = columns[name] if rows is None else columns[name].take(pa.array(rows))
        known = pc.unique(cells.drop_null())
        is_late_day = pc.and_(pc.match_substring_regex(known, r"^\d{4}-\d{2}-\d{2}$"), pc.greater(known, BORN_BEFORE))
        known = known.filter(pc.and_(pc.greater_equal(pc.utf8_length(known), LEAST_LENGTH), pc.invert(is_late_day)))
        found[name] = sorted(known.take(pa.array(np.arange(0, len(known), -(-len(known) // MOST) or 1))).to_pylist())
    return found
