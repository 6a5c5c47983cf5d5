"""Nonexistent postcodes near the real districts: their inward codes have letters Royal Mail never uses there."""

import numpy as np
import pyarrow as pa

from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world.districts import DISTRICTS

# Inward codes with letters that Royal Mail never uses there (C I K M O V): no such postcode exists.
INWARD = ("3KV", "7MC", "2OK", "9VI", "4CM", "8KO")
# So many that each postcode is shared by a few homes, as in reality.
HOME_INWARD = tuple(f"{digit}{one}{other}" for digit in range(10) for one in "CIKMOV" for other in "CIKMOV")
SECTORS = 9
MOVED, TO_ELSEWHERE = 0.13, 0.3  # records with another postcode than the person's own, and of these in another district
OUTWARD = tuple(f"{area.postcode_area}{number}" for area in DISTRICTS for number in range(1, SECTORS + 1))


def near(rng: np.random.Generator, district: np.ndarray) -> pa.Array:
    """Return a postcode for each district (index)."""
    return texts.joined(
        texts.chosen(OUTWARD, district * SECTORS + rng.integers(0, SECTORS, len(district))),
        texts.chosen(INWARD, rng.integers(0, len(INWARD), len(district))),
        by=" ",
    )


def of_homes(rng: np.random.Generator, district: np.ndarray) -> np.ndarray:
    """Return the index of a home's postcode in each district (index)."""
    each = SECTORS * len(HOME_INWARD)
    return district * each + rng.integers(0, each, len(district))


def written(rng: np.random.Generator, home: np.ndarray) -> pa.Array:
    """Return postcodes of homes (indices) as recorded by one agency: some people have moved since or before."""
    moved = rng.random(len(home)) < MOVED
    elsewhere = rng.random(len(home)) < TO_ELSEWHERE
    district = home // (SECTORS * len(HOME_INWARD))
    new = of_homes(rng, np.where(elsewhere, rng.integers(0, len(DISTRICTS), len(home)), district))
    home = np.where(moved, new, home)
    return texts.joined(
        texts.chosen(OUTWARD, home // len(HOME_INWARD)), texts.chosen(HOME_INWARD, home % len(HOME_INWARD)), by=" "
    )
