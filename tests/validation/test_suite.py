"""A suite that cannot be judged as it is written is one clear sentence, before any row is read."""

import json
from pathlib import Path
from typing import Any

import pytest

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.validation import suite
from vrp_pipeline.validation.suite import SuiteError, read_expectations

META = {"level": "row", "name": "keys come once", "reason": "a key comes twice", "remedy": "ask for the file again"}


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, expectation: dict[str, Any]) -> None:
    content = {"name": "fire__incidents", "expectations": [expectation]}
    (folder / "fire__incidents.json").write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setattr(suite, "EXPECTATIONS", folder)


@pytest.mark.parametrize(
    ("expectation", "said"),
    [
        (
            {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "incident_number"}, "meta": META},
            "expect_column_values_to_be_unique is not on the list",
        ),
        (
            {"type": "expect_column_mean_to_be_between", "kwargs": {"column": "num_pumps_attending"}, "meta": META},
            "expect_column_mean_to_be_between is not on the list",
        ),
        ({"type": "expect_column_values_to_be_null", "kwargs": {}, "meta": META}, "names no column"),
        (
            {"type": "expect_column_values_to_be_null", "kwargs": {"column": "copies"}, "meta": {"level": "row"}},
            "needs meta with",
        ),
    ],
)
def test_an_expectation_that_distinct_values_cannot_fail_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expectation: dict[str, Any], said: str
) -> None:
    written(tmp_path, monkeypatch, expectation)
    with pytest.raises(SuiteError, match=said) as raised:
        read_expectations(FEEDS["fire__incidents"])
    assert str(raised.value).startswith("fire__incidents.json: ")


@pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
def test_every_suite_of_the_house_is_read(feed: Any) -> None:
    assert read_expectations(feed)
