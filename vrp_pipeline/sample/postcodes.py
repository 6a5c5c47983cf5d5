"""Postcodes that do not exist, near real districts: their inward codes have letters Royal Mail never uses there."""

import numpy as np
import pyarrow as pa

from vrp_pipeline.sample import texts
from vrp_pipeline.sample.districts import DISTRICTS
from vrp_pipeline.sample.police import INWARD

SECTORS = 9


def near(rng: np.random.Generator, district: np.ndarray) -> pa.Array:
    """A postcode for each district (index)."""
    outward = [f"{area.postcode_area}{number}" for area in DISTRICTS for number in range(1, SECTORS + 1)]
    return texts.joined(
        texts.chosen(outward, district * SECTORS + rng.integers(0, SECTORS, len(district))),
        texts.chosen(INWARD, rng.integers(0, len(INWARD), len(district))),
        by=" ",
    )
