"""The attacker needs few programmes, and finds with them what trying every table finds."""

import itertools
import math
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import milp

from tests.disclosure.brute_force import Terms, ends_of_sums
from tests.disclosure.tables import at, parts
from vrp_pipeline.disclosure import EXACT, NHS, Cell, Position, Relation, Shown, Tables, attack, protect
from vrp_pipeline.disclosure.programmes import Group, search

UNKNOWN = Shown(None, 0, float("inf"))


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The programmes solved in this test, by their number of cells; nothing is known from tests before."""
    sizes: list[int] = []

    def counted(objective: list[float], **held: Any) -> object:
        sizes.append(len(objective))
        return milp(objective, **held)

    monkeypatch.setattr("vrp_pipeline.disclosure.programmes.milp", counted)
    search.cache_clear()
    return sizes


def ring(*, is_closed: bool = True) -> tuple[dict[Position, Shown], list[Relation]]:
    """Three hidden counts of 1 to 7: two tables and an earlier version of the same release each print a sum of two.

    By hand: any two sums of 8 leave 1 to 7 for each count; all three together leave 4.
    """
    x, y, z = (at(name) for name in "xyz")
    shown = {cell: Shown(None, 1, 7) for cell in (x, y, z)}
    relations = []
    sources = [("one.csv", x, y), ("other.csv", y, z), ("v1 of one.csv", x, z)]
    for table, *pair in sources if is_closed else sources[:2]:
        total = Position(table, ("total",))
        shown[total] = Shown(8, 8, 8)
        relations.append(Relation(((total, 1), *((cell, -1) for cell in pair))))
    return shown, relations


def test_a_count_that_two_tables_and_an_earlier_version_give_away_together_is_pinned() -> None:
    shown, relations = ring()
    found = attack(shown, relations, [at(name) for name in "xyz"])
    assert found.ranges == {at(name): (4, 4) for name in "xyz"}
    assert found.pinned == tuple(at(name) for name in "xyz")


@pytest.mark.parametrize("left_out", range(3))
def test_without_one_of_the_three_it_is_not(left_out: int) -> None:
    shown, relations = ring()
    del relations[left_out]
    for name in "xyz":
        assert attack(shown, relations, [at(name)]).ranges == {at(name): (1, 7)}


def test_a_chain_of_subtractions_through_two_tables_and_an_earlier_version_needs_no_programme(
    solved: list[int],
) -> None:
    # By hand: 96 exact in one table, of which another says 60 + (33 + [c]), and an earlier version printed the 33: 3.
    tables = Tables()
    whole = tables.add(Position("one.csv", ("all",)), Cell(96, EXACT))
    first, second = (tables.add(Position("one.csv", (name,)), Cell(n, rule)) for name, n, rule in
                     (("a", 60, EXACT), ("b", 36, NHS)))  # fmt: skip
    large, hidden = (tables.add(Position("other.csv", (name,)), Cell(n, NHS)) for name, n in (("c", 33), ("d", 3)))
    before = tables.add(Position("v1 of other.csv", ("c",)), Cell(None, printed_before=EXACT.shown(33)))
    tables.add_total(whole, [first, second])
    tables.add_total(second, [large, hidden])
    tables.relate([(large, 1), (before, -1)])
    shown = {p: c.printed_before or c.rule.shown(c.count or 0) for p, c in tables.cells.items()}
    assert attack(shown, tables.relations, tables.sensitive()).ranges == {hidden: (3, 3)}
    assert solved == []


def test_where_sums_form_no_ring_no_programme_is_needed(solved: list[int]) -> None:
    tables = parts(38, [32, 6], NHS)
    tables.add_total(at("0"), [tables.add(at("0", str(number)), Cell(count)) for number, count in enumerate((28, 4))])
    shown = {cell: tables.cells[cell].rule.shown(tables.cells[cell].count or 0) for cell in tables.cells}
    # By hand: 38 to 42 less 6 to 7 is 31 to 36, so 30 is 31 or 32; of these 28 to 31 are printed as 30.
    assert attack(shown, tables.relations, tables.sensitive()).ranges == {at("1"): (6, 7), at("0", "1"): (1, 4)}
    assert solved == []


def test_equal_cells_of_two_versions_are_one(solved: list[int]) -> None:
    """A table printed twice would be a ring; the change of a cell that is the same in both is none."""
    tables = parts(12, [6, 6], NHS)
    for where, cell in list(tables.cells.items()):
        before = tables.add(Position("v1 of t.csv", where.cell), Cell(None, printed_before=NHS.shown(cell.count or 0)))
        change = tables.add(Position("change", where.cell), Cell(None, is_printed=False, is_difference=True))
        tables.relate([(where, 1), (before, -1)])
        tables.relate([(where, 1), (before, -1), (change, -1)])
    tables.add_total(Position("v1 of t.csv", ("total",)), [Position("v1 of t.csv", (part,)) for part in "01"])
    found = protect(tables).attack
    assert {found.ranges[Position("change", where)] for where in (("total",), ("0",), ("1",))} == {(0, 0)}
    assert found.ranges[at("0")] == (1, 7)
    assert found.narrowest == 6, "a change that is none is no narrow range"
    assert solved == []


def test_cells_that_cannot_be_equal_as_they_are_said_to_be_contradict_each_other() -> None:
    shown = {at("a"): Shown(3, 3, 3), at("b"): Shown(4, 4, 4)}
    with pytest.raises(ValueError, match="contradicts itself"):
        attack(shown, [Relation(((at("a"), 1), (at("b"), -1)))], [at("a")])
    same, other = Relation(((at("a"), 1), (at("b"), -1))), Relation(((at("a"), 1), (at("b"), -1)), 1, 2)
    with pytest.raises(ValueError, match="contradicts itself"):
        attack(dict.fromkeys(shown, UNKNOWN), [same, other], [at("a")])


def test_a_contradiction_that_no_relation_shows_alone_is_found_by_the_programme() -> None:
    # By hand: three sums of two that are 8, 8 and 7 add up to 23, which is twice the sum of three whole numbers.
    shown, relations = ring()
    shown[Position("v1 of one.csv", ("total",))] = Shown(7, 7, 7)
    with pytest.raises(ValueError, match="contradicts itself"):
        attack(shown, relations, [at("x")])


def test_relations_that_push_each_other_without_end_are_a_contradiction_too() -> None:
    # Each of two counts is above the other: bounds creep by one a round and would do so a hundred million times.
    shown = dict.fromkeys((at("a"), at("b")), UNKNOWN)
    above = [Relation(((at(one), 1), (at(other), -1)), 1, float("inf")) for one, other in (("a", "b"), ("b", "a"))]
    with pytest.raises(ValueError, match="contradicts itself"):
        attack(shown, above, [at("a")])


def test_tables_attacked_before_are_not_attacked_again(solved: list[int]) -> None:
    shown, relations = ring()
    attack(shown, relations, [at("x")])
    assert solved
    solved.clear()
    renamed = {at(f"new {cell.table}", *cell.cell): held for cell, held in shown.items()}
    again = [
        Relation(tuple((at(f"new {cell.table}", *cell.cell), factor) for cell, factor in each.terms))
        for each in relations
    ]
    assert set(attack(renamed, again, [at("new t.csv", "x")]).ranges.values()) == {(4, 4)}
    assert solved == []


def test_tables_that_differ_in_what_one_sum_or_one_cell_may_be_are() -> None:
    # By hand: x and z are both 8 less y, so each is half of their sum. Whatever that is, one relation alone tells no
    # more than 1 to 7: the groups are the same but for this sum, and then but for the least of x.
    search.cache_clear()
    shown, relations = ring()
    last = Position("v1 of one.csv", ("total",))
    for least, greatest, lowest, expected in ((8, 8, 1, (4, 4)), (6, 10, 1, (3, 5)), (4, 12, 1, (2, 6)),
                                              (-math.inf, 12, 1, (1, 6)), (4, math.inf, 1, (2, 7)),
                                              (-math.inf, 12, 2, (2, 6))):  # fmt: skip
        shown |= {last: Shown(None, least, greatest), at("x"): Shown(None, lowest, 7)}
        assert attack(shown, relations, [at("x")]).ranges == {at("x"): expected}


def test_a_sum_with_one_end_tells_as_much_as_that_end() -> None:
    # By hand: x and z are both 8 less y, so each is at most, or at least, half of what their sum is.
    for least, greatest, expected in ((-math.inf, 12, (1, 6)), (4, math.inf, (2, 7))):
        shown, relations = ring(is_closed=False)
        ends = Relation(((at("x"), 1), (at("z"), 1)), least, greatest)
        assert attack(shown, [*relations, ends], [at("x")]).ranges == {at("x"): expected}


def test_groups_are_the_same_only_with_the_same_bounds_sums_and_factors() -> None:
    group = Group((1,), (7,), (0,), (0,), (1,), (3,), (5,))
    others = [
        replace(group, least=(2,)), replace(group, greatest=(6,)), replace(group, factors=(-1,)),
        replace(group, row_least=(4,)), replace(group, row_greatest=(4,)),
    ]  # fmt: skip
    assert len({group, replace(group), *others}) == 6


def test_what_several_relations_say_of_one_sum_holds_together() -> None:
    # By hand: a + b is at least 12 by one relation and at most 13 by another; neither is above 7.
    shown = {at("a"): Shown(None, 1, 7), at("b"): Shown(None, 1, 7)}
    terms = ((at("a"), 1), (at("b"), 1))
    for bounds in itertools.permutations([(12, math.inf), (-math.inf, 13)]):
        relations = [Relation(terms, *each) for each in bounds]
        found = attack(shown, [*relations, Relation(((at("a"), 1), (at("b"), -1)))], [at("a")])
        assert found.ranges == {at("a"): (6, 6)}
        assert attack(shown, relations, [at("a")]).ranges == {at("a"): (5, 7)}


def test_a_sum_of_twice_a_count_is_halved_inwards(solved: list[int]) -> None:
    shown = {at("a"): Shown(None, 1, 7)}
    assert attack(shown, [Relation(((at("a"), 2),), 5, 7)], [at("a")]).ranges == {at("a"): (3, 3)}
    assert solved == []


def test_a_chain_longer_than_the_rounds_of_propagation_is_followed_to_its_end() -> None:
    # By hand: each of 151 counts is above the one before, from 0 on.
    cells = [at(f"{number:03d}") for number in range(151)]
    above = [Relation(((upper, 1), (lower, -1)), 1, math.inf) for lower, upper in itertools.pairwise(cells)]
    found = attack(dict.fromkeys(cells, Shown(None, 0, 1000)), above, cells[-1:])
    assert found.ranges == {cells[-1]: (150, 1000)}


def test_a_table_found_for_one_cell_serves_all_others(solved: list[int]) -> None:
    """Seven by seven hidden counts with rounded totals: 98 ends, found to be apart by a handful of tables."""
    tables = Tables()
    names = [(f"r{row}", f"c{column}") for row, column in itertools.product(range(7), repeat=2)]
    for name in names:
        tables.add(at(*name), Cell(4))
    for number in range(7):
        for line in (f"r{number}", f"c{number}"):
            tables.add_total(tables.add(at(line), Cell(28)), [at(*name) for name in names if line in name])
    shown = {cell: held.rule.shown(held.count or 0) for cell, held in tables.cells.items()}
    found = attack(shown, tables.relations, tables.sensitive())
    assert (len(found.ranges), found.pinned, found.narrowest) == (49, (), 6)
    assert 2 <= len(solved) < 20
    # Beside three changes that are none, though no relation alone says so, the narrowest range is the same.
    search.cache_clear()
    changes = [at(f"change {number}") for number in range(3)]
    shown |= dict.fromkeys(changes, Shown(None, -7, 7))
    none = [Relation(((one, 1), (other, 1))) for one, other in itertools.combinations(changes, 2)]
    found = attack(shown, tables.relations + none, [*tables.sensitive(), *changes])
    assert {found.ranges[change] for change in changes} == {(0, 0)}
    assert (found.pinned, found.narrowest) == ((), 6)


@dataclass
class Small:
    """A small publication for both sides: as relations, and in the words of the oracle.

    `options` and `told` hold counts 0, 1, … as the oracle takes them; `asked` has the sum that each cell stands for.
    """

    shown: dict[Position, Shown] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    options: list[list[int]] = field(default_factory=list)
    told: list[tuple[Terms, int, float]] = field(default_factory=list)
    asked: dict[Position, Terms] = field(default_factory=dict)


def around(count: int, *, is_exact: bool) -> tuple[int, int]:
    """Least and greatest count that print like one: by the words of the rule, not by its code."""
    if is_exact or count == 0:
        return count, count
    if count < 8:
        return 1, 7
    five = (count + 2) // 5 * 5
    return max(8, five - 2), five + 2


@st.composite
def publications(draw: st.DrawFn) -> Small:
    """Counts in one or more tables, sums of some of them, comparisons, and earlier versions of some cells."""
    made = Small()
    counts = draw(st.lists(st.integers(0, 14), min_size=3, max_size=5))
    ends = [around(count, is_exact=False) for count in counts]
    for number, (least, greatest) in enumerate(ends):
        made.options.append(list(range(least, greatest + 1)))
        made.shown[at(str(number))] = Shown(None, least, greatest)
        made.asked[at(str(number))] = [(number, 1)]
    subsets = st.lists(st.integers(0, len(counts) - 1), min_size=2, max_size=3, unique=True)
    for number, members in enumerate(draw(st.lists(subsets, min_size=1, max_size=4))):
        total = sum(counts[member] for member in members)
        least, greatest = around(total, is_exact=draw(st.booleans()))
        where = at(f"sum {number}")
        made.shown[where] = Shown(None, least, greatest)
        made.relations.append(Relation(((where, 1), *((at(str(member)), -1) for member in members))))
        made.asked[where] = [(member, 1) for member in members]
        made.told.append((made.asked[where], least, greatest))
    if draw(st.booleans()):
        lower, upper = sorted(draw(st.permutations(range(len(counts))))[:2], key=lambda each: counts[each])
        made.relations.append(Relation(((at(str(upper)), 1), (at(str(lower)), -1)), 0, float("inf")))
        made.told.append(([(upper, 1), (lower, -1)], 0, float("inf")))
    for number in draw(st.lists(st.integers(0, len(counts) - 1), max_size=2)):
        _add_before(made, number, counts[number], draw)
    assume(math.prod(map(len, made.options)) <= 20_000)
    return made


def _add_before(made: Small, number: int, count: int, draw: st.DrawFn) -> None:
    """Add what an earlier version printed of a count: of the same release, or of another with a change to find."""
    old, now = at(f"before {len(made.shown)}"), at(str(number))
    if draw(st.booleans()):
        least, greatest = around(count, is_exact=draw(st.booleans()))
        made.shown[old] = Shown(None, least, greatest)
        made.relations.append(Relation(((now, 1), (old, -1))))
        made.asked[old] = [(number, 1)]
        made.told.append((made.asked[old], least, greatest))
        return
    least, greatest = around(draw(st.integers(0, 14)), is_exact=draw(st.booleans()))
    made.options.append(list(range(least, greatest + 1)))
    made.shown[old] = Shown(None, least, greatest)
    made.asked[old] = [(len(made.options) - 1, 1)]
    change = at(f"change {len(made.shown)}")
    made.shown[change] = Shown(None, -float("inf"), float("inf"))
    made.relations.append(Relation(((now, 1), (old, -1), (change, -1))))
    made.asked[change] = [(number, 1), (len(made.options) - 1, -1)]


@settings(max_examples=150)
@given(publications(), st.data())
def test_what_is_pinned_and_narrowest_is_what_trying_every_table_finds(made: Small, data: st.DataObject) -> None:
    cells = list(made.asked)
    targets = data.draw(st.lists(st.sampled_from(cells), min_size=1, unique=True))
    oracle = dict(zip(cells, ends_of_sums(made.options, made.told, list(made.asked.values())), strict=True))
    found = attack(made.shown, made.relations, targets)
    telling = {cell: high - low for cell in targets for low, high in [oracle[cell]] if (low, high) != (0, 0)}
    assert set(found.pinned) == {cell for cell, width in telling.items() if width < 2}
    assert found.narrowest == min(telling.values(), default=None)
    for cell in targets:
        least, greatest = found.ranges[cell]
        assert oracle[cell][0] <= least <= greatest <= oracle[cell][1]
        assert greatest - least >= min(2, oracle[cell][1] - oracle[cell][0])
    assert attack(made.shown, made.relations, targets[:1]).ranges == {targets[0]: oracle[targets[0]]}
