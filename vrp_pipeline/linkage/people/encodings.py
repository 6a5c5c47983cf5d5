"""Names, birthdays and postcodes as keyed hashes that can be compared and not read: "privacy-preserving record linkage (methods §1).

A whole value becomes one code, and a name also the codes of its pairs of letters: two names are alike where they
share many. The key is made at random for each round of linkage and forgotten with it, so that not even whoever holds
the key of the pseudonyms could try out names afterwards.
"""

import hmac
import secrets
import unicodedata
from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

CODE, PAIRS = pa.int64(), pa.list_(pa.int64())
ENCODED = {
    "forename": CODE,
    "forename_pairs": PAIRS,
    "surname": CODE,
    "surname_pairs": PAIRS,
    "birth_month": CODE,
    "birth_day": CODE,
    "postcode": CODE,
    "outward": CODE,
}


class Encoder:
    """Keyed hashes of 64 bits, under a key that nobody keeps. Equal texts have equal codes within one round."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._codes: dict[tuple[str, str], int] = {}

    def person(
        self, *, forenames: pa.Array, surnames: pa.Array, postcodes: pa.Array, months: pa.Array, days: pa.Array
    ) -> dict[str, pa.Array]:
        """The columns ENCODED of people whose names, postcodes, and months and days of birth are given as texts."""
        homes = _spelt(postcodes, _without_blanks)
        columns = {
            # One domain for both, and one for both names, so that what was turned round is seen.
            "birth_month": self.whole("day or month", months),
            "birth_day": self.whole("day or month", days),
            "postcode": self.whole("postcode", homes),
            "outward": self.whole("outward", pc.utf8_slice_codeunits(homes, 0, stop=-3)),
        }
        for name, values in (("forename", forenames), ("surname", surnames)):
            letters = _spelt(values, _letters)
            columns |= {name: self.whole("name", letters), f"{name}_pairs": self.pairs(letters)}
        return {name: columns[name] for name in ENCODED}

    def whole(self, domain: str, texts: pa.Array) -> pa.Array:
        """A code for each text; null stays null."""
        encoded = pc.dictionary_encode(texts)
        codes = [self._code(domain, text) for text in encoded.dictionary.to_pylist()]
        return pa.array(codes, CODE).take(encoded.indices)

    def pairs(self, names: pa.Array) -> pa.Array:
        """The codes of each name's different pairs of letters, its beginning and end included; null stays null."""
        encoded = pc.dictionary_encode(names)
        lists = [
            sorted({self._code("pair", pair) for pair in _pairs_in(name)}) for name in encoded.dictionary.to_pylist()
        ]
        return pa.array(lists, PAIRS).take(encoded.indices)

    def _code(self, domain: str, text: str) -> int:
        if (domain, text) not in self._codes:
            digest = hmac.digest(self._key, f"{domain}|{text}".encode(), "sha256")
            self._codes[domain, text] = int.from_bytes(digest[:8], "big", signed=True)
        return self._codes[domain, text]


def _spelt(texts: pa.Array, spelling: Callable[[str], str]) -> pa.Array:
    """Each text in one spelling; null where nothing is left of it."""
    encoded = pc.dictionary_encode(texts)
    spelt = pa.array([spelling(text) or None for text in encoded.dictionary.to_pylist()], pa.string())
    return spelt.take(encoded.indices)


def _letters(name: str) -> str:
    """`Zoë O'Neil-Smith` as ZOEONEILSMITH: accents, blanks and hyphens are written or not as people like."""
    return "".join(c for c in unicodedata.normalize("NFKD", name).upper() if "A" <= c <= "Z")


def _without_blanks(postcode: str) -> str:
    return "".join(postcode.upper().split())


def _pairs_in(name: str) -> Iterator[str]:
    closed = f"_{name}_"
    return (closed[number : number + 2] for number in range(len(closed) - 1))
