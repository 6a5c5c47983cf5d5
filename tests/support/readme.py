"""What README.md and docs/ state about feeds and commands, for tests that compare it with the code."""

import re
from dataclasses import dataclass

from vrp_pipeline.lake.paths import PROJECT


@dataclass(frozen=True)
class Item:
    """One item of the checklist of a new agency: its heading, its words, and what stands in backticks in it."""

    name: str
    words: str

    @property
    def tests(self) -> list[str]:
        """The tests that ask for it."""
        return re.findall(r"`(test_\w+)`", self.words)

    @property
    def paths(self) -> list[str]:
        """The files it names, in which `<agency>` and `<table>` stand for a feed's."""
        return re.findall(r"`([\w<>./*]+/[\w<>./*]+)`", self.words)


def section(page: str, heading: str) -> str:
    """The words below a heading of a page (`docs/feeds.md`), up to the next heading of its level."""
    text = (PROJECT / page).read_text(encoding="utf-8")
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def checklist() -> list[Item]:
    """The numbered items of the checklist of a new feed."""
    items = re.findall(
        r"(?ms)^\d+\. \*\*(.+?)\.\*\*(.*?)(?=^\d+\. |^\S|\Z)", section("docs/add-a-feed.md", "The checklist")
    )
    return [Item(name, words) for name, words in items]
