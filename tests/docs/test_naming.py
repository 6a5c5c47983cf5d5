"""Words that docs/naming.md retired from a room stay out of it, so that one word says one thing."""

import re

import pytest

from vrp_pipeline.lake.paths import PROJECT

# The word, as a whole word or part of a name, and the folders and modules where it once named something else.
REPORT = ("vrp_pipeline/report", "vrp_pipeline/cli/publications.py", "tests/report")
RETIRED = {
    "edition": REPORT,
    "findings?": (*REPORT, "vrp_pipeline/validation"),
    "(release_at|release_time|release gate|release time|day of release|gate.release)": (*REPORT, "deploy", "docs"),
    "hardness": ("vrp_pipeline/synthetic",),
}
# Where the word keeps its own meaning: the edition of a table of reference data.
KEPT = {
    "edition": (
        "vrp_pipeline/report/content/admission_rates.py",
        "vrp_pipeline/report/content/comparators.py",
        "tests/report/content/test_comparators.py",
    )
}
TEXT = {".py", ".j2", ".md", ".toml", ".service", ".timer"}


def uses_of(word: str, *where: str) -> list[str]:
    """Where a retired word stands, as file and line; the glossary itself may name it."""
    pattern = re.compile(rf"(?<![A-Za-z]){word}(?![A-Za-z])", re.IGNORECASE)
    paths = [PROJECT / each for each in where]
    files = [file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob("*")))]
    return [
        f"{file.relative_to(PROJECT)}:{number}"
        for file in files
        if file.suffix in TEXT and file.name != "naming.md"
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("word", RETIRED)
def test_a_retired_word_names_nothing_any_more(word: str) -> None:
    assert [use for use in uses_of(word, *RETIRED[word]) if not use.startswith(KEPT.get(word, ()))] == []


def test_a_retired_word_is_found_where_it_still_stands() -> None:
    assert uses_of("publication", "vrp_pipeline/report/page/front_matter.py") != []
