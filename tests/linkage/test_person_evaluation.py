"""Evaluation of person links (`vrp evaluate linkage`) against a truth worked out by hand."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.linkage.test_people import LYSANDER, OTHERS
from tests.support.persons import person, tables
from vrp_pipeline.linkage.evaluation import NoTruthError, Pairs
from vrp_pipeline.linkage.people.evaluation import PersonEvaluation, evaluate_people

# S1 is known to a school and to youth justice, under one name. S2 is known to probation and to the force by one PNC
# number. S3 changed name and date of birth between school and probation: nothing can link that. The force recorded the
# number of S5 for S4.
RECORDS = (
    person("upn|u1", *LYSANDER),
    person("yjs_child|s|y1", *LYSANDER),
    person("crn|c1", "Cornelius Vexwick", "1990-05-05", "SO11CI", pnc_number="90/1"),
    person("police_person|p1", pnc_number="90/1"),
    person("upn|u2", "Imogen Penshaw", "2010-10-10", "SO22CI"),
    person("crn|c9", "Felicitas Marchmantle", "2004-04-04", "PO11CI"),
    person("police_person|p2", pnc_number="85/9"),
    person("crn|c2", "Wulfstan Emberhulme", "1985-01-01", "GU11CI", pnc_number="85/9"),
)
TRUE = {
    "upn||u1": "S1", "yjs_child|s|y1": "S1", "crn||c1": "S2", "police_person||p1": "S2", "upn||u2": "S3",
    "crn||c9": "S3", "police_person||p2": "S4", "crn||c2": "S5",
}  # fmt: skip


def write_truth(folder: Path) -> Path:
    folder.mkdir()
    keys = [(*key.split("|"), who) for key, who in TRUE.items()]
    schema = pa.schema([(name, pa.string()) for name in ("kind", "within", "number", "person")])
    rows = [
        {"kind": kind, "within": within or None, "number": number, "person": who} for kind, within, number, who in keys
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / "people.parquet")
    return folder


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> PersonEvaluation:
    people, numbers = tables(*RECORDS, *OTHERS)
    folder = write_truth(tmp_path_factory.mktemp("people") / "truth")
    return evaluate_people(people, numbers, folder, lambda texts, _kind: texts)


def test_pairs_are_counted_as_by_hand(evaluation: PersonEvaluation) -> None:
    # Predicted: u1 with y1, c1 with p1, and, wrongly, c2 with p2. True: the first two, and u2 with c9.
    assert evaluation.pairs == Pairs(predicted=3, true=3, right=2)
    assert evaluation.people == {"linked": 5, "true": 5}


def test_what_nothing_could_find_is_told_apart(evaluation: PersonEvaluation) -> None:
    # All three true pairs are comparable: two have names on both sides, one has PNC numbers.
    assert evaluation.comparable == Pairs(predicted=3, true=3, right=2)


def test_without_numbers_only_names_count(evaluation: PersonEvaluation) -> None:
    assert evaluation.without_numbers == Pairs(predicted=1, true=2, right=1)
    assert evaluation.groups["numbers: upn and yjs_child"] == Pairs(1, 1, 1)
    assert evaluation.groups["numbers: crn and police_person"] == Pairs(predicted=2, true=1, right=1)


def test_a_level_that_is_missed_says_so(evaluation: PersonEvaluation) -> None:
    met = {level.name: level.is_met for level in evaluation.levels}
    assert met == {
        "people: precision": False,
        "people: recall of comparable pairs": False,
        "people: recall by name alone": False,
        "people: precision by name alone": True,
    }


def test_a_lake_of_no_simulation_has_no_truth(tmp_path: Path) -> None:
    with pytest.raises(NoTruthError, match="vrp sample"):
        evaluate_people(*tables(*OTHERS), tmp_path, lambda texts, _kind: texts)
