"""Failures of dbt in one message: which test failed on which model for how many rows, or which model was not built.

Parsed from dbt's log, which Dagster repeats in the text of its error. No value of a row is taken from it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vrp_pipeline.defs.project import dbt_project
from vrp_pipeline.lake.paths import Lake

COLOURS = re.compile(r"\x1b\[\d*m")
FAILED_TEST = re.compile(r"Failure in test (\S+) \((\S+)\)\s+Got (\d+) results?")
BROKEN_NODE = re.compile(r"Error in (\w+) (\S+) \((\S+)\)")
# The rest is in dbt's log: one message is read on a phone.
TOLD = 3


class ModelsFailedError(RuntimeError):
    """Raised if dbt could not build a model, or a test of one failed. The message names them and says where to look."""


def failure_of(text: str, lake: Lake) -> ModelsFailedError | None:
    """Return the error for what dbt's text reports; None if it names neither a test nor a model."""
    told = list(_sentences(COLOURS.sub("", text), lake, json.loads(dbt_project.manifest_path.read_text("utf-8"))))
    if not told:
        return None
    more = [f"{len(told) - TOLD} more failed: see {lake.dbt_target / 'dbt.log'}."] if len(told) > TOLD else []
    return ModelsFailedError(" ".join([*told[:TOLD], *more]))


def _sentences(text: str, lake: Lake, manifest: Mapping[str, Any]) -> Iterator[str]:
    read_by = _models_read(manifest)
    for name, file, rows in dict.fromkeys(FAILED_TEST.findall(text)):
        models = ", ".join(read_by.get(name, [])) or "its models"
        compiled = _compiled(lake, name, file)
        yield f"The dbt test '{name}' on {models} failed for {int(rows):,} row{'s' * (rows != '1')}; {compiled}."
    for kind, name, file in dict.fromkeys(BROKEN_NODE.findall(text)):
        yield f"dbt could not build the {kind} '{name}' ({file}): see {lake.dbt_target / 'dbt.log'}."


def _models_read(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the names of the models that each dbt test reads, by the name of the test."""
    return {
        node["name"]: [read.rpartition(".")[2] for read in node["depends_on"]["nodes"]]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
    }


def _compiled(lake: Lake, name: str, file: str) -> str:
    """Return where to find the query that selects the failing rows.

    dbt compiles a test declared in YAML to a file of its own below the YAML's path.
    """
    folder = lake.dbt_target / "compiled" / dbt_project.name / file
    query = folder if Path(file).suffix == ".sql" else folder / f"{name}.sql"
    return f"the query {query} shows them in {lake.warehouse}"
