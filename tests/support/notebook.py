"""The notebook of docs/: its code cells run in order, as Jupyter would run them, and the questions they ask."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vrp_pipeline.lake.paths import PROJECT

NOTEBOOK = PROJECT / "docs" / "notebooks" / "questions.ipynb"
ANALYSTS = PROJECT / "docs" / "analysts.md"


def cells(kind: str) -> Iterator[dict[str, Any]]:
    """The cells of a kind, `code` or `markdown`."""
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == kind:
            yield cell


def code() -> list[str]:
    """The code of each cell."""
    return ["".join(cell["source"]) for cell in cells("code")]


def run_on(release: Path) -> dict[str, Any]:
    """The variables after all cells ran on the DuckDB file of a release."""
    variables: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VRP_RELEASE", str(release))
        for source in code():
            exec(source, variables)  # noqa: S102 - our own notebook
    return variables


def asked() -> list[str]:
    """The SQL of the notebook, one statement a question."""
    return [found.strip() for source in code() for found in re.findall(r'"""\n(.+?)\n"""', source, flags=re.DOTALL)]


def questions() -> list[str]:
    """The statements under "Questions analysts ask" of docs/analysts.md, in order."""
    section = ANALYSTS.read_text(encoding="utf-8").split("{ #questions }")[1].split("\n## ")[0]
    return re.findall(r"```sql\n(.+?);\n```", section, flags=re.DOTALL)
