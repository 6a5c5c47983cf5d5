"""Rows of `rpt_comparators` and of `rpt_standardised_admissions` by hand: the own area and others beside England."""

from typing import Any

from tests.support.further_tables import YEAR
from vrp_pipeline.report.content import admission_rates as rates
from vrp_pipeline.report.content.comparators import COLUMNS

AREAS = {"own area": ("force", "Hampshire"), "most similar forces": ("group", "Most similar forces"),
         "England": ("country", "England"), "own records": ("force", "Hampshire and Isle of Wight"),
         "similar force": ("force", "Essex")}  # fmt: skip

PERIOD, LATER = "2021/22 - 23/24", "2022/23 - 24/25"


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


def published(
    code: str, name: str, limits: tuple[float, float] | None, period: str = PERIOD, **about: Any
) -> dict[str, Any]:
    level = "country" if name == "England" else "district"
    lower, upper = limits or (None, None)
    return {
        **dict.fromkeys(rates.COLUMNS),
        "comparator": "published",
        "metric_id": "M2b",
        "period": period,
        "geography_level": level,
        "area_code": code,
        "area_name": name,
        "rate_per_100000": limits and sum(limits) / 2,
        "rate_lower": lower,
        "rate_upper": upper,
        "edition": 2024,
        **about,
    }


def admission_rates() -> list[dict[str, Any]]:
    return [
        published("E92000001", "England", (39.8, 40.2)),
        published("E06000044", "Portsmouth", (45.0, 60.0)),
        published("E07000088", "Gosport", (40.0, 55.0)),
        published("E07000086", "Eastleigh", (25.0, 35.5)),
        published("E07000089", "Hart", None, why_no_rate="Suppressed"),
        published("E92000001", "England", (41.8, 42.2), LATER),
        published("E06000044", "Portsmouth", (90.0, 99.0), LATER),
        published("E07000088", "Gosport", (10.0, 12.0)) | {"comparator": "own records"},
    ]
