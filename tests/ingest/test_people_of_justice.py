"""Probation and youth justice: restricted people are masked, and a person has one PNC pseudonym in all feeds."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from tests.conftest import fixture_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.conform import conform
from vrp_pipeline.ingest.conformed_table import ConformedTable
from vrp_pipeline.landing.readers import read

KEY = bytes(range(32))


def conformed(feed_name: str) -> ConformedTable:
    feed = FEEDS[feed_name]
    (delivered,) = read(feed, fixture_of(feed_name))
    return conform(feed, delivered, "d1", KEY)


def rows_of(feed_name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = conformed(feed_name).rows.to_pylist()
    return rows


@pytest.fixture(scope="module")
def people() -> list[dict[str, Any]]:
    return rows_of("probation__supervised_people")


@pytest.fixture(scope="module")
def sentenced() -> list[dict[str, Any]]:
    return rows_of("probation__sentenced_offences")


@pytest.fixture(scope="module")
def children() -> list[dict[str, Any]]:
    return rows_of("youth_justice__offences")


def test_a_snapshot_has_a_row_per_person_and_nothing_of_the_restricted_one(people: list[dict[str, Any]]) -> None:
    assert len(people) == 5
    hidden = people[2]
    told = {name for name, value in hidden.items() if value is not None}
    assert told == {
        "record_id", "snapshot_date", "person_pseudonym", "is_restricted", "is_excluded", "is_limited_access",
        "is_soft_deleted", "delivery_id", "source_row",
    }  # fmt: skip


def test_a_restricted_persons_sentences_count_and_do_not_tell_whose_they_are(sentenced: list[dict[str, Any]]) -> None:
    assert len(sentenced) == 5
    (hidden,) = (row for row in sentenced if row["is_restricted"])
    assert hidden["offence_code"] == "00801"
    assert [hidden[name] for name in ("pnc_pseudonym", "person_age", "sex", "offence_date")] == [None] * 4


@pytest.mark.parametrize("feed_name", ["probation__supervised_people", "probation__sentenced_offences"])
@pytest.mark.parametrize("flag", [None, "", "see file"])
def test_a_person_whose_flag_is_blank_or_unreadable_is_masked_as_a_restricted_one(
    feed_name: str, flag: str | None
) -> None:
    feed = FEEDS[feed_name]
    (delivered,) = read(feed, fixture_of(feed_name))
    as_sent = conform(feed, delivered, "d1", KEY).rows
    assert as_sent["pnc_pseudonym"][0].is_valid
    for name in feed.restricted_by:
        texts = delivered.texts
        flags = pa.array([flag, *texts[name].to_pylist()[1:]], pa.string())
        changed = replace(delivered, texts=texts.set_column(texts.column_names.index(name), name, flags))
        masked = conform(feed, changed, "d1", KEY).rows
        assert masked["pnc_pseudonym"][0].as_py() is None
        assert masked["person_age"][0].as_py() is None
        assert masked["person_pseudonym"][0] != as_sent["person_pseudonym"][0]
        assert masked["person_pseudonym"].to_pylist()[1:] == as_sent["person_pseudonym"].to_pylist()[1:]


def test_an_age_is_that_of_the_snapshot_and_of_the_sentence(
    people: list[dict[str, Any]], sentenced: list[dict[str, Any]]
) -> None:
    # Born 31 March 1960: 64 on 31 March 2024, and 63 on 11 March.
    assert people[0]["person_age"] == 64
    assert sentenced[0]["person_age"] == 63


def test_one_person_has_one_pnc_pseudonym_in_either_spelling_and_in_every_feed(
    people: list[dict[str, Any]], sentenced: list[dict[str, Any]], children: list[dict[str, Any]]
) -> None:
    first, second = people[0]["pnc_pseudonym"], people[1]["pnc_pseudonym"]
    assert people[4]["pnc_pseudonym"] == first
    assert people[4]["person_pseudonym"] != people[0]["person_pseudonym"]
    assert [row["pnc_pseudonym"] for row in sentenced] == [first, first, first, second, None]
    grown_up = next(row for row in children if row["pnc_pseudonym"] is not None)
    assert grown_up["pnc_pseudonym"] == second


def test_a_list_of_registers_is_one_text_and_an_empty_one_is_blank(people: list[dict[str, Any]]) -> None:
    assert [row["active_registers"] for row in people[:2]] == ["RMRH;STRG", None]
    assert [row["score_name"] for row in people[:2]] == ["RSR", None]


def test_a_return_has_its_offences_by_month_and_a_child_without_one_has_none(children: list[dict[str, Any]]) -> None:
    months = Counter(row["outcome_date"].strftime("%Y-%m") if row["outcome_date"] else None for row in children)
    assert months == {"2023-12": 1, "2024-02": 2, "2024-03": 2, None: 1}
    assert {row["child_age"] for row in children if row["offence_id"]} == {17}


def test_a_local_number_is_a_child_only_with_its_service(children: list[dict[str, Any]]) -> None:
    same_number = [row for row in children if row["child_pseudonym"] == children[0]["child_pseudonym"]]
    assert {row["yjs_code"] for row in same_number} == {"E06000045", "E10000014"}
    assert len({row["record_id"] for row in children}) == len(children)


def test_a_severity_has_its_scale_beside_it(children: list[dict[str, Any]]) -> None:
    scales = [(row["severity_scale"], row["severity_value"]) for row in children if row["offence_id"]]
    assert Counter(scales) == {("ACPO 1-4", 3): 1, ("YJB 1-8", 5): 1, ("YJB 1-8", 6): 2, ("YJB 1-8", 3): 1}
