"""The ids that agencies give records say nothing: under other ids the same records are linked alike."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.support.event_records import attendance, call, crime, table
from vrp_pipeline.linkage.events.inputs import linkage_inputs
from vrp_pipeline.linkage.events.model import EVENT_MODEL, score
from vrp_pipeline.linkage.models.files import load

PER_FEED = 30


def weekend(seed: int) -> list[dict[str, Any]]:
    """Crimes, patients and calls of one busy weekend; several people were hurt at each of a few scenes."""
    random = np.random.default_rng(seed)

    def told() -> dict[str, Any]:
        return {
            "easting": 442_000 + 400 * int(random.integers(0, 4)),
            "victim_age": [None, 19, 20, 23, 41][random.integers(0, 5)],
            "victim_sex": ["male", "female"][random.integers(0, 2)],
        }

    def when() -> tuple[str, str]:
        hour = int(random.integers(18, 23))
        return f"6 {hour}:{10 * random.integers(0, 6):02}", f"6 {hour + 1}:{10 * random.integers(0, 6):02}"

    records = []
    for number in range(PER_FEED):
        records.append(crime(f"p{number}", when()[0], occurrence=f"o{number // 2}", **told()))
        records.append(attendance(f"e{number}", *when(), nhs=f"n{random.integers(0, 90)}", **told()))
        records.append(call(f"c{number}", when()[0], nhs=f"n{random.integers(0, 90)}", **told()))
    return records


def scored(records: list[dict[str, Any]], names: dict[str, str]) -> set[tuple[Any, ...]]:
    """All scored pairs of records that are given other names, under the names they had."""
    renamed = [record | {"event_record_id": names[record["event_record_id"]]} for record in records]
    before = {new: old for old, new in names.items()}
    found = score(linkage_inputs(table(*renamed)), load(EVENT_MODEL))
    pairs = pa.concat_tables([found.within, found.across]).to_pylist()
    return {
        (
            *sorted((before[row["left_record_id"]], before[row["right_record_id"]])),
            row["match_probability"], row["match_weight"], row["rule"],
        )
        for row in pairs
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_records_are_compared_alike_whatever_their_ids_are(seed: int) -> None:
    records = weekend(seed)
    ids = [record["event_record_id"] for record in records]
    others = [f"x{number:03}" for number in np.random.default_rng(seed).permutation(len(ids))]
    found = scored(records, dict(zip(ids, ids, strict=True)))
    assert found == scored(records, dict(zip(ids, others, strict=True)))
    assert any(left[0] == right[0] for left, right, *_ in found), "pairs within a feed are among them"
