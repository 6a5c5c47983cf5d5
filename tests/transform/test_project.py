"""The dbt project as a whole: its layers, grains, exposures and seeds, read from the manifest dbt makes of it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.transform.conftest import ParsedProject
from vrp_pipeline.lake.paths import DBT_PROJECT
from vrp_pipeline.release.releases import RELEASED_PREFIXES
from vrp_pipeline.report import publication
from vrp_pipeline.report.content.protected import ALL_SOURCE_COUNTS
from vrp_pipeline.report.content.table_forms import FORMS
from vrp_pipeline.report.tables.published_tables import OWN_COLUMNS

pytestmark = pytest.mark.xdist_group("dbt")

LAYERS = ("staging", "intermediate", "marts", "reports")
# A table of a release, named in code with or without the ending of its file.
TABLE = re.compile(r'"((?:rpt|fct|dim|bridge)_\w+?)(?:\.parquet)?"')
# What of a seed is about its rows and no fact of them.
ABOUT_ROWS = {"evidence", "source"}
MODELS = DBT_PROJECT / "models"
PAGES = [page for layer in LAYERS[1:] for page in sorted((MODELS / layer).rglob("*.yml"))]


@pytest.fixture(scope="module")
def manifest(parsed: ParsedProject) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((parsed.target / "manifest.json").read_text(encoding="utf-8"))
    return content


def nodes_of(manifest: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == kind]


def layer_of(node: dict[str, Any]) -> str:
    """The folder below `models`, seeds and sources being no layer of it."""
    return str(node["fqn"][1]) if node["resource_type"] == "model" else ""


def test_a_model_reads_its_own_layer_and_those_below_it(manifest: dict[str, Any]) -> None:
    upwards = [
        f"{node['name']} reads {manifest['nodes'][read]['name']}"
        for node in nodes_of(manifest, "model")
        for read in node["depends_on"]["nodes"]
        if read in manifest["nodes"] and manifest["nodes"][read]["resource_type"] == "model"
        if LAYERS.index(layer_of(manifest["nodes"][read])) > LAYERS.index(layer_of(node))
    ]
    assert upwards == []


def test_every_model_and_seed_has_a_grain_that_is_stated_and_tested(manifest: dict[str, Any]) -> None:
    tested = {
        node["attached_node"]
        for node in nodes_of(manifest, "test")
        if (node.get("test_metadata") or {}).get("name") in ("unique", "unique_combination_of_columns")
    }
    told = [*nodes_of(manifest, "model"), *nodes_of(manifest, "seed")]
    assert len(told) > 60
    assert [node["name"] for node in told if "Grain: " not in node["description"]] == []
    assert [node["name"] for node in told if node["unique_id"] not in tested] == []


def test_every_model_belongs_to_a_group_that_somebody_answers_for(manifest: dict[str, Any]) -> None:
    owners = {group["name"]: group["owner"]["name"] for group in manifest["groups"].values()}
    assert all(owners.values())
    assert [node["name"] for node in nodes_of(manifest, "model") if node["group"] not in owners] == []


def test_what_is_released_is_public_and_nothing_else_is(manifest: dict[str, Any]) -> None:
    models = nodes_of(manifest, "model")
    public = {node["name"] for node in models if node["access"] == "public"}
    assert public == {node["name"] for node in models if node["name"].startswith(RELEASED_PREFIXES)}


def test_analysts_are_promised_every_table_of_a_release(manifest: dict[str, Any]) -> None:
    (release,) = [held for held in manifest["exposures"].values() if held["name"] == "release_to_analysts"]
    promised = {manifest["nodes"][node]["name"] for node in release["depends_on"]["nodes"]}
    assert promised == {
        node["name"] for node in nodes_of(manifest, "model") if node["name"].startswith(RELEASED_PREFIXES)
    }


def test_the_annual_report_is_exposed_with_every_table_that_it_reads(manifest: dict[str, Any]) -> None:
    (report,) = [held for held in manifest["exposures"].values() if held["name"] == "annual_report"]
    promised = {manifest["nodes"][node]["name"] for node in report["depends_on"]["nodes"]}
    sources = Path(publication.__file__).parent.rglob("*.py")
    named = {name for source in sources for name in TABLE.findall(source.read_text(encoding="utf-8"))}
    assert promised == named & {node["name"] for node in nodes_of(manifest, "model")}


def test_every_published_column_has_a_meaning_that_can_be_read_alone(manifest: dict[str, Any]) -> None:
    """Of the further tables and of all sources: CSVW, data package and workbooks print it beside the name."""
    described = {node["name"]: node["columns"] for node in nodes_of(manifest, "model")}
    published = [(form.source, name) for form in FORMS for name in (*form.key, *form.words, *form.rules)]
    published += [("rpt_all_source_incidents", name) for name in ALL_SOURCE_COUNTS]
    meanings = {
        (table, name): OWN_COLUMNS.get(name) or described[table].get(name, {}).get("description", "")
        for table, name in published
    }
    assert [about for about, meaning in meanings.items() if not meaning or meaning.split()[0] == "Its"] == []


def test_every_seed_states_source_and_evidence_and_is_tested_for_both(manifest: dict[str, Any]) -> None:
    seeds = nodes_of(manifest, "seed")
    (sql_test,) = [
        node for node in nodes_of(manifest, "test") if node["name"] == "every_seed_row_states_source_and_evidence"
    ]
    assert [seed["name"] for seed in seeds if not seed["columns"].keys() >= ABOUT_ROWS] == []
    assert set(sql_test["depends_on"]["nodes"]) == {seed["unique_id"] for seed in seeds}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_describes_the_one_model_it_is_named_after_with_its_unit_tests(page: Path) -> None:
    told = yaml.safe_load(page.read_text(encoding="utf-8"))
    assert [model["name"] for model in told["models"]] == [page.stem]
    assert {test["model"] for test in told.get("unit_tests", [])} <= {page.stem}


def test_every_model_above_staging_has_a_page_beside_it() -> None:
    models = {path.with_suffix(".yml") for layer in LAYERS[1:] for path in (MODELS / layer).rglob("*.sql")}
    assert len(models) > 60
    assert models == set(PAGES)


def test_the_staging_models_of_an_agency_are_described_on_one_page_named_after_it() -> None:
    for agency in sorted(path for path in (MODELS / "staging").iterdir() if path.is_dir()):
        page = yaml.safe_load((agency / f"_{agency.name}__models.yml").read_text(encoding="utf-8"))
        assert {model["name"] for model in page["models"]} == {path.stem for path in agency.rglob("*.sql")}
        assert {path.stem.rpartition("__")[0] for path in agency.rglob("*.yml")} == {f"_{agency.name}"}
