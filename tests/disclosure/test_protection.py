"""Whatever the counts, the protector prints nothing from which a hidden one is found to within one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosure.tables import at, crossed, parts
from vrp_pipeline.disclosure import EXACT, NHS, Cell, PinnedCellError, Position, Shown, Tables, attack, protect

ROWS = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 3) | st.integers(0, 60), min_size=width, max_size=width), min_size=2, max_size=4
    )
)


@settings(max_examples=40)
@given(ROWS)
def test_no_table_with_totals_lets_a_hidden_count_be_found_to_within_one(rows: list[list[int]]) -> None:
    try:
        protected = protect(crossed(rows, NHS))
    except PinnedCellError:
        assert sum(map(sum, rows)) < 8, "nothing is refused from which more could be withheld"
        return
    assert protected.attack.pinned == ()
    for number, row in enumerate(rows):
        for column, count in enumerate(row):
            shown = protected[at(f"r{number}", f"c{column}")]
            assert shown.least <= count <= shown.greatest
            assert shown.number is None or abs(shown.number - count) <= 2
            if 0 < count < 8:
                assert shown.is_hidden


def test_a_table_that_its_hidden_total_alone_gives_away_is_refused() -> None:
    # By hand: six counts of 1 or more in a total of 7 or fewer are 1 or 2 each, and nothing is left to withhold.
    with pytest.raises(PinnedCellError):
        protect(crossed([[1, 1], [1, 1], [1, 1]], NHS))


def test_the_smallest_other_count_is_withheld_where_the_rule_alone_pins_a_hidden_one() -> None:
    # By hand: 30 + [c] = 40 leaves 6 or 7. Without the 30 it is 1 to 7; the total of 38 is larger and stays.
    protected = protect(parts(38, [32, 6], NHS))
    assert protected.withheld == (at("0"),)
    assert [protected[at(cell)].number for cell in ("0", "1", "total")] == [None, None, 40]
    assert protected.attack.narrowest == 6


def test_nothing_is_withheld_where_the_rule_suffices() -> None:
    protected = protect(parts(10, [5, 5], NHS))
    assert protected.withheld == ()
    assert protected.summary() == {
        "cells": 3, "hidden": 2, "withheld": 0, "rounded": 1, "attacked": 2, "attacked_not_printed": 0, "pinned": 0,
        "narrowest_interval": 6,
    }  # fmt: skip


def test_what_exact_counts_pin_cannot_be_withheld_and_is_refused() -> None:
    tables = parts(100, [96, 4], EXACT)
    tables.cells[at("1")] = Cell(4, NHS)
    with pytest.raises(PinnedCellError, match=r"t\.csv: 1\."):
        protect(tables)


def test_a_version_that_tells_of_one_person_beside_the_last_is_refused() -> None:
    # By hand: the last version printed the true 41, this one prints a public 42: one person more.
    tables = Tables()
    now = tables.add(at("now"), Cell(42, EXACT))
    before = tables.add(at("before"), Cell(None, printed_before=Shown(41, 41, 41)))
    change = tables.add(at("change"), Cell(None, is_printed=False, is_difference=True))
    tables.relate([(now, 1), (before, -1), (change, -1)])
    with pytest.raises(PinnedCellError, match="change"):
        protect(tables)


def test_a_cell_outside_the_description_cannot_be_printed() -> None:
    protected = protect(parts(10, [5, 5], NHS))
    with pytest.raises(KeyError, match="may not be printed"):
        protected[at("forgotten")]


def test_two_counts_for_one_cell_are_refused() -> None:
    tables = parts(10, [5, 5], NHS)
    with pytest.raises(ValueError, match="two counts"):
        tables.add(at("0"), Cell(6))


def test_a_sum_that_does_not_hold_is_no_relation() -> None:
    tables = parts(11, [5, 5], NHS)
    assert tables.relations == []


def test_what_the_attacker_finds_after_withholding_is_what_an_attack_on_everything_finds() -> None:
    # Two tables that nothing joins: in one a part is pinned and another withheld, the other is as it was.
    tables = parts(41, [32, 6, 3], NHS)
    pinned = parts(38, [32, 6], NHS)
    for where, cell in pinned.cells.items():
        tables.add(Position("other.csv", where.cell), cell)
    tables.add_total(Position("other.csv", ("total",)), [Position("other.csv", (str(number),)) for number in range(2)])
    held = protect(tables)
    assert held.withheld
    assert held.attack.ranges == attack(held.shown, tables.relations, tables.sensitive()).ranges
