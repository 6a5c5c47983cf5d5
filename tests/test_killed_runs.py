"""`kill -9` of a receipt, a run or its dbt at random moments: readers see whole states, and the next run completes."""

import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import rows_of, write_rows
from tests.support.killing import descendants
from tests.support.product import Product
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.audit import verify
from vrp_pipeline.lake.bronze import published_partitions
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.release.integrity import misfits
from vrp_pipeline.release.releases import NoReleaseError, current_release

OFFENCES = "police__offences"
KILLS = 12
# Another seed kills at other moments: VRP_KILL_SEED=7 pytest tests/test_killed_runs.py
SEED = int(os.environ.get("VRP_KILL_SEED", "20261127"))
RECEIPT_SECONDS = 4.0


def kill_at(run: "subprocess.Popen[str]", seconds: float, victim: str) -> bool:
    """Kill a command, or the next dbt that it starts, so many seconds after its start; False if it ended before."""
    began = time.monotonic()
    while run.poll() is None:
        time.sleep(0.05)
        if time.monotonic() - began < seconds:
            continue
        if victim != "dbt":
            run.kill()
            run.communicate()
            return True
        for process, command in descendants(run.pid).items():
            if "dbt build" in command:
                os.kill(process, signal.SIGKILL)
                out, err = run.communicate(timeout=300)
                assert run.returncode == 1, f"a run whose dbt was killed fails\n{out}\n{err[-2000:]}"
                return True
    out, err = run.communicate()
    assert run.returncode == 0, f"what nobody killed succeeds\n{out}\n{err[-2000:]}"
    return False


def whole(product: Product) -> None:
    """Readers see the last release and the last months as they were written, and nothing received is lost."""
    with suppress(NoReleaseError):
        assert misfits(current_release(product.lake).path) == []
    for feed in FEEDS.values():
        for month in published_partitions(product.lake, feed).values():
            pq.read_table(month, partitioning=None)
    for delivery in all_deliveries(product.lake):
        assert hash_of(delivery.path(product.lake)) == delivery.sha256
    verify(product.lake)


@pytest.mark.nightly
@pytest.mark.xdist_group("killed runs")
def test_after_kills_at_random_moments_the_next_run_makes_the_release_of_a_lake_that_nobody_disturbed(
    tmp_path: Path,
) -> None:
    """Before each kill a longer extract of crimes comes, so that there is always something to do.

    The undisturbed lake is given the landing of the other, in which each delivery has its own moment of receipt.
    """
    steady, killed = Product(tmp_path / "steady"), Product(tmp_path / "killed")
    crimes = rows_of(OFFENCES)
    first, *extracts = [
        write_rows(tmp_path / f"crimes {number:02d}.csv", crimes[: len(crimes) - KILLS + number])
        for number in range(KILLS + 1)
    ]
    steady.call("vrp", "receive", first, *(fixture_of(feed) for feed in FEEDS if feed != OFFENCES))
    killed.root.mkdir()
    shutil.copytree(steady.lake.landing, killed.lake.landing)
    began = time.monotonic()
    steady.call("vrp", "run")
    length = time.monotonic() - began
    shutil.copy(steady.root / "pseudonym.key", killed.root)

    moments = random.Random(SEED)  # noqa: S311 - no secret
    ends: list[bool] = []
    for number, extract in enumerate(extracts):
        victim = ("run", "receipt", "run", "dbt")[number % 4]
        if victim == "receipt":
            ends.append(kill_at(killed.start("vrp", "receive", extract), moments.uniform(0, RECEIPT_SECONDS), victim))
        killed.call("vrp", "receive", extract)
        if victim != "receipt":
            ends.append(kill_at(killed.start("vrp", "run"), moments.uniform(0, length), victim))
        whole(killed)
    assert sum(ends) > KILLS / 2, "most were at work when they were killed"

    killed.call("vrp", "run")
    received = [delivery.sha256 for delivery in all_deliveries(killed.lake)]
    assert sorted(received) == sorted({*received, *map(hash_of, extracts)}), "each was received, and once"
    shutil.copytree(killed.lake.landing, steady.lake.landing, dirs_exist_ok=True)
    steady.call("vrp", "run")
    assert killed.release.manifest["tables"] == steady.release.manifest["tables"]
    assert not list(killed.lake.root.rglob(".*.partial"))
