"""Evaluation of event links (`vrp evaluate linkage`) against a truth worked out by hand."""

import csv
import datetime as dt
import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from tests.support.event_records import AMBULANCE, EMERGENCY, POLICE, attendance, call, crime, table
from vrp_pipeline.cli import main
from vrp_pipeline.lake.paths import DBT_PROJECT, Lake
from vrp_pipeline.linkage.evaluation import NoTruthError, Pairs
from vrp_pipeline.linkage.events.evaluation import MODEL_ERROR, Evaluation, evaluate_events
from vrp_pipeline.linkage.events.zone import NoEventRecordsError

# Two assaults. Three services recorded the first with equal details. Police and A&E recorded the second, but the
# department recorded another day, town and person: nothing can link them.
REPORTS = (
    crime("p", "6 22:40"),
    call("c", "6 22:49"),
    attendance("e", "6 22:40", "6 23:50"),
    crime("q", "13 22:40"),
    attendance("f", "20 22:40", "20 23:50", easting=480_000, victim_age=60, victim_sex="female"),
)
TRUE = {"p": "I1", "c": "I1", "e": "I1", "q": "I2", "f": "I2"}


def write_reports(lake: Lake) -> None:
    """Write int_event_records as dbt does; a police record id ends with the victim's reference."""
    records = table(*REPORTS)
    ids = records["event_record_id"].to_pylist()
    records = records.append_column("record_id", pa.array([f"{i}|v-{i}" if i in "pq" else i for i in ids]))
    records = records.append_column("district_code", pa.array(["E06000045"] * len(ids)))
    records = records.append_column("recorded_date", pa.array([dt.date(2023, 5, 20)] * len(ids)))
    lake.root.mkdir(parents=True)
    with duckdb.connect(str(lake.warehouse)) as warehouse:
        warehouse.register("given", records)
        warehouse.execute("create table int_event_records as from given")


def write_truth(folder: Path, *, seed: int = 5) -> Path:
    folder.mkdir(parents=True)
    feeds = {"p": POLICE, "q": POLICE, "c": AMBULANCE, "e": EMERGENCY, "f": EMERGENCY}
    rows = [
        {"feed": feed, "key": key, "victim_ref": f"v-{key}", "incident_id": TRUE[key], "age": 23}
        for key, feed in feeds.items()
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "event_records.parquet")
    incidents = [
        {"incident_id": incident, "weapon": "none", "harms": 1, "easting": 442_000, "northing": 112_000,
         "occurred_at": dt.datetime(2023, 5, day, 22, 40)}
        for incident, day in (("I1", 6), ("I2", 13))
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(incidents), folder / "incidents.parquet")
    known = [{"kind": "crn", "within": None, "number": "X900001", "person": "S0000001"}]
    nobody = pa.schema([(name, pa.string()) for name in ("kind", "within", "number", "person")])
    pq.write_table(pa.Table.from_pylist(known, schema=nobody), folder / "people.parquet")
    (folder / "simulation.json").write_text(json.dumps({"seed": seed}))
    return folder


@pytest.fixture
def evaluation(lake: Lake) -> Evaluation:
    write_reports(lake)
    return evaluate_events(lake, write_truth(lake.root / "truth"), lambda references: references)


def test_pairs_are_counted_as_by_hand(evaluation: Evaluation) -> None:
    # Predicted: p-c, p-e, c-e. True: these and q-f. So precision 3/3, recall 3/4, F1 2 × 3 / (3 + 4).
    assert evaluation.pairs == Pairs(predicted=3, true=4, right=3)
    assert evaluation.pairs.to_dict()["precision"] == 1.0
    assert evaluation.pairs.to_dict()["recall"] == 0.75
    assert evaluation.pairs.to_dict()["f1"] == 0.8571


def test_pairs_stand_in_the_subgroups_they_belong_to(evaluation: Evaluation) -> None:
    assert evaluation.groups["feeds: health emergency_attendances and police offences"] == Pairs(1, 2, 1)
    assert evaluation.groups["feeds: health ambulance_incidents and police offences"] == Pairs(1, 1, 1)
    assert evaluation.groups["age: 18-24"] == Pairs(3, 3, 3)
    assert evaluation.groups["sex: male"] == Pairs(3, 3, 3)
    assert evaluation.groups["district: E06000045"] == Pairs(3, 4, 3)


def test_totals_and_sizes_tell_the_bias(evaluation: Evaluation) -> None:
    # Two true incidents, three linked ones; in so empty a lake, where one crime in all meets the patient by chance two
    # weeks on, the links are nearly certain, so the upper bound has them.
    assert evaluation.totals["2023-24"] == {"true": 2, "estimate": 3, "lower": 3, "upper": 3}
    assert evaluation.cluster_sizes == {"linked": {1: 2, 3: 1}, "true": {2: 1, 3: 1}}
    assert evaluation.known_to_police == pytest.approx({"linked": 0.5, "true": 1.0, "expected": 0.5}, abs=2e-3)
    missed = {level.name for level in evaluation.levels if not level.is_met}
    assert missed == {
        "recall, age and sex present",
        "expected total against the truth",
        "truth within the interval of the expected total",
        "truth within the bounds, each year",
    }


def test_a_simulation_the_model_was_learnt_from_is_no_test(evaluation: Evaluation, tmp_path: Path) -> None:
    assert evaluation.is_a_test
    seed = evaluation.trained_on_seed
    assert seed is not None, "the model in git says what it was learnt from"
    other = Lake(tmp_path / "other")
    write_reports(other)
    again = evaluate_events(other, write_truth(other.root / "truth", seed=seed), lambda references: references)
    assert not again.is_a_test


def test_a_lake_without_truth_or_reports_says_so(lake: Lake) -> None:
    with pytest.raises(NoTruthError, match="Only a lake made by `vrp sample`"):
        evaluate_events(lake, lake.root / "truth", lambda references: references)
    write_truth(lake.root / "truth")
    with pytest.raises(NoEventRecordsError, match="Run: vrp run"):
        evaluate_events(lake, lake.root / "truth", lambda references: references)


def test_the_command_ends_with_3_where_a_level_is_missed_and_json_tells_all(lake: Lake) -> None:
    write_reports(lake)
    write_truth(lake.root / "truth")
    told = CliRunner().invoke(main, ["--lake", str(lake.root), "evaluate", "linkage", "--json"])
    assert told.exit_code == 3, told.output
    held = json.loads(told.stdout)
    assert {"pairs", "groups", "totals", "cluster_sizes", "known_to_police", "levels", "difficulty"} <= set(held)
    # Bronze holds no people: no pairs of people exist, so none of their levels is met.
    assert held["people"]["pairs"]["true"] == 0
    assert not any(level["is_met"] for level in held["people"]["levels"])
    page = CliRunner().invoke(main, ["--lake", str(lake.root), "evaluate", "linkage"])
    assert page.exit_code == 3
    for words in (
        "Levels to reach",
        "How hard the records are",
        "missed",
        "Incidents of all sources",
        "Pairs of records of people",
    ):
        assert words in page.output


def test_the_evaluation_and_the_report_allow_the_model_the_same_error() -> None:
    with (DBT_PROJECT / "seeds" / "completeness_limits.csv").open(encoding="utf-8", newline="") as seed:
        (limit,) = (row for row in csv.DictReader(seed) if row["limit_id"] == "model_error_percent")
    assert float(limit["limit_value"]) == 100 * MODEL_ERROR
