"""A contract is said once: what repeats it is written from it, and nothing that people write is lost."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.support.bronze import write_schemas
from tests.support.contracts import contract
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.columns import Column
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Csv, Xml
from vrp_pipeline.feeds.contract.periods import Edition
from vrp_pipeline.feeds.contract.tolerances import Tolerances
from vrp_pipeline.feeds.generated import differences, feed_table, suites
from vrp_pipeline.feeds.generated.__main__ import run
from vrp_pipeline.feeds.generated.bronze_columns import bronze_columns
from vrp_pipeline.feeds.generated.staging_sql import columns_of
from vrp_pipeline.lake.paths import PROJECT, Lake

STAGING = Path("dbt_project/models/staging")
FIRE = FEEDS["fire__incidents"]
SIREN = Column(header="siren", name="siren", description="Whether the siren was on", codes={"Y": "on", "N": "off"})
STEPS = "with read_a as (\n    select * from {{{{ source('a', 'b') }}}}\n),\nlast as (\n    select {0} from read_a\n)\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of whatever in the project repeats the contracts."""
    for folder in (STAGING, "expectations", "docs"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    return tmp_path


def feeds_with(changed: Feed) -> list[Feed]:
    return [changed if feed.name == changed.name else feed for feed in FEEDS.values()]


def expectations_in(path: Path) -> list[dict[str, Any]]:
    return list(json.loads(path.read_text(encoding="utf-8"))["expectations"])


def columns_in(path: Path, kind: str, name: str) -> dict[str, dict[str, Any]]:
    """The columns of a source's table or of a model, by name."""
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    listed = read["models"] if kind == "models" else read["sources"][0]["tables"]
    (found,) = (each for each in listed if each["name"] == name)
    return {column["name"]: column for column in found["columns"]}


def test_what_repeats_the_contracts_says_what_they_say() -> None:
    said = [f"{path} differs from the contracts: run make contracts" for path in differences(FEEDS.values())]
    assert said == []


def test_writing_again_changes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([], FEEDS.values(), project) == 0
    assert capsys.readouterr().out == "Everything says what the contracts say\n"


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        (replace(FIRE, row="one call"), [STAGING / "fire/_fire__sources.yml", Path("docs/feeds.md")]),
        (replace(FIRE, due_days=40), [Path("docs/feeds.md")]),
        (replace(FIRE, tolerances=Tolerances(faults=0.5)), [Path("expectations/fire__incidents.json")]),
        (replace(FIRE, description="Fires."), [STAGING / "fire/_fire__sources.yml"]),
    ],
    ids=["row", "due days", "tolerances", "description"],
)
def test_a_change_of_a_contract_is_caught_in_each_file_that_repeats_it(
    changed: Feed, paths: list[Path], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--check"], feeds_with(changed), project) == 1
    assert capsys.readouterr().err == "".join(
        f"{path} differs from the contracts: run make contracts\n" for path in paths
    )


def test_an_edit_of_generated_text_is_caught_and_undone(project: Path) -> None:
    suite = project / "expectations/fire__incidents.json"
    text = suite.read_text(encoding="utf-8")
    suite.write_text(text.replace('"mostly": 0.2', '"mostly": 0.9'), encoding="utf-8")
    assert list(differences(FEEDS.values(), project)) == [Path("expectations/fire__incidents.json")]
    assert run([], FEEDS.values(), project) == 0
    assert suite.read_text(encoding="utf-8") == text


def test_what_people_wrote_in_a_suite_is_kept_as_it_is(project: Path) -> None:
    suite = project / "expectations/fire__incidents.json"
    read = json.loads(suite.read_text(encoding="utf-8"))
    read["meta"]["tolerances"] = "Because."
    (volume,) = (each for each in read["expectations"] if each["meta"]["name"] == "volume is not too small")
    volume["kwargs"]["min_value"] = 0.123
    suite.write_text(json.dumps(read, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert differences(FEEDS.values(), project) == {}


def test_adding_a_column_is_one_edit_of_the_contract_and_one_of_the_model_that_selects_it(project: Path) -> None:
    feeds = feeds_with(replace(FIRE, columns=(*FIRE.columns, SIREN)))
    by_contract = {STAGING / "fire/_fire__sources.yml", STAGING / "fire/_fire__columns.md"}
    by_contract |= {Path("expectations/fire__incidents.json")}
    assert set(differences(feeds, project)) == by_contract
    assert run([], feeds, project) == 0

    in_source = columns_in(project / STAGING / "fire/_fire__sources.yml", "sources", "incidents")["siren"]
    assert in_source["description"] == "{{ doc('fire__incidents__siren') }}"
    assert in_source["data_type"] == "varchar"
    blocks = (project / STAGING / "fire/_fire__columns.md").read_text(encoding="utf-8")
    block = "{% docs fire__incidents__siren %}\nWhether the siren was on. Codes: Y = on; N = off\n{% enddocs %}\n"
    assert blocks.count(block) == 1
    expected = expectations_in(project / "expectations/fire__incidents.json")
    (siren,) = (each for each in expected if each["kwargs"]["column"] == "siren")
    assert siren["kwargs"] == {"column": "siren", "value_set": ["Y", "N"], "mostly": 0.99}
    assert siren["meta"]["written_by"] == "contract"

    model = project / STAGING / "fire/stg_fire__incidents.sql"
    sql = model.read_text(encoding="utf-8")
    model.write_text(
        sql.replace("        incident_group,\n", "        incident_group,\n        siren,\n"), encoding="utf-8"
    )
    assert list(differences(feeds, project)) == [STAGING / "fire/_fire__models.yml"]
    assert run([], feeds, project) == 0
    described = columns_in(project / STAGING / "fire/_fire__models.yml", "models", "stg_fire__incidents")
    assert list(described)[list(described).index("incident_group") + 1] == "siren"
    assert described["siren"]["description"] == in_source["description"]
    assert described["called_at"]["description"] == "Date and time of the call; midnight where no time was given"


def test_a_model_that_selects_what_the_contract_does_not_give_is_named(project: Path) -> None:
    without = replace(FIRE, columns=tuple(column for column in FIRE.columns if column.name != "ward_name_new"))
    with pytest.raises(ValueError, match=r"stg_fire__incidents\.sql .*ward_name_new"):
        differences(feeds_with(without), project)


def test_a_column_that_becomes_derived_loses_the_description_of_bronze(project: Path) -> None:
    model = project / STAGING / "fire/stg_fire__incidents.sql"
    sql = model.read_text(encoding="utf-8")
    model.write_text(sql.replace("        frs,\n", "        lower(frs) as frs,\n"), encoding="utf-8")
    assert run([], FEEDS.values(), project) == 0
    assert "frs" not in columns_in(project / STAGING / "fire/_fire__models.yml", "models", "stg_fire__incidents")


def test_a_new_model_needs_no_column_written_down(project: Path) -> None:
    models = project / STAGING / "fire/_fire__models.yml"
    text = models.read_text(encoding="utf-8")
    described = columns_in(models, "models", "stg_fire__incidents")
    models.write_text(text.split("    columns:\n")[0] + "    columns:\n", encoding="utf-8")
    assert run([], FEEDS.values(), project) == 0
    derived = {"called_at", "easting", "northing", "is_exact_place_given", "is_deliberate_fire"}
    assert set(columns_in(models, "models", "stg_fire__incidents")) == set(described) - derived


OF_MONTHS = [
    "rows have a readable date",
    "rows are of the months delivered",
    "rows do not lie ahead",
    "rows have all their cells",
    "the file is not cut at a limit",
    "a restated month keeps its rows",
]


def test_a_new_feed_has_its_suite_source_and_row_at_once(project: Path) -> None:
    feed = contract(Csv(), {"day": "Day"})
    assert run([], [*FEEDS.values(), feed], project) == 0
    written = expectations_in(project / "expectations/test__table.json")
    assert [each["meta"]["name"] for each in written] == ["values can be read", *OF_MONTHS]
    columns = columns_in(project / STAGING / "test/_test__sources.yml", "sources", "table")
    assert list(columns) == ["record_id", "day", "delivery_id", "source_row", "month"]
    row = "| `test__table` | CSV | monthly | its month | 1 days | a line |"
    assert row in (project / "docs/feeds.md").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ["values can be read", *OF_MONTHS]),
        (
            {"natural_key": ("day",)},
            ["values can be read", "rows come once", "keys name one row", *OF_MONTHS],
        ),
        ({"period": Edition(file_name=r"(\d{4})")}, ["values can be read"]),
    ],
    ids=["without a key", "with a key", "an edition"],
)
def test_a_suite_judges_copies_where_there_is_a_key_and_months_where_rows_tell_them(
    changes: dict[str, Any], names: list[str]
) -> None:
    feed = replace(contract(Csv(), {"day": "Day"}), **changes)
    assert [each["meta"]["name"] for each in suites.expectations(feed)] == names


def test_tolerances_of_a_contract_are_shares_that_may_break_it() -> None:
    tolerances = Tolerances(faults=0.02, codes=0.005, without_month=0.3, reason="worked by hand")
    feed = replace(contract(Csv(), {"day": "Day"}), natural_key=("day",), tolerances=tolerances)
    feed = replace(feed, columns=(*feed.columns, SIREN))
    kwargs = {each["kwargs"]["column"]: each["kwargs"] for each in suites.expectations(feed)}
    limits = ("mostly", "max_value", "min_value")
    shares = {name: next(given[limit] for limit in limits if limit in given) for name, given in kwargs.items()}
    assert shares == {
        "unreadable": 0.98,
        "copies": 0.2,
        "conflicts": 0.98,
        "siren": 0.995,
        "share_undated": 0.3,
        "share_of_other_months": 0.3,
        "share_ahead": 0.3,
        "share_malformed": 0.3,
        "rows_at_limit": 0,
        "kept_of_restated": 0.95,
    }


def test_a_tolerance_of_its_own_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        Tolerances(faults=0.01, codes=0.02)


def test_a_code_of_a_return_is_named_by_its_element() -> None:
    feed = contract(Xml("Message/Child"), {"day": "Message/Child/Day"})
    sex = replace(SIREN, name="sex", header="Message/Child/Sex|Message/Child/GenderCurrent")
    (expected,) = (
        each
        for each in suites.expectations(replace(feed, columns=(*feed.columns, sex)))
        if each["kwargs"]["column"] == "sex"
    )
    assert expected["meta"]["reason"] == "'Sex' is not a known code"


def test_the_types_of_a_source_are_those_duckdb_reads_bronze_as(lake: Lake) -> None:
    write_schemas(lake)
    for feed in FEEDS.values():
        empty = next((lake.bronze / feed.agency / feed.table).rglob("*.parquet"))
        month = empty.parent.with_name(f"{feed.partition_name}={'2024-05' if feed.is_monthly else '2024'}")
        shutil.copytree(empty.parent, month, dirs_exist_ok=True)
        pattern = f"{month}/*.parquet"
        read = f"describe select * from read_parquet('{pattern}', hive_partitioning = true, union_by_name = true)"
        described = {name: kind.lower() for name, kind, *_ in duckdb.sql(read).fetchall()}
        assert {column.name: column.data_type for column in bronze_columns(feed)} == described


def test_a_page_without_a_place_for_the_tables_says_which_lines_it_needs() -> None:
    with pytest.raises(ValueError, match="generated by make contracts: feeds"):
        feed_table.text(list(FEEDS.values()), "# Feeds\n")


def staging_cases() -> Iterator[Any]:
    last = "select * from last\n"
    yield pytest.param(STEPS.format("one, two") + last, {"one": "one", "two": "two"}, id="unchanged")
    yield pytest.param(STEPS.format("one, upper(two) as two") + last, {"one": "one", "two": None}, id="derived")
    yield pytest.param(STEPS.format("one as first") + last, {"first": "one"}, id="renamed")
    yield pytest.param(STEPS.format("*, one is null as is_blank") + "select is_blank, two from last\n",
                       {"is_blank": None, "two": "two"}, id="through a star")  # fmt: skip
    yield pytest.param(STEPS.format("{{ words('one') }} as one") + last, {"one": None}, id="by a macro")
    yield pytest.param(
        STEPS.format("{% for c in ['one', 'two'] %}{{ c }}{% if not loop.last %},{% endif %}{% endfor %}") + last,
        {"one": "one", "two": "two"}, id="in a loop")  # fmt: skip


@pytest.mark.parametrize(("sql", "columns"), staging_cases())
def test_a_column_of_staging_is_bronze_unchanged_or_derived(sql: str, columns: dict[str, str | None]) -> None:
    assert columns_of(contract(Csv(), {"one": "One", "two": "Two"}), sql) == columns
