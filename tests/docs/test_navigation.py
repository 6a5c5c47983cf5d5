"""Every page of the documentation is reached: mkdocs builds one that the navigation leaves out without a word."""

from collections.abc import Iterator
from typing import Any

import yaml

from vrp_pipeline.lake.paths import PROJECT

DOCS = PROJECT / "docs"


def pages_of(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        else:
            for below in entry.values():
                yield from [below] if isinstance(below, str) else pages_of(below)


def test_the_navigation_has_each_page_once() -> None:
    listed = list(pages_of(yaml.safe_load((PROJECT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))
    pages = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]
    assert len(pages) > 30
    assert sorted(listed) == sorted(pages)


def test_those_who_run_it_are_led_to_each_page_about_it() -> None:
    """The first page names, for a data engineer and an analyst, what stands below *Running it*."""
    nav = yaml.safe_load((PROJECT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    (running,) = (entry["Running it"] for entry in nav if "Running it" in entry)
    start = (DOCS / "index.md").read_text(encoding="utf-8")
    assert [page for page in pages_of(running) if f"]({page})" not in start] == []
