"""JSON, JSON Lines and XML as other programs write them."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.field_cases import deliveries as make
from tests.field_cases.deliveries import CHILDREN, PEOPLE, REPORTS, SUSPENSIONS
from tests.field_cases.pipeline import delivered, ingested, outcome, received


@pytest.mark.parametrize("time", ["2024-03-03T19:30:00.123Z", "2024-03-03T19:30:00.123456789+00:00"])
def test_a_moment_with_fractions_and_an_offset_is_a_moment(tmp_path: Path, time: str) -> None:
    """b14.

    github.com/apache/arrow/issues/39839, github.com/jeremylong/open-vulnerability-clients/pull/107
    """
    path = make.reports_file(tmp_path / "reports.json", "2024-03", [time] * 3)
    found = delivered(tmp_path / "lake", REPORTS, path)
    assert [row["received_at"].replace(microsecond=0) for row in found.published] == [datetime(2024, 3, 3, 19, 30)] * 3


@pytest.mark.parametrize("zone", ["+01:00", "Z", "+00:00"])
def test_a_date_with_a_zone_is_that_day(tmp_path: Path, zone: str) -> None:
    """b20.

    github.com/INSPIRE-MIF/helpdesk-validator/issues/175
    """
    days = ("2023-05-02", "2024-02-12", "2023-11-20", "2024-01-09")

    def change(text: str) -> str:
        for day in days:
            text = text.replace(f"{day}<", f"{day}{zone}<")
        return text

    path = make.children_file(tmp_path / "cin.xml", change)
    found = delivered(tmp_path / "lake", CHILDREN, path)
    assert sorted(row["referred_on"] for row in found.published) == sorted(map(date.fromisoformat, days))


@pytest.mark.parametrize(
    "without", [{1}, set(range(2, 21)), set(range(1, 21))], ids=["the first", "all but the first", "all"]
)
def test_a_number_that_is_none_is_a_missing_value_or_puts_its_own_line_aside(tmp_path: Path, without: set[int]) -> None:
    """b23, b23b, b23c.

    github.com/pandas-dev/pandas/issues/30716, github.com/airbytehq/airbyte/issues/1246
    """
    lines = make.people_lines(20)
    for row, line in enumerate(lines, start=1):
        if row in without:
            line["latestScore"] = {**line["latestScore"], "value": float("nan")}
    path = make.lines_file(tmp_path / "people.jsonl", lines)
    assert path.read_text("utf-8").count(": NaN") == len(without)
    found = delivered(tmp_path / "lake", PEOPLE, path)
    assert found.accounts_for({path.name: 20})
    assert path.name not in found.refused or found.says("NaN")
    if not found.refused:
        assert len(found.published) >= 20 - len(without) or found.says("NaN", "no whole JSON object")
        assert not found.says("no readable date")


@pytest.mark.parametrize("where", [0, 100, 199])
def test_one_line_without_a_number_costs_no_other_line_wherever_it_stands(tmp_path: Path, where: int) -> None:
    """b23b.

    github.com/pandas-dev/pandas/issues/30716
    """
    lines = make.people_lines(200)
    lines[where]["latestScore"] = {**lines[where]["latestScore"], "value": float("nan")}
    path = make.lines_file(tmp_path / "people.jsonl", lines)
    found = delivered(tmp_path / "lake", PEOPLE, path)
    assert found.accounts_for({path.name: 200})
    assert len(found.published) >= 199


@pytest.mark.parametrize("word", ["Infinity", "-Infinity"])
def test_an_infinite_number_is_treated_as_nan_is(tmp_path: Path, word: str) -> None:
    """Of the kind of b23."""
    lines = make.people_lines(200)
    lines[4]["latestScore"] = {**lines[4]["latestScore"], "value": float(word)}
    path = make.lines_file(tmp_path / "people.jsonl", lines)
    found = delivered(tmp_path / "lake", PEOPLE, path)
    assert found.accounts_for({path.name: 200})
    assert len(found.published) >= 199


@pytest.mark.parametrize("declared", ["", '<?xml version="1.0" encoding="UTF-8"?>'], ids=["undeclared", "declared"])
def test_xml_with_a_letter_of_windows_1252_is_read_or_refused_for_its_encoding(tmp_path: Path, declared: str) -> None:
    """b44.

    github.com/designrad/Jotunheimen-tracking/issues/30
    """
    text = (
        make.fixture(CHILDREN)
        .read_text("utf-8")
        .split("?>", 1)[1]
        .replace("WBRI", "WBR\N{LATIN SMALL LETTER E WITH ACUTE}")
    )
    path = tmp_path / "cin.xml"
    path.write_bytes((declared + text).encode("cp1252"))
    found = delivered(tmp_path / "lake", CHILDREN, path)
    assert found.accounts_for({path.name: 4})
    assert len(found.published) == 4 or found.says("UTF-8", "encod")
    assert not found.says("cut short")


def test_reports_of_a_month_in_which_there_were_none_are_a_month_received(tmp_path: Path) -> None:
    """b29.

    github.com/supabase/supabase/pull/4160

    The document names its month, which is the proof that a zero needs.
    """
    path = make.reports_file(tmp_path / "reports.json", "2024-03", [])
    assert json.loads(path.read_text("utf-8"))["reports"] == []
    found = delivered(tmp_path / "lake", REPORTS, path)
    assert "2024-03" in found.received or found.says(r"\bnil\b", "nothing happened")


def test_a_table_of_headings_alone_is_a_nil_return_or_refused_with_the_way_to_send_one(tmp_path: Path) -> None:
    """b29.

    github.com/rubyforgood/human-essentials/pull/703
    """
    path = make.csv_file(
        tmp_path / "suspensions.csv", make.rows_of(SUSPENSIONS, 1), lambda text: text.split("\n")[0] + "\n"
    )
    found = delivered(tmp_path / "lake", SUSPENSIONS, path)
    assert found.received or (path.name in found.refused and found.says(r"\bnil\b", "no rows", "nothing happened"))


def test_a_byte_order_mark_changes_nothing_in_any_document(tmp_path: Path) -> None:
    """Of the kind of b16b: the same mark in JSON, JSON Lines and XML."""
    lake = tmp_path / "lake"
    for feed, rows in (
        (REPORTS, 3),
        (PEOPLE, len(make.fixture(PEOPLE).read_text("utf-8").splitlines())),
        (CHILDREN, 4),
    ):
        path = tmp_path / make.fixture(feed).name
        path.write_bytes(b"\xef\xbb\xbf" + make.fixture(feed).read_bytes())
        assert received(lake, path).refused == {}
        ingested(lake, feed)
        assert outcome(lake, feed).accounts_for({path.name: rows})


def test_a_return_like_those_of_the_public_validator_is_read_and_held_for_its_unknown_authority(tmp_path: Path) -> None:
    """r01.

    github.com/data-to-insight/csc-validator-be-cin

    Text between elements, comments, an authority that is none of ours, and dates of 2030, as its samples have them.
    """

    def change(text: str) -> str:
        text = make.of_authority("201")(text)
        text = text.replace("<Children>", "<Children>\n  some text\n  <!-- a comment -->", 1)
        return text.replace("2023-09-01", "2030-09-01")

    path = make.children_file(tmp_path / "cin.xml", change)
    found = delivered(tmp_path / "lake", CHILDREN, path, on=date(2024, 8, 1))
    assert found.accounts_for({path.name: 4})
    assert not found.published
    assert found.says("authority_code", r"\bLEA\b")
