"""dbt docs blocks, one for each bronze column: `<agency>__<table>__<column>`, cited by sources and staging models."""

from collections.abc import Iterable

from vrp_pipeline.feeds.contract import Feed
from vrp_pipeline.feeds.generated.bronze_columns import bronze_columns


def text(agency: str, feeds: Iterable[Feed]) -> str:
    """The file `_<agency>__columns.md`."""
    blocks = [
        f"{{% docs {column.block} %}}\n{column.description}\n{{% enddocs %}}\n"
        for feed in feeds
        for column in bronze_columns(feed)
        if column.description is not None
    ]
    return f"<!-- Written by make contracts from vrp_pipeline/feeds/{agency}.py: edit that. -->\n" + "".join(blocks)
