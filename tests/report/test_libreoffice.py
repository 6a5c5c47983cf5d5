"""LibreOffice opens both workbooks without a warning and reads the same cells from them."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.further_tables import YEAR, places, release
from tests.support.publications import publish

pytestmark = pytest.mark.nightly

# Every sheet as CSV in UTF-8, formulas as their results: -1 in the last place asks for all sheets.
ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
# Java is not installed with Calc alone, and no workbook needs it.
NO_JAVA = "Warning: failed to launch javaldx - java may not function correctly"
FORMULA = "=1+1"


def converted(workbook: Path, folder: Path) -> dict[str, list[list[str]]]:
    """The cells of each sheet as LibreOffice reads them; fails if it warns."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("soffice is not installed (apt-get install libreoffice-calc)")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", ALL_SHEETS, "--outdir", str(folder), str(workbook)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert [line for line in done.stderr.splitlines() if line and line != NO_JAVA] == []
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem.removeprefix("tables-")] = list(csv.reader(file))
    return found


def test_both_workbooks_open_without_a_warning_and_hold_the_same_cells(tmp_path: Path) -> None:
    agencies = [
        {"financial_year": YEAR, "agency_id": "a", "agency_name": FORMULA, "sector": "health"}
        | {"is_member_on_31_march": True, "delivered": "all received", "feed_months_due": 12}
        | {"feed_months_received": 12}
    ]
    made = publish(
        release(tmp_path / "lake" / "releases" / "r1", rpt_partner_agencies=agencies, **places()),
        tmp_path / "lake" / "published",
        YEAR,
    )
    cells = {kind: converted(made.path / f"tables.{kind}", tmp_path / kind) for kind in ("xlsx", "ods")}
    assert cells["xlsx"] == cells["ods"]
    assert len(cells["ods"]) > 8
    everything = [cell for sheet in cells["xlsx"].values() for row in sheet for cell in row]
    # What begins with an equals sign stays text: a formula would read 2.
    assert FORMULA in everything
    assert not [cell for cell in everything if cell.startswith(("#", "Err:"))]
