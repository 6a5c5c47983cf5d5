"""The seed of names for what is measured fits what is published."""

import ast
import csv
import re

from vrp_pipeline.lake.paths import DBT_PROJECT
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
