"""Columns of staging models in `_<agency>__models.yml`: unchanged bronze columns cite their docs block.

Hand-written descriptions of derived columns are kept. A derived column without a description is left out, and
`tests/test_feeds.py` asks for it. Columns are in the order in which the model selects them.
"""

import re
from collections.abc import Iterable, Mapping

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.generated.bronze_columns import ADDED_BY_INGEST, block_of
from vrp_pipeline.feeds.generated.sources import cited, quoted
from vrp_pipeline.feeds.generated.staging_sql import columns_of

# A model's list of columns, the last key of its entry, and one item of that list with the lines below its name.
COLUMNS = re.compile(r"(?m)^    columns:\n((?: {6}.*\n)*)")
ENTRY = re.compile(r"(?m)^      - name: (\w+)\n((?: {8}.*\n)*)")
DESCRIPTION = re.compile(r"(?m)^        description: (.*)\n")


def text(written: str, feeds: Iterable[Feed], sql: Mapping[str, str]) -> str:
    """Return the file `written` with the columns of each feed's model updated.

    `sql` maps the name of each feed to the SQL of its model, "" where it has none yet.
    """
    by_model = {f"stg_{feed.name}": feed for feed in feeds if sql[feed.name]}
    models = re.split(r"(?m)^(?=  - name: )", written)
    return "".join(
        COLUMNS.sub(lambda found, feed=feed: _columns(feed, found[1], sql[feed.name]), model)
        if (feed := by_model.get(_name(model)))
        else model
        for model in models
    )


def _name(model: str) -> str:
    found = re.match(r"  - name: (\w+)", model)
    return found[1] if found else ""


def _columns(feed: Feed, listed: str, sql: str) -> str:
    cites_bronze = re.compile(rf"doc\('(?:{feed.name}__\w+|{'|'.join(ADDED_BY_INGEST.values())})'\)")
    entries = dict(ENTRY.findall(listed))
    by_hand = {name: below for name, below in entries.items() if not cites_bronze.search(below)}
    selected = columns_of(feed, sql)
    lines = ["    columns:\n"]
    for name, bronze in selected.items():
        # The partition is cast, because engines differ in how they read a folder's name, and means the same.
        unchanged = name if name == feed.partition_name else bronze
        if unchanged:
            lines.append(_entry(name, cited(block_of(feed, unchanged)), entries.get(name, "")))
        elif name in by_hand:
            lines.append(f"      - name: {name}\n{by_hand[name]}")
    # Hand-written descriptions of columns that are no longer selected stay, and a test asks for their removal.
    lines += [f"      - name: {name}\n{below}" for name, below in by_hand.items() if name not in selected]
    return "".join(lines)


def _entry(name: str, description: str, below: str) -> str:
    return f"      - name: {name}\n        description: {quoted(description)}\n{DESCRIPTION.sub('', below)}"
