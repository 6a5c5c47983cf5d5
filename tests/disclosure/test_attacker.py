"""The attacker finds what a reader could: known answers by hand, and every small table against brute force."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.brute_force import believable
from tests.disclosure.tables import at, crossed, parts
from vrp_pipeline.disclosure import EXACT, NHS, Attack, Cell, PinnedCellError, Position, Shown, Tables, attack
from vrp_pipeline.disclosure.tables import Relation


def ranges(tables: Tables) -> dict[Position, tuple[float, float]]:
    """What the attacker finds of every sensitive cell, all cells shown by their rule."""
    unknown = Shown(None, 0, float("inf"))
    shown = {
        where: cell.rule.shown(cell.count or 0) if cell.is_printed else unknown for where, cell in tables.cells.items()
    }
    return dict(attack(shown, tables.relations, tables.sensitive()).ranges)


def test_one_small_part_beside_one_that_is_rounded_is_pinned_by_its_total() -> None:
    # By hand: 32 + 6 = 38 prints as 30 + [c] = 40. 30 is at most 32 and 40 at least 38: the hidden one is 6 or 7.
    found = ranges(parts(38, [32, 6], NHS))
    assert found == {at("1"): (6, 7)}
    assert Attack(found).pinned == (at("1"),)


def test_two_small_parts_of_a_rounded_total_keep_apart() -> None:
    # By hand: 5 + 5 = 10 prints as [c] + [c] = 10, which is 8 to 12: each is 1 to 7.
    found = ranges(parts(10, [5, 5], NHS))
    assert found == {at("0"): (1, 7), at("1"): (1, 7)}
    assert Attack(found).narrowest == 6


def test_six_small_parts_of_a_hidden_total_are_known_to_within_one() -> None:
    # By hand: six of at least 1 are at most 7 together, so none is above 2.
    assert set(ranges(parts(6, [1] * 6, NHS)).values()) == {(1, 2), (6, 7)}


def test_exact_totals_give_a_hidden_part_away() -> None:
    # By hand: 100 exact less 96 exact.
    tables = parts(100, [96, 4], EXACT)
    tables.cells[at("1")] = Cell(4, NHS)
    assert ranges(tables) == {at("1"): (4, 4)}


def test_a_difference_that_is_printed_nowhere_is_found_all_the_same() -> None:
    # By hand: 41 less 38, printed as 40 (38 to 42) and 40: 0 to 4; printed exactly, 3.
    for rule, expected in ((NHS, (0, 4)), (EXACT, (3, 3))):
        tables = Tables()
        whole, part = tables.add(at("M1"), Cell(41, rule)), tables.add(at("M1b"), Cell(38, rule))
        possession = tables.add(at("possession"), Cell(3, NHS, is_printed=False))
        tables.add_total(whole, [part, possession])
        assert ranges(tables) == {possession: expected}


def test_a_cell_that_nothing_limits_has_no_greatest_count() -> None:
    found = attack({at("a"): Shown(None, 0, float("inf"))}, [], [at("a")])
    assert found.ranges == {at("a"): (0, float("inf"))}


def test_costs_of_hundreds_of_millions_are_attacked_like_counts() -> None:
    """290 million, to the nearest ten, before and now: the change is below ten, and what nothing limits has no end."""
    ten = 10_000_000
    shown = {at(name): Shown(290_000_000, 285_000_000, 285_000_000 + ten - 1) for name in ("before", "now")}
    shown |= {at("change"): Shown(None, -float("inf"), float("inf")), at("part"): Shown(None, 0, float("inf"))}
    change = Relation(((at("now"), 1), (at("before"), -1), (at("change"), -1)))
    above = Relation(((at("part"), 1), (at("now"), -1)), 0, float("inf"))
    found = attack(shown, [change, above], [at("change"), at("part")])
    assert found.ranges == {at("change"): (1 - ten, ten - 1), at("part"): (285_000_000, float("inf"))}


def test_what_contradicts_itself_is_a_fault_of_the_description() -> None:
    tables = parts(38, [32, 6], NHS)
    shown = {where: cell.rule.shown(cell.count or 0) for where, cell in tables.cells.items()}
    shown[at("total")] = Shown(500, 500, 500)
    with pytest.raises(ValueError, match="contradicts itself"):
        attack(shown, tables.relations, [at("1")])


def test_a_refusal_names_tables_and_cells_and_no_value() -> None:
    with pytest.raises(PinnedCellError, match="r1 / c2") as refusal:
        Attack({Position("metrics.csv", ("r1", "c2")): (613, 614)}).refuse_pinned()
    assert "metrics.csv" in str(refusal.value)
    assert "61" not in str(refusal.value)


SMALL = st.lists(st.lists(st.integers(0, 14), min_size=2, max_size=3), min_size=2, max_size=2).filter(
    lambda rows: len({len(row) for row in rows}) == 1
)


@settings(max_examples=30)
@given(SMALL)
def test_the_attacker_finds_exactly_what_trying_every_table_finds(rows: list[list[int]]) -> None:
    oracle = believable(rows, greatest=17)
    tables = crossed(rows, NHS)
    shown = {where: cell.rule.shown(cell.count or 0) for where, cell in tables.cells.items()}
    for number, row in enumerate(rows):
        for column, count in enumerate(row):
            if 0 < count < 8:
                where = at(f"r{number}", f"c{column}")
                assert attack(shown, tables.relations, [where]).ranges == {where: oracle[number][column]}
