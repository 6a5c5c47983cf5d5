"""One feed, one name, everywhere: what adding an agency takes is what these tests ask for, item by item."""

import json

import pytest

from tests.conftest import fixture_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract import AgeAt, ColumnType, Drop, Feed, Identifier, Keep, Pseudonymise
from vrp_pipeline.lake.bronze import bronze_schema, quarantine_schema
from vrp_pipeline.lake.paths import DBT_PROJECT, EXPECTATIONS, PROJECT
from vrp_pipeline.landing.recognition import recognise

every_feed = pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
STAGING = DBT_PROJECT / "models" / "staging"


def value_sets(feed: Feed) -> dict[str, set[str]]:
    suite = json.loads((EXPECTATIONS / f"{feed.name}.json").read_text(encoding="utf-8"))
    return {
        rule["kwargs"]["column"]: set(rule["kwargs"]["value_set"])
        for rule in suite["expectations"]
        if rule["type"] == "expect_column_values_to_be_in_set"
    }


@every_feed
def test_a_feed_has_a_suite_of_its_name(feed: Feed) -> None:
    suite = json.loads((EXPECTATIONS / f"{feed.name}.json").read_text(encoding="utf-8"))
    assert suite["name"] == feed.name
    assert suite["meta"]["tolerances"], "every tolerance states the observation it came from"
    assert len({rule["meta"]["rule"] for rule in suite["expectations"]}) == len(suite["expectations"])


@every_feed
def test_a_feed_has_a_fixture_that_is_recognised_as_it(feed: Feed) -> None:
    assert feed in recognise(fixture_of(feed.name))


@every_feed
def test_a_feed_has_a_dbt_source_and_a_staging_model(feed: Feed) -> None:
    sources = (STAGING / feed.agency / f"_{feed.agency}__sources.yml").read_text(encoding="utf-8")
    assert f"name: {feed.table}\n" in sources
    assert (STAGING / feed.agency / f"stg_{feed.agency}__{feed.table}.sql").exists()


@every_feed
def test_a_feed_has_an_asset_of_its_name(feed: Feed) -> None:
    from vrp_pipeline.defs.feeds import feed_assets

    assert ["/".join(asset.key.path) for asset in feed_assets].count(f"{feed.agency}/{feed.table}") == 1


@every_feed
def test_the_codes_of_a_contract_are_the_codes_its_suite_admits(feed: Feed) -> None:
    coded = {column.name: set(column.codes) for column in feed.columns if column.codes}
    assert value_sets(feed) == coded


@every_feed
def test_a_suite_speaks_only_of_columns_that_exist(feed: Feed) -> None:
    suite = json.loads((EXPECTATIONS / f"{feed.name}.json").read_text(encoding="utf-8"))
    of_rows = {*bronze_schema(feed).names, "unreadable", "copies", "conflicts"}
    of_months = {"rows", "usual_rows", "most_of_usual", "least_of_usual", "share_without_month"}
    of_months |= {f"{fact}_of_{name}" for fact in ("shift", "blanks") for name in bronze_schema(feed).names}
    for rule in suite["expectations"]:
        assert rule["kwargs"]["column"] in (of_rows if rule["meta"]["of"] == "row" else of_months)


@every_feed
def test_no_direct_identifier_is_kept_as_it_came(feed: Feed) -> None:
    for column in feed.columns:
        if column.identifier is Identifier.DIRECT:
            assert isinstance(column.treatment, Drop | Pseudonymise | AgeAt), column.name


@every_feed
def test_no_column_is_named_like_one_that_the_lake_adds(feed: Feed) -> None:
    names = [*quarantine_schema(feed).names, feed.partition_name]
    assert len(set(names)) == len(names)


@every_feed
def test_every_column_is_described_and_every_number_of_a_thing_has_a_unit(feed: Feed) -> None:
    for column in feed.columns:
        assert column.description, column.name
    assert feed.description
    assert feed.source


@every_feed
def test_the_readme_lists_the_feed(feed: Feed) -> None:
    assert f"`{feed.name}`" in (PROJECT / "README.md").read_text(encoding="utf-8")


def test_a_direct_identifier_cannot_be_declared_as_kept() -> None:
    from vrp_pipeline.feeds.contract import Column

    with pytest.raises(ValueError, match="direct identifier may not be kept"):
        Column(header="name", name="name", description="x", identifier=Identifier.DIRECT, treatment=Keep())


def test_identifiers_are_text_and_never_numbers() -> None:
    for feed in FEEDS.values():
        for column in feed.columns:
            if column.name in feed.natural_key or column.name.endswith(("_snomed", "_code", "_reference", "_id")):
                assert column.type not in (ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.APPROXIMATE_COUNT), (
                    f"{feed.name}.{column.name}"
                )
