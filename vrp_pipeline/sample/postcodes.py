"""Postcodes that do not exist, near real districts: their inward codes have letters Royal Mail never uses there."""

import numpy as np
import pyarrow as pa

from vrp_pipeline.sample import texts
from vrp_pipeline.sample.districts import DISTRICTS

# Inward codes with letters that Royal Mail never uses there (C I K M O V): no such postcode exists.
INWARD = ("3KV", "7MC", "2OK", "9VI", "4CM", "8KO")
SECTORS = 9


def near(rng: np.random.Generator, district: np.ndarray) -> pa.Array:
    """A postcode for each district (index)."""
    outward = [f"{area.postcode_area}{number}" for area in DISTRICTS for number in range(1, SECTORS + 1)]
    return texts.joined(
        texts.chosen(outward, district * SECTORS + rng.integers(0, SECTORS, len(district))),
        texts.chosen(INWARD, rng.integers(0, len(INWARD), len(district))),
        by=" ",
    )
