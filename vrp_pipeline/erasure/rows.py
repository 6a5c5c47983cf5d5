"""The rows that hold a number of an erased person, in a delivery and in files derived from it."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.identifiers.person_numbers import person_numbers
from vrp_pipeline.identifiers.pseudonyms import pseudonyms
from vrp_pipeline.lake.erasures import Erasure
from vrp_pipeline.landing.values import read_texts


def in_texts(feed: Feed, texts: pa.Table, found: Sequence[Erasure], key: bytes) -> np.ndarray:
    """Return for each delivered row (Boolean) whether it holds a number of one of these people."""
    theirs = np.zeros(texts.num_rows, dtype=bool)
    for name, kind in feed.person_numbers.items():
        if of_kind := [erasure for erasure in found if erasure.kind == kind]:
            values, _ = read_texts(texts[name].combine_chunks(), feed.by_name[name].type)
            hidden = pseudonyms(person_numbers(values, kind).values, kind, key)
            theirs |= _holds(hidden, _services(feed, name, texts), of_kind, restricted=None)
    return theirs


def in_rows(feed: Feed, rows: pa.Table, found: Sequence[Erasure], key: bytes) -> np.ndarray:
    """Return for each row of bronze or quarantine (Boolean) whether it holds a pseudonym of one of these people."""
    theirs = np.zeros(rows.num_rows, dtype=bool)
    for name, kind in feed.person_numbers.items():
        if of_kind := [erasure for erasure in found if erasure.kind == kind]:
            theirs |= _holds(rows[name].combine_chunks(), _services(feed, name, rows), of_kind, restricted=key)
    return theirs


def _holds(
    hidden: pa.Array, services: pa.Array | None, found: Sequence[Erasure], restricted: bytes | None
) -> np.ndarray:
    """Return for each row whether its pseudonym, in its service, is of one of these people.

    With a key, the pseudonyms of restricted people are known too, which are made of their pseudonym once more.
    """
    theirs = np.zeros(len(hidden), dtype=bool)
    for erasure in found:
        names = pa.array([erasure.pseudonym])
        if restricted is not None:
            names = pa.concat_arrays([names, pseudonyms(names, "restricted", restricted)])
        mask = pc.fill_null(pc.is_in(hidden, value_set=names), False)
        if erasure.within:
            if services is None:
                continue
            mask = pc.and_(mask, pc.fill_null(pc.equal(services, erasure.within), False))
        theirs |= mask.to_numpy(zero_copy_only=False)
    return theirs


def _services(feed: Feed, name: str, rows: pa.Table) -> pa.Array | None:
    """Return the code of the service whose own number stands in a column, by row; None where it is no service's."""
    for person in feed.people:
        if person.key[-1] == name and len(person.key) > 1:
            return pc.utf8_upper(pc.utf8_trim_whitespace(rows[person.key[0]].combine_chunks()))
    return None
