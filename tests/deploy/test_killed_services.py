"""`kill -9` of daemon, code server, run and dbt at random moments of a night: the next night completes it."""

import os
import random
import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import fixture_of
from tests.support.dagster_services import Services, running, wait_for
from tests.support.killing import started_with
from tests.support.product import Product
from vrp_pipeline.defs.pending import is_up_to_date
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.paths import PROJECT

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("services")]
KILLS = 8
SEED = int(os.environ.get("VRP_KILL_SEED", "20261128"))
# Seconds: `rebuild_after_ingest` looks every 30.
SENSORS_WAIT = 40
UNFINISHED = {"QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING"}
# What a process of a run has on its command line: of the code server's child that executes it, and of dbt.
AT_WORK = {"run": "multiprocessing.spawn", "dbt": "dbt build"}


def kill(services: Services, victim: str) -> bool:
    """Kill a service, which systemd starts again, or a process of a run; False if none is at work."""
    if victim in ("daemon", "code"):
        services.kill(victim)
        services.start(victim)
        return True
    for process, command in started_with(f"DAGSTER_HOME={services.home}").items():
        if AT_WORK[victim] in command:
            os.kill(process, signal.SIGKILL)
            return True
    return False


class Nights:
    """Nights that follow each other: the next begins when one failed, or nothing came for as long as sensors wait."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._idle_since = time.monotonic()
        services.launch("receive")

    def at_work(self) -> bool:
        """Whether a run is at work or waits."""
        newest, *_ = runs = self._services.runs()
        if any(run["status"] in UNFINISHED for run in runs):
            self._idle_since = time.monotonic()
            return True
        if newest["status"] == "FAILURE" or time.monotonic() - self._idle_since > SENSORS_WAIT:
            # The web interface may not have seen yet that the code server is back: then the next look asks again.
            with suppress(KeyError):
                self._services.launch("receive")
                self._idle_since = time.monotonic()
        return False


def test_after_kills_at_random_moments_of_a_night_the_next_one_makes_the_release_of_an_undisturbed_lake(
    tmp_path: Path,
) -> None:
    """The undisturbed lake is given the landing of the other, in which each delivery has its own moment of receipt."""
    steady, killed = Product(tmp_path / "steady"), Product(tmp_path / "killed")
    killed.lake.inbox.mkdir(parents=True)
    for feed in FEEDS:
        shutil.copy(fixture_of(feed), killed.lake.inbox)
    environment = {"VRP_DATA_LAKE": str(killed.lake.root), "VRP_KEY_FILE": killed.environment["VRP_KEY_FILE"]}
    code = PROJECT / "vrp_pipeline" / "definitions.py"
    with running(tmp_path / "home", code, environment) as services:
        moments = random.Random(SEED)  # noqa: S311 - no secret
        ends: list[str] = []
        nights = Nights(services)
        while len(ends) < KILLS:
            time.sleep(moments.uniform(2, 12))
            victim = ("run", "daemon", "dbt", "code")[len(ends) % 4]
            while not kill(services, victim):  # as soon as one is at work
                nights.at_work()
                time.sleep(0.1)
            ends.append(victim)

        def completed() -> bool:
            with pytest.MonkeyPatch.context() as patch:  # a month is new under another key
                patch.setenv("VRP_KEY_FILE", environment["VRP_KEY_FILE"])
                return not nights.at_work() and is_up_to_date(killed.lake)

        wait_for(completed, "a night that completes what the killed one left", patience=900)
    shutil.copytree(killed.lake.landing, steady.lake.landing)
    shutil.copy(killed.root / "pseudonym.key", steady.root)
    steady.call("vrp", "run")
    assert killed.release.manifest["tables"] == steady.release.manifest["tables"]
