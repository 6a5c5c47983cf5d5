"""The partner tier: no table has a time and a small place together, and nothing that is not named is in it."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from click.testing import CliRunner

from tests.support.marts import PROVENANCE
from vrp_pipeline.cli import main
from vrp_pipeline.lake.paths import PROJECT, Lake
from vrp_pipeline.release.integrity import misfits
from vrp_pipeline.release.releases import DATABASE_LINKS, RELEASED_PREFIXES, Release, make_release
from vrp_pipeline.release.sessions import ask, open_release
from vrp_pipeline.release.tiers import DATABASES, PARTNER, partner_columns

# Told by type and by name, apart from the lists of the tier itself.
SMALL_PLACES = (
    "hexagon",
    "lsoa",
    "ward",
    "street",
    "easting",
    "northing",
    "latitude",
    "longitude",
    "venue",
    "postcode",
)
TIMES = ("_date", "_hour", "_on", "_at")
PEOPLE = {
    "bridge_incident_records",
    "fct_interventions",
    "fct_suspensions",
    "fct_youth_justice_offences",
    "fct_probation_monthly",
    "fct_stop_and_searches",
    "rpt_people_known",
    "rpt_people_by_agency",
}


def models() -> Iterator[tuple[str, dict[str, str]]]:
    """Each model that is released, with the type of each of its columns, as dbt declares them."""
    for path in sorted((PROJECT / "dbt_project" / "models").rglob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", ()):
            if model["name"].startswith(RELEASED_PREFIXES):
                yield model["name"], {column["name"]: column.get("data_type", "") for column in model["columns"]}


def is_time(name: str, type_: str) -> bool:
    return type_.startswith(("date", "timestamp", "time")) or name.endswith(TIMES) or name == "month"


def is_small_place(name: str) -> bool:
    return any(word in name for word in SMALL_PLACES)


def test_no_partner_table_has_a_time_and_a_small_place() -> None:
    both = []
    for name, types in models():
        held = partner_columns(name, types)
        if any(is_time(each, types[each]) for each in held) and any(is_small_place(each) for each in held):
            both.append(name)
    assert both == []


def test_the_full_tier_has_tables_with_both_so_the_rule_can_fail() -> None:
    whole = [
        name
        for name, types in models()
        if any(is_time(*each) for each in types.items()) and any(is_small_place(each) for each in types)
    ]
    assert {"fct_serious_violence_incidents", "fct_antisocial_behaviour", "fct_stop_and_searches"} <= set(whole)


# Names of districts and what says which place it is: shared with tables by month, they tell the district alone.
OF_A_DISTRICT = {"district_code", "district_name"}
PLACE_KEYS = {"hexagon", "place_hexagon", "lsoa_code", "easting", "latitude"}
OF_A_PLACE = {"hot_spot_rank", "is_hot_spot"}


def joined(tier: dict[str, list[str]], types: dict[str, dict[str, str]]) -> set[tuple[str, str, str]]:
    """The columns by which a table with small places could be joined to one with times, and counts of small places."""
    found = set()
    small = [name for name, held in tier.items() if PLACE_KEYS & set(held) and not name.startswith("dim_")]
    timed = [name for name, held in tier.items() if any(is_time(each, types[name][each]) for each in held)]
    for place in small:
        for time in timed:
            shared = set(tier[place]) & set(tier[time]) - OF_A_DISTRICT
            found |= {(place, time, column) for column in shared}
        told = {each for each in tier[place] if not is_small_place(each)}
        found |= {(place, "", column) for column in told - OF_A_DISTRICT - OF_A_PLACE if not column.endswith("_name")}
    return found


def test_no_join_of_partner_tables_brings_a_time_to_a_small_place() -> None:
    types = dict(models())
    tier = {name: partner_columns(name, held) for name, held in types.items()}
    assert "rpt_hot_spots" in tier
    assert joined(tier, types) == set()
    leaky = {
        **tier,
        "rpt_hot_spots": [*tier["rpt_hot_spots"], "harm_days"],
        "fct_serious_violence_incidents": [*tier["fct_serious_violence_incidents"], "harm_days"],
    }
    assert ("rpt_hot_spots", "fct_serious_violence_incidents", "harm_days") in joined(leaky, types)


def build_hot_spots(lake: Lake) -> None:
    """A warehouse of two hexagons, the first of them a hot spot."""
    lake.root.mkdir(exist_ok=True)
    with duckdb.connect(str(lake.warehouse)) as warehouse:
        warehouse.execute(
            "create table rpt_hot_spots as select * from (values (1, '1:1', true, 40), (2, '2:2', false, 1)) "
            "as held (hot_spot_rank, hexagon, is_hot_spot, incidents)"
        )


def test_only_hot_spots_are_named_to_partners(lake: Lake) -> None:
    build_hot_spots(lake)
    with open_release(make_release(lake, PROVENANCE), PARTNER) as connection:
        assert connection.execute("from rpt_hot_spots").fetchall() == [(1, "1:1", True)]


def test_no_rows_of_people_and_no_key_of_a_record_are_in_the_partner_tier() -> None:
    tier = {name: partner_columns(name, types) for name, types in models()}
    assert [name for name in PEOPLE if tier[name]] == []
    keys = {"incident_id", "record_id", "event_record_id", "delivery_id", "intervention_id"}
    facts = {name: held for name, held in tier.items() if name.startswith("fct_") and name != "fct_feed_months"}
    assert [name for name, held in facts.items() if keys & set(held)] == []


def test_a_table_that_nobody_named_is_not_in_the_partner_tier() -> None:
    assert partner_columns("fct_new", ["number"]) == []


@pytest.fixture
def release(lake: Lake) -> Release:
    lake.root.mkdir(exist_ok=True)
    with duckdb.connect(str(lake.warehouse)) as warehouse:
        warehouse.execute(
            "create table fct_serious_violence_incidents as select * from (values "
            "('a', date '2024-03-05', '2024-03', 'E07000090', '1:2', 'robbery'), "
            "('b', date '2024-03-01', '2024-03', 'E07000090', '1:1', 'assault')) "
            "as held (incident_id, occurred_date, month, district_code, place_hexagon, tier)"
        )
        warehouse.execute("create table fct_suspensions as select 1 as record_id")
    return make_release(lake, PROVENANCE)


def test_the_partner_database_holds_the_tier_and_the_full_one_everything(release: Release) -> None:
    with open_release(release, PARTNER) as connection:
        answer = ask(connection, "from fct_serious_violence_incidents")
        assert answer is not None
        assert answer.columns == ["month", "district_code", "tier"]
        # In an order of its own: that of the whole rows, by incident, would tell which is which.
        assert [row[2] for row in answer.fetchall()] == ["assault", "robbery"]
        with pytest.raises(duckdb.CatalogException):
            ask(connection, "from fct_suspensions")
        (told,) = connection.execute("select tier from release_info").fetchall()
        assert told == ("partner",)
    with open_release(release) as connection:
        assert len(connection.execute("from fct_serious_violence_incidents").description or ()) == 6


def test_the_manifest_says_what_the_tier_holds(release: Release) -> None:
    assert release.manifest["tiers"] == {
        "partner": {"fct_serious_violence_incidents": ["month", "district_code", "tier"]}
    }


def test_a_link_follows_the_partner_database_and_a_changed_one_is_found(lake: Lake, release: Release) -> None:
    path = release.path / DATABASES[PARTNER]
    assert (lake.releases / DATABASE_LINKS[PARTNER]).resolve() == path.resolve()
    assert misfits(release.path) == []
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])
    assert misfits(release.path) == [path.name]


def test_vrp_query_reads_the_tier_it_is_asked_for(
    lake: Lake, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRP_DATA_LAKE", str(lake.root))
    listed = CliRunner().invoke(main, ["query", "--tier", "partner", "--tables"])
    assert listed.exit_code == 0, listed.output
    assert "fct_suspensions" not in listed.output
    assert "occurred_date" not in listed.output
    assert Path(release.path / DATABASES[PARTNER]).exists()


def test_the_list_of_partner_tables_counts_the_rows_that_partners_get(lake: Lake) -> None:
    build_hot_spots(lake)
    make_release(lake, PROVENANCE)
    for tier, rows in (("partner", 1), ("full", 2)):
        words = ["--lake", str(lake.root), "query", "--tier", tier, "--tables"]
        assert f"rpt_hot_spots  ({rows} rows)" in CliRunner().invoke(main, words).output
