"""Finds columns of a model that would confuse where a person lives with where something happened.

Parses the SQL that dbt sends, one select at a time, and goes by names: a home is a column that begins with
`residence_`, a place any other one that names an area or a point.
"""

import re
from collections.abc import Iterator

import sqlglot
from sqlglot import exp

HOME = re.compile(r"^residence_")
AREA = re.compile(r"lsoa|district|ward|small_area|easting|northing|latitude|longitude")
POINT = re.compile(r"easting|northing|latitude|longitude|square|^place_")


def mixed_columns(sql: str) -> list[str]:
    """Outputs that put a home under the name of a place, or a point or place under the name of a home.

    Also any column of a comparison or join of the two: a home may be looked up in a list of codes, and nowhere else.
    """
    return sorted(set(_mixed(sqlglot.parse_one(sql, read="duckdb"))))


def _mixed(tree: exp.Expr) -> Iterator[str]:
    for select in tree.find_all(exp.Select):
        for output in select.expressions:
            name, read = output.alias_or_name, _columns_of(output)
            homes = {column for column in read if HOME.match(column)}
            if homes and AREA.search(name) and not HOME.match(name):
                yield name
            if HOME.match(name) and any(POINT.search(column) for column in read):
                yield name
    for union in tree.find_all(exp.Union):
        names = [side.named_selects for side in (union.left, union.right) if isinstance(side, exp.Select)]
        for left, right in zip(*names, strict=False) if len(names) == 2 else ():
            if AREA.search(left + right) and bool(HOME.match(left)) != bool(HOME.match(right)):
                yield left
    for comparison in tree.find_all(exp.EQ):
        read = _columns_of(comparison)
        if any(HOME.match(column) for column in read) and any(POINT.search(column) for column in read):
            yield from (column for column in read if POINT.search(column))


def _columns_of(tree: exp.Expression) -> set[str]:
    return {column.name for column in tree.find_all(exp.Column)}
