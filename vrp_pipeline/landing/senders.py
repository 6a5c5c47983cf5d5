"""The sender of each row, in feeds with several: the text of the sender column in one spelling, or NOBODY.

After a shift of columns the text may be a person's name or number, and senders are named in the ledger and to people.
Only a code of the contract, the name of a sheet, or a text that has the form of an organisation's code names a sender.
"""

import re
from collections.abc import Collection

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import XlsxSheets
from vrp_pipeline.landing.values import INVISIBLE

NOBODY = ""
# ODS codes of trusts have 3 characters, those of sites 5 (`RHM`, `RHM01`).
ORGANISATION_CODE = re.compile(r"[A-Z0-9]{3,5}")
LONGEST_SHEET_NAME = 31  # the limit of spreadsheet programs
# The partnership has fourteen districts; a column with more distinct texts is not one of senders.
MOST_SENDERS = 40
WITHOUT_INVISIBLE = str.maketrans("", "", INVISIBLE)


class UnknownSenderError(ValueError):
    """Raised if a name given by a person is of no sender of the feed."""


def senders_of(feed: Feed, texts: pa.Array, known: Collection[str] | None = None) -> pd.Categorical:
    """Return the sender of each row (one category per sender, NOBODY included) from the texts of the sender column.

    If the rows name only one sender, rows that name nobody belong to that sender too. `known` limits the senders to
    those found on receipt.
    """
    assert feed.sender is not None
    few = pc.dictionary_encode(texts, null_encoding="encode")
    names = [_name(feed, text) for text in few.dictionary.to_pylist()]
    found = {name for name in names if name}
    if known is not None:
        found = set(known)
    elif len(found) > MOST_SENDERS:
        found = set()
    nobody = next(iter(found)) if len(found) == 1 else NOBODY
    names = [name if name in found else nobody for name in names]
    categories = sorted(set(names))
    code_of = np.array([categories.index(name) for name in names], dtype=np.int16)
    codes = few.indices.to_numpy(zero_copy_only=False)
    return pd.Categorical.from_codes(code_of[codes] if names else codes, pd.Index(categories, dtype=object))


def sender_name(feed: Feed, text: str) -> str:
    """Return the one spelling of a sender as a person gives it. Raises UnknownSenderError if it names none."""
    name = _name(feed, text) if feed.sender else " ".join(text.split())
    if not name:
        raise UnknownSenderError(f"'{text}' is no sender of {feed.name}: give it as '{feed.sender}' of its rows has it")
    return name


def _name(feed: Feed, text: str | None) -> str:
    """Return the one spelling of a sender, or NOBODY."""
    spelt = " ".join((text or "").translate(WITHOUT_INVISIBLE).split()).upper()
    codes = feed.by_name[feed.sender or ""].codes
    if codes:
        return next((code for code in codes if code.upper() == spelt), NOBODY)
    if isinstance(feed.format, XlsxSheets):
        return spelt if len(spelt) <= LONGEST_SHEET_NAME else NOBODY
    return spelt if ORGANISATION_CODE.fullmatch(spelt) else NOBODY
