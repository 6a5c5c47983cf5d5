"""Files generated from the contracts by `make contracts`, one module per output.

`files` returns the text that each file should have; `__main__` compares and writes. Hand-written parts of the same
files (expectations on volume and drift, descriptions of derived columns, prose around a table) are kept.
"""

from collections.abc import Collection, Iterator
from itertools import groupby
from pathlib import Path

from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.generated import column_docs, feed_table, sources, staging_columns, suites

PROJECT = Path(__file__).parents[3]


def files(feeds: Collection[Feed], project: Path = PROJECT) -> Iterator[tuple[Path, str]]:
    """Yield the path of each generated file, relative to `project`, with the text it should have."""
    for agency, group in groupby(feeds, key=lambda feed: feed.agency):
        of_agency = tuple(group)
        folder = Path("dbt_project", "models", "staging", agency)
        yield folder / f"_{agency}__sources.yml", sources.text(agency, of_agency)
        yield folder / f"_{agency}__columns.md", column_docs.text(agency, of_agency)
        models = folder / f"_{agency}__models.yml"
        if written := _read(project / models):
            sql = {feed.name: _read(project / folder / f"stg_{feed.name}.sql") for feed in of_agency}
            yield models, staging_columns.text(written, of_agency, sql)
    for feed in feeds:
        suite = Path("expectations", f"{feed.name}.json")
        yield suite, suites.text(feed, _read(project / suite))
    page = Path("docs", "feeds.md")
    yield page, feed_table.text(feeds, _read(project / page))


def differences(feeds: Collection[Feed], project: Path = PROJECT) -> dict[Path, str]:
    """Return the files that differ from the contracts, with the text they should have."""
    return {path: text for path, text in files(feeds, project) if _read(project / path) != text}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
