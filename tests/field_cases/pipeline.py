"""The pipeline as the field cases see it: files go in, and rows come out somewhere.

The only module of this package that imports the product. Receipt and status go through the command line, ingest of
one feed through its function, and what became of the rows is read from the files of the lake.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from click.testing import CliRunner

from vrp_pipeline.cli import main
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import PROJECT, Lake

Row = dict[str, Any]
NEEDS_A_PERSON = 3
# A day on which deliveries of March and April 2024 come.
IN_MAY_2024 = date(2024, 5, 10)


@dataclass(frozen=True)
class Refused:
    """Why a file was refused, as it is kept beside the file."""

    problem: str
    remedy: str


@dataclass(frozen=True)
class Received:
    """How `vrp receive` ended and which files were refused, by name."""

    exit_code: int
    refused: Mapping[str, Refused]


@dataclass(frozen=True)
class Outcome:
    """What became of all deliveries of a feed: files refused, rows in bronze and in quarantine, months held.

    `told` is all that is told of them to people: refusals, and the status with its sentences. `counted` is what the
    status adds up to, months that were never received left out.
    """

    refused: Mapping[str, Refused]
    published: list[Row]
    aside: list[Row]
    held: frozenset[str]
    received: frozenset[str]
    told: str
    counted: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows in bronze and in quarantine; of a held month the last good ones in bronze too."""
        return len(self.published) + len(self.aside)

    def accounts_for(self, rows: Mapping[str, int]) -> bool:
        """Whether the rows of all files, as many as each really holds, are in bronze, put aside or in a refused file.

        Of a row put aside the reason must stand with it.
        """
        refused = sum(rows[name] for name in self.refused)
        return self.rows + refused == sum(rows.values()) and all(str(row["reasons"]).strip() for row in self.aside)

    def says(self, *patterns: str) -> bool:
        """Whether people are told one of `patterns` (regular expressions, in any case)."""
        return any(re.search(pattern, self.told, re.IGNORECASE) for pattern in patterns)

    def problem_names(self, file: Path, *patterns: str) -> bool:
        """Whether the file is refused and the problem itself names one of `patterns`.

        The remedy does not count: where no feed is recognised it lists every feed there is.
        """
        problem = self.refused[file.name].problem if file.name in self.refused else ""
        return any(re.search(pattern, problem, re.IGNORECASE) for pattern in patterns)

    def part(self, month: str) -> list[Row]:
        """The published rows of a month or an edition."""
        return [row for row in self.published if row["(part)"] == month]


def received(lake: Path, *files: Path, on: date | None = IN_MAY_2024) -> Received:
    """Receive files. Whatever ends `vrp receive` but an exit code is raised."""
    words = ["--lake", str(lake), "receive", *map(str, files)]
    finished = CliRunner().invoke(main, [*words, "--received-on", str(on)] if on else words)
    if finished.exception is not None and not isinstance(finished.exception, SystemExit):
        raise finished.exception
    return Received(finished.exit_code, refusals(lake))


def ingested(lake: Path, feed: str) -> None:
    """Ingest all that was received of a feed."""
    ingest(Lake(lake), FEEDS[feed])


def accepted(lake: Path, feed: str, month: str) -> None:
    """Count a held month all the same."""
    words = ["--lake", str(lake), "accept", feed, month, "--reason", "confirmed", "--by", "somebody"]
    finished = CliRunner().invoke(main, words)
    assert finished.exit_code == 0, finished.output


def delivered(lake: Path, feed: str, *files: Path, on: date | None = IN_MAY_2024) -> Outcome:
    """Receive files one after the other, ingest their feed, and tell what became of them."""
    for file in files:
        received(lake, file, on=on)
    ingested(lake, feed)
    return outcome(lake, feed)


def outcome(lake: Path, feed: str) -> Outcome:
    """What became of all that was delivered of a feed."""
    told = [f"{name}: {refusal.problem} {refusal.remedy}" for name, refusal in refusals(lake).items()]
    held, months, counted = set(), set(), {"delivered": 0, "published": 0, "aside": 0}
    if not feed.startswith("reference__"):
        finished = CliRunner().invoke(main, ["--lake", str(lake), "status", "--feed", feed, "--json"])
        assert finished.exit_code in (0, NEEDS_A_PERSON), finished.output
        told.append(finished.stderr)
        for row in json.loads(finished.stdout):
            if row["status"] == "held":
                held.add(row["month"])
            if row["status"] == "received":
                months.add(row["month"])
            counted["delivered"] += row["rows_delivered"] or 0
            counted["published"] += row["rows_published"] or 0
            counted["aside"] += row["rows_quarantined"] or 0
    aside = quarantined(lake, feed)
    told += sorted({str(row["reasons"]) for row in aside})
    return Outcome(
        refusals(lake),
        published_rows(lake, feed),
        aside,
        frozenset(held),
        frozenset(months),
        "\n".join(told),
        counted,
    )


def refusals(lake: Path) -> dict[str, Refused]:
    """The files refused so far, by name, with problem and remedy."""
    records = [json.loads(path.read_text("utf-8")) for path in lake.glob("landing/refused/*/refusal.json")]
    return {record["file_name"]: Refused(record["problem"], record["remedy"]) for record in records}


def published_rows(lake: Path, feed: str) -> list[Row]:
    """The rows of a feed in bronze, with the month or edition in `(part)`."""
    return _rows(lake / "bronze", feed)


def quarantined(lake: Path, feed: str) -> list[Row]:
    """The rows of a feed in quarantine, with the reason in `reasons` and the month, edition or folder in `(part)`."""
    return _rows(lake / "quarantine", feed)


def run(lake: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """`vrp run`, as a process of its own with an event log below `home`."""
    home.mkdir(exist_ok=True)
    (home / "dagster.yaml").write_bytes((PROJECT / ".dagster" / "dagster.yaml").read_bytes())
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = kept | {"DAGSTER_HOME": str(home), "PYTHONPATH": str(PROJECT)}
    vrp = str(Path(sys.executable).with_name("vrp"))
    return subprocess.run(
        [vrp, "--lake", str(lake), "run"], env=environment, cwd=PROJECT, text=True, capture_output=True, check=False
    )


def answer(lake: Path, sql: str) -> list[Row]:
    """Rows of the current release."""
    finished = CliRunner().invoke(main, ["--lake", str(lake), "query", sql, "--format", "json"])
    assert finished.exit_code == 0, finished.output
    rows: list[Row] = json.loads(finished.stdout)
    return rows


def _rows(zone: Path, feed: str) -> list[Row]:
    found: list[Row] = []
    for path in sorted(zone.joinpath(*feed.split("__")).rglob("*.parquet")):
        part = path.parent.name.partition("=")[2] or path.parent.name
        found += [row | {"(part)": part} for row in pq.read_table(path, partitioning=None).to_pylist()]
    return found
