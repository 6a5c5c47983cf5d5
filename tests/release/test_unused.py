"""Releases that nobody needs are removed; those in use, published or current are not."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.marts import PROVENANCE, build
from vrp_pipeline.lake.atomic import write_json
from vrp_pipeline.lake.erasures import Erasure, note_removal, record
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.database import DATABASE
from vrp_pipeline.release.releases import POINTER, Release, make_release
from vrp_pipeline.release.unused import (
    KEPT_SETTING,
    NoNumberOfReleasesError,
    all_releases,
    is_open,
    releases_kept,
    remove_unused,
)


@pytest.fixture
def releases(lake: Lake) -> list[Release]:
    """Five releases, the oldest first."""
    made = []
    for number in range(5):
        build(lake, *range(number + 1))
        made.append(make_release(lake, PROVENANCE))
        os.utime(made[-1].path, (number, number))
    return made


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another process has the database open, read-only, as any client does."""
    script = (
        f"import duckdb, sys; c = duckdb.connect({str(path)!r}, read_only=True); print(1, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as client:
        assert client.stdout
        assert client.stdout.readline()
        yield
        client.communicate()


def test_the_newest_releases_stay_and_the_others_go(lake: Lake, releases: list[Release]) -> None:
    assert all_releases(lake) == releases[::-1]
    assert remove_unused(lake, 2) == [release.release_id for release in releases[2::-1]]
    assert all_releases(lake) == [releases[4], releases[3]]
    assert not list(lake.releases.glob(".*"))


def test_the_current_release_stays_however_old_it_is(lake: Lake, releases: list[Release]) -> None:
    write_json(lake.releases / POINTER, {"release": releases[0].release_id})
    remove_unused(lake, 1)
    assert all_releases(lake) == [releases[4], releases[0]]


def test_a_release_that_a_published_report_rests_on_stays(lake: Lake, releases: list[Release]) -> None:
    write_json(lake.published / "2023-24" / "v1" / "provenance.json", {"release": releases[1].release_id})
    remove_unused(lake, 1)
    assert all_releases(lake) == [releases[4], releases[1]]


def test_a_release_that_a_session_has_open_stays_until_it_ends(lake: Lake, releases: list[Release]) -> None:
    with held(releases[1].path / DATABASE):
        assert [release for release in releases if is_open(release)] == [releases[1]]
        remove_unused(lake, 1)
        assert all_releases(lake) == [releases[4], releases[1]]
    assert remove_unused(lake, 1) == [releases[1].release_id]


def test_a_session_by_the_path_that_follows_the_newest_release_keeps_its_own(
    lake: Lake, releases: list[Release]
) -> None:
    with held(lake.releases / "current.duckdb"):
        build(lake, 7)
        newest = make_release(lake, PROVENANCE)
        remove_unused(lake, 1)
        assert all_releases(lake) == [newest, releases[4]]


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5"])
def test_the_number_of_releases_is_a_whole_number_from_one_on(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEPT_SETTING, text)
    with pytest.raises(NoNumberOfReleasesError, match="1 or more"):
        releases_kept()


def test_after_an_erasure_every_release_made_before_it_goes_but_the_current_one(
    lake: Lake, releases: list[Release]
) -> None:
    write_json(lake.published / "2023-24" / "v1" / "provenance.json", {"release": releases[1].release_id})
    now = datetime.now(UTC)
    record(lake, Erasure("nhs_number", "ab" * 16, "", now - timedelta(seconds=60), "A. Person"))
    for release, seconds in zip(releases, (3600, -120, -30, -120, -120), strict=True):  # the first by a wrong clock
        os.utime(release.path, (now.timestamp() + seconds,) * 2)
    pages = {release: lake.hot_spots / release.release_id / "hot_spots.html" for release in releases}
    for page in pages.values():
        write_json(page, {})
    with held(releases[3].path / DATABASE):
        remove_unused(lake, 14)
    assert set(all_releases(lake)) == {releases[2], releases[4]}, "made after it, and current"
    assert {release for release, page in pages.items() if page.exists()} == {releases[2], releases[4]}


def test_after_months_were_removed_every_release_made_before_goes(lake: Lake, releases: list[Release]) -> None:
    note_removal(lake)
    remove_unused(lake, 14)
    assert all_releases(lake) == [releases[4]]
