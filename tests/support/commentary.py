"""Checks a text by people beside the figures of a hand-made year."""

from vrp_pipeline.report.commentary.texts import Passage, check_commentary
from vrp_pipeline.report.content.protected import ProtectedReading

YEAR = "2023-24"


def check(text: str, reading: ProtectedReading) -> None:
    check_commentary((Passage("why", "Why it changed", text),), reading)
