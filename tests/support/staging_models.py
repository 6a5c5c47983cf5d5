"""The columns of a staging model, parsed from its SQL without a database, for tests that compare descriptions."""

import re


def columns_of(sql: str) -> list[str]:
    """The columns of the last select of a model, in order. Raises ValueError for a shape that is not the house's."""
    last = re.search(r"(?m)^select \* from (\w+)\s*\Z", sql)
    if last is None:
        raise ValueError("a staging model ends with 'select * from' its last partition")
    return _columns_of_part(sql, last.group(1))


def _columns_of_part(sql: str, partition: str) -> list[str]:
    found = re.search(rf"(?ms)^(?:with )?{partition} as \(\s+select\b(.*?)^    from (\w+)$", sql)
    if found is None:
        raise ValueError(f"'{partition}' lists no columns: write it as 'select', the columns, 'from' another partition")
    body, source = found.groups()
    columns: list[str] = []
    for cell in _split(body):
        if cell.strip() == "*":
            columns += _columns_of_part(sql, source)
        else:
            columns += re.findall(r"(\w+)\s*\Z", cell)
    return columns


def _split(body: str) -> list[str]:
    """A list of columns at its commas, but for those within brackets or templates."""
    cells, depth = [""], 0
    for character in body:
        depth += (character in "({[") - (character in ")}]")
        if character == "," and depth == 0:
            cells.append("")
        else:
            cells[-1] += character
    return cells
