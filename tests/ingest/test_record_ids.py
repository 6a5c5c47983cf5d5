"""Rows without a key: those that are alike are separate events, and a table that comes twice is counted once."""

import pyarrow as pa
import pytest

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.record_ids import COPY, record_ids, repeated

SEARCHES = FEEDS["police__stop_and_searches"]
STREET = FEEDS["police__street_crimes"]


def kept(contents: list[str], keys: list[str] | None = None) -> list[bool]:
    """Whether each row counts, rows being alike where their contents are."""
    feed = STREET if keys else SEARCHES
    texts = pa.table({"content": pa.chunked_array([contents])})
    (key,) = feed.natural_key or (None,)
    bronze = {key: pa.array(keys, pa.string())} if key else {}
    ids = record_ids(feed, bronze, texts)
    order = pa.array(range(len(contents)))
    rows = pa.table({"record_id": ids, "source_row": order, "delivery_id": pa.repeat("d", len(contents))})
    copies, conflicts = repeated(rows.append_column("content", pa.array(contents)))
    assert conflicts.null_count == len(contents)
    assert set(copies.drop_null().to_pylist()) <= {COPY}
    return [bool(is_first) for is_first in copies.is_null().to_pylist()]


ALIKE = ["street 1", "street 1", *(f"street {row}" for row in range(2, 31))]


@pytest.mark.parametrize("times", [2, 3, 4])
def test_a_table_that_comes_several_times_is_counted_once_with_its_rows_that_are_alike(times: int) -> None:
    assert kept(ALIKE * times) == [True] * len(ALIKE) + [False] * len(ALIKE) * (times - 1)


@pytest.mark.parametrize("keys", [None, ""])
def test_a_file_that_was_appended_to_itself_with_its_headings_is_counted_once(keys: str | None) -> None:
    contents = [*ALIKE, "content", *ALIKE]
    counted = kept(contents, None if keys is None else [keys] * len(contents))
    assert counted == [True] * len(ALIKE) + [True] + [False] * len(ALIKE)


def test_a_table_of_which_a_part_comes_twice_is_left_as_it_is() -> None:
    assert all(kept(ALIKE + ALIKE[:20]))


def test_few_rows_may_all_come_twice_by_chance() -> None:
    assert all(kept(2 * [f"street {row}" for row in range(19)]))


def test_rows_without_a_key_among_others_are_counted_once_where_all_of_them_come_twice() -> None:
    contents = [f"street {row}" for row in range(60)]
    keys = ["" if row % 2 else f"{row:064d}" for row in range(60)]
    assert kept(2 * contents, 2 * keys) == [True] * 60 + [False] * 60
