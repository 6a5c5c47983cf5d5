"""A damaged release, or pointer to it, is told by every command and by an alert, with what to run; a run mends it."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from tests.release.test_explanation import released
from tests.support.marts import PROVENANCE
from vrp_pipeline.alerts.condition import DAMAGED, Limits
from vrp_pipeline.alerts.conditions import conditions_of
from vrp_pipeline.alerts.reporting import digest_of
from vrp_pipeline.cli import main
from vrp_pipeline.defs.pending import is_up_to_date
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.integrity import MANIFEST
from vrp_pipeline.release.releases import POINTER, DamagedReleaseError, NoReleaseError, current_release, make_release
from vrp_pipeline.release.unused import remove_unused

NOW = datetime(2024, 4, 4, 6, tzinfo=UTC)


def cut(lake: Lake, name: str, left: float = 0.5) -> None:
    path = current_release(lake).path / name
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * left)])


DAMAGES: dict[str, Callable[[Lake], object]] = {
    "a database cut off": lambda lake: cut(lake, "release.duckdb"),
    "a database of which nothing is left": lambda lake: cut(lake, "release.duckdb", 0.001),
    "a table cut off": lambda lake: cut(lake, "rpt_annual_metrics.parquet"),
    "a table lost": lambda lake: (current_release(lake).path / "rpt_annual_metrics.parquet").unlink(),
    "a manifest lost": lambda lake: (current_release(lake).path / MANIFEST).unlink(),
    "a manifest cut off": lambda lake: cut(lake, MANIFEST),
    "a folder lost": lambda lake: shutil.rmtree(current_release(lake).path),
    "a pointer cut off": lambda lake: (lake.releases / POINTER).write_text('{"rel'),
    "a pointer to nothing": lambda lake: (lake.releases / POINTER).write_text("{}"),
}
# A question reads the database, the list of tables the manifest too, and the path neither.
SEEN_BY_PATH = {"a folder lost", "a pointer cut off", "a pointer to nothing"}
SEEN_BY_OPENING = SEEN_BY_PATH | {"a database of which nothing is left"}
SEEN_BY_QUESTION = SEEN_BY_OPENING | {"a database cut off"}
SEEN_BY_LIST = SEEN_BY_OPENING | {"a manifest lost", "a manifest cut off"}


@pytest.fixture(params=DAMAGES)
def damage(request: pytest.FixtureRequest, lake: Lake) -> str:
    released(lake, 3)
    DAMAGES[request.param](lake)
    return str(request.param)


def vrp(lake: Lake, *words: str) -> Result:
    return CliRunner().invoke(main, ["--lake", str(lake.root), *words])


def is_told(told: Result, exit_code: int = 1) -> bool:
    assert isinstance(told.exception, SystemExit | None), "no traceback"
    return told.exit_code == exit_code and "Run: vrp run" in told.stderr


def test_explain_and_status_tell_of_it(damage: str, lake: Lake) -> None:
    assert is_told(vrp(lake, "explain", "M1"))
    assert is_told(vrp(lake, "status"), exit_code=3)


def test_no_report_is_drafted_from_it(damage: str, lake: Lake) -> None:
    assert is_told(vrp(lake, "publish", "2023-24"))
    assert not lake.drafts.exists()


def test_query_tells_of_what_it_reads(damage: str, lake: Lake) -> None:
    assert is_told(vrp(lake, "query", "--path")) == (damage in SEEN_BY_PATH)
    assert is_told(vrp(lake, "query", "from rpt_annual_metrics")) == (damage in SEEN_BY_QUESTION)
    assert is_told(vrp(lake, "query", "--tables")) == (damage in SEEN_BY_LIST)


def test_an_alert_tells_of_it_until_a_run_has_mended_it(damage: str, lake: Lake) -> None:
    assert not is_up_to_date(lake)
    (told,) = [each for each in conditions_of(lake, NOW, Limits(), is_released=lambda: False) if each.kind == DAMAGED]
    assert told.remedy[0] == "vrp run"
    assert vrp(lake, "alerts").exit_code == 3
    assert "Current release" not in digest_of(lake, [told], NOW).text or damage not in SEEN_BY_PATH
    released(lake, 3)
    assert DAMAGED not in {each.kind for each in conditions_of(lake, NOW, Limits(), is_released=lambda: True)}
    assert vrp(lake, "explain", "M1").exit_code == 0


@pytest.mark.parametrize("name", [*DAMAGES, "a table of records cut off"])
def test_damage_keeps_no_other_release_from_being_made(name: str, lake: Lake) -> None:
    released(lake, 3)
    if name in DAMAGES:
        DAMAGES[name](lake)
    else:
        cut(lake, "bridge_incident_records.parquet")
    released(lake, 4, crimes=4)
    assert vrp(lake, "explain", "M1").exit_code == 0


def test_nothing_is_removed_while_nobody_can_say_which_release_is_the_current_one(lake: Lake) -> None:
    released(lake, 3)
    released(lake, 4, crimes=4)
    DAMAGES["a pointer cut off"](lake)
    with pytest.raises(DamagedReleaseError, match="does not name the current release"):
        remove_unused(lake, 1)


def test_a_past_day_without_a_whole_release_names_the_run_of_that_day(lake: Lake) -> None:
    released(lake, 3)
    past = lake.as_of("2024-03-31")
    with pytest.raises(NoReleaseError, match="Run: vrp run --as-of 2024-03-31"):
        current_release(past)
    past.root.mkdir(parents=True)
    shutil.copy(lake.warehouse, past.warehouse)
    make_release(past, PROVENANCE)
    cut(past, "release.duckdb", 0.001)
    told = vrp(lake, "query", "--as-of", "2024-03-31", "select 1")
    assert "Run: vrp run --as-of 2024-03-31" in told.stderr
