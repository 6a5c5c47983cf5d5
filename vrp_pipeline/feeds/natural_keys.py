"""The natural key of a row as one text, which is what a record id is where the key is not blank."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc


def joined_key(columns: Sequence[pa.Array]) -> pa.Array:
    """Return the values of the key's columns (one or more), in their order, with | between them; a null is blank."""
    texts = [pc.fill_null(pc.cast(column, pa.string()), "") for column in columns]
    return texts[0] if len(texts) == 1 else pc.binary_join_element_wise(*texts, "|")
