"""The page agrees with metrics.csv, uses words where a figure is missing, and works offline."""

import itertools
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support import releases
from tests.support.page_reader import PageReader
from tests.support.publications import publish
from tests.support.releases import ACCEPTED, DELIVERIES, DISTRICTS, MARK_UP, MONTHS, calendar_rows, write_release
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.explanation import NoSuchFigureError, explain
from vrp_pipeline.release.releases import Release
from vrp_pipeline.report.publication import Publication

YEARS = ("2022-23", "2023-24", "2024-25")
Rows = dict[str, list[dict[str, str]]]


def nearest_five(count: int | None) -> int:
    """A count from 8 on as it is published."""
    return 0 if count is None else (count + 2) // 5 * 5


def plain(text: str) -> float:
    """A number as printed for people, as a number."""
    return float(text.replace(",", "").replace("\N{MINUS SIGN}", "-").replace("+", "").removesuffix("%"))


def test_the_headline_is_the_change_with_base_interval_statement_and_what_it_rests_on(
    pages: dict[str, PageReader],
) -> None:
    text = pages["2023-24"].sentences
    assert "−4.8% change on 2022-23" in text
    # By hand: 3,104 is rounded to 3,105; (3,105 − 3,260) / 3,260 = −4.75 %. The logarithm of the ratio is −0.04871, its
    # standard error √(0.7 × (1/3,105 + 1/3,260)) = 0.02098; × 2.201 = 0.04618: from e^−0.09489 to e^−0.00254.
    assert "Down 4.8% on 2022-23, from 3,260 to 3,105 crimes (95% interval −9.2% to −0.1%)." in text
    assert "2023-24 3,105 2022-23 3,260 Change −4.8% 95% interval −9.2% to −0.1%" in text
    assert "Definition: Serious violence, Hampshire and the Isle of Wight, version 1." in text
    assert "Records as they stood on 30 June 2025." in text
    assert "Recorded offences: 12 of 12 months received in 2023-24, 12 of 12 months received in 2022-23." in text
    assert "in the month in which the police recorded it" in text
    assert "1 delivery, listed in the annex" in text


def test_the_headline_of_a_publication_is_one_plain_sentence(publications: dict[str, Publication]) -> None:
    assert publications["2023-24"].headline == (
        "Serious violence, 2023-24: 3,105, −4.8% on 3,260 in 2022-23 (95% interval −9.2% to −0.1%)."
    )
    assert publications["2024-25"].headline == (
        "Serious violence, 2024-25: Incomplete, so no figure is given: May 2024 (not received), December 2024 (held)."
    )


@pytest.mark.parametrize("year", YEARS)
def test_every_number_on_the_page_stands_in_the_figures_of_the_two_years(
    year: str, pages: dict[str, PageReader], metrics: Rows
) -> None:
    columns = ("value", "base_value", "change_percent", "change_lower", "change_upper")
    known = {row[column] for row in metrics[year] for column in columns} - {""}
    months_before = {
        "2022-23": set(),
        "2023-24": {str(nearest_five(value)) for value in MONTHS["2022-23"]},
        "2024-25": {str(nearest_five(value)) for value in MONTHS["2023-24"]},
    }[year]
    assert pages[year].numbers
    for value, shown in pages[year].numbers:
        assert value in known | months_before
        assert plain(shown) == pytest.approx(float(value), abs=0.05)


def test_the_district_table_is_metrics_csv_row_for_row(pages: dict[str, PageReader], metrics: Rows) -> None:
    districts = [row for row in metrics["2023-24"] if row["geography_level"] == "district"]
    assert len(districts) == len(DISTRICTS) == len(pages["2023-24"].table("by district").rows)
    for row in districts:
        _, value, base, change, span, statement = pages["2023-24"].row("by district", row["area_name"])
        assert plain(value) == float(row["value"])
        assert plain(base) == float(row["base_value"])
        assert statement == row["statement"]
        if row["change_percent"]:
            lower, upper = span.split(" to ")
            shown = (plain(change), plain(lower), plain(upper))
            given = (row["change_percent"], row["change_lower"], row["change_upper"])
            assert shown == tuple(float(number) for number in given)
        else:
            assert (change, span) == ("Not given", "Not given")


def test_the_number_of_victims_stands_beside_the_number_of_crimes(tmp_path: Path) -> None:
    rows = [releases.row(financial_year="2023-24", value=120.0, victims=131.0, statement="120 crimes.")]
    made = publish(write_release(tmp_path / "r1", rows), tmp_path / "published", "2023-24")
    page = PageReader((made.path / "annual_report.html").read_text(encoding="utf-8"))
    assert "2023-24 120 2022-23 Not available Victims in 2023-24 130" in page.sentences


def test_what_could_not_be_placed_comes_last_and_rows_are_said_not_to_add_up(pages: dict[str, PageReader]) -> None:
    assert pages["2023-24"].table("by district").rows[-1][0] == "Unlocated"
    assert sum(value for value, *_ in DISTRICTS.values()) == 3104
    assert sum(nearest_five(value) for value, *_ in DISTRICTS.values()) == 3105 - 5
    assert "rows need not add up to the figure for the whole area" in pages["2023-24"].sentences


def test_a_base_too_small_for_a_percentage_gives_counts_and_the_reason(pages: dict[str, PageReader]) -> None:
    assert pages["2023-24"].row("by district", "Gosport") == [
        "Gosport",
        "40",
        "40",
        "Not given",
        "Not given",
        "40 in 2022-23 and 40 in 2023-24 (crimes): the base is too small for a percentage (under 50).",
    ]


def test_an_incomplete_figure_is_words_everywhere_and_never_a_number(pages: dict[str, PageReader]) -> None:
    page = pages["2024-25"]
    for caption in ("by district", "by kind"):
        for row in page.table(caption).rows:
            assert [cell.strip() for cell in row[1:5]] == ["Incomplete", "Not given", "Not given", "Not given"]
    text = page.sentences
    assert (
        "Serious violence Incomplete Incomplete, so no figure is given: May 2024 (not received), December 2024 (held)."
        in text
    )
    violence = text[text.index("Serious violence Incomplete") : text.index("Month by month", 1)]
    assert not re.search(r"\d%|fell|[Dd]own", violence)


def test_an_incomplete_report_says_so_first_and_names_the_gaps(pages: dict[str, PageReader]) -> None:
    text = pages["2024-25"].sentences
    banner = text[: text.index("Annual report 2024-25", text.index("Incomplete."))]
    assert "Recorded offences – May 2024: not received; December 2024: held" in banner
    assert "Incomplete." not in pages["2023-24"].text


def test_a_year_with_nothing_before_it_has_no_change(pages: dict[str, PageReader]) -> None:
    text = pages["2022-23"].sentences
    assert "No comparison. There is no complete 2021-22 to compare with" in text
    assert "2022-23 3,260 2021-22 Not available Change Not given 95% interval Not given" in text


def test_a_missing_month_is_words_in_the_table_and_not_a_point_in_the_chart(
    publications: dict[str, Publication], pages: dict[str, PageReader]
) -> None:
    assert pages["2024-25"].row("by month", "May") == ["May", "270 †", "Not received"]
    assert pages["2024-25"].row("by month", "Dec") == ["Dec", "240", "Held"]
    html = (publications["2024-25"].path / "annual_report.html").read_text(encoding="utf-8")
    assert "2024-25 not received" in html
    alternative = re.search(r'aria-label="(Line chart[^"]*)"', html)
    assert alternative is not None
    assert "2024-25: from 220 in Feb to 280 in Jul. Gaps: May (not received), Dec (held)." in alternative[1]


def test_the_calendar_shows_each_feeds_months_in_words(pages: dict[str, PageReader]) -> None:
    row = pages["2024-25"].row("month, 2024-25", "Recorded offences")
    assert row[1:] == [
        "✓ Received",
        "✕ Not received",
        *["✓ Received"] * 6,
        "■ Held",
        *["✓ Received"] * 3,
        "10 of 12",
    ]


def test_events_stand_with_their_types(pages: dict[str, PageReader]) -> None:
    assert "Events and workshops attended 314 in 2023-24" in pages["2023-24"].sentences
    assert pages["2023-24"].row("Events by type", "School session")[:3] == ["School session", "96", "79"]


def test_simulated_data_are_named_as_such_in_the_title_the_banner_and_the_footer(
    pages: dict[str, PageReader],
) -> None:
    assert pages["2023-24"].text.count("Simulated data") == 4


def test_deliveries_are_listed_by_id_with_their_fingerprints_and_superseded_ones_are_counted_apart(
    annexes: dict[str, PageReader],
) -> None:
    assert annexes["2023-24"].row("Deliveries used", "0a1b2c3d4e5f6071") == [
        "0a1b2c3d4e5f6071",
        "Recorded offences",
        "April 2022 to March 2024",
        "2 April 2025",
        "318,205",
        "abababababab",
    ]
    assert "3333333333333333" not in annexes["2023-24"].text
    assert "1 earlier delivery was superseded by these and stands behind no figure" in annexes["2023-24"].sentences
    assert annexes["2023-24"].row("Deliveries used", "2222222222222222")[2] == "Reference data"


def test_a_month_counted_by_decision_is_named_without_who_and_why(pages: dict[str, PageReader]) -> None:
    text = pages["2023-24"].sentences
    assert "Recorded offences, May 2023: not met: volume is not too large." in text
    assert "Accepted by a named person on 3 April 2025; the reason is kept in the partnership’s decisions." in text


def test_a_month_counted_by_decision_is_marked_where_its_figures_stand(pages: dict[str, PageReader]) -> None:
    page = pages["2023-24"]
    assert page.row("by month", "May") == ["May", "280", "270 †"]
    assert page.row("by month", "Jun") == ["Jun", "290", "280"]
    assert page.table("by month").caption.endswith("; † May 2023 counted by decision")
    for caption in ("by district", "by kind"):
        assert page.table(caption).caption.endswith("; May 2023 counted by decision")
    assert "decision" not in page.table("Events by type").caption
    assert "95% interval −9.2% to −0.1% May 2023 counted by decision: see Counted by decision." in page.sentences
    assert "A gap means no data, not zero. † May 2023 counted by decision." in page.sentences
    assert "decision" not in pages["2022-23"].text.lower()


def test_the_drawing_of_the_months_marks_the_month_counted_by_decision(
    publications: dict[str, Publication],
) -> None:
    html = (publications["2023-24"].path / "annual_report.html").read_text(encoding="utf-8")
    drawn = re.search(r"<svg.*?</svg>", html, flags=re.DOTALL)
    assert drawn is not None
    assert drawn[0].count(">†</text>") == 1
    assert "Counted by decision: May." in drawn[0]


@pytest.mark.parametrize(
    "name",
    ["annual_report.html", "annex.html", "metrics.csv", "metrics.parquet", "provenance.json", "datapackage.json"],
)
def test_nothing_that_people_typed_about_a_delivery_or_a_decision_is_published(
    name: str, publications: dict[str, Publication]
) -> None:
    typed = [ACCEPTED["accepted_by"], ACCEPTED["reason"], *(delivery["file_name"] for delivery in DELIVERIES)]
    for made in publications.values():
        content = (made.path / name).read_bytes()
        assert [text for text in typed if str(text).encode() in content] == []


def test_only_feeds_that_are_due_every_month_are_said_to_be(tmp_path: Path) -> None:
    assert "Each feed is due every month. A figure" in said_of_calendar(tmp_path / "monthly", calendar_rows())
    yearly = [
        row | {"feed": "local_authorities__children_in_need"}
        for row in calendar_rows()
        if row["agency"] == "communities"
    ]
    said = said_of_calendar(tmp_path / "yearly", [*calendar_rows(), *yearly])
    title = FEEDS["local_authorities__children_in_need"].title
    assert f"Each feed is due every month, except these: {title} (yearly)." in said


def said_of_calendar(folder: Path, calendar: list[dict[str, Any]]) -> str:
    """The sentences of a page whose release has this calendar."""
    made = publish(write_release(folder / "r1", calendar=calendar), folder / "published", "2023-24")
    return PageReader((made.path / "annual_report.html").read_text(encoding="utf-8")).sentences


def test_a_delivery_that_is_held_stands_behind_no_figure(annexes: dict[str, PageReader]) -> None:
    listed = [row[0] for row in annexes["2024-25"].table("Deliveries used").rows]
    assert listed == ["1111111111111111", "0a1b2c3d4e5f6071", "2222222222222222"]


@pytest.mark.parametrize("year", YEARS)
def test_the_page_loads_nothing_from_anywhere(year: str, publications: dict[str, Publication]) -> None:
    html = (publications[year].path / "annual_report.html").read_text(encoding="utf-8")
    page = PageReader(html)
    for pattern in (r"https?:", r"src\s*=", r"url\(", r"@import", r"<link", r"<script", r"xmlns", r"//\w"):
        assert not re.search(pattern, html), pattern
    inside = {f"#{identity}" for identity in page.ids}
    beside = {path.name for path in publications[year].path.iterdir()}
    assert {each if each.startswith("#") else each.partition("#")[0] for each in page.references} <= inside | beside
    annex = PageReader((publications[year].path / "annex.html").read_text(encoding="utf-8"))
    parts = {f"annex.html#{identity}" for identity in annex.ids}
    assert {each for each in page.references if each.startswith("annex.html#")} <= parts


def test_sections_are_headed_by_what_was_found(pages: dict[str, PageReader]) -> None:
    found = [text for level, text in pages["2023-24"].headings if level == 2]
    # By hand: the headline is down, 1,410 assaults are the most, Southampton alone is clear, 314 events were held.
    for heading in (
        "Serious violence was down 4.8% on 2022-23",
        "Assault with injury was the most frequent kind",
        "Serious violence fell in Southampton; elsewhere no change is clear",
        "The partnership attended 314 events and workshops",
        "Every delivery of both years was received",
    ):
        assert heading in found
    incomplete = [text for level, text in pages["2024-25"].headings if level == 2]
    assert "Serious violence: incomplete" in incomplete
    assert "2 of 48 monthly deliveries are missing or held" in incomplete


def test_the_main_points_come_first_with_how_sure_they_are(pages: dict[str, PageReader]) -> None:
    text = pages["2023-24"].sentences
    points = text[text.index("Main points") : text.index("In this report")]
    assert "Serious violence: down 4.8% on 2022-23, from 3,260 to 3,105 crimes (95% interval −9.2% to −0.1%)." in points
    assert "How M1 was made" in points


def test_mark_up_in_the_data_stays_text(publications: dict[str, Publication], pages: dict[str, PageReader]) -> None:
    html = (publications["2023-24"].path / "annual_report.html").read_text(encoding="utf-8")
    assert "<script" not in html
    assert "Test &lt;script&gt;" in html
    assert pages["2023-24"].row("by district", MARK_UP)[1] == "20"


@pytest.mark.parametrize("year", YEARS)
def test_the_page_is_well_formed_and_accessible(year: str, publications: dict[str, Publication]) -> None:
    html = (publications[year].path / "annual_report.html").read_text(encoding="utf-8")
    page = PageReader(html)
    assert html.startswith("<!DOCTYPE html>")
    assert page.problems == []
    assert page.open == []
    assert ("html", {"lang": "en-GB"}) in page.tags
    assert len(page.ids) == len(set(page.ids))
    levels = [level for level, _ in page.headings]
    assert levels.count(1) == 1
    assert all(text.strip() for _, text in page.headings)
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    for table in page.tables:
        assert table.caption.strip()
        assert table.column_headers
        assert table.headers_without_scope == 0
        assert {len(row) for row in table.rows} == {len(table.column_headers)}
    labelled = [attrs["aria-labelledby"] for _, attrs in page.tags if "aria-labelledby" in attrs]
    assert set(labelled) <= set(page.ids)
    for tag, attrs in page.tags:
        if tag == "svg":
            assert attrs["role"] == "img"
            assert attrs["aria-label"]


def test_text_and_lines_have_the_contrast_of_wcag_aa() -> None:
    from vrp_pipeline.report.page.drawing import BAR_BEFORE, INK, THIS_YEAR, YEAR_BEFORE

    text_on = [(colour, "#ffffff") for colour in (INK, THIS_YEAR, YEAR_BEFORE, "#505a5f", "#1a65a6")]
    text_on += [("#12436d", "#e3eef6"), ("#594d00", "#fff6d6"), ("#8c1d0e", "#fbe7e3"), ("#505a5f", "#f3f4f5")]
    assert all(contrast(ink, paper) >= 4.5 for ink, paper in text_on)
    assert contrast(BAR_BEFORE, "#ffffff") >= 3


def contrast(ink: str, paper: str) -> float:
    """Contrast ratio of two sRGB colours, WCAG 2.2."""

    def luminance(colour: str) -> float:
        partitions = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [
            partition / 12.92 if partition <= 0.04045 else ((partition + 0.055) / 1.055) ** 2.4
            for partition in partitions
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_further_measures_of_the_table_of_rates_stand_protected_on_the_page_and_in_the_tables(tmp_path: Path) -> None:
    by_feed = {"unit": "percent", "breakdown": "feed", "category": "police__offences", "value": 100.0}
    by_feed |= {"financial_year": "2023-24", "metric_id": "M15", "metric_name": "Feed completeness"}
    release = write_release(tmp_path / "r1", [*releases.rows_of_2023_24(), releases.row(**by_feed)])
    about = {"financial_year": "2023-24", "statement": "quoting 613 true counts"}
    further = [
        releases.row(**about, metric_id="M3", metric_name="Knife-enabled violence", value=613.0, base_value=700.0),
        releases.row(**about, metric_id="M4", metric_name="Homicide", unit="victims", value=6.0, base_value=9.0),
    ]
    pq.write_table(pa.Table.from_pylist(further), release / "rpt_metric_rates.parquet")
    made = publish(release, tmp_path / "published", "2023-24")
    page = PageReader((made.path / "annual_report.html").read_text(encoding="utf-8"))
    assert page.row("Further measures", "Knife-enabled violence (crimes)")[1:3] == ["615", "700"]
    assert page.row("Further measures", "Homicide (victims)")[1] == "[c]confidential"
    metrics = (made.path / "metrics.csv").read_text(encoding="utf-8")
    assert "M3,Knife-enabled violence" in metrics
    assert "613" not in metrics
    annex = (made.path / "annex.html").read_text(encoding="utf-8")
    assert "M15: Feed completeness" in annex
    named = re.findall(r"vrp explain (\w+) --year", annex)
    # Of M15 there are rows by feed alone, which are not explained.
    assert named == ["M1", "M1b", "M3", "M4", "M9"]
    assert explain(Lake(tmp_path), Release(release), "M3", "2023-24")["figure"]["value"] == 613
    with pytest.raises(NoSuchFigureError, match=f"It has: {', '.join(named)}."):
        explain(Lake(tmp_path), Release(release), "M99")


def test_a_further_measure_without_a_figure_says_why_and_quotes_no_count(tmp_path: Path) -> None:
    release = write_release(tmp_path / "r1", releases.rows_of_2023_24())
    why = (
        "Incomplete, so no figure is given: 392 offences of 2023-24 have no severity on the scale of the Youth Justice"
        " Board and could belong here."
    )
    none = dict.fromkeys(("value", "base_value", "change_percent", "change_lower", "change_upper"))
    about = {"financial_year": "2023-24", "metric_id": "M7b", "metric_name": "Proven offences", "unit": "offences"}
    further = releases.row(**about, **none, status="incomplete", statement=why)
    complete = releases.row(financial_year="2023-24", metric_id="M3", metric_name="Knife", statement="613", value=613.0)
    pq.write_table(pa.Table.from_pylist([further, complete]), release / "rpt_metric_rates.parquet")
    made = publish(release, tmp_path / "published", "2023-24")
    page = PageReader((made.path / "annual_report.html").read_text(encoding="utf-8"))
    assert page.row("Further measures", "Proven offences (offences)")[-1] == (
        "Incomplete, so no figure is given: too many offences of 2023-24 have no severity on the scale of the Youth"
        " Justice Board and could belong here."
    )
    assert "392" not in (made.path / "metrics.csv").read_text(encoding="utf-8")
