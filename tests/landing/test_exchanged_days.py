"""Day and month exchanged by the program of one sender are found, however many others wrote them in their order."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.field_cases import deliveries as make
from tests.support.deliveries import rows_of, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.conform import conform
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.coverage import coverage
from vrp_pipeline.landing.readers.table import numbered
from vrp_pipeline.landing.refusal import RefusedError
from vrp_pipeline.landing.values import rows_with_exchanged_days

ATTENDANCES, ASB = FEEDS[make.ATTENDANCES], FEEDS[make.ASB]
BRITISH, AMERICAN = "%d/%m/%Y", "%m/%d/%Y"


def test_each_group_is_judged_by_itself() -> None:
    texts = pa.array(["14/03/2024"] * 5 + ["03/14/2024", "03/02/2024", None], pa.string())
    groups = np.array([0] * 5 + [1] * 3)
    assert rows_with_exchanged_days(texts, groups).to_pylist() == [False] * 5 + [True, True, False]
    assert rows_with_exchanged_days(texts).to_pylist() == [False] * 8
    assert rows_with_exchanged_days(pa.array([], pa.string())).to_pylist() == []


def hospitals(path: Path, forms: dict[str, str]) -> Path:
    """A March of each site with 56 rows, its dates in the site's own form."""
    (row, *_) = rows_of(ATTENDANCES.name)
    return write_rows(
        path,
        [
            {
                **row,
                "EC_Ident": f"{site}/{number}",
                "Site_Code_of_Treatment": site,
                "Arrival_Date": date(2024, 3, 1 + number % 28).strftime(form),
                "EC_Injury_Date": "",
            }
            for site, form in forms.items()
            for number in range(56)
        ],
    )


def test_the_dates_of_one_hospital_in_the_american_order_are_refused_and_it_is_named(tmp_path: Path) -> None:
    path = hospitals(tmp_path / "march.csv", {"RHM01": BRITISH, "RHU03": BRITISH, "R1F01": AMERICAN})
    with pytest.raises(RefusedError, match=r"'Arrival_Date' are exchanged in the rows of R1F01, .*YYYY-MM-DD"):
        coverage(ATTENDANCES, path, date(2024, 4, 10))


def test_hospitals_that_write_dates_in_other_ways_but_none_exchanged_are_taken(tmp_path: Path) -> None:
    path = hospitals(tmp_path / "march.csv", {"RHM01": BRITISH, "RHU03": "%Y-%m-%d", "R1F01": "%Y-%m-%dT00:00:00"})
    assert coverage(ATTENDANCES, path, date(2024, 4, 10)).partitions == {"2024-03": 168}


def reported(days: Sequence[int], *, by_american_excel: bool) -> list[datetime | str]:
    """The cells of days of March: an American Excel makes dates of the first twelve, with day and month exchanged."""
    if not by_american_excel:
        return [datetime(2024, 3, day, 21) for day in days]
    return [datetime(2024, day, 3, 21) if day <= 12 else f"{day:02d}/03/2024 21:00" for day in days]


def districts(path: Path, american: str | None) -> Path:
    sheets = {}
    for name in ("Southampton", "Portsmouth", "Test Valley"):
        days = [1 + number % 31 for number in range(62)]
        cells = reported(days, by_american_excel=name == american)
        rows = make.antisocial(name[:3].upper(), 62, occurred_datetime="")
        sheets[name] = [{**row, "reported_datetime": cell} for row, cell in zip(rows, cells, strict=True)]
    return make.workbook(path, sheets)


def test_the_sheet_that_an_american_excel_saved_is_refused_and_named(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="'reported_datetime' are exchanged in the rows of TEST VALLEY"):
        coverage(ASB, districts(tmp_path / "asb.xlsx", "Test Valley"), date(2024, 4, 10))
    assert coverage(ASB, districts(tmp_path / "sound.xlsx", None), date(2024, 4, 10)).partitions == {"2024-03": 186}


def test_a_date_that_is_not_that_of_the_month_is_put_aside_in_the_rows_of_its_sender_alone(lake: Lake) -> None:
    (row, *_) = rows_of(ATTENDANCES.name)
    made = [
        {
            **row,
            "EC_Ident": f"{site}/{day}",
            "Site_Code_of_Treatment": site,
            "Arrival_Date": f"2024-03-{day:02d}",
            "EC_Injury_Date": date(2024, 3, day).strftime(form),
        }
        for site, form in (("RHM01", BRITISH), ("RHU03", BRITISH), ("R1F01", AMERICAN))
        for day in range(1, 29)
    ]
    names = {column.header: column.name for column in ATTENDANCES.columns}
    texts = pa.table({names[header]: [each[header] for each in made] for header in made[0]})
    found = conform(ATTENDANCES, numbered(texts, []), "d" * 16, bytes(32), date(2024, 4, 10))
    faults = found.unreadable.to_pylist()
    assert faults[:56] == [None] * 56
    # By hand: the 3rd of January to the 3rd of December can be read, and no 13th to 28th month can.
    assert sum("has day and month exchanged" in fault for fault in faults[56:]) == 12
    assert sum("is not a readable date" in fault for fault in faults[56:]) == 16
