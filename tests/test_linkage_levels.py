"""The required levels of linkage, on a simulation no model was trained on, through `vrp` as users run it."""

import csv
import json
import re

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.support.product import Product
from vrp_pipeline.identifiers.pseudonyms import load_key, pseudonyms
from vrp_pipeline.lake.link_reviews import newest_sample
from vrp_pipeline.linkage.events.model import EVENT_MODEL
from vrp_pipeline.linkage.models.files import load
from vrp_pipeline.linkage.people.model import PERSON_MODEL

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("levels")]

SEED = 99


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    """Two years of a simulation that no model was trained on, received and run."""
    for model in (EVENT_MODEL, PERSON_MODEL):
        assert load(model)["training"]["simulation_seed"] != SEED
    product = Product(tmp_path_factory.mktemp("levels"))
    product.call("vrp", "sample", "--scale", "0.4", "--seed", str(SEED))
    product.call("vrp", "receive", product.lake.root / "inbox")
    product.call("vrp", "run")
    return product


def test_links_reach_their_levels_on_records_that_are_as_hard_as_real_ones(product: Product) -> None:
    told = json.loads(product.call("vrp", "evaluate", "linkage", "--json"))
    assert told["is_a_test"]
    levels = [level for partition in (told, told["people"]) for level in partition["levels"] + partition["difficulty"]]
    assert len(levels) > 20
    assert [level for level in levels if not level["is_met"]] == []


def test_the_interval_of_a_review_by_somebody_who_knows_the_truth_holds_the_true_precision(product: Product) -> None:
    product.call("vrp", "linkage", "review", "draw", "--size", "400")
    sheet = product.root / "sheet.csv"
    product.call("vrp", "linkage", "review", "write", sheet)
    incident_of = true_incidents(product)
    with sheet.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row, pair in zip(rows, newest_sample(product.lake).pairs, strict=True):
        left, right = (incident_of.get(name, name) for name in (pair.left_record_id, pair.right_record_id))
        row["decision"] = "yes" if left == right else "no"
    with sheet.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    product.call("vrp", "linkage", "review", "read", sheet)
    report = product.call("vrp", "linkage", "review", "report")
    found = re.search(r"Precision of pairs in one incident: \S+ \(95 % interval (\S+) to (\S+)\)", report)
    assert found, report
    precision = json.loads(product.call("vrp", "evaluate", "linkage", "--json"))["pairs"]["precision"]
    assert float(found[1]) <= precision <= float(found[2])


def true_incidents(product: Product) -> dict[str, str]:
    """The simulated incident of each event record."""
    truth = pq.read_table(product.lake.root / "truth" / "event_records.parquet")
    key = load_key(product.root / "pseudonym.key")
    victims = pseudonyms(truth["victim_ref"].combine_chunks(), "police_person", key)
    truth = truth.append_column("victim", victims)
    with duckdb.connect(str(product.lake.warehouse), read_only=True) as warehouse:
        warehouse.register("truth", truth)
        rows = warehouse.execute("""
            select event_record_id, min(incident_id)
            from int_event_records as records
            inner join truth on records.feed = truth.feed and records.record_id = truth.key
                || case when truth.feed = 'police__offences' then '|' || coalesce(victim, '') else '' end
            group by event_record_id
        """).fetchall()
    return dict(rows)
