"""A file of the lake that cannot be read silences no other alert, and nothing is told as over because of it."""

import json
import os
import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.receivers import webhook
from vrp_pipeline.alerts.channels import Webhook
from vrp_pipeline.alerts.condition import OF_THE_LAKE, Condition, Limits
from vrp_pipeline.alerts.conditions import conditions_of
from vrp_pipeline.alerts.reporting import report
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.receipt import receive


def found(lake: Lake, *, damaged: bool = False) -> list[Condition]:
    def is_released() -> bool:
        if damaged:
            raise KeyError("Jane Doe")
        return True

    # Of any disk less than twice its size is free.
    return conditions_of(lake, datetime.now(UTC), Limits(disk_free_share=2), is_released=is_released)


def test_a_damaged_refusal_is_told_and_so_is_everything_else_and_the_refusals_are_not_over(
    lake: Lake, tmp_path: Path
) -> None:
    (tmp_path / "unknown.csv").write_text("a,b\n1,2\n")
    list(receive(lake, [tmp_path / "unknown.csv"]))
    (record,) = lake.refused.glob("*/refusal.json")
    whole = record.read_text(encoding="utf-8")
    with webhook() as (url, posted):

        def told() -> list[str]:
            before = len(posted.bodies)
            report(lake, found(lake), OF_THE_LAKE, [Webhook(url)])
            return [f"{body['event']} {body['key']}" for body in posted.bodies[before:]]

        assert told() == ["new refused:files", "new disk:lake"]
        record.write_text("{", encoding="utf-8")
        assert told() == ["new unread:refused"]
        assert told() == []
        record.write_text(whole, encoding="utf-8")
        assert told() == ["over unread:refused"]
        record.unlink()
        assert told() == ["over refused:files"]


def test_where_nobody_can_tell_what_is_released_the_rest_is_told_without_a_value(lake: Lake) -> None:
    lake.root.mkdir()
    conditions = found(lake, damaged=True)
    assert [each.key for each in conditions] == ["unread:stale", "disk:lake"]
    assert "Doe" not in str(conditions)


def test_a_refusal_that_is_removed_while_the_refusals_are_read_is_none_and_the_others_are_told(lake: Lake) -> None:
    read, removed = (lake.refused / name / "refusal.json" for name in ("a", "b"))
    for record in (read, removed):
        record.parent.mkdir(parents=True)
    os.mkfifo(read)  # whoever opens it waits for the writer
    removed.write_text("{}", encoding="utf-8")

    def remove() -> None:
        with read.open("w", encoding="utf-8") as file:
            shutil.rmtree(removed.parent)
            file.write("{}")

    remover = threading.Thread(target=remove)
    remover.start()
    told = {each.key: each for each in found(lake)}
    remover.join()
    assert not [key for key in told if key.startswith("unread")]
    assert told["refused:files"].state == "a"


def test_an_update_that_moves_the_line_at_which_a_file_cannot_be_read_is_no_change(lake: Lake) -> None:
    lake.refused.joinpath("a").mkdir(parents=True)
    (lake.refused / "a" / "refusal.json").write_text("{", encoding="utf-8")
    (told,) = (each for each in found(lake) if each.kind == "unread")
    assert told.state == "JSONDecodeError refused_files.py", "and not the library that found it, in .venv"
    assert "refused_files.py, line " in told.what


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"disk:lake": 1}', '{"disk:lake": {"kind": "disk"}}'])
def test_a_damaged_memory_of_a_channel_is_put_aside_and_what_is_open_is_told_once_more(lake: Lake, damage: str) -> None:
    lake.root.mkdir()
    state = lake.state / "alerts" / "first.json"
    with webhook() as (url, posted):
        channels = [Webhook(url, name="first"), Webhook(url, name="second")]
        state.parent.mkdir(parents=True)
        state.write_text(damage, encoding="utf-8")
        (failure,) = report(lake, found(lake), OF_THE_LAKE, channels).failures
        assert str(state.with_suffix(".damaged")) in failure
        assert state.with_suffix(".damaged").read_text(encoding="utf-8") == damage
        assert [body["event"] for body in posted.bodies] == ["new", "new"]
        assert report(lake, found(lake), OF_THE_LAKE, channels).failures == ()
        assert len(posted.bodies) == 2, "and not again"
        assert list(json.loads(state.read_text(encoding="utf-8"))) == ["disk:lake"]


def test_a_memory_that_may_not_be_read_silences_its_channel_alone_and_says_so(lake: Lake) -> None:
    lake.root.mkdir()
    state = lake.state / "alerts" / "first.json"
    state.mkdir(parents=True)
    with webhook() as (url, posted):
        channels = [Webhook(url, name="first"), Webhook(url, name="second")]
        (failure,) = report(lake, found(lake), OF_THE_LAKE, channels).failures
        assert str(state) in failure
        assert [body["event"] for body in posted.bodies] == ["new"], "to the second"
        state.rmdir()
        assert report(lake, found(lake), OF_THE_LAKE, channels).failures == ()
        assert [body["event"] for body in posted.bodies] == ["new", "new"], "to the first"
