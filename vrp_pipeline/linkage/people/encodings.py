"""Privacy-preserving record linkage (PPRL): keyed hashes of names, dates of birth and postcodes.

See docs/linkage.md#difficulty.

A whole value becomes one code; a name also becomes the codes of its bigrams, so that similar names share many codes.
The key is random for each round of linkage and never stored, so that even the holder of the pseudonymisation key cannot
test candidate names against the codes. How codes are compared is in `model`.
"""

import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

CODE, PAIRS = pa.int64(), pa.list_(pa.int64())
# In full and without blanks: area, district, sector and unit.
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}")
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
    """Keyed 64-bit hashes under a key that is never stored. Equal texts have equal codes within one round."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._codes: dict[tuple[str, str], int] = {}

    def person(
        self, *, forenames: pa.Array, surnames: pa.Array, postcodes: pa.Array, months: pa.Array, days: pa.Array
    ) -> dict[str, pa.Array]:
        """Return the columns `ENCODED` for arrays of equal length, one element per person.

        Names and postcodes are texts as delivered; months and days of birth are texts of numbers.
        """
        homes = _spelt(postcodes, _postcode)
        columns = {
            # Day and month share one domain, as do forename and surname, so that swapped values can be detected.
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
        """Return one code per text; null stays null."""
        encoded = pc.dictionary_encode(texts)
        codes = [self._code(domain, text) for text in encoded.dictionary.to_pylist()]
        return pa.array(codes, CODE).take(encoded.indices)

    def pairs(self, names: pa.Array) -> pa.Array:
        """Return the distinct bigram codes of each name, padded at both ends; null stays null."""
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


def _spelt(texts: pa.Array, spelling: Callable[[str], str | None]) -> pa.Array:
    """Return each text in normalised spelling; null where nothing is left."""
    encoded = pc.dictionary_encode(texts)
    spelt = pa.array([spelling(text) or None for text in encoded.dictionary.to_pylist()], pa.string())
    return spelt.take(encoded.indices)


def _letters(name: str) -> str:
    """Normalise `Zoë O'Neil-Smith` to ZOEONEILSMITH: agencies differ in accents, spaces and hyphens."""
    return "".join(c for c in unicodedata.normalize("NFKD", name).upper() if "A" <= c <= "Z")


def _postcode(text: str) -> str | None:
    """Return a whole postcode without blanks; None for anything else.

    NFA, UNKNOWN and the pseudo postcodes ZZ99 of the NHS are the home of nobody: two people who share one have nothing
    in common.
    """
    postcode = "".join(text.upper().split())
    return postcode if POSTCODE.fullmatch(postcode) and not postcode.startswith("ZZ99") else None


def _pairs_in(name: str) -> Iterator[str]:
    closed = f"_{name}_"
    return (closed[number : number + 2] for number in range(len(closed) - 1))
