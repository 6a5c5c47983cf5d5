"""What counts as the new month of a night, and what of a run counts as orchestration."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.benchmarks.nights import Orchestration, by_date, orchestration


def test_the_files_of_the_newest_31_days_are_the_new_month(tmp_path: Path) -> None:
    dates = {"a.csv": "2024-03-05", "b.csv": "2024-03-06", "c.csv": "2024-04-05", "d.csv": "2024-03-05"}
    for name in dates:
        (tmp_path / name).write_text(name)
    listed = {hashlib.sha256(name.encode()).hexdigest(): f"{day}T06:00:00+00:00" for name, day in dates.items()}
    (tmp_path / "simulated.json").write_text(json.dumps({"delivered": listed}))
    earlier, newest = by_date(tmp_path)
    assert [path.name for path in earlier] == ["a.csv", "d.csv"]
    assert [path.name for path in newest] == ["b.csv", "c.csv"]


def test_orchestration_is_what_no_step_took(tmp_path: Path) -> None:
    # Steps of 4 s and 3 s, one of each run, of 10 s altogether.
    events = [
        ("first", "a", "STEP_START", 2.0),
        ("first", "a", "ASSET_MATERIALIZATION", 5.0),
        ("first", "a", "STEP_SUCCESS", 6.0),
        ("second", "a", "STEP_START", 7.0),
        ("second", "a", "STEP_FAILURE", 10.0),
    ]
    log = tmp_path / "event_log.db"
    with closing(sqlite3.connect(log)) as connection, connection:
        connection.execute(
            "create table event_logs (id integer primary key, run_id, step_key, dagster_event_type, event)"
        )
        connection.executemany(
            "insert into event_logs (run_id, step_key, dagster_event_type, event) values (?, ?, ?, ?)",
            [(run, step, kind, json.dumps({"timestamp": moment})) for run, step, kind, moment in events],
        )
    assert orchestration(log, 10.0) == Orchestration(seconds_outside_steps=3.0, events=5)
