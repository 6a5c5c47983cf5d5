"""How people name what is measured, and numbers in words: the seed fits what is published, the words are read right."""

import ast
import csv
import re

import pytest

from vrp_pipeline.lake.paths import DBT_PROJECT
from vrp_pipeline.report.commentary.spelled_numbers import in_digits
from vrp_pipeline.report.content.table_forms import FORMS


def seed(name: str) -> list[dict[str, str]]:
    with (DBT_PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_metric_has_a_name_that_people_use() -> None:
    assert {row["metric_id"] for row in seed("subject_names")} - {""} == {row["metric_id"] for row in seed("metrics")}


def test_every_table_and_kind_that_is_named_is_one_that_is_published() -> None:
    rows = seed("subject_names")
    tables = {form.name for form in FORMS} | {"all_source_incidents"}
    assert {row["table_name"] for row in rows} - {""} <= tables
    kinds = {row["tier"] for row in seed("definition_members")} | {row["event_type"] for row in seed("event_types")}
    assert {row["category"] for row in rows if row["breakdown"] in ("tier", "event_type")} <= kinds


def test_every_part_that_is_named_is_one_that_the_profile_counts() -> None:
    model = (DBT_PROJECT / "models" / "reports" / "rpt_violence_profile.sql").read_text(encoding="utf-8")
    declared = re.search(r"set parts = (\{.*?\})\s*-%\}", model, re.DOTALL)
    assert declared
    parts = {(breakdown, part) for (_, breakdown), held in ast.literal_eval(declared[1]).items() for part in held}
    named = {(row["breakdown"], row["category"]) for row in seed("subject_names") if row["kind"] == "part"}
    named |= {(row["breakdown"], row["category"]) for row in seed("subject_names") if row["breakdown"] == "sex"}
    assert {("age", "25 and over"), ("sex", "male")} <= named <= parts


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("six people", "6 people"),
        ("Seventeen homicides", "17 homicides"),
        ("twenty-five crimes", "25 crimes"),
        ("one hundred and ten crimes", "110 crimes"),
        ("three thousand one hundred and five crimes", "3105 crimes"),
        ("two hundred thousand pounds", "200000 pounds"),
        ("a hundred crimes", "100 crimes"),
        ("two dozen crimes and half a dozen victims", "24 crimes and 6 victims"),
        ("a couple of crimes", "2 crimes"),
        ("rose by a fifth", "rose by ≈20%"),
        ("three quarters of them", "≈75% of them"),
        ("fell by half", "fell by ≈50%"),
        ("one in five", "≈20%"),
        ("two out of every ten", "≈20%"),
        ("one victim and one of the victims", "1 victim and 1 of the victims"),
        ("no one took one day off in the first half", "no one took one day off in the first half"),
        ("someone weighed a tonne of stones", "someone weighed a tonne of stones"),
    ],
)
def test_numbers_in_words_are_read_as_people_mean_them(said: str, meant: str) -> None:
    assert in_digits(said, "victims?") == meant
