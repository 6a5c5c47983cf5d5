"""Retention: sixty nights leave no more in Dagster's storage than forty, and the catalogue shows every month still."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from vrp_pipeline.defs.retention import prune

MONTHS = dg.MonthlyPartitionsDefinition("2022-04", end_date="2024-04", fmt="%Y-%m")
CHECK = dg.AssetCheckKey(dg.AssetKey("feed"), "meets_expectations")
# Fewer assets than a rebuild has, and as much told of each: a schema of twenty columns.
TABLES = 10
SCHEMA = dg.TableSchema([dg.TableColumn(f"column_{number}", "varchar", "What it means.") for number in range(20)])


@dg.asset(key="feed", partitions_def=MONTHS, check_specs=[dg.AssetCheckSpec(CHECK.name, asset=CHECK.asset_key)])
def feed(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    yield dg.MaterializeResult(metadata={"rows": 7})
    yield dg.AssetCheckResult(check_name=CHECK.name, passed=True)


@dg.multi_asset(specs=[dg.AssetSpec(f"table_{number}") for number in range(TABLES)])
def tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
    for number in range(TABLES):
        yield dg.MaterializeResult(asset_key=f"table_{number}", metadata={"dagster/column_schema": SCHEMA})


def night(instance: dg.DagsterInstance, month: str) -> None:
    dg.materialize([feed], instance=instance, partition_key=month)
    dg.materialize([tables], instance=instance)


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.nightly
def test_after_forty_nights_sixty_leave_no_more(tmp_path: Path) -> None:
    """Each night ingests one of the newest three months and rebuilds; the months before came in the first nights."""
    overrides = {
        "event_log_storage": {
            "module": "vrp_pipeline.defs.event_storage",
            "class": "SqliteEventLogStorage",
            "config": {"base_dir": str(tmp_path / "home")},
        }
    }
    months = MONTHS.get_partition_keys()
    sizes = {}
    (tmp_path / "home").mkdir()
    with dg.instance_for_test(overrides=overrides, temp_dir=str(tmp_path / "home")) as instance:
        for number in range(1, 61):
            night(instance, months[number - 1] if number <= len(months) else months[-1 - number % 3])
            if number % 6 == 0:  # about once a week
                prune(instance, [CHECK], runs_kept=20)
                sizes[number] = size(tmp_path / "home")
        runs = instance.get_runs()
        shown = instance.get_materialized_partitions(dg.AssetKey("feed"))
        latest = instance.get_latest_asset_check_evaluation_record(CHECK)
    # By night 42 every month has come, the newest twenty runs and those of the months are what there is.
    assert sizes[60] <= sizes[42] * 1.05, sizes
    # By hand: the newest twenty, and at most one run for each of the other months.
    assert len(runs) <= 20 + len(months)
    assert shown == set(months), "a month that came long ago is shown as materialised still"
    assert latest is not None


def test_a_run_that_holds_the_newest_materialisation_of_a_month_or_the_newest_result_of_a_check_stays() -> None:
    with dg.instance_for_test() as instance:
        for month in ("2023-01", "2023-01", "2023-02"):
            dg.materialize([feed], instance=instance, partition_key=month)
        for _ in range(5):
            dg.materialize([tables], instance=instance)
        removed = prune(instance, [CHECK], runs_kept=1)
        assert removed == 1 + 4, "the first of two runs of January, and four rebuilds"
        assert instance.get_materialized_partitions(dg.AssetKey("feed")) == {"2023-01", "2023-02"}
        assert prune(instance, [CHECK], runs_kept=1) == 0
