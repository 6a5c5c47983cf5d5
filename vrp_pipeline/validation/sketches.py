"""Sketches of what the rows of a month hold: the smallest of their keyed hashes (k minimum values).

Two sketches share about the same proportion as what the two months hold. Without the key, nobody can tell from a hash
what was hashed.
"""

import hmac
from base64 import b85encode
from collections.abc import Mapping

import numpy as np
import pandas as pd

# A share of one in ten is estimated to within four in a hundred (two standard errors, √(p(1 − p)/256)).
SKETCH = 256
SIPHASH_KEY_BYTES = 16
# A few rows come in two months because their date was corrected in between, and of few hashes a share is an accident.
LEAST_SHARED, LEAST_JUDGED = 5, 30

# The hashes of a sketch as hexadecimal digits; each counts once.
Sketch = Mapping[str, int]


def siphash_key(key: bytes, purpose: str) -> str:
    """Return the key of the hashes (SipHash) of one purpose, of the length that pandas asks for."""
    return b85encode(hmac.digest(key, f"vrp|v1|{purpose}".encode(), "sha256"))[:SIPHASH_KEY_BYTES].decode()


def sketch_of(hashes: np.ndarray) -> Sketch:
    """Return the sketch of keyed hashes (uint64), which may repeat."""
    return {f"{number:016x}": 1 for number in np.unique(hashes)[:SKETCH].tolist()}


def hashes_of(texts: np.ndarray, secret: str) -> np.ndarray:
    """Return the keyed hash (uint64) of each text."""
    return np.asarray(pd.util.hash_array(texts.astype(object), hash_key=secret, categorize=False))


def judged_of(sketch: Sketch, earlier: Sketch) -> list[str]:
    """Return the hashes of a sketch that the other would hold too if it had seen them: those below its reach."""
    cut = [each for each in (sketch, earlier) if len(each) >= SKETCH]
    reach = min(max(each) for each in cut) if cut else None
    return [each for each in sketch if reach is None or each <= reach]


def share_in(sketch: Sketch, earlier: Sketch) -> float:
    """Return the estimated share of what a month holds that the other holds too: exact where both hold little.

    It is 0 where too little is shared, or too little can be judged, to tell.
    """
    judged = judged_of(sketch, earlier)
    shared = sum(each in earlier for each in judged)
    return 0.0 if shared < LEAST_SHARED or len(judged) < min(LEAST_JUDGED, len(sketch)) else shared / len(judged)
