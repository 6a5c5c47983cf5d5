"""From delivered files to a published annual report, run as users run it, against counts by hand."""

import csv
import hashlib
import json
import re
import time
from pathlib import Path

import pytest
from dagster import AssetKey

from tests.support.product import Product
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.row_accounts import accounts

# One worker runs the whole module, so that its product is built once.
pytestmark = pytest.mark.xdist_group("spine")


def hashes(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture(scope="module")
def product(finished: Product, tmp_path_factory: pytest.TempPathFactory) -> Product:
    """All fixtures received, ingested, released and published once."""
    product = finished.copied_to(tmp_path_factory.mktemp("spine") / "product")
    product.publish("2023-24")
    return product


@pytest.fixture(scope="module")
def page(product: Product) -> str:
    return (product.lake.published / "2023-24" / "v1" / "annual_report.html").read_text(encoding="utf-8")


def test_the_headline_is_the_count_made_by_hand(product: Product) -> None:
    # By hand (tests/fixtures/make.py): 12 × 5 = 60, then 6 × 5 + 6 × 4 = 54; (54 − 60) / 60 = −10.0 %.
    row = product.metric("M1", "2023-24")
    assert (row["value"], row["base_value"], row["change_percent"]) == (54, 60, -10.0)
    assert row["status"] == "complete"
    assert row["completeness_percent"] == 100
    # By hand, Wilson on p = 54/114 with t = 2.200985: p from 0.37394 to 0.57557, p/(1−p) − 1 from −40.3 % to +35.6 %.
    assert (row["change_lower"], row["change_upper"]) == (-40.3, 35.6)
    assert row["statement"].startswith("No clear change")


def test_without_possession_the_base_is_under_fifty_and_no_percentage_is_given(product: Product) -> None:
    row = product.metric("M1b", "2023-24")
    assert (row["value"], row["base_value"]) == (42, 48)
    assert (row["change_percent"], row["change_lower"], row["change_upper"]) == (None, None, None)


def test_an_event_entered_by_four_agencies_is_one_event(product: Product) -> None:
    assert product.metric("M9", "2023-24")["value"] == 6


def test_a_year_of_which_nothing_was_received_has_no_figure(product: Product) -> None:
    row = product.metric("M1", "2024-25")
    assert (row["value"], row["change_percent"]) == (None, None)
    assert row["status"] == "not available"


def test_districts_add_up_to_the_whole_area(product: Product) -> None:
    assert product.metric("M1", "2023-24", geography_level="district", area_code="E06000045")["value"] == 54
    ((total,),) = product.ask(
        "select sum(value) from rpt_annual_metrics where metric_id = 'M1' and financial_year = '2023-24' "
        "and geography_level = 'district' and breakdown = 'all'"
    )
    assert total == 54


def test_street_crimes_and_attendances_never_feed_the_headline(product: Product) -> None:
    rows = product.ask(
        "select feed, sum(crimes), sum(crimes) filter (where is_serious_violence) from bridge_incident_records "
        "where agency <> 'fire' group by 1 order by 1"
    )
    # By hand: 60 + 54 serious crimes and 24 common assaults; health records no crime.
    health = [(f"health__{table}", 0, None) for table in ("admissions", "ambulance_incidents", "emergency_attendances")]
    assert rows == [*health, ("police__offences", 138, 114)]
    ((crimes,),) = product.ask("select sum(crimes) from fct_street_crimes_monthly")
    assert crimes == 10


def test_every_row_received_is_in_bronze_in_quarantine_or_superseded(product: Product) -> None:
    kept = accounts(product.lake)
    assert {account.feed for account in kept} == set(FEEDS)
    assert all(account.balances for account in kept)
    # The police extract holds twelve copies; the youth justice return a child without an offence, so without a month.
    assert {account.feed: account.quarantine for account in kept if account.quarantine} == {
        "police__offences": 12,
        "youth_justice__offences": 1,
    }


def test_every_bronze_row_reaches_a_report_or_a_named_exclusion(product: Product) -> None:
    rows = dict(
        product.ask(
            "select coalesce(exclusion, destination), sum(bronze_rows) from rpt_row_accounts "
            "where feed = 'police__offences' group by 1"
        )
    )
    # By hand: 24 months with one further victim, one assault outside the list and one cancelled crime each.
    assert rows == {"none": 114 + 2 * 24, "cancelled": 24}


def test_the_published_files_say_what_the_release_says_rounded(product: Product, page: str) -> None:
    folder = product.lake.published / "2023-24" / "v1"
    assert {"annual_report.html", "annex.html", "metrics.csv", "tables.xlsx", "provenance.json"} <= {
        path.name for path in folder.iterdir()
    }
    with (folder / "metrics.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert ",".join(rows[0]) == (
        "metric_id,metric_name,financial_year,geography_level,area_code,area_name,breakdown,category,unit,value,"
        "base_value,change_percent,change_lower,change_upper,interval_method,statement,status,definition_version,"
        "as_of,completeness_percent,unknown_code_rows,unlocated_rows,quarantined_rows,adjusted_p_value,"
        "victims,accepted_months,confidential"
    )
    (headline,) = [
        row for row in rows if (row["metric_id"], row["geography_level"], row["breakdown"]) == ("M1", "force", "all")
    ]
    # By hand: 54 to the nearest 5, and (55 − 60) / 60 = −8.3 %.
    assert (float(headline["value"]), float(headline["change_percent"])) == (55, -8.3)
    assert "55" in page
    assert "60" in page


def test_the_page_opens_from_disk_and_loads_nothing(page: str) -> None:
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", page)
    assert not re.findall(r"@import|url\(\s*['\"]?(?:https?:)?//", page)


def test_publishing_again_makes_no_new_version(product: Product) -> None:
    before = hashes(product.lake.published / "2023-24" / "v1")
    assert "Unchanged since version 1" in product.publish("2023-24")
    assert [path.name for path in (product.lake.published / "2023-24").glob("v*")] == ["v1"]
    assert hashes(product.lake.published / "2023-24" / "v1") == before


def test_a_figure_is_followed_to_the_delivered_files_by_their_hashes(product: Product) -> None:
    told = json.loads(product.call("vrp", "explain", "M1", "--year", "2023-24", "--json"))
    assert told["figure"]["value"] == told["recount"]["counted"]
    assert told["recount"]["agrees"]
    assert "fct_metric_years" in {model["model"] for model in told["sql"]}
    assert told["deliveries"]
    for delivery in told["deliveries"]:
        content = (product.lake.root / delivery["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == delivery["sha256"]
    assert {verdict["status"] for verdict in told["verdicts"]} == {"published"}


def test_a_figure_that_is_not_there_is_answered_with_those_that_are(product: Product) -> None:
    assert "It has: M1, M12, M1b, M1c, M2, M2b, M3, M4, M5, M7a, M7b, M9." in product.call(
        "vrp", "explain", "M99", exit_code=1
    )
    assert "It has:" in product.call("vrp", "explain", "M1", "--area", "Atlantis", exit_code=1)


def test_a_run_with_nothing_new_does_nothing(product: Product) -> None:
    before = product.release.release_id
    assert "nothing was new" in product.call("vrp", "run")
    assert product.release.release_id == before


@pytest.mark.nightly
def test_the_release_answers_while_a_run_is_writing_and_the_run_makes_the_same_bytes(product: Product) -> None:
    before = (product.release.release_id, hashes(product.release.path))
    run = product.start("vrp", "run", "--from", "2022-04", "--to", "2024-03")
    answers = []
    while run.poll() is None:
        answers.append(product.call("vrp", "query", "--format", "csv", "select count(*) from fct_events"))
        time.sleep(1)
    out, err = run.communicate()
    assert run.returncode == 0, out + err
    assert len(answers) > 3
    assert len(set(answers)) == 1
    assert (product.release.release_id, hashes(product.release.path)) == before


def test_a_question_that_is_no_sql_is_answered_with_the_reason(product: Product) -> None:
    assert "vrp query --tables" in product.call("vrp", "query", "select * from nowhere", exit_code=1)


def test_an_analyst_cannot_reach_beyond_the_release(product: Product) -> None:
    key = product.root / "pseudonym.key"
    text = product.call("vrp", "query", f"select * from read_text('{key}')", exit_code=1)
    assert "read_text is not allowed" in text


@pytest.mark.nightly
def test_dg_launches_a_range_of_months_and_only_received_months_count_as_there(product: Product) -> None:
    product.call("dg", "launch", "--assets", "police/street_crimes", "--partition-range", "2024-01...2024-03")
    with product.instance() as instance:
        there = instance.get_materialized_partitions(AssetKey(["police", "street_crimes"]))
        assert there == {"2024-02", "2024-03"}
        offences = instance.get_materialized_partitions(AssetKey(["police", "offences"]))
        assert len(offences) == 24


def test_a_lake_of_which_nothing_is_known_says_what_to_do_next(tmp_path: Path) -> None:
    empty = Product(tmp_path)
    assert "vrp receive" in empty.call("vrp", "run", exit_code=1)
    assert "vrp sample" in empty.call("vrp", "status")
    assert "vrp run" in empty.call("vrp", "query", "select 1", exit_code=1)
    assert Lake(tmp_path / "lake") == empty.lake
