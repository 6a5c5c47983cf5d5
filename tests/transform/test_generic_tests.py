"""The project's own generic tests find the rows they are there for, and no others."""

from collections.abc import Callable

import duckdb
import pytest

pytestmark = pytest.mark.xdist_group("dbt")


def test_each_row_without_one_of_the_named_columns_is_found(compiled: Callable[[str], str]) -> None:
    sql = compiled("{{ test_not_null_columns('told', ['feed', 'month']) }}")
    with duckdb.connect() as connection:
        connection.execute(
            "create table told as from (values ('a', '2024-01', 1), (null, '2024-02', 2), ('b', null, 3), "
            "(null, null, 4), ('', '', null)) as told(feed, month, rows)"
        )
        assert sorted(connection.execute(sql).fetchall(), key=str) == [("b", None), (None, "2024-02"), (None, None)]
