"""Erasure as it is run: a person leaves every zone and every release, and the published report stays as it is."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.conftest import FIXTURES, fixture_of
from tests.support.deliveries import rows_of
from tests.support.product import Product
from vrp_pipeline.erasure.people import subject
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.atomic import WRITER, holding_zone
from vrp_pipeline.lake.audit import entries, verify

pytestmark = [pytest.mark.xdist_group("erasure"), pytest.mark.nightly]

FILES = sorted(path for path in FIXTURES.iterdir() if path.name.startswith(tuple(FEEDS)))
OFFENCES = "police__offences"


def texts_of(path: Path) -> Iterator[str]:
    """All texts a file holds, unpacked if it is Parquet or a database."""
    if path.suffix == ".parquet":
        yield from (str(row) for row in pq.read_table(path, partitioning=None).to_pylist())
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall():
                yield from (str(row) for row in connection.execute(f'from "{name}"').fetchall())
        yield path.read_bytes().decode("latin-1")
    else:
        yield path.read_bytes().decode("latin-1")


def holding(product: Product, *wanted: str) -> set[str]:
    """The zones of the lake of which any file holds one of these texts."""
    root = product.lake.root
    return {
        path.relative_to(root).parts[0]
        for path in root.rglob("*")
        if path.is_file() and any(each in text for text in texts_of(path) for each in wanted)
    }


def test_a_person_leaves_every_zone_and_every_release_and_nothing_published_changes(
    finished: Product, tmp_path: Path
) -> None:
    product = finished.copied_to(tmp_path / "product")
    product.publish("2023-24")
    published = {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in product.lake.published.rglob("*")
        if path.is_file()
    }
    rows = rows_of(OFFENCES)
    crimes = Counter(row["crime_reference"] for row in rows)
    number, crime = next(
        (row["victim_ref"], row["crime_reference"])
        for row in rows
        if row["victim_ref"] and crimes[row["crime_reference"]] == 1
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VRP_KEY_FILE", product.environment["VRP_KEY_FILE"])
        person = subject("police_person", number)
    assert holding(product, person.pseudonym) >= {"bronze", "warehouse.duckdb"}
    assert holding(product, crime) >= {"landing", "bronze", "warehouse.duckdb", "releases"}
    assert holding(product, number) >= {"landing"}
    before = product.release

    told = product.call("vrp", "erase", "--subject", "police_person", "--dry-run", typed=f"{number}\n")
    assert "Nothing was changed" in told
    assert number not in told
    assert product.release == before

    with holding_zone(product.lake.root, WRITER):
        erasing = product.start("vrp", "erase", "--subject", "police_person", typed=True)
        assert erasing.stdin is not None
        assert erasing.stderr is not None
        erasing.stdin.write(f"{number}\n")
        erasing.stdin.flush()
        while "Waiting" not in (line := erasing.stderr.readline()):
            assert line, "it waits for the run that is at work"
        os.utime(before.path)  # which makes its release only now, with the person's rows
    out, err = erasing.communicate(timeout=600)
    told = out + err
    assert erasing.returncode == 0, told
    assert number not in told
    assert "Erased: " in told
    assert holding(product, person.pseudonym, number, crime) == {"erasures"}
    assert product.release != before
    assert not before.path.exists()
    assert {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in published} == published

    explained = product.call("vrp", "revisions", "2023-24")
    assert "Rows of 1 person were erased" in explained
    assert f"also {before.release_id}, which version 1 of 2023-24 rests on" in explained
    assert "all that is published stay as they are" in explained

    after = product.release
    product.call("vrp", "receive", *FILES, fixture_of(OFFENCES))
    product.call("vrp", "run")
    assert product.release == after
    assert holding(product, person.pseudonym, number, crime) == {"erasures"}
    assert verify(product.lake)
    logged = [entry.details for entry in entries(product.lake) if entry.action == "erase"]
    assert logged[0] == {"kind": "police_person", "erasure": person.name}
