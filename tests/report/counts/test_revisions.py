"""Why a published figure has changed: every crime by hand, and steps that add up."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrp_pipeline.report.content.protected import ProtectedStep
from vrp_pipeline.report.counts.revisions import (
    AS_IT_STANDS,
    AS_PUBLISHED,
    TableChange,
    changes,
    revisions,
    table_changes,
)
from vrp_pipeline.report.tables.metrics_files import revisions_csv

YEAR = "2023-24"


def crime(name: str, tier: str | None = "robbery", year: str = YEAR, *, crimes: int = 1) -> dict[str, Any]:
    """A row of the bridge; without a tier the crime is in no definition."""
    return {
        "event_record_id": name,
        "financial_year": year,
        "tier": tier,
        "crimes": crimes,
        "is_serious_violence": tier is not None,
        "is_serious_violence_excluding_possession": tier not in (None, "weapon possession"),
    }


def release(folder: Path, *rows: dict[str, Any], status: str = "complete") -> Path:
    folder.mkdir()
    schema = pa.schema(
        [
            ("event_record_id", pa.string()),
            ("financial_year", pa.string()),
            ("tier", pa.string()),
            ("crimes", pa.int32()),
            ("is_serious_violence", pa.bool_()),
            ("is_serious_violence_excluding_possession", pa.bool_()),
        ]
    )
    pq.write_table(pa.Table.from_pylist(list(rows), schema), folder / "bridge_incident_records.parquet")
    metrics = [
        {"metric_id": metric, "financial_year": YEAR, "geography_level": "force", "breakdown": "all", "status": status}
        for metric in ("M1", "M1b")
    ]
    pq.write_table(pa.Table.from_pylist(metrics), folder / "rpt_annual_metrics.parquet")
    return folder


BEFORE = (
    crime("stays"), crime("cancelled"), crime("left"), crime("re-dated"), crime("up", "assault with injury"),
    crime("none", None), crime("blade", "weapon possession"), crime("second victim", crimes=0),
)  # fmt: skip
AFTER = (
    crime("stays"), crime("left", None), crime("re-dated", year="2024-25"),
    crime("up", "attempted murder and wounding with intent"), crime("none", "robbery"),
    crime("blade", "weapon possession"), crime("new"), crime("second victim", crimes=0),
)  # fmt: skip


def test_each_crime_stands_in_the_step_that_explains_it(tmp_path: Path) -> None:
    # By hand, M1: stays, cancelled, left, re-dated, up, blade = 6 as published; − cancelled − left − re-dated + new
    # + none = 5 as it stands. M1b leaves the blade out: 5 and 4.
    steps = revisions(release(tmp_path / "a", *BEFORE), release(tmp_path / "b", *AFTER), YEAR)
    assert [(step.step, step.change, step.crimes) for step in steps if step.metric_id == "M1"] == [
        (AS_PUBLISHED, 6, 6),
        ("no longer counted: cancelled, transferred or withdrawn", -1, 1),
        ("reclassified out", -1, 1),
        ("recorded date moved out of the year", -1, 1),
        ("recorded since", 1, 1),
        ("reclassified in", 1, 1),
        ("reclassified within", 0, 1),
        (AS_IT_STANDS, 5, 5),
    ]
    assert [step.change for step in steps if step.metric_id == "M1b" and step not in changes(steps)] == [5, 4]


def test_a_year_that_is_not_complete_in_both_is_explained_by_nothing(tmp_path: Path) -> None:
    before = release(tmp_path / "a", *BEFORE)
    assert revisions(before, release(tmp_path / "b", status="incomplete"), YEAR) == []
    assert revisions(before, tmp_path / "gone", YEAR) == []


TIERS = st.sampled_from([None, "robbery", "weapon possession", "homicide"])
CRIMES = st.dictionaries(st.integers(0, 9).map(str), st.tuples(TIERS, st.sampled_from([YEAR, "2022-23"])))


@given(before=CRIMES, after=CRIMES)
def test_the_steps_always_add_up(
    tmp_path_factory: pytest.TempPathFactory, before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("steps")
    one, other = (
        release(folder / name, *(crime(key, tier, year) for key, (tier, year) in rows.items()))
        for name, rows in (("a", before), ("b", after))
    )
    for metric in ("M1", "M1b"):
        steps = [step for step in revisions(one, other, YEAR) if step.metric_id == metric]
        ends = {step.step: step.change or 0 for step in steps if step not in changes(steps)}
        explained = sum(step.change or 0 for step in changes(steps))
        assert ends.get(AS_PUBLISHED, 0) + explained == ends.get(AS_IT_STANDS, 0)


def test_the_file_keeps_the_sign_of_a_fall_and_marks_what_is_hidden() -> None:
    steps = [
        ProtectedStep(YEAR, "M1", "reclassified out", -10, 10),
        ProtectedStep(YEAR, "M1", "recorded since", None, None),
    ]
    assert revisions_csv(steps).decode().splitlines() == [
        "financial_year,metric_id,step,change,crimes",
        "2023-24,M1,reclassified out,-10,10",
        "2023-24,M1,recorded since,[c],[c]",
    ]


def with_figures(folder: Path, **figures: int) -> Path:
    """A release of one crime, with figures by metric and district, and one of a table without metrics."""
    made = release(folder, crime("stays"))
    held = [
        {"metric_id": name.split("_")[0], "financial_year": YEAR, "area": name, "value": value, "as_of": folder.name}
        for name, value in figures.items()
    ]
    pq.write_table(pa.Table.from_pylist(held), made / "rpt_metric_rates.parquet")
    people = [{"financial_year": YEAR, "people": figures.get("M3_Havant", 0), "statement": folder.name}]
    pq.write_table(pa.Table.from_pylist(people), made / "rpt_people_known.parquet")
    pq.write_table(pa.table({"area": [folder.name]}), made / "rpt_without_years.parquet")
    return made


def test_what_is_not_explained_crime_by_crime_is_named_by_table_and_metric(tmp_path: Path) -> None:
    before = with_figures(tmp_path / "a", M3_Havant=5, M3_Fareham=6, M4_Havant=7, M9_Havant=1)
    after = with_figures(tmp_path / "b", M3_Havant=8, M3_Fareham=9, M4_Havant=7, M9_Havant=1, M9_Fareham=2)
    assert table_changes(before, after, YEAR) == [
        TableChange("rpt_metric_rates", "M3", 2),
        TableChange("rpt_metric_rates", "M9", 1),
        TableChange("rpt_people_known", None, 1),
    ]
    assert table_changes(before, after, "2022-23") == []


def test_other_words_and_another_day_are_no_other_figures(tmp_path: Path) -> None:
    one, other = (with_figures(tmp_path / name, M3_Havant=5) for name in ("a", "b"))
    assert table_changes(one, other, YEAR) == []


def test_what_is_explained_crime_by_crime_is_not_named_again(tmp_path: Path) -> None:
    before, after = (release(tmp_path / name, crime("stays")) for name in ("a", "b"))
    for value, path in enumerate((before, after)):
        file = path / "rpt_annual_metrics.parquet"
        rows = [{**row, "value": value} for row in pq.read_table(file).to_pylist()]
        rows += [{**row, "geography_level": "district"} for row in rows]
        pq.write_table(pa.Table.from_pylist(rows), file)
    assert table_changes(before, after, YEAR) == [
        TableChange("rpt_annual_metrics", "M1", 1),
        TableChange("rpt_annual_metrics", "M1b", 1),
    ]
