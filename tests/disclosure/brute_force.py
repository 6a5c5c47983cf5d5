"""The oracle: every table a reader could believe, one by one. Shares no code with protector or attacker."""

import itertools
from collections.abc import Sequence


def printed(count: int) -> str:
    """A count as the NHS rule prints it, by the words of the rule: 0, a star for 1 to 7, else the nearest 5."""
    if count == 0:
        return "0"
    if count < 8:
        return "*"
    return str(min(range(0, count + 6, 5), key=lambda five: abs(five - count)))


def believable(rows: Sequence[Sequence[int]], greatest: int) -> list[list[tuple[int, int]]]:
    """Least and greatest count of every cell over all tables that print the same, with totals of rows and columns.

    Tries every table of counts up to `greatest` whose cells, row totals, column totals and grand total print like the
    given one's.
    """
    height, width = len(rows), len(rows[0])
    goal = _prints(rows)
    options = [
        [count for count in range(greatest + 1) if printed(count) == printed(cell)] for row in rows for cell in row
    ]
    seen: list[list[set[int]]] = [[set() for _ in range(width)] for _ in range(height)]
    for cells in itertools.product(*options):
        table = [list(cells[at * width : (at + 1) * width]) for at in range(height)]
        if _prints(table) == goal:
            for row, column in itertools.product(range(height), range(width)):
                seen[row][column].add(table[row][column])
    return [[(min(counts), max(counts)) for counts in row] for row in seen]


def _prints(rows: Sequence[Sequence[int]]) -> list[str]:
    cells = [cell for row in rows for cell in row]
    sums = [sum(row) for row in rows] + [sum(column) for column in zip(*rows, strict=True)] + [sum(cells)]
    return [printed(count) for count in (*cells, *sums)]


Terms = Sequence[tuple[int, int]]


def ends_of_sums(
    options: Sequence[Sequence[int]], told: Sequence[tuple[Terms, int, float]], asked: Sequence[Terms]
) -> list[tuple[int, int]]:
    """Least and greatest of each sum asked for, over all choices of one option per count that keep what is told.

    A sum is pairs of the number of a count and its factor; one that is told is from the second to the third member.
    """
    kept = [
        counts
        for counts in itertools.product(*options)
        if all(low <= sum(factor * counts[at] for at, factor in terms) <= high for terms, low, high in told)
    ]
    sums = [[sum(factor * counts[at] for at, factor in terms) for counts in kept] for terms in asked]
    return [(min(each), max(each)) for each in sums]
