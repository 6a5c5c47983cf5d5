"""The annual report in a browser: on a screen, on a phone, on paper, and for assistive technology."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import page_of
from tests.support.comparators import admission_rates, rows
from tests.support.further_tables import YEAR, places, release, write_tables
from tests.support.publications import publish
from tests.support.releases import write_release
from vrp_pipeline.report.commentary.texts import PASSAGES
from vrp_pipeline.report.publication import Publication

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("publication in a browser")]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PARAGRAPH = (
    "Schools, hospitals, youth workers and neighbourhood teams met every month to look at the same map. They agreed"
    " where help was needed first and who would bring it. Young people told us what they had seen, and we listened."
)
PAGES = ("annual_report.html", "annex.html", "packs/E06000045.html", "packs/police.html", "../index.html")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """A publication with text by people, a gap in its months and every section."""
    folder = tmp_path_factory.mktemp("browser")
    texts = folder / "commentary" / "2024-25"
    texts.mkdir(parents=True)
    (texts / "foreword.md").write_text("We listen to *young people*.\n\n- In schools\n- In parks", encoding="utf-8")
    return publish(write_release(folder / "releases" / "r1"), folder / "published", "2024-25")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Publication:
    """A publication with all tables and a map, many of their counts hidden, and every passage by people."""
    folder = tmp_path_factory.mktemp("whole")
    texts = folder / "commentary" / YEAR
    texts.mkdir(parents=True)
    for name in PASSAGES:
        (texts / f"{name}.md").write_text(
            "\n\n".join([PARAGRAPH, "- In schools\n- In parks", PARAGRAPH]), encoding="utf-8"
        )
    made = release(folder / "releases" / "r1", **places())
    write_tables(made, rpt_comparators=rows(9.5, 9.0), rpt_standardised_admissions=admission_rates())
    return publish(made, folder / "published", YEAR)


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_its_screen(made: Publication, whole: Publication, width: int) -> None:
    with page_of("") as page:
        page.set_viewport_size({"width": width, "height": 900})
        for path in (*(made.path / name for name in PAGES), whole.path / "annual_report.html"):
            page.goto(path.resolve().as_uri())
            # A mark hidden from sight made the page wider than a phone once.
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_on_a_phone_interval_and_words_stand_below_their_figure(made: Publication) -> None:
    with page_of("") as page:
        page.set_viewport_size({"width": 390, "height": 900})
        page.goto((made.path / "annual_report.html").as_uri())
        row = page.locator("table.cards tbody tr").first
        boxes: list[Any] = [cell.bounding_box() for cell in row.locator("th, td").all()]
        assert len(boxes) == 6
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
        assert [box["y"] for box in boxes] == sorted(box["y"] for box in boxes)


def test_on_a_phone_no_word_of_a_value_stands_below_its_label(whole: Publication, tmp_path: Path) -> None:
    # The "to" of an interval once did: each element and each text between them was a cell of the grid.
    below = """cells => cells.flatMap(cell => {
        const begin = cell.getBoundingClientRect().left + parseFloat(getComputedStyle(cell, '::before').width)
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
        const found = []
        for (let text; (text = texts.nextNode()); ) {
            const range = document.createRange()
            range.selectNodeContents(text)
            const isHidden = text.parentElement.closest('.hidden')
            if (!isHidden && [...range.getClientRects()].some(each => each.width > 1 && each.left < begin))
                found.push(cell.dataset.label + ': ' + cell.textContent.trim())
        }
        return found
    })"""
    changed = publish(write_release(tmp_path / "releases" / "r1"), tmp_path / "published", YEAR)
    with page_of("") as page:
        page.set_viewport_size({"width": 390, "height": 900})
        for version in (changed, whole):
            page.goto((version.path / "annual_report.html").as_uri())
            cells = page.locator("table.cards td:not(.words)")
            assert [text for text in cells.all_text_contents() if " to " in text]
            assert cells.evaluate_all(below) == []


def test_the_report_prints_on_at_most_twelve_pages(made: Publication, whole: Publication) -> None:
    with page_of("") as page:
        for version in (made, whole):
            page.goto((version.path / "annual_report.html").as_uri())
            printed = page.pdf(format="A4", prefer_css_page_size=True)
            assert 1 <= printed.count(b"/Type /Page\n") <= 12


def test_on_paper_no_panel_is_cut_and_no_heading_stands_apart_from_what_it_heads(
    made: Publication, whole: Publication
) -> None:
    with page_of("") as page:
        page.set_viewport_size({"width": 688, "height": 1032})  # A4 within the margins, in pixels
        page.emulate_media(media="print")
        for version in (made, whole):
            page.goto((version.path / "annual_report.html").as_uri())
            style = "(each, name) => each.map(one => getComputedStyle(one)[name])"
            assert set(page.locator(".panel").evaluate_all(style, "breakInside")) == {"avoid"}
            assert set(page.locator("main h2, main h3").evaluate_all(style, "breakAfter")) == {"avoid"}
            # After what spans columns Chromium breaks the page all the same: a heading stood alone at its end.
            assert set(page.locator("main h2").evaluate_all(style, "columnSpan")) == {"none"}
            # An interval once stood on two lines, beside columns that were empty.
            lines = "all => all.map(one => Math.round(one.offsetHeight / parseFloat(getComputedStyle(one).lineHeight)))"
            assert set(page.locator(".panel .facts dd").evaluate_all(lines)) == {1}


def test_axe_finds_no_violation(made: Publication, whole: Publication) -> None:
    axe = os.environ.get("AXE_CORE")
    if not axe or not Path(axe).is_file():
        pytest.skip("AXE_CORE names no axe.min.js (npm install axe-core)")
    with page_of("") as page:
        for path in (*(made.path / name for name in PAGES), whole.path / "annual_report.html"):
            page.goto(path.resolve().as_uri())
            page.evaluate(Path(axe).read_text(encoding="utf-8"))
            found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
            assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == [], path
