"""Ingest: months are published whole or held, faulty rows are quarantined with the reason, no row is lost."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import Row, rows_of, take, write_rows
from tests.support.killing import die_before
from vrp_pipeline.calendar.feed_calendar import calendar
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.bronze_schema import bronze_schema
from vrp_pipeline.ingest import publishing
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.atomic import ZoneBusyError, holding_zone
from vrp_pipeline.lake.bronze import published_partitions
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, Verdict, read_verdict
from vrp_pipeline.landing.readers import read
from vrp_pipeline.release.row_accounts import account

OFFENCES = FEEDS["police__offences"]
STREET = FEEDS["police__street_crimes"]
ATTENDANCES = FEEDS["health__emergency_attendances"]
EVENTS = FEEDS["communities__events"]


def verdicts_by_partition(verdicts: list[Verdict]) -> dict[str, Verdict]:
    return {verdict.partition: verdict for verdict in verdicts}


def digest_of_lake(lake: Lake, *zones: str) -> dict[str, str]:
    return {
        path.relative_to(lake.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for zone in zones
        for path in sorted((lake.root / zone).rglob("*"))
        if path.is_file()
    }


def quarantine_of(lake: Lake, partition: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.read_table(
        lake.quarantine_partition(OFFENCES, partition), partitioning=None
    ).to_pylist()
    return rows


@pytest.fixture
def filled(lake: Lake) -> Lake:
    take(lake, fixture_of("police__offences"))
    ingest(lake, OFFENCES)
    return lake


def test_every_month_of_a_delivery_stands_in_bronze_in_the_shape_of_its_contract(filled: Lake) -> None:
    partitions = published_partitions(filled, OFFENCES)
    assert len(partitions) == 24
    for path in partitions.values():
        assert pq.read_schema(path).equals(bronze_schema(OFFENCES))
    assert pq.read_metadata(partitions["2022-04"]).num_rows == 8


def test_a_row_sent_13_times_counts_once_and_its_12_copies_are_quarantined(filled: Lake) -> None:
    verdict = read_verdict(filled, OFFENCES, "2023-05")
    assert verdict is not None
    assert verdict.status is Status.PUBLISHED
    assert (verdict.rows_read, verdict.rows_published, verdict.rows_quarantined) == (20, 8, 12)
    assert {row["reasons"] for row in quarantine_of(filled, "2023-05")} == {"a copy of another row with the same key"}


def test_a_delivery_is_read_once_however_many_months_it_covers(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    take(lake, fixture_of("police__offences"))
    calls = []

    def counted(*args: Any, **kwargs: Any) -> object:
        calls.append(args)
        return read(*args, **kwargs)

    monkeypatch.setattr("vrp_pipeline.ingest.reading.read", counted)
    assert len(ingest(lake, OFFENCES)) == 24
    assert len(calls) == 1


def test_only_the_selected_months_are_ingested(lake: Lake) -> None:
    take(lake, fixture_of("police__offences"))
    verdicts = ingest(lake, OFFENCES, ["2023-01", "2023-02", "2031-01"])
    assert [verdict.partition for verdict in verdicts] == ["2023-01", "2023-02"]
    assert list(published_partitions(lake, OFFENCES)) == ["2023-01", "2023-02"]


def test_a_month_is_judged_alike_alone_and_together_with_others(lake: Lake, tmp_path: Path) -> None:
    alone = Lake(tmp_path / "alone")
    for each in (lake, alone):
        take(each, fixture_of("police__offences"))
    together = verdicts_by_partition(ingest(lake, OFFENCES))
    for partition in ("2022-04", "2023-05", "2024-03"):
        verdict = together[partition]
        (single,) = ingest(alone, OFFENCES, [partition])
        assert single.unmet_expectations == verdict.unmet_expectations
        assert (single.status, single.rows_published) == (verdict.status, verdict.rows_published)


def test_ingesting_again_changes_no_byte(filled: Lake) -> None:
    before = digest_of_lake(filled, "bronze", "quarantine", "verdicts")
    ingest(filled, OFFENCES)
    assert digest_of_lake(filled, "bronze", "quarantine", "verdicts") == before


def test_a_lake_built_again_from_landing_has_the_same_bytes(filled: Lake, tmp_path: Path) -> None:
    before = digest_of_lake(filled, "bronze", "quarantine", "verdicts")
    again = Lake(tmp_path / "again")
    again.root.mkdir()
    (again.root / "landing").symlink_to(filled.landing)
    ingest(again, OFFENCES)
    assert digest_of_lake(again, "bronze", "quarantine", "verdicts") == before


def test_nothing_is_to_be_refreshed_until_a_delivery_comes(filled: Lake, tmp_path: Path) -> None:
    assert stale_partitions(filled, OFFENCES) == []
    rows = [row for row in rows_of("police__offences") if row["date_recorded"] >= "2024-03"]
    take(filled, write_rows(tmp_path / "weekly.csv", rows))
    assert stale_partitions(filled, OFFENCES) == ["2024-03"]


def test_the_newest_delivery_of_a_month_replaces_it_whole(filled: Lake, tmp_path: Path) -> None:
    rows = [row for row in rows_of("police__offences") if row["date_recorded"] >= "2024-03"]
    for row in rows:
        row["ho_offence_code"] = "005/01"
    take(filled, write_rows(tmp_path / "weekly.csv", rows))
    ingest(filled, OFFENCES)
    table = pq.read_table(filled.bronze_partition(OFFENCES, "2024-03"), partitioning=None)
    assert set(table["offence_code"].to_pylist()) == {"00501"}
    assert table.num_rows == len(rows) == 7
    accounted = account(filled, OFFENCES)
    assert accounted.balances
    assert accounted.superseded == 7


def test_a_text_that_is_no_date_sends_its_row_to_quarantine_with_row_and_reason(lake: Lake, tmp_path: Path) -> None:
    def break_one(number: int, row: Row) -> Row:
        if number == 3:
            row["committed_from_datetime"] = "2022-04-31T10:00"
        return row

    many = [row for n in range(30) for row in _renumbered(rows_of("police__offences"), n)]
    take(lake, changed_rows(tmp_path / "many.csv", many, break_one))
    verdict = verdicts_by_partition(ingest(lake, OFFENCES))["2022-04"]
    assert verdict.status is Status.PUBLISHED
    assert verdict.rows_per_reason == {"'committed_from_datetime' is not a readable datetime": 1}
    (row,) = quarantine_of(lake, "2022-04")
    assert row["source_row"] == 3


def test_rows_without_a_month_are_kept_apart_and_accounted_for(lake: Lake, tmp_path: Path) -> None:
    def undate(number: int, row: Row) -> Row:
        if number in (5, 9):
            row["date_recorded"] = "soon"
        return row

    many = [row for n in range(30) for row in _renumbered(rows_of("police__offences"), n)]
    take(lake, changed_rows(tmp_path / "many.csv", many, undate))
    ingest(lake, OFFENCES)
    (path,) = lake.quarantine_partition(OFFENCES, "undated").parent.glob("*.parquet")
    rows = pq.read_table(path, partitioning=None).to_pylist()
    assert [row["source_row"] for row in rows] == [5, 9]
    assert "'date_recorded' is not a readable date" in str(rows[0]["reasons"])
    assert account(lake, OFFENCES).balances


def test_two_rows_that_contradict_each_other_are_both_set_aside(lake: Lake, tmp_path: Path) -> None:
    many = [row for n in range(30) for row in _renumbered(rows_of("police__offences"), n)]
    many.append({**many[0], "crime_status": "cancelled"})
    take(lake, write_rows(tmp_path / "many.csv", many))
    verdict = verdicts_by_partition(ingest(lake, OFFENCES))["2022-04"]
    assert verdict.rows_per_reason == {"another row has the same key and different content": 2}


def test_a_month_with_too_many_unknown_codes_is_held_and_the_last_good_month_stays(
    filled: Lake, tmp_path: Path
) -> None:
    good = filled.bronze_partition(OFFENCES, "2024-03").read_bytes()
    rows = [{**row, "crime_status": "live"} for row in rows_of("police__offences") if row["date_recorded"] >= "2024-03"]
    take(filled, write_rows(tmp_path / "weekly.csv", rows))
    (verdict,) = ingest(filled, OFFENCES, ["2024-03"])
    assert verdict.status is Status.HELD
    assert "weekly.csv is held" in verdict.sentence
    assert "'crime_status' is not a known code in 7 rows" in verdict.sentence
    assert "ask the agency" in verdict.sentence
    assert filled.bronze_partition(OFFENCES, "2024-03").read_bytes() == good
    assert len(quarantine_of(filled, "2024-03")) == 7
    assert account(filled, OFFENCES).balances
    statuses = {row["month"]: row["status"] for row in calendar(filled).to_pylist() if row["feed"] == OFFENCES.name}
    assert statuses["2024-03"] == "held"
    assert statuses["2024-02"] == "received"


def test_a_corrected_delivery_ends_the_hold(filled: Lake, tmp_path: Path) -> None:
    rows = [row for row in rows_of("police__offences") if row["date_recorded"] >= "2024-03"]
    take(filled, write_rows(tmp_path / "bad.csv", [{**row, "crime_status": "live"} for row in rows]))
    ingest(filled, OFFENCES, ["2024-03"])
    take(filled, write_rows(tmp_path / "good.csv", [{**row, "beat_code": "SC02"} for row in rows]))
    (verdict,) = ingest(filled, OFFENCES, ["2024-03"])
    assert verdict.status is Status.PUBLISHED
    assert not filled.quarantine_partition(OFFENCES, "2024-03").exists()


def test_a_half_size_month_is_held(lake: Lake, tmp_path: Path) -> None:
    # 100 copies of the month's rows under other references make 800 rows a month; chance varies that by up to 85.
    many = [row for n in range(100) for row in _renumbered(rows_of("police__offences"), n)]
    march = [row for row in many if row["date_recorded"].startswith("2024-03")]
    halved = [row for row in many if not row["date_recorded"].startswith("2024-03")] + march[: len(march) // 2]
    take(lake, write_rows(tmp_path / "extract.csv", halved))
    verdicts = verdicts_by_partition(ingest(lake, OFFENCES))
    assert verdicts["2024-03"].status is Status.HELD
    assert "rows, where" in verdicts["2024-03"].sentence
    # Rows copied a hundred times vary together, so slices say nothing here; the volume does.
    assert "volume is not too small" in {unmet.expectation for unmet in verdicts["2024-03"].unmet_expectations}
    assert "volume is not too small" not in {unmet.expectation for unmet in verdicts["2024-02"].unmet_expectations}


def test_a_doubled_month_is_held(lake: Lake, tmp_path: Path) -> None:
    many = [row for n in range(100) for row in _renumbered(rows_of("police__offences"), n)]
    extra = [row for n in range(100, 220) for row in _renumbered(rows_of("police__offences"), n)]
    doubled = many + [row for row in extra if row["date_recorded"].startswith("2024-03")]
    take(lake, write_rows(tmp_path / "extract.csv", doubled))
    assert verdicts_by_partition(ingest(lake, OFFENCES))["2024-03"].status is Status.HELD


def test_swapped_coordinates_hold_the_month_and_name_the_remedy(lake: Lake, tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "2024-03.zip"
    with zipfile.ZipFile(fixture_of("police__street_crimes")) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"-1.402000,50.906000", b"50.906000,-1.402000"))
    take(lake, path)
    for verdict in ingest(lake, STREET):
        assert verdict.status is Status.HELD
        assert "longitude and latitude may be swapped" in verdict.sentence


def test_identical_rows_without_a_key_are_separate_incidents_and_kept(lake: Lake) -> None:
    take(lake, fixture_of("police__street_crimes"))
    ingest(lake, STREET)
    table = pq.read_table(lake.bronze_partition(STREET, "2024-03"), partitioning=None).to_pandas()
    disorder = table[table["crime_type"] == "Anti-social behaviour"]
    assert len(disorder) == 2
    assert disorder["record_id"].nunique() == 2


def test_a_workbook_of_mixed_dates_and_counts_is_conformed(lake: Lake) -> None:
    take(lake, fixture_of("communities__events"))
    verdicts = ingest(lake, EVENTS)
    assert sum(verdict.rows_published for verdict in verdicts) == 12
    june = pq.read_table(lake.bronze_partition(EVENTS, "2023-06"), partitioning=None).to_pylist()[0]
    assert str(june["starts_at"]) == "2023-06-14 09:30:00"
    assert june["actual_attendance"] == 20


def test_a_month_of_a_zip_that_was_not_delivered_is_not_received_and_never_zero(lake: Lake) -> None:
    take(lake, fixture_of("police__street_crimes"))
    ingest(lake, STREET)
    statuses = {row["month"]: row for row in calendar(lake).to_pylist() if row["feed"] == STREET.name}
    assert statuses["2024-01"]["status"] == "not received"
    assert statuses["2024-01"]["rows_published"] is None
    assert statuses["2024-02"]["status"] == "received"


def test_two_ingests_at_once_are_refused_with_the_process_that_holds_the_zone(filled: Lake) -> None:
    script = (
        "import sys, time; from pathlib import Path; from vrp_pipeline.lake.atomic import holding_zone\n"
        f"with holding_zone(Path({str(filled.root)!r}), 'bronze'):\n    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(ZoneBusyError, match=str(other.pid)):
            ingest(filled, OFFENCES)
        other.send_signal(signal.SIGKILL)
    with holding_zone(filled.root, "bronze"):
        pass


@pytest.mark.parametrize("stop_after", range(1, 10))
def test_killing_ingest_between_any_two_writes_loses_nothing(filled: Lake, tmp_path: Path, stop_after: int) -> None:
    """Restated months with a quarantine: a page, quarantine, bronze and verdict of two months, tally, index."""
    rows = [row for row in rows_of("police__offences") if row["date_recorded"] >= "2024-02"]
    rows += [rows[0], rows[-1]]
    take(filled, write_rows(tmp_path / "weekly.csv", rows))
    child = os.fork()
    if child == 0:
        die_before("replace", stop_after)
        publishing.WRITERS = 1
        ingest(filled, OFFENCES, ["2024-02", "2024-03"])
        os._exit(0)
    _, ended = os.waitpid(child, 0)
    assert ended in (0, signal.SIGKILL), "the child died otherwise than by our hand"
    assert (ended == signal.SIGKILL) == (stop_after < 9), "there are nine writes"
    for path in published_partitions(filled, OFFENCES).values():
        assert pq.read_table(path, partitioning=None).num_rows >= 7, "readers see a whole month, old or new"
    ingest(filled, OFFENCES, stale_partitions(filled, OFFENCES))
    assert stale_partitions(filled, OFFENCES) == []
    assert account(filled, OFFENCES).balances
    assert not list(filled.root.rglob(".*.partial"))
    for partition in ("2024-02", "2024-03"):
        verdict = read_verdict(filled, OFFENCES, partition)
        assert verdict is not None
        assert (verdict.rows_published, verdict.rows_quarantined) == (7, 1)


def _renumbered(rows: list[Row], number: int) -> list[Row]:
    """The rows of the fixture, copies left out, as other crimes."""
    seen: set[tuple[str, str]] = set()
    renumbered = []
    for row in rows:
        key = (row["crime_reference"], row["victim_ref"])
        if key not in seen:
            seen.add(key)
            reference = row["crime_reference"]
            renumbered.append({**row, "crime_reference": f"{reference[:6]}{int(reference[6:]) + 10 * number:05d}"})
    return renumbered


def changed_rows(path: Path, rows: list[Row], change: object) -> Path:
    return write_rows(path, [change(number, dict(row)) for number, row in enumerate(rows, start=1)])  # type: ignore[operator]


def test_a_text_that_is_no_agreed_code_is_not_written_to_quarantine(lake: Lake, tmp_path: Path) -> None:
    rows = rows_of("police__offences")
    rows[0]["crime_status"] = "Mr Fictional Person"
    take(lake, write_rows(tmp_path / "shifted.csv", rows))
    ingest(lake, OFFENCES)
    partition = rows[0]["date_recorded"][:7]
    aside = pq.read_table(lake.quarantine_partition(OFFENCES, partition), partitioning=None)
    assert "(none of the agreed codes)" in aside["crime_status"].to_pylist()
    for path in [*lake.root.rglob("*.parquet"), *lake.root.rglob("*.json"), *lake.root.rglob("*.html")]:
        if "landing" not in path.parts:
            written = (
                str(pq.read_table(path, partitioning=None).to_pylist())
                if path.suffix == ".parquet"
                else path.read_text("utf-8")
            )
            assert "Fictional" not in written, path
