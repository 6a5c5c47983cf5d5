"""Rows of `rpt_comparators` by hand: the own area and others beside England."""

from typing import Any

from tests.support.further_tables import YEAR
from vrp_pipeline.report.comparators import COLUMNS

AREAS = {"own area": ("force", "Hampshire"), "most similar forces": ("group", "Most similar forces"),
         "England": ("country", "England"), "own records": ("force", "Hampshire and Isle of Wight"),
         "similar force": ("force", "Essex")}  # fmt: skip


def comparator(whose: str, rate: float | None, year: str = YEAR, **about: Any) -> dict[str, Any]:
    level, name = AREAS[whose]
    numbers = {"rate_per_1000": rate, "rate_lower": rate and rate - 0.2, "rate_upper": rate and rate + 0.2}
    return {
        **dict.fromkeys(COLUMNS),
        "metric_id": "M1b",
        "metric_name": "Serious violence excluding weapon possession",
        "financial_year": year,
        "comparator": whose,
        "geography_level": level,
        "area_code": name,
        "area_name": name,
        "status": "complete" if rate else "incomplete",
        "edition": 2024,
        **numbers,
        **about,
    }


def rows(own: float | None, england: float | None, **of_england: Any) -> list[dict[str, Any]]:
    return [
        comparator("own records", 12.0),
        comparator("similar force", 8.0),
        comparator("England", england, **of_england),
        comparator("own area", own),
        comparator("own area", 9.0, "2024-25"),
        comparator("most similar forces", 9.1),
    ]
