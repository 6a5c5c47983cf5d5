"""dbt sources: each table of an agency with its grain, and its bronze columns with their types."""

import json
from collections.abc import Iterable, Iterator

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.generated.bronze_columns import bronze_columns


def text(agency: str, feeds: Iterable[Feed]) -> str:
    """Return the content of `_<agency>__sources.yml`."""
    return "\n".join(_lines(agency, feeds)) + "\n"


def _lines(agency: str, feeds: Iterable[Feed]) -> Iterator[str]:
    module = f"vrp_pipeline/feeds/{agency}.py"
    yield f"# Written by make contracts from {module}: edit that."
    yield "sources:"
    yield f"  - name: {agency}"
    yield f"    description: {quoted(f'Bronze of what was delivered, by the contracts in {module}')}"
    yield "    tables:"
    for feed in feeds:
        yield f"      - name: {feed.table}"
        yield f"        description: {quoted(description_of(feed))}"
        yield "        columns:"
        for column in bronze_columns(feed):
            yield f"          - name: {column.name}"
            yield f"            description: {quoted(cited(column.block))}"
            yield f"            data_type: {column.data_type}"


def description_of(feed: Feed) -> str:
    """Return the grain, the description and the source of a feed."""
    return f"One row: {feed.row}. {feed.description} Source: {feed.source}."


def cited(block: str) -> str:
    """Return a reference to a docs block."""
    return f"{{{{ doc('{block}') }}}}"


def quoted(words: str) -> str:
    """Return a double-quoted YAML scalar: every JSON string is one."""
    return json.dumps(words, ensure_ascii=False)
