"""Small tables for the tests: rows and columns with totals, as a description of a publication."""

from collections.abc import Sequence

from vrp_pipeline.disclosure import Cell, Position, Rule, Tables


def at(*cell: str) -> Position:
    return Position("t.csv", cell)


def crossed(rows: Sequence[Sequence[int]], rule: Rule) -> Tables:
    """Rows by columns with row totals, column totals and a grand total, every cell printed."""
    tables = Tables()
    width = len(rows[0])
    for number, row in enumerate(rows):
        for column, count in enumerate(row):
            tables.add(at(f"r{number}", f"c{column}"), Cell(count, rule))
        tables.add(at(f"r{number}", "total"), Cell(sum(row), rule))
    for column in range(width):
        tables.add(at("total", f"c{column}"), Cell(sum(row[column] for row in rows), rule))
    tables.add(at("total", "total"), Cell(sum(map(sum, rows)), rule))
    for number in range(len(rows)):
        tables.add_total(at(f"r{number}", "total"), [at(f"r{number}", f"c{column}") for column in range(width)])
    for column in range(width):
        tables.add_total(at("total", f"c{column}"), [at(f"r{number}", f"c{column}") for number in range(len(rows))])
    tables.add_total(at("total", "total"), [at(f"r{number}", "total") for number in range(len(rows))])
    return tables


def parts(total: int, counts: Sequence[int], rule: Rule) -> Tables:
    """One total and its parts, every cell printed."""
    tables = Tables()
    whole = tables.add(at("total"), Cell(total, rule))
    tables.add_total(whole, [tables.add(at(str(number)), Cell(count, rule)) for number, count in enumerate(counts)])
    return tables
