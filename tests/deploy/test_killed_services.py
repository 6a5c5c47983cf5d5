"""`kill -9` of daemon, code server, run and dbt at random moments of a night: the next night completes it."""

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.conftest import fixture_of
from tests.support.dagster_services import Services, running, wait_for
from tests.support.killing import descendants
from tests.support.product import Product
from vrp_pipeline.defs.news import is_up_to_date
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.paths import PROJECT

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("services")]
KILLS = 8
SEED = 20261128
UNFINISHED = {"QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING"}
# What a process of a run has on its command line: of Dagster, and of dbt.
AT_WORK = {"run": "execute_run", "dbt": "/dbt "}


def kill(services: Services, victim: str) -> bool:
    """Kill a service, which systemd starts again, or a process of a run; False if none is at work."""
    if victim in ("daemon", "code"):
        services.kill(victim)
        services.start(victim)
        return True
    for process, command in descendants(os.getpid()).items():
        if AT_WORK[victim] in command and str(services.home) in Path(f"/proc/{process}/environ").read_text("utf-8"):
            os.kill(process, signal.SIGKILL)
            return True
    return False


def test_after_kills_at_random_moments_of_a_night_the_next_one_makes_the_release_of_an_undisturbed_lake(
    tmp_path: Path,
) -> None:
    steady, killed = Product(tmp_path / "steady"), Product(tmp_path / "killed")
    for product in (steady, killed):
        product.lake.inbox.mkdir(parents=True)
        for feed in FEEDS:
            shutil.copy(fixture_of(feed), product.lake.inbox)
    steady.call("vrp", "receive", steady.lake.inbox)
    steady.call("vrp", "run")
    shutil.copy(steady.root / "pseudonym.key", killed.root)

    environment = {"VRP_DATA_LAKE": str(killed.lake.root), "VRP_KEY_FILE": str(killed.root / "pseudonym.key")}
    code = PROJECT / "vrp_pipeline" / "definitions.py"
    with running(tmp_path / "home", code, environment) as services:
        moments, ends = random.Random(SEED), 0  # noqa: S311 - no secret
        services.launch("receive")
        while ends < KILLS:
            time.sleep(moments.uniform(2, 15))
            ends += kill(services, moments.choice(("daemon", "code", "run", "dbt")))

        def completed() -> bool:
            """Whether the night is complete; if nobody is at work and it is not, the next night begins."""
            if any(run["status"] in UNFINISHED for run in services.runs()):
                return False
            with pytest.MonkeyPatch.context() as patch:  # a month is new under another key
                patch.setenv("VRP_KEY_FILE", environment["VRP_KEY_FILE"])
                if is_up_to_date(killed.lake):
                    return True
            services.launch("receive")
            return False

        wait_for(completed, "a night that completes what the killed one left", patience=900)
    assert killed.release.manifest["tables"] == steady.release.manifest["tables"]
