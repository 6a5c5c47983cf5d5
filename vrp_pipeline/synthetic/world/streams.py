"""Named random streams: each part of the simulation has its own, so that adding one leaves all others unchanged."""

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator of one named part of the simulation; equal seeds and names give equal draws."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *name.encode()])))


def pick(rng: np.random.Generator, weights: np.ndarray, count: int) -> np.ndarray:
    """Draw `count` indices with replacement in proportion to `weights` (1-d, not all zero)."""
    cumulated = np.cumsum(weights, dtype=np.float64)
    drawn = np.searchsorted(cumulated, rng.random(count) * cumulated[-1], side="right")
    return np.asarray(np.minimum(drawn, len(weights) - 1))


def pick_by(rng: np.random.Generator, table: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Draw for each entry of `rows` an index in proportion to that row of `table` (n rows × k choices)."""
    cumulated = np.cumsum(table, axis=1, dtype=np.float64)
    cumulated /= cumulated[:, -1:]
    drawn = (rng.random(len(rows))[:, None] >= cumulated[rows]).sum(axis=1)
    return np.asarray(np.minimum(drawn, table.shape[1] - 1))
