"""The required levels of linkage, on a simulation no model was trained on, through `vrp` as users run it."""

import json

import pytest

from tests.support.product import Product
from vrp_pipeline.linkage.events.model import EVENT_MODEL
from vrp_pipeline.linkage.models.files import load
from vrp_pipeline.linkage.people.model import PERSON_MODEL

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("levels")]

SEED = 99


def test_links_reach_their_levels_on_records_that_are_as_hard_as_real_ones(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    for model in (EVENT_MODEL, PERSON_MODEL):
        assert load(model)["training"]["simulation_seed"] != SEED
    product = Product(tmp_path_factory.mktemp("levels"))
    product.call("vrp", "sample", "--scale", "0.4", "--seed", str(SEED))
    product.call("vrp", "receive", product.lake.root / "inbox")
    product.call("vrp", "run")
    told = json.loads(product.call("vrp", "evaluate", "linkage", "--json"))
    assert told["is_a_test"]
    levels = [level for partition in (told, told["people"]) for level in partition["levels"] + partition["difficulty"]]
    assert len(levels) > 20
    assert [level for level in levels if not level["is_met"]] == []
