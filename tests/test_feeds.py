"""One feed, one name, everywhere: what adding an agency takes is what these tests ask for, item by item.

What repeats a contract is generated, and `tests/feeds/test_generated.py` compares it. The checklist of
docs/add-a-feed.md cites each test of a feed by name; that it does, `test_readme.py` holds.
"""

import importlib
import json
import re
from typing import Any

import pyarrow as pa
import pytest
import yaml

from tests.campaign.layouts import LAYOUTS
from tests.conftest import FIXTURES, fixture_of
from tests.support.model_sql import columns_of, sources_of, texts_in
from tests.synthetic.conftest import Simulated
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.bronze_schema import bronze_schema, quarantine_schema
from vrp_pipeline.feeds.contract.columns import AgeAt, ColumnType, Drop, Encode, Identifier, Keep, Pseudonymise
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.periods import MonthOf
from vrp_pipeline.lake.paths import DBT_PROJECT, EXPECTATIONS, PROJECT
from vrp_pipeline.landing.recognition import recognise

every_feed = pytest.mark.parametrize("feed", FEEDS.values(), ids=FEEDS)
STAGING = DBT_PROJECT / "models" / "staging"


SCENE, HOME = re.compile(r"(^|_)(easting|latitude)$|^lsoa_code$"), "residence_lsoa_code"


def suite_of(feed: Feed) -> dict[str, Any]:
    return dict(json.loads((EXPECTATIONS / f"{feed.name}.json").read_text(encoding="utf-8")))


def rules_of(feed: Feed, level: str) -> list[str]:
    return [rule["kwargs"]["column"] for rule in suite_of(feed)["expectations"] if rule["meta"]["level"] == level]


def staging_sql(feed: Feed) -> str:
    return (STAGING / feed.agency / f"stg_{feed.name}.sql").read_text(encoding="utf-8")


def feeds_named_in(path: str) -> set[str]:
    return texts_in((DBT_PROJECT / path).read_text(encoding="utf-8")) & set(FEEDS)


def staging_description(feed: Feed) -> dict[str, Any]:
    listed = yaml.safe_load((STAGING / feed.agency / f"_{feed.agency}__models.yml").read_text(encoding="utf-8"))
    (model,) = (model for model in listed["models"] if model["name"] == f"stg_{feed.name}")
    return dict(model)


def test_every_declared_feed_is_listed() -> None:
    modules = [path for path in (PROJECT / "vrp_pipeline" / "feeds").glob("*.py") if path.stem != "__init__"]
    declared = [
        value
        for path in modules
        for value in vars(importlib.import_module(f"vrp_pipeline.feeds.{path.stem}")).values()
        if isinstance(value, Feed)
    ]
    assert {feed.name for feed in declared} == set(FEEDS)


@every_feed
def test_a_feed_has_a_suite_of_its_name(feed: Feed) -> None:
    suite = suite_of(feed)
    assert suite["name"] == feed.name
    assert suite["meta"]["tolerances"], "every tolerance states the observation it came from"
    assert len({rule["meta"]["name"] for rule in suite["expectations"]}) == len(suite["expectations"])


@every_feed
def test_a_feed_has_a_fixture_that_is_recognised_as_it(feed: Feed) -> None:
    assert sum(path.name.startswith((f"{feed.name}.", f"{feed.name}_")) for path in FIXTURES.iterdir()) == 1
    assert feed in recognise(fixture_of(feed.name))


@every_feed
def test_a_feed_has_a_staging_model(feed: Feed) -> None:
    assert sources_of(staging_sql(feed)) == {feed.name}


@every_feed
def test_a_staging_model_describes_its_grain_and_exactly_its_columns(feed: Feed) -> None:
    model = staging_description(feed)
    assert "Grain: " in model["description"]
    described = [column["name"] for column in model["columns"] if column["description"]]
    in_bronze = [*bronze_schema(feed).names, feed.partition_name]
    assert described == columns_of(staging_sql(feed), {feed.name: in_bronze})


@every_feed
def test_a_staging_model_is_tested_for_double_rows(feed: Feed) -> None:
    combinations = [
        set(test["unique_combination_of_columns"]["arguments"]["combination_of_columns"])
        for test in staging_description(feed)["data_tests"]
        if "unique_combination_of_columns" in test
    ]
    assert [columns for columns in combinations if feed.partition_name in columns]


@every_feed
def test_a_feed_that_tells_places_is_placed_or_counted_apart(feed: Feed) -> None:
    if not feed.is_in_calendar:
        return  # reference data say where areas are, not where something happened
    names = bronze_schema(feed).names
    located, resident = (feeds_named_in(f"models/intermediate/int_{kind}_rows.sql") for kind in ("located", "resident"))
    assert (feed.name in located) == any(SCENE.search(name) for name in names)
    assert (feed.name in resident) == (HOME in names)
    counted = feeds_named_in("tests/every_row_with_a_place_is_placed_or_counted_apart.sql")
    assert (feed.name in counted) == (feed.name in located | resident)


@every_feed
def test_a_feed_has_an_asset_of_its_name(feed: Feed) -> None:
    from vrp_pipeline.defs.feeds import feed_assets

    assert ["/".join(asset.key.path) for asset in feed_assets].count(f"{feed.agency}/{feed.table}") == 1


WITHOUT_MONTH = {"share_undated", "share_of_other_months", "share_ahead", "share_malformed"}


def measured_in(feed: Feed) -> list[str]:
    """The bronze columns of times and numbers."""
    times = [each.name for each in feed.columns if each.type is ColumnType.TIME]
    return times + [
        each.name
        for each in bronze_schema(feed)
        if pa.types.is_timestamp(each.type) or pa.types.is_integer(each.type) or pa.types.is_floating(each.type)
    ]


@every_feed
def test_a_suite_speaks_only_of_columns_that_exist(feed: Feed) -> None:
    of_rows = {*bronze_schema(feed).names, "unreadable", "contradictory", "copies", "conflicts"}
    of_months = {"rows", "usual_rows", "most_of_usual", "least_of_usual", *WITHOUT_MONTH}
    of_months |= {"smallest_slice", "largest_slice", "smallest_steady_slice", "largest_steady_slice"}
    of_months |= {"days_without_rows", *(f"level_of_{level.column}" for level in feed.levels)}
    of_months |= {"kept_of_restated", "rows_at_limit", "share_of_keys_before", "share_of_two_senders"}
    of_months |= {"least_of_total_before", "most_of_total_before", "change_of_part", "share_of_other_decile"}
    of_months |= {"share_alike", "share_alike_before", *(f"spread_of_{name}" for name in measured_in(feed))}
    of_months |= {"newest_of_period", "share_of_same", "share_of_revised", "rows_gone", "change_of_code"}
    of_months |= {"share_of_unfounded_rates", "share_of_moved", *(f"lag_of_{lag.name}" for lag in feed.lags)}
    of_months |= {"share_of_one_event", "share_of_one_value", "share_of_round"}
    of_months |= {"years_of_age_moved", "share_of_other_births"}
    of_months |= {f"{fact}_of_{name}" for fact in ("shift", "blanks") for name in bronze_schema(feed).names}
    assert set(rules_of(feed, "row")) <= of_rows
    assert set(rules_of(feed, "month")) <= of_months


@every_feed
def test_a_suite_watches_how_a_feed_of_months_spreads(feed: Feed) -> None:
    watched = rules_of(feed, "month")
    if isinstance(feed.period, MonthOf):
        assert set(watched) >= WITHOUT_MONTH
    if feed.is_in_calendar:
        assert [fact for fact in watched if fact.startswith("shift_of_")]
        # A log of the year to date grows as it is written: no volume is usual for a month of it.
        if not (isinstance(feed.period, MonthOf) and feed.period.from_april):
            assert {"most_of_usual", "least_of_usual"} <= set(watched)
    assert watched


@every_feed
def test_no_direct_identifier_is_kept_as_it_came(feed: Feed) -> None:
    for column in feed.columns:
        if column.identifier is Identifier.DIRECT:
            assert isinstance(column.treatment, Drop | Pseudonymise | AgeAt), column.name


@every_feed
def test_a_feed_that_tells_of_people_says_whom(feed: Feed) -> None:
    born = {column.name for column in feed.columns if isinstance(column.treatment, AgeAt)}
    assert born == {person.born for person in feed.people if person.born}
    encoded = {column.name for column in feed.columns if isinstance(column.treatment, Encode)}
    assert encoded <= {name for person in feed.people for name in person.encoded}
    # What identifies a person here is a key or a number of somebody, or leads to a record elsewhere.
    pseudonyms = {column.name for column in feed.columns if isinstance(column.treatment, Pseudonymise)}
    used = {name for person in feed.people for name in (*person.key, *person.numbers)}
    assert pseudonyms - used <= {"originating_child_pseudonym"}


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


@pytest.fixture(scope="module")
def simulated_feeds(small: Simulated) -> set[str]:
    return {feed.name for path in small.paths for feed in recognise(path)}


@every_feed
@pytest.mark.xdist_group("simulated feeds")
def test_the_simulated_partnership_delivers_the_feed(feed: Feed, simulated_feeds: set[str]) -> None:
    assert feed.name in simulated_feeds


def test_a_direct_identifier_cannot_be_declared_as_kept() -> None:
    from vrp_pipeline.feeds.contract.columns import Column

    with pytest.raises(ValueError, match="direct identifier may not be kept"):
        Column(header="name", name="name", description="x", identifier=Identifier.DIRECT, treatment=Keep())


def test_identifiers_are_text_and_never_numbers() -> None:
    for feed in FEEDS.values():
        for column in feed.columns:
            if column.name in feed.natural_key or column.name.endswith(("_snomed", "_code", "_reference", "_id")):
                assert column.type not in (ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.APPROXIMATE_COUNT), (
                    f"{feed.name}.{column.name}"
                )


@every_feed
def test_a_feed_takes_part_in_the_campaign(feed: Feed) -> None:
    assert feed.name in LAYOUTS
