"""Publications for tests of what is published: drafted, approved by two people and published through the real gate."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.report import draft
from vrp_pipeline.report.approval import drafts, gate
from vrp_pipeline.report.approval.drafts import Person
from vrp_pipeline.report.publication import Publication

AUTHOR, FIRST, SECOND = (Person(name, name.split()[0].lower()) for name in ("Ada Author", "Ben Bell", "Cem Cole"))


def publish(
    release: Path,
    published: Path,
    financial_year: str,
    *,
    progress: Callable[[str], None] | None = None,
    correction: str | None = None,
) -> Publication:
    """Publish a financial year of a release, in the lake whose folder of publications is `published`."""
    lake = Lake(published.parent)
    made = draft(lake, release, financial_year, AUTHOR, progress=progress, correction=correction)
    return made if made.draft is None else replace(made, path=approve_and_publish(lake, made.draft), draft=None)


def approve_and_publish(lake: Lake, waiting: drafts.Draft) -> Path:
    """Approve a draft as two people with accounts of their own, let its time come, and return the published folder."""
    for person in (FIRST, SECOND):
        gate.approve(lake, waiting.financial_year, person)
    due = dt.datetime.fromisoformat(waiting.publish_at) if waiting.publish_at else None
    path = gate.publish(lake, waiting.financial_year, due)
    assert path is not None
    return path
