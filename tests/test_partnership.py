"""Names that occur both in a contract and in a seed are equal."""

import csv

from vrp_pipeline.feeds.partnership import POLICE_FORCE_AREA
from vrp_pipeline.feeds.police import LOCATION_TYPES
from vrp_pipeline.lake.paths import DBT_PROJECT


def seed(name: str) -> list[dict[str, str]]:
    with (DBT_PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_kinds_of_place_police_may_send_are_classed_as_public_or_not() -> None:
    assert {row["location_type"] for row in seed("location_types")} == set(LOCATION_TYPES)


def test_the_partnership_has_fourteen_districts_in_twelve_partnerships() -> None:
    districts = seed("partnership_districts")
    assert len({row["district_code"] for row in districts}) == 14
    # Basingstoke and Deane, Hart and Rushmoor share one ([ONS lookups 2026]).
    assert len({row["csp_code"] for row in districts}) == 12
    assert POLICE_FORCE_AREA == "E23000030"
