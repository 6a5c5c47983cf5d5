"""Versions are immutable, equal content makes no new version, and an interruption leaves no partial version."""

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.report.conftest import RELEASE, html_of, rows_of
from tests.support.publications import publish
from tests.support.releases import DELIVERIES, all_rows, calendar_rows, definition_rows, row, write_release
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.report import publication
from vrp_pipeline.report.approval.versions import versions
from vrp_pipeline.report.counts.figures import ReleaseContentError
from vrp_pipeline.report.counts.reading import UnknownFinancialYearError, read_release
from vrp_pipeline.report.words import FEED_STATES

YEAR = "2023-24"
# Versions depend on content, not on volume: figures of the whole area suffice, without charts.
HEADLINES = [held for held in all_rows() if (held["geography_level"], held["breakdown"]) == ("force", "all")]


FILES = [
    "annex.html",
    "annual_report.html",
    "catalogue.jsonld",
    "changes.json",
    "coverage.csv",
    "csv-metadata.json",
    "datapackage.json",
    "metrics.csv",
    "metrics.parquet",
    "provenance.json",
    "tables.ods",
    "tables.xlsx",
]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def corrected() -> list[dict[str, Any]]:
    """The rows of the release with five crimes fewer in the headline."""
    return [{**held, "value": 3099.0} if held["value"] == 3104.0 else held for held in HEADLINES]


def headlines(tmp_path: Path, name: str = "r1", rows: list[dict[str, Any]] | None = None, **manifest: Any) -> Path:
    """A release of headlines below `tmp_path`."""
    return write_release(tmp_path / "releases" / name, rows or HEADLINES, **manifest)


def test_a_publication_is_a_numbered_folder_with_its_files(tmp_path: Path) -> None:
    made = publish(headlines(tmp_path, "r1"), tmp_path / "published", YEAR)
    assert (made.version, made.is_new, made.financial_year) == (1, True, YEAR)
    assert made.path == tmp_path / "published" / YEAR / "v1"
    assert sorted(name for name in contents(made.path) if not name.startswith("packs/")) == FILES


def test_the_same_release_gives_the_same_bytes_charts_and_all(
    tmp_path: Path, publications: dict[str, publication.Publication]
) -> None:
    release = write_release(tmp_path / "releases" / RELEASE)
    # A report is attacked beside those of the years around it, so the same ones must be public.
    again = {year: publish(release, tmp_path / "published", year) for year in publications if year <= YEAR}
    assert contents(again[YEAR].path) == contents(publications[YEAR].path)


def test_publishing_again_makes_no_new_version(tmp_path: Path) -> None:
    release = headlines(tmp_path, "r1")
    first = publish(release, tmp_path / "published", YEAR)
    before = contents(first.path)
    again = publish(release, tmp_path / "published", YEAR)
    assert (again.version, again.is_new, again.path) == (1, False, first.path)
    assert again.headline == first.headline
    assert sorted(path.name for path in (tmp_path / "published" / YEAR).iterdir()) == ["index.html", "index.json", "v1"]
    assert contents(first.path) == before


def test_a_later_release_that_says_the_same_makes_no_new_version(tmp_path: Path) -> None:
    publish(headlines(tmp_path, "r1"), tmp_path / "published", YEAR)
    later = [{**held, "as_of": dt.date(2025, 7, 1)} for held in HEADLINES]
    release = headlines(tmp_path, "r2", later, as_of="2025-07-01", code_version="0.2.0")
    assert not publish(release, tmp_path / "published", YEAR).is_new


def test_a_changed_figure_makes_the_next_version_and_leaves_the_first_untouched(tmp_path: Path) -> None:
    first = publish(headlines(tmp_path, "r1"), tmp_path / "published", YEAR)
    before = contents(first.path)
    second = publish(headlines(tmp_path, "r2", corrected()), tmp_path / "published", YEAR)
    assert (second.version, second.is_new) == (2, True)
    assert "3,100" in html_of(second.path)
    assert contents(first.path) == before


def test_a_changed_delivery_makes_the_next_version_even_where_no_figure_changes(tmp_path: Path) -> None:
    publish(headlines(tmp_path, "r1"), tmp_path / "published", YEAR)
    deliveries = [{**DELIVERIES[0], "sha256": "12" * 32}, *DELIVERIES[1:]]
    release = headlines(tmp_path, "r2", deliveries=deliveries)
    assert publish(release, tmp_path / "published", YEAR).version == 2


def test_going_back_to_an_earlier_content_is_a_version_of_its_own(tmp_path: Path) -> None:
    first, second = (
        headlines(tmp_path, "r1"),
        headlines(tmp_path, "r2", corrected()),
    )
    versions = [publish(release, tmp_path / "published", YEAR).version for release in (first, second, first)]
    assert versions == [1, 2, 3]


@pytest.mark.parametrize("stopped_before", FILES)
def test_stopping_before_any_file_leaves_no_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_before: str
) -> None:
    release = headlines(tmp_path, "r1")
    write = Path.write_bytes

    def stop(path: Path, content: bytes) -> int:
        if path.name == stopped_before:
            raise KeyboardInterrupt
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", stop)
    with pytest.raises(KeyboardInterrupt):
        publish(release, tmp_path / "published", YEAR)
    monkeypatch.undo()
    assert versions(Lake(tmp_path), YEAR) == []
    assert contents(tmp_path / "drafts") == contents(tmp_path / "published") == {}
    assert publish(release, tmp_path / "published", YEAR).version == 1


def test_what_a_killed_writer_left_is_no_version_and_is_swept(tmp_path: Path) -> None:
    release = headlines(tmp_path, "r1")
    left = tmp_path / "drafts" / YEAR / ".v1.4242.partial"
    left.mkdir(parents=True)
    (left / "annual_report.html").write_text("<!DOCTYPE html>half", encoding="utf-8")
    assert publish(release, tmp_path / "published", YEAR).version == 1
    assert not left.exists()


def test_a_year_the_release_does_not_hold_is_refused_naming_those_it_holds(tmp_path: Path) -> None:
    release = headlines(tmp_path, "r1")
    with pytest.raises(UnknownFinancialYearError, match="2022-23, 2023-24, 2024-25") as refusal:
        publish(release, tmp_path / "published", "2031-32")
    assert isinstance(refusal.value, ValueError)
    assert not (tmp_path / "published").exists()


@pytest.mark.parametrize(
    "planted",
    [
        {"value": 12.0},
        {"change_percent": -4.8},
    ],
)
def test_an_incomplete_figure_with_a_number_is_not_published(tmp_path: Path, planted: dict[str, float]) -> None:
    rows = [row(**{"financial_year": YEAR, "status": "incomplete", **planted})]
    with pytest.raises(ReleaseContentError, match="incomplete"):
        publish(headlines(tmp_path, "r1", rows), tmp_path / "published", YEAR)


def test_a_figure_that_occurs_twice_is_not_published(tmp_path: Path) -> None:
    rows = [row(financial_year=YEAR, value=1.0), row(financial_year=YEAR, value=2.0)]
    with pytest.raises(ReleaseContentError, match="more than one row"):
        publish(headlines(tmp_path, "r1", rows), tmp_path / "published", YEAR)


def test_a_release_changed_after_it_was_made_is_not_published(tmp_path: Path) -> None:
    release = headlines(tmp_path, "r1")
    other = headlines(tmp_path, "r2", corrected())
    shutil.copy(other / "rpt_annual_metrics.parquet", release / "rpt_annual_metrics.parquet")
    with pytest.raises(ReleaseContentError, match="changed afterwards"):
        publish(release, tmp_path / "published", YEAR)


def test_a_release_without_a_table_names_the_table(tmp_path: Path) -> None:
    release = headlines(tmp_path, "r1")
    (release / "fct_feed_months.parquet").unlink()
    with pytest.raises(ReleaseContentError, match=r"fct_feed_months\.parquet"):
        read_release(release, YEAR)


def test_a_manifest_with_only_the_date_gives_plain_words_and_no_crash(tmp_path: Path) -> None:
    release = headlines(tmp_path, "r1")
    (release / "manifest.json").write_text('{"as_of": "2025-06-30"}', encoding="utf-8")
    html = (publish(release, tmp_path / "published", YEAR).path / "annex.html").read_text(encoding="utf-8")
    assert "0a1b2c3d4e5f6071" in html
    assert "Not recorded" in html


def test_a_release_of_headlines_alone_is_published_with_what_is_absent_in_words(tmp_path: Path) -> None:
    rows = [row(financial_year=YEAR, value=120.0, statement="120 crimes.")]
    html = html_of(publish(headlines(tmp_path, "r1", rows), tmp_path / "published", YEAR).path)
    assert "The release holds no figures by district." in html
    assert "No month of either year can be shown." in html


def test_provenance_names_release_definitions_deliveries_and_row_counts(tmp_path: Path) -> None:
    made = publish(headlines(tmp_path, "r1"), tmp_path / "published", YEAR)
    held = json.loads((made.path / "provenance.json").read_text(encoding="utf-8"))
    assert (held["release"], held["as_of"], held["code_version"], held["is_simulated"]) == (
        "r1",
        "2025-06-30",
        "0.1.0",
        True,
    )
    assert [d["definition_id"] for d in held["definitions"]] == sorted(d["definition_id"] for d in definition_rows())
    offences = next(d for d in held["deliveries"] if d["delivery_id"] == "0a1b2c3d4e5f6071")
    assert offences["sha256"] == "ab" * 32
    assert offences["months"][0] == "2022-04"
    assert offences["months"][-1] == "2024-03"
    assert len(offences["months"]) == 24
    assert offences["received_on"] == "2025-04-02"
    assert held["rows"]["police__offences"] == {"read": 318205, "bronze": 318190, "quarantine": 15, "superseded": 0}
    assert held["reached"] == {"incidents": 9870}
    rests = {figure["metric_id"]: figure for figure in held["figures"]}
    assert set(rests) == {"M1", "M1b", "M9"}
    assert rests["M1"]["deliveries"] == ["0a1b2c3d4e5f6071"]
    assert rests["M1"]["rows_in_metrics_csv"] == sum(line["metric_id"] == "M1" for line in rows_of(made.path))


def test_provenance_tells_superseded_deliveries_from_reference_data(tmp_path: Path) -> None:
    made = publish(headlines(tmp_path, "r1"), tmp_path / "published", YEAR)
    held = json.loads((made.path / "provenance.json").read_text(encoding="utf-8"))
    assert [(delivery["delivery_id"], delivery["use"], len(delivery["months"])) for delivery in held["deliveries"]] == [
        ("1111111111111111", "counted", 24),
        ("0a1b2c3d4e5f6071", "counted", 24),
        ("2222222222222222", "reference data", 0),
        ("3333333333333333", "superseded", 0),
    ]


def test_provenance_says_which_months_of_a_needed_feed_are_missing(tmp_path: Path) -> None:
    made = publish(headlines(tmp_path, "r1"), tmp_path / "published", "2024-25")
    held = json.loads((made.path / "provenance.json").read_text(encoding="utf-8"))
    (m1,) = [figure for figure in held["figures"] if figure["metric_id"] == "M1"]
    police = m1["feeds"]["police__offences"]
    assert police["2024-25"]["missing"] == {"2024-05": "not received", "2024-12": "held"}
    assert len(police["2023-24"]["received"]) == 12


def test_progress_is_told_in_words(tmp_path: Path) -> None:
    told: list[str] = []
    publish(headlines(tmp_path, "r1"), tmp_path / "published", YEAR, progress=told.append)
    assert told == [
        "reading release r1",
        "protecting and attacking every count",
        "drawing the charts",
        "writing the draft of version 1",
    ]


def test_the_feeds_a_metric_needs_come_from_its_release_in_the_order_of_the_feeds(tmp_path: Path) -> None:
    evidence = read_release(headlines(tmp_path, "r1"), YEAR).evidence
    assert evidence.needed_by("M9") == ("communities__events",)
    assert evidence.needed_by("M12") == (
        "police__offences",
        "health__emergency_attendances",
        "health__ambulance_incidents",
        "health__admissions",
    )
    assert evidence.needed_by("M15") == evidence.feeds(), "completeness is of every feed"


def test_a_release_from_before_it_named_needed_feeds_shows_each_figure_with_every_feed(tmp_path: Path) -> None:
    release = headlines(tmp_path, "r1")
    (release / "bridge_metric_feeds.parquet").unlink()
    evidence = read_release(release, YEAR).evidence
    assert evidence.needed_by("M1") == evidence.feeds() == ("communities__events", "police__offences")


def test_every_months_status_of_the_calendar_has_words() -> None:
    assert set(FEED_STATES) == {"received", "held", "not received", "not due"}
    assert {held["status"] for held in calendar_rows()} <= set(FEED_STATES)
