"""One release and its three publications, created once for all tests that only read them."""

import csv
import io
from pathlib import Path

import pytest

from tests.support.page_reader import PageReader
from tests.support.publications import publish
from tests.support.releases import write_release
from vrp_pipeline.report.publication import Publication

RELEASE = "2025-06-30-a1b2"


@pytest.fixture(scope="session")
def publications(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Publication]:
    """The report of each financial year of the hand-made release."""
    lake = tmp_path_factory.mktemp("lake")
    release = write_release(lake / "releases" / RELEASE)
    years = ("2022-23", "2023-24", "2024-25")
    return {year: publish(release, lake / "published", year) for year in years}


@pytest.fixture(scope="session")
def pages(publications: dict[str, Publication]) -> dict[str, PageReader]:
    """The pages of those reports, as read."""
    return {year: PageReader(html_of(publication.path)) for year, publication in publications.items()}


@pytest.fixture(scope="session")
def annexes(publications: dict[str, Publication]) -> dict[str, PageReader]:
    """The annexes of those reports, as read."""
    return {
        year: PageReader((publication.path / "annex.html").read_text(encoding="utf-8"))
        for year, publication in publications.items()
    }


@pytest.fixture(scope="session")
def metrics(publications: dict[str, Publication]) -> dict[str, list[dict[str, str]]]:
    """The rows of metrics.csv of those reports."""
    return {year: rows_of(publication.path) for year, publication in publications.items()}


def html_of(version: Path) -> str:
    return (version / "annual_report.html").read_text(encoding="utf-8")


def rows_of(version: Path) -> list[dict[str, str]]:
    text = (version / "metrics.csv").read_bytes().decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))
