"""Back-up and restore of what cannot be made again, and what is done about files that are damaged."""

import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import take
from tests.support.product import Product
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.audit import BrokenChainError, verify
from vrp_pipeline.lake.backup import DamagedError, NoPlaceError, NotEmptyError, back_up, restore
from vrp_pipeline.lake.bronze import is_whole, published_partitions
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import PROJECT, Lake
from vrp_pipeline.release.integrity import DATABASE_SUMS
from vrp_pipeline.release.tiers import DATABASES

EVENTS = FEEDS["communities__events"]


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.fixture
def received(lake: Lake) -> Lake:
    take(lake, fixture_of(EVENTS.name))
    return lake


def test_a_back_up_replaces_no_file_that_is_none_and_lies_outside_the_lake(received: Lake, tmp_path: Path) -> None:
    key = tmp_path / "pseudonym.key"
    key.write_bytes(b"k" * 32)
    for file in (key, received.audit_log, received.root / "lake.tar"):
        with pytest.raises(NoPlaceError):
            back_up(received, file)
    assert key.read_bytes() == b"k" * 32
    verify(received)


def test_what_is_restored_is_what_was_backed_up(received: Lake, tmp_path: Path) -> None:
    (received.decisions / "a").mkdir(parents=True)
    (received.decisions / "a" / "b.json").write_text("{}")
    file = tmp_path / "lake.tar"
    assert back_up(received, file) == 1
    assert file.stat().st_mode & 0o777 == 0o600
    other = Lake(tmp_path / "other")
    assert restore(other, file) == 1
    assert all_deliveries(other) == all_deliveries(received)
    for zone in ("landing", "decisions"):
        wanted = sorted((received.root / zone).rglob("*"))
        assert [path.relative_to(received.root) for path in wanted] == [
            path.relative_to(other.root) for path in sorted((other.root / zone).rglob("*"))
        ]
    newest = verify(other)
    assert newest is not None
    assert newest.action == "restore"


def test_a_zone_on_another_disk_is_backed_up_whole(received: Lake, tmp_path: Path) -> None:
    elsewhere = tmp_path / "bigger disk"
    (received.root / "landing").rename(elsewhere)
    (received.root / "landing").symlink_to(elsewhere)
    assert back_up(received, tmp_path / "lake.tar") == 1
    assert restore(Lake(tmp_path / "restored"), tmp_path / "lake.tar") == 1


def test_a_back_up_is_never_restored_over_a_lake(received: Lake, tmp_path: Path) -> None:
    back_up(received, tmp_path / "lake.tar")
    with pytest.raises(NotEmptyError, match="landing"):
        restore(received, tmp_path / "lake.tar")


def test_a_damaged_delivery_is_neither_backed_up_nor_restored(received: Lake, tmp_path: Path) -> None:
    file = tmp_path / "lake.tar"
    (delivery,) = all_deliveries(received)
    content = delivery.path(received).read_bytes()
    flip(delivery.path(received))
    with pytest.raises(DamagedError, match=delivery.folder_name):
        back_up(received, file)
    assert not file.exists()
    delivery.path(received).write_bytes(content)
    back_up(received, file)
    packed = file.read_bytes()
    start = packed.index(content[:64])
    file.write_bytes(packed[:start] + b"\x00" + packed[start + 1 :])
    with pytest.raises(DamagedError, match=delivery.folder_name):
        restore(Lake(tmp_path / "other"), file)


def test_a_file_that_is_no_back_up_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.tar").write_bytes(b"x" * 2000)
    with pytest.raises(DamagedError):
        restore(Lake(tmp_path / "a"), tmp_path / "no.tar")
    (tmp_path / "passwd").write_text("x")
    with tarfile.open(tmp_path / "other.tar", "w") as archive:
        archive.add(tmp_path / "passwd", "etc/passwd")
    with pytest.raises(DamagedError, match="etc"):
        restore(Lake(tmp_path / "b"), tmp_path / "other.tar")


def test_a_log_that_was_changed_is_found_when_it_is_restored(received: Lake, tmp_path: Path) -> None:
    text = received.audit_log.read_text(encoding="utf-8")
    back_up(received, tmp_path / "lake.tar")
    shutil.rmtree(received.root / "audit")
    received.audit_log.parent.mkdir()
    received.audit_log.write_text(text.replace("communities__events", "police__offences"), encoding="utf-8")
    with tarfile.open(tmp_path / "changed.tar", "w") as archive:
        archive.add(received.root / "audit", "audit")
    with pytest.raises(BrokenChainError, match="entry 1"):
        restore(Lake(tmp_path / "other"), tmp_path / "changed.tar")


def test_a_damaged_month_in_bronze_is_found_by_its_hash_and_built_again_from_landing(received: Lake) -> None:
    ingest(received, EVENTS)
    files = published_partitions(received, EVENTS)
    before = {month: path.read_bytes() for month, path in files.items()}
    assert stale_partitions(received, EVENTS) == []
    flipped, cut, lost, unknown = sorted(files)[:4]
    flip(files[flipped])
    files[cut].write_bytes(before[cut][:-20])
    files[lost].unlink()
    files[unknown].with_name("data.parquet.sha256").unlink()
    assert not any(is_whole(files[month]) for month in (flipped, cut, lost, unknown))
    stale = stale_partitions(received, EVENTS)
    assert {flipped, cut, lost, unknown} <= set(stale)
    ingest(received, EVENTS, stale)
    assert {month: path.read_bytes() for month, path in files.items()} == before
    assert stale_partitions(received, EVENTS) == []
    assert all(pq.read_metadata(path) for path in files.values())


@pytest.mark.nightly
@pytest.mark.xdist_group("backup")
def test_what_the_documentation_types_restores_a_lake_whose_next_run_gives_the_same_release(
    finished: Product, tmp_path: Path
) -> None:
    product = finished.copied_to(tmp_path / "old")
    page = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = page.split("{ #backup }", 1)[1].split("\n## ", 1)[0]
    saving, restoring = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    safe, vault = tmp_path / "safe", tmp_path / "vault"
    safe.mkdir()
    vault.mkdir()

    def typed(commands: str, of: Product) -> None:
        text = commands.replace("/safe/", f"{safe}/").replace("/vault/", f"{vault}/")
        text = text.replace(".keys/pseudonym.key", of.environment["VRP_KEY_FILE"])
        subprocess.run(["bash", "-e", "-c", text], env=of.environment, cwd=PROJECT, check=True, capture_output=True)

    typed(saving, product)
    released = product.release
    other = Product(tmp_path / "new")
    other.root.mkdir()
    typed(restoring, other)
    assert other.release.release_id == released.release_id
    own = {*DATABASES.values(), *DATABASE_SUMS}
    for path in released.path.iterdir():
        assert path.name in own or (other.release.path / path.name).read_bytes() == path.read_bytes(), path.name
