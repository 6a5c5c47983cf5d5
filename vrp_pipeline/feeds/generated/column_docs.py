"""dbt docs blocks `<agency>__<table>__<column>` of bronze columns, cited by sources and staging models."""

from collections.abc import Iterable

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.generated.bronze_columns import bronze_columns


def text(agency: str, feeds: Iterable[Feed]) -> str:
    """Return the content of `_<agency>__columns.md`."""
    blocks = [
        f"{{% docs {column.block} %}}\n{column.description}\n{{% enddocs %}}\n"
        for feed in feeds
        for column in bronze_columns(feed)
        if column.description is not None
    ]
    return f"<!-- Written by make contracts from vrp_pipeline/feeds/{agency}.py: edit that. -->\n" + "".join(blocks)
