"""Where a person lives never becomes where something happened: the rule, and the lists of feeds it rests on."""

import re

import pytest

from tests.support.residences import mixed_columns
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.lake.paths import DBT_PROJECT

INTERMEDIATE = DBT_PROJECT / "models" / "intermediate"
AGENCIES = [feed for feed in FEEDS.values() if feed.agency != "reference"]
PLACE_COLUMNS = {"lsoa_code", "easting", "latitude", "injury_latitude"}


def columns_of(feed: Feed) -> set[str]:
    return {column.name for column in feed.columns}


@pytest.mark.parametrize(
    ("sql", "mixed"),
    [
        ("select residence_lsoa_code as lsoa_code from a", ["lsoa_code"]),
        ("select coalesce(lsoa_code, residence_lsoa_code) as lsoa_code from a", ["lsoa_code"]),
        ("with b as (select residence_district_code as district_code from a) select 1 as x from b", ["district_code"]),
        ("select coalesce(residence_lsoa_code, place_lsoa_2021_code) as residence_lsoa_2021_code from a",
         ["residence_lsoa_2021_code"]),
        ("select lsoa_code from a union all select residence_lsoa_code from b", ["lsoa_code"]),
        ("select 1 as x from a inner join b on a.residence_lsoa_code = b.place_lsoa_2021_code",
         ["place_lsoa_2021_code"]),
    ],
)  # fmt: skip
def test_a_home_under_the_name_of_a_place_is_found(sql: str, mixed: list[str]) -> None:
    assert mixed_columns(sql) == mixed


@pytest.mark.parametrize(
    "sql",
    [
        "select a.residence_lsoa_code, a.lsoa_code from a",
        "select codes.lsoa_2021_code as residence_lsoa_2021_code, a.residence_lsoa_code is null as is_unknown "
        "from a left join codes on a.residence_lsoa_code = codes.small_area_code",
        "select lsoa_code from a union all select lsoa_code from b",
    ],
)
def test_homes_and_places_side_by_side_are_no_mixture(sql: str) -> None:
    assert mixed_columns(sql) == []


@pytest.mark.parametrize("feed", AGENCIES, ids=lambda feed: feed.name)
def test_every_feed_with_a_place_or_a_home_is_brought_to_small_areas_of_2021(feed: Feed) -> None:
    located = (INTERMEDIATE / "int_located_rows.sql").read_text(encoding="utf-8")
    resident = (INTERMEDIATE / "int_resident_rows.sql").read_text(encoding="utf-8")
    assert (f"'{feed.name}'" in located) == bool(columns_of(feed) & PLACE_COLUMNS)
    assert (f"'{feed.name}'" in resident) == ("residence_lsoa_code" in columns_of(feed))


@pytest.mark.parametrize("feed", AGENCIES, ids=lambda feed: feed.name)
def test_a_contract_that_speaks_of_a_home_says_so_in_the_columns_name(feed: Feed) -> None:
    areas = [column for column in feed.columns if column.name.endswith(("lsoa_code", "district_code", "ward_code"))]
    homes = {column.name for column in areas if re.search(r"\b(home|lives|residence)\b", column.description)}
    assert all(name.startswith("residence_") for name in homes)
