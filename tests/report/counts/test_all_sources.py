"""Incidents of all sources on the page: an estimate between its bounds, and no number where a feed is missing."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.publications import publish
from tests.support.releases import definition_rows, write_release


def year(name: str, **values: Any) -> dict[str, Any]:
    whole = {
        "metric_id": "M12", "financial_year": name, "geography_level": "force", "area_code": "E23000030",
        "status": "complete", "incidents": 1510, "lower_incidents": 1465, "upper_incidents": 1702,
        "unknown_to_police": 141, "unknown_to_police_percent": 9.3, "police_crimes": 1441, "ambulance_calls": 132,
        "emergency_attendances": 193, "admissions": 23, "missing": None, "doubt": None,
    }  # fmt: skip
    return whole | values


def missing(name: str) -> dict[str, Any]:
    unknown = {key: None for key, value in year(name).items() if isinstance(value, int | float)}
    return year(name, status="incomplete", missing="Ambulance incidents 2024-02 (held)", **unknown)


def page(tmp_path: Path, *rows: dict[str, Any]) -> str:
    release = write_release(tmp_path / "r1")
    if rows:
        pq.write_table(pa.Table.from_pylist(list(rows)), release / "rpt_all_source_incidents.parquet")
    defined = [*definition_rows(), definition_rows()[0] | {
        "definition_version": "ALL_SOURCE_VIOLENCE v1", "definition_id": "ALL_SOURCE_VIOLENCE",
        "name": "Violence as any agency saw it", "tiers": None}]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(defined), release / "dim_definition.parquet")
    manifest = json.loads((release / "manifest.json").read_text())
    manifest["tables"]["dim_definition"]["sha256"] = hashlib.sha256(
        (release / "dim_definition.parquet").read_bytes()
    ).hexdigest()
    (release / "manifest.json").write_text(json.dumps(manifest))
    publication = publish(release, tmp_path / "published", "2023-24")
    return (publication.path / "annual_report.html").read_text(encoding="utf-8")


def test_the_estimate_stands_between_its_bounds_with_what_police_do_not_know(tmp_path: Path) -> None:
    district = year("2023-24", geography_level="district", incidents=99)
    html = page(tmp_path, year("2022-23", incidents=1552), year("2023-24"), district)
    for told in ("Violence that any agency saw", "1,465", "1,510", "1,700", "140 (9.3%)", "not to be added"):
        assert told in html
    assert "about 1,510, between 1,465 and 1,700" in html, "the picture in words"
    assert "Violence as any agency saw it" in html, "its definition"
    assert '<td class="number">99</td>' not in html


def test_a_year_with_a_feed_missing_has_words_and_no_number(tmp_path: Path) -> None:
    html = page(tmp_path, year("2022-23", incidents=1552), missing("2023-24"))
    assert "No figure is given for" in html
    assert "Ambulance incidents 2024-02 (held)" in html
    assert "1,510" not in html


def test_a_year_in_which_too_much_could_not_be_counted_has_words_and_no_number(tmp_path: Path) -> None:
    doubt = "61 crimes of 2023-24 have an offence code that is not known and could belong here"
    html = page(tmp_path, year("2022-23", incidents=1552), missing("2023-24") | {"missing": None, "doubt": doubt})
    assert doubt.replace("61", "too many") in html
    assert "1,510" not in html


def test_a_release_from_before_records_were_linked_has_no_such_section(tmp_path: Path) -> None:
    assert "Violence that any agency saw" not in page(tmp_path)


@pytest.mark.parametrize("name", ["2023-24", "2022-23"])
def test_districts_are_not_on_the_page(tmp_path: Path, name: str) -> None:
    assert "Violence that any agency saw" not in page(tmp_path, year(name, geography_level="district"))
