"""How common matches of two kinds of records are follows the lake, counted by hand."""

import numpy as np
import pyarrow as pa
import pytest

from vrp_pipeline.linkage.people.priors import weights_of_kinds

KINDS = pa.array(["crn"] * 100 + ["yjs_child"] * 50 + ["upn"] * 1_000)
STORED = 1e-3


def weights(left: list[str], right: list[str], weight: list[float]) -> np.ndarray:
    return weights_of_kinds(
        KINDS, np.array(left, dtype=object), np.array(right, dtype=object), np.array(weight), STORED
    )


def test_two_services_that_share_many_people_need_less_evidence_for_each() -> None:
    # 60 of 100 times 50 pairs are sure, whichever service comes first. With the stored share, worth 10 pairs of 10,000,
    # 70 of 15,000 pairs are of one person: odds of 70 / 14,930 where they were 1 / 999.
    found = weights(["crn", "yjs_child"] * 30, ["yjs_child", "crn"] * 30, [40.0] * 60)
    assert found - 40 == pytest.approx(np.log2(70 / 14_930 * 999), abs=1e-6)


def test_a_school_roll_of_which_few_are_known_elsewhere_needs_more() -> None:
    # One of 100 times 1,000 pairs is sure: 11 of 110,000.
    found = weights(["crn"], ["upn"], [40.0])
    assert found - 40 == pytest.approx([np.log2(11 / 109_989 * 999)], abs=1e-6)


def test_a_lake_without_a_likely_pair_keeps_less_than_the_stored_share() -> None:
    # 10 of 15,000: what was expected and did not come counts as well.
    found = weights(["crn"], ["yjs_child"], [-30.0])
    assert found + 30 == pytest.approx([np.log2(10 / 14_990 * 999)], abs=1e-6)
