"""metrics.csv and metrics.parquet hold all figures of the year in the agreed columns and are safe to open."""

import csv
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.conftest import rows_of
from tests.support.publications import publish
from tests.support.releases import protected_figure, row, rows_of_2023_24, write_release
from vrp_pipeline.report.approval.version_changes import version_changes
from vrp_pipeline.report.content.columns import KEY
from vrp_pipeline.report.content.columns import SCHEMA as OF_RELEASE
from vrp_pipeline.report.content.protected import SCHEMA
from vrp_pipeline.report.counts.figures import ADDED_LATER, figures_of
from vrp_pipeline.report.publication import Publication
from vrp_pipeline.report.tables.metrics_files import FORMULA_STARTS, cell, metrics_csv, metrics_parquet, read_cells

COLUMNS = (
    "metric_id,metric_name,financial_year,geography_level,area_code,area_name,breakdown,category,unit,value,"
    "base_value,change_percent,change_lower,change_upper,interval_method,statement,status,definition_version,"
    "as_of,completeness_percent,unknown_code_rows,unlocated_rows,quarantined_rows,adjusted_p_value,"
    "victims,accepted_months,confidential"
)


def test_the_csv_has_the_agreed_columns_and_only_rows_of_its_year(publications: dict[str, Publication]) -> None:
    path = publications["2023-24"].path
    assert (path / "metrics.csv").read_bytes().split(b"\r\n")[0].decode() == COLUMNS
    held = rows_of(path)
    assert {line["financial_year"] for line in held} == {"2023-24"}
    assert len(held) == len(rows_of_2023_24())


def test_the_csv_is_utf8_without_mark_and_ends_each_row_with_crlf(publications: dict[str, Publication]) -> None:
    content = (publications["2023-24"].path / "metrics.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == len(rows_of_2023_24()) + 1


def test_the_parquet_holds_the_same_figures_in_the_same_order(publications: dict[str, Publication]) -> None:
    path = publications["2023-24"].path
    table = pq.read_table(path / "metrics.parquet")
    assert table.schema.equals(SCHEMA)
    values = [None if line["value"] == "" else float(line["value"]) for line in rows_of(path)]
    assert table["value"].to_pylist() == values
    assert table["area_name"].to_pylist() == [line["area_name"] for line in rows_of(path)]


def test_a_figure_names_the_months_of_its_two_years_that_are_counted_by_decision(
    publications: dict[str, Publication],
) -> None:
    # By hand: May 2023 of the police is accepted. It is in 2023-24, in the base of 2024-25, and in no figure of events.
    marked = {
        year: {
            (line["metric_id"], line["breakdown"], line["category"] if line["breakdown"] == "month" else "")
            for line in rows_of(made.path)
            if line["accepted_months"] == "2023-05"
        }
        for year, made in publications.items()
    }
    everything = {("M1", "all", ""), ("M1b", "all", ""), ("M1", "tier", "")}
    assert marked == {
        "2022-23": set(),
        "2023-24": everything | {("M1", "month", "2023-05")},
        "2024-25": set(),  # what is incomplete has no figure to mark
    }


def test_a_release_from_before_a_column_was_added_is_published_without_its_values(tmp_path: Path) -> None:
    release = write_release(tmp_path / "r1", [row(financial_year="2023-24", value=1.0)])
    older = pq.read_table(release / "rpt_annual_metrics.parquet").drop_columns(list(ADDED_LATER))
    (figure,) = figures_of(older)
    assert (figure.value, figure.unknown_code_rows, figure.accepted_months) == (1.0, None, None)


def test_rows_are_sorted_whatever_order_the_release_has(publications: dict[str, Publication]) -> None:
    keys = [
        tuple(line[name] for name in ("metric_id", "geography_level", "area_code", "breakdown", "category"))
        for line in rows_of(publications["2023-24"].path)
    ]
    assert keys == sorted(keys)


@pytest.mark.parametrize("planted", ["=HYPERLINK(A1)", "+1", "-1", "@SUM(1)", "\tx", "\rx"])
def test_a_text_that_a_spreadsheet_would_run_is_made_plain(tmp_path: Path, planted: str) -> None:
    rows = [row(financial_year="2023-24", area_name=planted, value=100.0)]
    made = publish(write_release(tmp_path / "r1", rows), tmp_path / "published", "2023-24")
    assert rows_of(made.path)[0]["area_name"] == f"'{planted}"
    assert pq.read_table(made.path / "metrics.parquet")["area_name"].to_pylist() == [planted]


@pytest.mark.parametrize("text", ["=Robbery", "'=Robbery", "''=Robbery", "'Robbery", "'", ""])
def test_text_with_and_without_an_apostrophe_of_its_own_is_read_as_it_was_written(text: str) -> None:
    assert read_cells(metrics_csv([protected_figure(category=text)]))[0]["category"] == text


def test_a_change_of_a_figure_names_its_category_as_it_is(tmp_path: Path) -> None:
    before, after = (metrics_csv([protected_figure(category="=Robbery", value=each)]) for each in (10.0, 15.0))
    (tmp_path / "metrics.csv").write_bytes(before)
    (change,) = version_changes({"metrics": (KEY, after)}, tmp_path, None)["changes"]
    assert (change["figure"]["category"], change["before"], change["after"]) == ("=Robbery", "10", "15")


def test_a_negative_number_stays_a_number() -> None:
    assert cell(-4.8) == "-4.8"
    assert cell(3104.0) == "3104"
    assert cell(None) == ""


@given(
    name=st.text(st.characters(codec="utf-8"), max_size=40),
    value=st.none() | st.floats(allow_nan=False, allow_infinity=False),
)
def test_any_text_and_number_comes_back_from_the_csv(name: str, value: float | None) -> None:
    figures = [protected_figure(area_name=name, value=value)]
    (read,) = csv.DictReader(io.StringIO(metrics_csv(figures).decode("utf-8"), newline=""))
    assert not read["area_name"].startswith(FORMULA_STARTS)
    assert read_cells(metrics_csv(figures))[0]["area_name"] == name
    assert (None if read["value"] == "" else float(read["value"])) == value
    assert pq.read_table(io.BytesIO(metrics_parquet(figures)))["area_name"].to_pylist() == [name]


def test_a_number_that_is_none_is_an_empty_cell() -> None:
    (figure,) = figures_of(table_of_row(value=float("nan")))
    assert figure.value is None
    assert not figure.is_known


def table_of_row(**values: object) -> pa.Table:
    """A table of a release of one row."""
    return pa.Table.from_pylist([row(financial_year="2023-24", **values)], OF_RELEASE)


def test_a_changed_number_of_any_published_table_is_a_major_change_and_other_words_a_minor_one(tmp_path: Path) -> None:
    key = ("metric_id", "financial_year")
    before = b"metric_id,financial_year,known,statement\r\nM12,2023-24,40,x\r\n"
    (tmp_path / "all_source_incidents.csv").write_bytes(before)
    for after, kind in ((before.replace(b"40", b"95"), "major"), (before.replace(b",x", b",y"), "minor")):
        found = version_changes({"all_source_incidents": (key, after)}, tmp_path, None)
        ((table, change_kind),) = ((each["table"], each["kind"]) for each in found["changes"])
        assert (found["kind"], table, change_kind) == (kind, "all_source_incidents", kind)
    gone = version_changes({}, tmp_path, None)
    assert (gone["kind"], gone["changes"][0]["change"]) == ("major", "removed")
