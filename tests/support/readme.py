"""What README.md and docs/ say about feeds and commands, for the tests that compare it with what is so."""

import re
from dataclasses import dataclass

from vrp_pipeline.feeds.contract import (
    Csv,
    Edition,
    Feed,
    Format,
    GeoJson,
    Json,
    JsonLines,
    MonthOfMember,
    Period,
    Xlsx,
    XlsxSheets,
    Xml,
    ZippedCsv,
    ZippedXml,
)
from vrp_pipeline.lake.paths import PROJECT

FORMATS: dict[type, str] = {
    Csv: "CSV",
    ZippedCsv: "zip of CSV",
    Xlsx: "XLSX",
    XlsxSheets: "XLSX, several sheets",
    Json: "JSON",
    JsonLines: "JSON Lines",
    Xml: "XML",
    ZippedXml: "zip of XML",
    GeoJson: "GeoJSON",
}
QUARTERS, TERMS = 4, 3


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


def row_of(feed: Feed) -> str:
    """The row of the table of feeds as its contract has it, up to the words that tell what a row is."""
    due = f"{feed.due_days} days" if feed.is_in_calendar else "–"
    cells = (f"`{feed.name}`", delivered_as(feed.format), str(feed.cadence), covered_by(feed.period), due)
    return f"| {' | '.join(cells)} |"


def delivered_as(form: Format) -> str:
    """A format in words."""
    return FORMATS[type(form)] + (" or CSV" if isinstance(form, Xlsx) and form.or_csv else "")


def covered_by(period: Period) -> str:
    """What time one delivery tells of, in words."""
    if isinstance(period, Edition):
        return "its financial year" if period.covers_financial_year else "its edition"
    if isinstance(period, MonthOfMember):
        return "the months in the zip"
    if period.from_april:
        return "the year to date"
    span = {0: "month", QUARTERS: "quarter", TERMS: "term"}[len(period.span_ends)]
    return {1: f"its {span}", 2: f"its {span} and the one before"}.get(period.restates, f"{period.restates} {span}s")
