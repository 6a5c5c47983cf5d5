"""What `vrp evaluate disclosure` says of ways of publishing, against answers by hand."""

from tests.disclosure.tables import at, parts
from vrp_pipeline.disclosure import EXACT, NHS, Cell
from vrp_pipeline.disclosure.evaluation import evaluate_disclosure


def test_each_way_of_publishing_is_attacked_and_its_totals_are_measured() -> None:
    # By hand: 38 = 32 + 6. Exactly: 6 is known. As a sum: 30 + 4 for the hidden one = 34, 4 off. Rounded from truth:
    # 40, 2 off, and 6 or 7. In force: the 32 is withheld as well, and 1 to 7 remain.
    found = evaluate_disclosure(parts(38, [32, 6], NHS))
    assert [(t.hidden, t.pinned, t.narrowest, t.total_error) for t in found.trials] == [
        (1, 1, 0, 0), (2, 0, 6, 4), (1, 1, 1, 2), (2, 0, 6, 2),
    ]  # fmt: skip
    assert (found.is_safe, found.cells, found.withheld) == (True, 3, ("t.csv: 0",))


def test_a_publication_that_cannot_be_protected_is_said_to_be_unsafe() -> None:
    tables = parts(100, [96, 4], EXACT)
    tables.cells[at("1")] = Cell(4, NHS)
    assert not evaluate_disclosure(tables).is_safe
