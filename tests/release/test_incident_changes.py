"""What became of an incident's id from one release to the next is kept beside the releases, erased records apart."""

import os
from pathlib import Path

import duckdb
import pytest

from tests.support.marts import PROVENANCE
from vrp_pipeline.lake.atomic import write_json
from vrp_pipeline.lake.erasures import note_removal
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.incident_changes import LOG, incidents_of, read_changes
from vrp_pipeline.release.releases import POINTER, Release, make_release

# The incident of each record, as words: "a:a b:a" says that records a and b are of incident a.
FIRST = "a:a b:a c:c d:d e:d f:f g:g h:h i:h"


def released(lake: Lake, words: str) -> Release:
    rows = [pair.split(":") for pair in words.split()]
    lake.root.mkdir(exist_ok=True)
    with duckdb.connect(str(lake.warehouse)) as warehouse:
        warehouse.execute(
            "create or replace table bridge_incident_records (event_record_id varchar, incident_id varchar)"
        )
        warehouse.executemany("insert into bridge_incident_records values (?, ?)", rows)
    return make_release(lake, PROVENANCE)


def told(lake: Lake) -> list[tuple[str, str | None, str, int]]:
    names = ("old_incident_id", "new_incident_id", "kind", "records")
    return [tuple(row[name] for name in names) for row in read_changes(lake).to_pylist()]


def test_merged_split_moved_renamed_and_withdrawn_ids_are_told_with_their_records(lake: Lake) -> None:
    released(lake, FIRST)
    assert told(lake) == []
    # By hand: c joined a; e left d and is alone; b moved from a to f; h is gone and i led on; g is gone; j is new.
    released(lake, "a:a c:a b:f f:f d:d e:e i:i j:j")
    assert told(lake) == [
        ("a", "f", "moved", 1),
        ("c", "a", "merged", 1),
        ("d", "e", "split", 1),
        ("g", None, "withdrawn", 1),
        ("h", "i", "renamed", 1),
    ]


def test_a_new_record_and_a_release_made_again_change_no_id(lake: Lake) -> None:
    released(lake, FIRST)
    released(lake, FIRST)
    released(lake, f"{FIRST} j:a k:k")
    assert told(lake) == []
    assert not (lake.incident_ids / LOG).exists()


def test_changes_of_later_releases_follow_and_say_between_which(lake: Lake) -> None:
    one, two, three = released(lake, "a:a b:b"), released(lake, "a:a b:a"), released(lake, "a:a b:b")
    assert one == three, "the same marts are the same release"
    rows = read_changes(lake).to_pylist()
    assert [(row["release_before"], row["release_after"], row["kind"]) for row in rows] == [
        (one.release_id, two.release_id, "merged"),
        (two.release_id, three.release_id, "split"),
    ]


def test_a_run_killed_before_readers_were_led_to_its_release_tells_its_changes_once(lake: Lake) -> None:
    before = released(lake, "a:a b:b")
    released(lake, "a:a b:a")
    write_json(lake.releases / POINTER, {"release": before.release_id})
    released(lake, "a:a b:a")
    assert told(lake) == [("b", "a", "merged", 1)]


@pytest.mark.parametrize("forgotten", ["a", "c"])
def test_after_an_erasure_nothing_leads_to_or_from_the_record_that_is_gone(lake: Lake, forgotten: str) -> None:
    released(lake, "a:a b:b c:c d:c e:e f:e")
    before = released(lake, "a:a b:a c:c d:d e:e f:f")
    assert told(lake) == [("b", "a", "merged", 1), ("c", "d", "split", 1), ("e", "f", "split", 1)]
    os.utime(before.path, (1, 1))
    note_removal(lake)
    released(lake, "b:b c:c d:d e:e f:f" if forgotten == "a" else "a:a b:a d:d e:e f:f")
    assert ("e", "f", "split", 1) in told(lake)
    assert not [row for row in told(lake) if forgotten in row[:2]]
    assert forgotten not in {text for row in read_changes(lake).to_pylist() for text in map(str, row.values())}


def test_an_old_id_is_a_record_and_leads_to_the_incident_of_today(lake: Lake, tmp_path: Path) -> None:
    released(lake, "a:a b:b")
    assert incidents_of(released(lake, "a:a b:a").path, ["b", "nobody"]) == {"b": "a"}
