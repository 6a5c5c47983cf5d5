"""One small simulated partnership for all tests of the room: 2 % of full size, written once."""

import html
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from vrp_pipeline.sample import simulate

SCALE = 0.02


@dataclass(frozen=True)
class Simulated:
    """The folders of one simulation and what it returned."""

    inbox: Path
    truth: Path
    paths: list[Path]

    def table(self, name: str) -> pd.DataFrame:
        """One table of the truth."""
        return pd.read_parquet(self.truth / f"{name}.parquet")

    def extract(self, day: str) -> pd.DataFrame:
        """One record extract as delivered: every cell text, blanks missing."""
        return pd.read_csv(self.inbox / f"hiow_recorded_crime_{day}.csv", dtype=str)

    def everything_sent(self) -> str:
        """The text of every delivery, members of archives and workbooks included, without escapes."""
        contents = []
        for path in sorted(self.inbox.iterdir()):
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    contents += [archive.read(name) for name in archive.namelist()]
            else:
                contents.append(path.read_bytes())
        text = "\n".join(content.decode("utf-8", errors="replace") for content in contents)
        return html.unescape(text).replace('""', '"').replace('\\"', '"')

    def event_log(self, year: str) -> pd.DataFrame:
        """One workbook's events with `start_datetime` read, whichever of the three ways it was entered."""
        book = CalamineWorkbook.from_path(str(self.inbox / f"vru_event_log_{year}.xlsx"))
        rows = book.get_sheet_by_name("Events").to_python()
        log = pd.DataFrame(rows[3:], columns=rows[2])
        log["start_datetime"] = [moment(cell) for cell in log.start_datetime]
        return log


def moment(cell: str | datetime) -> datetime:
    if isinstance(cell, datetime):
        return cell
    return datetime.strptime(cell, "%d/%m/%Y %H:%M") if "/" in cell else datetime.fromisoformat(cell)


def simulated(folder: Path, **arguments: float | int) -> Simulated:
    inbox, truth = folder / "inbox", folder / "truth"
    return Simulated(inbox, truth, simulate(inbox, truth, **{"scale": SCALE, **arguments}))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """The partnership at the default seed."""
    return simulated(tmp_path_factory.mktemp("small"))
