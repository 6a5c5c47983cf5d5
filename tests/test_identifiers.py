"""No identifier passes ingest: known names, numbers, postcodes and phrases are in no byte the pipeline writes.

The simulated partnership plants them in every feed and lists them separately. Compressed formats are unpacked before
they are searched.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.canaries import EVERY_FEED, Search, delivered_texts, planted
from tests.support.product import Product
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.columns import Identifier

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("identifiers")]

# Where identifiers are legitimate: the agencies' files as delivered, and the simulator's own notes.
OUTSIDE = ("inbox", "landing", "truth")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    product = Product(tmp_path_factory.mktemp("identifiers"))
    product.call("vrp", "sample", "--scale", "0.05")
    product.call("vrp", "receive", product.lake.inbox)
    product.call("vrp", "run")
    product.publish("2023-24")
    return product


def texts_of(table: pa.Table) -> Iterator[str]:
    for column in table.columns:
        if not pa.types.is_nested(column.type):
            yield from (text for text in column.cast(pa.string()).unique().to_pylist() if text is not None)


def unpacked(path: Path) -> str:
    """Everything that can be read in a file."""
    if path.suffix == ".parquet":
        return "\n".join(texts_of(pq.read_table(path, partitioning=None)))
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            names = [row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()]
            return "\n".join(
                text for name in names for text in texts_of(connection.sql(f'from "{name}"').to_arrow_table())
            )
    return path.read_bytes().decode("utf-8", errors="replace")


def written_files(product: Product) -> list[Path]:
    files = [path for path in product.root.rglob("*") if path.is_file()]
    outside = [product.lake.root / zone for zone in OUTSIDE]
    return [path for path in files if not any(path.is_relative_to(zone) for zone in outside)]


def identified_feeds() -> list[str]:
    """The feeds whose contract names a direct identifier."""
    return [
        feed.name for feed in FEEDS.values() if any(column.identifier is Identifier.DIRECT for column in feed.columns)
    ]


@pytest.fixture(scope="module")
def canaries(product: Product) -> dict[str, dict[str, list[str]]]:
    return planted(product.lake.root / "truth")


def test_every_feed_that_carries_a_direct_identifier_delivered_what_is_looked_for(
    product: Product, canaries: dict[str, dict[str, list[str]]]
) -> None:
    texts = delivered_texts(product.lake.inbox, identified_feeds())
    assert set(texts) == set(identified_feeds())
    for feed, text in texts.items():
        for kind, wanted in canaries[feed].items():
            assert wanted, (feed, kind)
            missing = [number for number, canary in enumerate(wanted) if canary not in text]
            assert not missing, (feed, kind, missing)


def test_no_planted_identifier_is_in_anything_the_pipeline_writes(
    product: Product, canaries: dict[str, dict[str, list[str]]]
) -> None:
    search = Search(canary for kinds in canaries.values() for wanted in kinds.values() for canary in wanted)
    files = written_files(product)
    kinds = {path.relative_to(product.root).parts[0] for path in files}
    zones = {path.relative_to(product.lake.root).parts[0] for path in files if path.is_relative_to(product.lake.root)}
    assert kinds >= {"lake", "dagster"}
    assert zones >= {
        "bronze",
        "quarantine",
        "verdicts",
        "links",
        "releases",
        "published",
        "data_docs",
        "warehouse.duckdb",
    }
    found = {}
    for path in files:
        if canary := search.first_in(unpacked(path).encode("utf-8", errors="replace")):
            found[path.relative_to(product.root).as_posix()] = canary
    assert found == {}


def test_a_leak_into_parquet_or_the_warehouse_would_be_found(
    canaries: dict[str, dict[str, list[str]]], tmp_path: Path
) -> None:
    canary = canaries[EVERY_FEED]["surname"][0]
    table = pa.table({"number": range(1000), "notes": [f"row {number} seen with {canary}" for number in range(1000)]})
    pq.write_table(table, tmp_path / "leak.parquet", compression="zstd", write_statistics=False)
    with duckdb.connect(str(tmp_path / "leak.duckdb")) as connection:
        connection.register("leaked", table)
        connection.execute("create table leak as from leaked")
    for path in (tmp_path / "leak.parquet", tmp_path / "leak.duckdb"):
        assert Search([canary]).first_in(unpacked(path).encode()) == canary


def test_the_report_of_simulated_data_says_so(product: Product) -> None:
    page = (product.lake.published / "2023-24" / "v1" / "annual_report.html").read_text(encoding="utf-8")
    assert "Simulated data" in page


def test_the_headline_is_that_of_the_simulated_truth(product: Product) -> None:
    truth = pq.read_table(product.lake.root / "truth" / "expected_counts.parquet").to_pylist()
    newest = max(row["as_of"] for row in truth if row["metric_id"] == "M1")
    for metric in ("M1", "M1b", "M9"):
        for year in ("2022-23", "2023-24"):
            (expected,) = [
                row["value"]
                for row in truth
                if (row["metric_id"], row["financial_year"], row["breakdown"]) == (metric, year, "all")
                and row["area_code"] == "E23000030"
                and (row["as_of"] == newest or metric == "M9")
            ]
            assert product.metric(metric, year)["value"] == expected, (metric, year)


def test_every_planted_fault_ends_where_it_belongs(product: Product) -> None:
    planted = pq.read_table(product.lake.root / "truth" / "planted_faults.parquet").to_pylist()
    expected = sum(fault["action"] == "quarantine" for fault in planted)
    quarantined = sum(pq.read_metadata(path).num_rows for path in (product.lake.root / "quarantine").rglob("*.parquet"))
    # The second extract supersedes the first, so not all planted faults are in quarantine now.
    assert 0 < quarantined <= expected
    assert all(
        status[0] == "received"
        for status in product.ask(
            "select distinct status from fct_feed_months where financial_year in ('2022-23', '2023-24')"
        )
    )
