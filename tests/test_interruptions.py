"""After a full disk, a second writer or a kill, good months stay readable and the next run completes."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import fixture_of
from tests.support.killing import die_before
from tests.support.product import Product
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.atomic import holding_zone
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import PROJECT, Lake
from vrp_pipeline.landing.receipt import receive

SMALL_DISK = "mount -t tmpfs -o size=2m tmpfs {0} && exec {1} -m tests.support.full_disk {0} {2}"


def _in_a_small_file_system(folder: Path, free_kilobytes: int) -> "subprocess.CompletedProcess[str]":
    """Run the full-disk play on a tmpfs of 2 MB that vanishes with the process."""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("this system lets nobody mount a file system of their own (unshare -rm)")
    command = SMALL_DISK.format(folder, sys.executable, free_kilobytes)
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", command], cwd=PROJECT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("free_kilobytes", "failed"),
    [
        (0, "receive"),
        pytest.param(16, "receive", marks=pytest.mark.nightly),
        (28, "ingest"),
        pytest.param(36, "ingest", marks=pytest.mark.nightly),
    ],
)
def test_a_disk_that_fills_leaves_the_last_good_months_and_a_true_ledger(
    tmp_path: Path, free_kilobytes: int, failed: str
) -> None:
    ended = _in_a_small_file_system(tmp_path, free_kilobytes)
    assert ended.returncode == 0, ended.stderr
    assert failed in ended.stdout, "the disk was full where it was meant to be"


def test_two_receipts_at_once_receive_each_file_once(tmp_path: Path) -> None:
    product = Product(tmp_path)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for feed in ("police__offences", "communities__events", "health__emergency_attendances"):
        shutil.copy(fixture_of(feed), inbox)
    both = [product.start("vrp", "receive", inbox) for _ in range(2)]
    ends = [(process.wait(120), process.communicate()[1]) for process in both]
    assert 0 in [code for code, _ in ends]
    for code, said in ends:
        assert code == 0 or (code == 1 and "is being written by process" in said), said
    product.call("vrp", "receive", inbox)
    held = all_deliveries(product.lake)
    assert sorted(delivery.feed for delivery in held) == sorted(
        ("police__offences", "communities__events", "health__emergency_attendances")
    )


@pytest.mark.parametrize("stop_after", range(3))
def test_killing_receipt_between_any_two_deliveries_loses_nothing(lake: Lake, stop_after: int) -> None:
    files = [fixture_of(feed) for feed in ("police__offences", "communities__events", "reference__districts")]
    child = os.fork()
    if child == 0:
        die_before("rename", stop_after)
        list(receive(lake, files))
        os._exit(0)
    _, ended = os.waitpid(child, 0)
    assert ended == signal.SIGKILL, "the child died otherwise than by our hand"
    assert len(all_deliveries(lake)) == stop_after
    assert sum(receipt.is_new for receipt in receive(lake, files)) == 3 - stop_after
    for delivery in all_deliveries(lake):
        assert hash_of(delivery.path(lake)) == delivery.sha256
    assert not list(lake.root.rglob(".*.partial"))


@pytest.mark.nightly
@pytest.mark.xdist_group("two runs")
def test_of_two_runs_at_once_one_ends_well_and_the_other_says_who_is_at_work(tmp_path: Path) -> None:
    product = Product(tmp_path)
    product.call("vrp", "receive", *(fixture_of(feed) for feed in FEEDS))
    both = [product.start("vrp", "run") for _ in range(2)]
    ends = [(process.communicate(timeout=600), process.returncode) for process in both]
    assert 0 in [code for _, code in ends], ends
    for (out, err), code in ends:
        assert code == 0 or "is being written by process" in out + err, f"ended with {code}\n{out}\n{err}"
    product.call("vrp", "run")
    assert "nothing was new" in product.call("vrp", "run")


def test_the_lock_of_a_killed_process_is_gone_with_it(lake: Lake) -> None:
    child = os.fork()
    if child == 0:
        with holding_zone(lake.root, "landing"):
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    with holding_zone(lake.root, "landing"):
        pass
