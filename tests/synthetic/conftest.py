"""A small simulated partnership, 2 % of full size, and its access for tests."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineWorkbook

from vrp_pipeline.synthetic import simulate

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


def simulated(folder: Path, **arguments: Any) -> Simulated:
    inbox, truth = folder / "inbox", folder / "truth"
    return Simulated(inbox, truth, simulate(inbox, truth, **{"scale": SCALE, **arguments}))
