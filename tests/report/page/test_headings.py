"""Headings claim only what the figures and the calendar of deliveries show."""

from dataclasses import replace

import pytest

from tests.support.releases import protected_figure, write_release
from vrp_pipeline.disclosure import Shown
from vrp_pipeline.report import words
from vrp_pipeline.report.content.protected import ProtectedFigure, ProtectedReading, ProtectedRow
from vrp_pipeline.report.counts.reading import read_release
from vrp_pipeline.report.page import headings
from vrp_pipeline.report.page.panels import Line
from vrp_pipeline.report.protection.protecting import protected_reading


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> ProtectedReading:
    """The hand-made year 2023-24, whose 48 deliveries were all received."""
    return protected_reading(read_release(write_release(tmp_path_factory.mktemp("r") / "r1"), "2023-24"))


def kinds(*figures: ProtectedFigure) -> str:
    return headings.of_kinds([Line(figure.category or "", figure, "") for figure in figures])


def kind(name: str, value: float | None, **about: object) -> ProtectedFigure:
    return protected_figure(breakdown="tier", category=name, value=value, **about)


def test_the_most_frequent_kind_is_named_where_one_alone_leads() -> None:
    assert kinds(kind("Robbery", 40.0), kind("Assault", 35.0)) == "Robbery was the most frequent kind"


@pytest.mark.parametrize(
    "other",
    [
        kind("Assault", 40.0),
        kind("Assault", None, status="incomplete"),
        kind("Assault", None, confidential="value"),
    ],
)
def test_no_kind_is_the_most_frequent_on_a_tie_or_beside_one_that_is_not_shown(other: ProtectedFigure) -> None:
    assert kinds(kind("Robbery", 40.0), other) == "Kinds of serious violence"


def test_there_is_no_most_frequent_kind_of_none() -> None:
    assert kinds() == "Kinds of serious violence"


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        (["not due", "not due"], "Every delivery that is due was received"),
        (["not due", "held"], "1 of 47 monthly deliveries are missing or held"),
        (["not received", "held"], "2 of 48 monthly deliveries are missing or held"),
        (["not due"] * 48, "How complete the data are"),
        ([], "Every delivery of both years was received"),
    ],
)
def test_a_delivery_that_is_not_due_is_not_missing(statuses: list[str], said: str, reading: ProtectedReading) -> None:
    months = list(reading.evidence.feed_months)
    months[: len(statuses)] = [replace(each, status=s) for each, s in zip(months, statuses, strict=False)]
    evidence = replace(reading.evidence, feed_months=tuple(months))
    assert headings.of_completeness(replace(reading, evidence=evidence)) == said


@pytest.mark.parametrize(
    ("park", "said"),
    [
        (Shown(35, 33, 37), "Who and where: the most frequent setting was street"),
        (Shown(40, 38, 42), "Who and where"),
        (Shown(None, 0, float("inf")), "Who and where"),
        (None, "Who and where"),
    ],
)
def test_no_setting_is_the_most_frequent_on_a_tie_or_beside_one_that_is_withheld(park: Shown | None, said: str) -> None:
    counts = {"street": Shown(40, 38, 42), "park": park, words.NOT_KNOWN: Shown(None, 1, 7)}
    rows = [ProtectedRow(("2023-24", "crimes", "setting", name), {"value": held}, {}) for name, held in counts.items()]
    assert headings.of_profile(rows) == said
