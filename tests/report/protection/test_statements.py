"""The words in which a release says what cannot be classed are those of the publication, which leaves the count out."""

import csv

import duckdb
import jinja2
import pytest

from vrp_pipeline.lake.paths import DBT_PROJECT
from vrp_pipeline.report.protection.statements import what_cannot_be_classed, without_counts

with (DBT_PROJECT / "seeds" / "metrics.csv").open(encoding="utf-8", newline="") as file:
    METRIC_IDS = [line["metric_id"] for line in csv.DictReader(file)]


def words_of_a_release(metric_id: str) -> tuple[str, str]:
    """What the macros of the warehouse say of a metric: what cannot be classed, and why."""
    source = (DBT_PROJECT / "macros" / "wording.sql").read_text(encoding="utf-8")
    macros = vars(jinja2.Environment(autoescape=True).from_string(source).module)
    what, why = (macros[name]("metric_id") for name in ("what_cannot_be_classed", "why_it_cannot_be_classed"))
    found = duckdb.execute(f"select {what}, {why} from (select ? as metric_id)", [metric_id]).fetchone()
    assert found is not None
    return found[0], found[1]


def test_the_metrics_are_those_of_the_seed() -> None:
    assert {"M1", "M2", "M2b", "M7b", "M9"} <= set(METRIC_IDS)


@pytest.mark.parametrize("metric_id", METRIC_IDS)
def test_a_publication_says_what_cannot_be_classed_in_the_words_of_the_release(metric_id: str) -> None:
    what, why = words_of_a_release(metric_id)
    assert f" {what_cannot_be_classed(metric_id)} and could belong here" == what + why


@pytest.mark.parametrize("metric_id", METRIC_IDS)
@pytest.mark.parametrize("span", ["2023-24", "2024-03"])
def test_a_count_in_those_words_is_left_out_of_a_publication(metric_id: str, span: str) -> None:
    """As `fct_metric_years` and `annual_metrics__months` put them together, and at the end of a complete figure."""
    what, why = words_of_a_release(metric_id)
    assert without_counts(f"1,234{what} of {span}{why}", metric_id) == f"too many{what} of {span}{why}"
    assert without_counts(f"The figure. 1,234 more{what}{why}.", metric_id) == "The figure."
