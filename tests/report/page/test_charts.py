"""Charts show each published number once, leave gaps where there is none, and keep their text readable as text."""

import re

from vrp_pipeline.report.content.protected import Change
from vrp_pipeline.report.page.charts import AreaChange, Count, change_intervals, month_lines, paired_bars

MONTHS = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar")


def months(year: str, values: tuple[float | None, ...]) -> list[Count]:
    return [
        Count(month, year, value, "" if value is not None else "held")
        for month, value in zip(MONTHS, values, strict=True)
    ]


EARLIER = months("2023-24", (51, 50, 52, 53, 51, 50, 49, 48, 47, 46, 45, 50))
THIS = months("2024-25", (44, None, 43, 42, 41, 40, 41, 42, None, 44, 45, 46))


def drawn(svg: str, mark: str) -> list[str]:
    """The outlines of every shape of one kind of mark."""
    groups = re.findall(rf'<g class="mark-{mark} role-mark[^>]*>(.*?)</g>', svg)
    return [outline for group in groups for outline in re.findall(r' d="([^"]*)"', group)]


def test_a_missing_month_breaks_the_line_and_has_no_point() -> None:
    for svg in vars(month_lines([*EARLIER, *THIS], "alternative")).values():
        pieces = [outline.count("M") for outline in drawn(svg, "line")]
        assert pieces == [1, 3]  # 2024-25: April alone, June to November, January to March
        assert len(drawn(svg, "symbol")) == 12 + 10
        assert svg.count(">2024-25 held<") == 2


def test_a_year_without_any_month_is_not_drawn_and_not_named() -> None:
    nothing = months("2024-25", (None,) * 12)
    svg = month_lines([*EARLIER, *nothing], "alternative").wide
    assert len(drawn(svg, "symbol")) == 12
    assert "2024-25" not in svg


def test_a_month_without_a_crime_is_a_point_at_zero_and_not_a_gap() -> None:
    svg = month_lines([*EARLIER, *months("2024-25", (0.0, *(5.0,) * 11))], "alternative").wide
    assert len(drawn(svg, "symbol")) == 24
    assert [outline.count("M") for outline in drawn(svg, "line")] == [1, 1]


def test_bars_carry_their_numbers_and_a_missing_one_its_word() -> None:
    counts = [
        Count("Robbery", "2023-24", 1602),
        Count("Robbery", "2022-23", 1640),
        Count("Homicide", "2023-24", 9),
        Count("Homicide", "2022-23", None, "incomplete"),
    ]
    svg = paired_bars(counts, "alternative").wide
    for said in ("2023-24: 1,602", "2022-23: 1,640", "2023-24: 9", "2022-23: incomplete"):
        assert f">{said}</text>" in svg


def test_a_dot_is_filled_only_where_the_interval_leaves_out_zero() -> None:
    def fill(change: Change) -> str:
        svg = change_intervals([AreaChange("Havant", change)], "2022-23", "alternative").wide
        (dot,) = re.findall(r'<g class="mark-symbol role-mark[^>]*><path[^>]* fill="([^"]*)"', svg)
        return str(dot)

    assert fill(Change(-16.6, -24.1, -8.5)) == "#12436d"
    assert fill(Change(16.6, 8.5, 24.1)) == "#12436d"
    assert fill(Change(-3.0, -9.0, 2.0)) == "#ffffff"


def test_an_area_without_a_change_has_a_word_and_no_dot() -> None:
    changes = [AreaChange("Havant", Change(-3.0, -9.0, 2.0)), AreaChange("Gosport", None, "no percentage")]
    svg = change_intervals(changes, "2022-23", "alternative").wide
    assert len(drawn(svg, "symbol")) == 1
    assert ">no percentage</text>" in svg


def test_text_stays_text_and_mark_up_in_it_is_escaped() -> None:
    svg = paired_bars([Count('<b onload="x">&', "2023-24", 3)], '"quoted" <i>').wide
    assert "&lt;b onload=" in svg
    assert "<b" not in svg
    assert 'aria-label="&#34;quoted&#34; &lt;i&gt;"' in svg


def test_charts_repeat_byte_for_byte() -> None:
    assert month_lines([*EARLIER, *THIS], "alternative") == month_lines([*EARLIER, *THIS], "alternative")


def test_the_narrow_chart_fits_a_phone_without_shrinking() -> None:
    narrow = month_lines([*EARLIER, *THIS], "alternative").narrow
    width = re.search(r'width="([\d.]+)"', narrow)
    assert width is not None
    assert float(width[1]) <= 344
