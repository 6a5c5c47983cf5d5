"""The product as users run it: `vrp` and `dg` as separate processes, in a lake of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from dagster import DagsterInstance

from tests.support.publications import approve_and_publish
from vrp_pipeline.lake.paths import PROJECT, Lake
from vrp_pipeline.release.releases import Release, current_release
from vrp_pipeline.report.approval.drafts import read_draft

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Product:
    """A lake, a key and a Dagster instance below one folder."""

    root: Path

    @property
    def lake(self) -> Lake:
        return Lake(self.root / "lake")

    @property
    def dagster_home(self) -> Path:
        return self.root / "dagster"

    @property
    def environment(self) -> dict[str, str]:
        self.dagster_home.mkdir(parents=True, exist_ok=True)
        (self.dagster_home / "dagster.yaml").write_bytes((PROJECT / ".dagster" / "dagster.yaml").read_bytes())
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {
            **kept,
            "VRP_DATA_LAKE": str(self.lake.root),
            "VRP_KEY_FILE": str(self.root / "pseudonym.key"),
            "DAGSTER_HOME": str(self.dagster_home),
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        }

    @contextmanager
    def instance(self) -> Iterator[DagsterInstance]:
        """The Dagster instance; its settings name their folder by DAGSTER_HOME, otherwise that of all tests."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DAGSTER_HOME", str(self.dagster_home))
            with DagsterInstance.from_config(str(self.dagster_home)) as instance:
                yield instance

    @property
    def is_finished(self) -> bool:
        """Whether whoever made it came to the end."""
        return (self.root / "finished").exists()

    def note_finished(self) -> None:
        """Remember that it is made."""
        (self.root / "finished").touch()

    def copied_to(self, root: Path) -> "Product":
        """A copy with lake, key and Dagster instance, that may be changed."""
        shutil.copytree(self.root, root, symlinks=True)
        return Product(root)

    def start(self, *words: str | Path, typed: bool = False) -> "subprocess.Popen[str]":
        """Start a command of the environment (`vrp`, `dg`) and return at once."""
        return subprocess.Popen(
            [str(BIN / words[0]), *map(str, words[1:])],
            env=self.environment,
            cwd=PROJECT,
            text=True,
            stdin=subprocess.PIPE if typed else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def call(self, *words: str | Path, exit_code: int = 0, typed: str | None = None) -> str:
        """Run a command to its end, with `typed` as its input; return what it printed.

        Fails unless it ends with `exit_code`.
        """
        process = self.start(*words, typed=typed is not None)
        out, err = process.communicate(typed, timeout=600)
        assert process.returncode == exit_code, f"{words} ended with {process.returncode}\n{out}\n{err[-4000:]}"
        return out + err

    def publish(self, financial_year: str) -> str:
        """Draft a financial year, approve it as two people with accounts of their own, and let its time come.

        Returns what the command of the draft printed.
        """
        printed = self.call("vrp", "publish", financial_year)
        if waiting := read_draft(self.lake, financial_year):
            approve_and_publish(self.lake, waiting)
        return printed

    @property
    def release(self) -> Release:
        return current_release(self.lake)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the current release."""
        connection = duckdb.connect()
        for name, path in self.release.tables.items():
            connection.execute(f"create view \"{name}\" as from read_parquet('{path}')")
        return connection.execute(sql).fetchall()

    def metric(self, metric_id: str, year: str, **where: str) -> dict[str, Any]:
        """The one row of the annual metrics that is meant, by default of the whole force."""
        wanted = {"geography_level": "force", "breakdown": "all", "category": "all", **where}
        rows: list[dict[str, Any]] = pq.read_table(self.release.tables["rpt_annual_metrics"]).to_pylist()
        wanted |= {"metric_id": metric_id, "financial_year": year}
        (row,) = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
        return row
