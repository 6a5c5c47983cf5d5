"""The environment of a benchmark: a fresh copy of the project with a lake, a key and a Dagster home of its own.

In a copy dbt finds no manifest of an earlier run, and work in the checkout neither disturbs nor is measured.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.costs import Cost, measure

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDERS, FILES = ("vrp_pipeline", "expectations", "dbt_project", "deploy"), ("pyproject.toml",)
# Exit codes of `vrp`: 0 is success, 3 is success with a decision left to a person.
DONE = (0, 3)
LINES_TOLD = 30


class StepFailedError(RuntimeError):
    """A step ended with another exit code than "done". Its text holds the end of what the step printed."""


class Ground:
    """A folder in which steps are run and measured, one process each."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.lake = folder / "lake"
        self._logs = folder / "logs"
        self._dagster = folder / "dagster"
        self.event_log = self._dagster / "event_log.db"
        self._key = folder / "keys" / "pseudonym.key"

    def prepare(self) -> None:
        """Copy the project as it stands in the checkout, compiled modules included, and make the folders."""
        for name in FOLDERS:
            made_by_dbt = shutil.ignore_patterns("target", "logs")
            shutil.copytree(CHECKOUT / name, self.project / name, ignore=made_by_dbt)
        for name in FILES:
            shutil.copyfile(CHECKOUT / name, self.project / name)
        for folder in (self._logs, self._dagster, self._key.parent):
            folder.mkdir(parents=True)
        shutil.copyfile(CHECKOUT / ".dagster" / "dagster.yaml", self._dagster / "dagster.yaml")

    def run(self, name: str, command: Sequence[str | Path]) -> Cost:
        """Run one step to its end and say what it cost. Raises StepFailedError unless it was done."""
        cost = measure(command, self._environment(), self.project, self._log(name))
        if cost.exit_code not in DONE:
            told = [f"'{name}' ended with exit code {cost.exit_code}. The end of what it printed:", *self._end(name)]
            raise StepFailedError("\n".join(told))
        return cost

    def printed(self, name: str) -> str:
        """What a step printed."""
        return self._log(name).read_text(encoding="utf-8", errors="replace")

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {
            **inherited,
            "DAGSTER_HOME": str(self._dagster),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
            "DO_NOT_TRACK": "1",
            "GX_ANALYTICS_ENABLED": "False",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
            "PYTHONPATH": str(self.project),
            # Imports come from the copy only, never from files beside a script.
            "PYTHONSAFEPATH": "1",
            "VRP_DATA_LAKE": str(self.lake),
            "VRP_KEY_FILE": str(self._key),
        }

    def _log(self, name: str) -> Path:
        return self._logs / f"{name.replace(' ', '-')}.log"

    def _end(self, name: str) -> list[str]:
        lines = self.printed(name).splitlines()
        run_log = self._dagster / "run.log"
        if name.startswith("run") and run_log.exists():
            lines += run_log.read_text(encoding="utf-8", errors="replace").splitlines()[-LINES_TOLD:]
        return lines[-2 * LINES_TOLD :]
