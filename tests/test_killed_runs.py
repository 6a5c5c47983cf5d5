"""`kill -9` of a run or of its dbt at random moments: readers see whole states, and the next run completes."""

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
SEED = 20261127


def kill_at(run: "subprocess.Popen[str]", seconds: float, victim: str) -> bool:
    """Kill a run, or the next dbt that it starts, so many seconds after its start; False if it had ended before."""
    began = time.monotonic()
    while run.poll() is None:
        time.sleep(0.05)
        if time.monotonic() - began < seconds:
            continue
        if victim == "run":
            run.kill()
            run.communicate()
            return True
        for process, command in descendants(run.pid).items():
            if "/dbt " in command:
                os.kill(process, signal.SIGKILL)
                assert run.wait(300) == 1, "a run whose dbt was killed fails"
                return True
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
def test_after_kills_at_random_moments_the_next_run_makes_the_release_of_a_lake_that_nobody_disturbed(
    tmp_path: Path,
) -> None:
    """Before each kill a longer extract of crimes comes, so that there is always something to do."""
    steady, killed = Product(tmp_path / "steady"), Product(tmp_path / "killed")
    others = [fixture_of(feed) for feed in FEEDS if feed != OFFENCES]
    crimes = rows_of(OFFENCES)
    extracts = [
        write_rows(tmp_path / f"crimes {number:02d}.csv", crimes[: len(crimes) - KILLS + number])
        for number in range(1, KILLS + 1)
    ]
    steady.call("vrp", "receive", *others, *extracts)
    began = time.monotonic()
    steady.call("vrp", "run")
    length = time.monotonic() - began

    killed.root.mkdir()
    shutil.copy(steady.root / "pseudonym.key", killed.root)
    killed.call("vrp", "receive", *others)
    moments, ends = random.Random(SEED), []  # noqa: S311 - no secret
    for extract in extracts:
        killed.call("vrp", "receive", extract)
        victim = moments.choice(("run", "run", "dbt"))
        ends.append(kill_at(killed.start("vrp", "run"), moments.uniform(0, length), victim))
        whole(killed)
    assert sum(ends) > KILLS / 2, "most runs were at work when they were killed"
    killed.call("vrp", "run")
    assert killed.release.manifest["tables"] == steady.release.manifest["tables"]
    assert not list(killed.lake.root.rglob(".*.partial"))
