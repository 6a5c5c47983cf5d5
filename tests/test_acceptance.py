"""The acceptance tests of docs/methods.md#tests that concern counting, where no other test asks for the whole of it.

2 and 3 stand here, through the product as its users run it, and 10 through the real dbt on a definition of its own.
4: tests/linkage/test_events.py, an assault that three services saw. 5: the dbt unit tests
`each_code_is_tested_against_both_lists`, `a_code_decides_before_a_point_…` and `street_crimes_of_merged_areas_…`.
6: the dbt unit test `a_district_with_a_tenth_of_its_places_blank_…`, and tests/transform/test_warehouse.py, whose
headline counts what has no place. 8: the dbt unit test `four_agencies_enter_one_event_…`; its roster stands here.
9: tests/ingest/test_conform.py for the birthday and the dbt unit test `reports_of_one_event_are_one_incident_…` for
the incident; the bands stand here.
"""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.conftest import FIXTURES
from tests.support import partnership
from tests.support.deliveries import rows_of, write_rows
from tests.support.product import Product
from tests.transform.conftest import build_whole, dbt_on
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.record_ids import COPY
from vrp_pipeline.lake.paths import DBT_PROJECT, Lake
from vrp_pipeline.report.counts.revisions import NOT_TOLD

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("acceptance")]

OFFENCES = "police__offences"
YEAR = "2023-24"


def fixtures_but(feed: str) -> list[Path]:
    return sorted(
        path for path in FIXTURES.iterdir() if path.name.startswith(tuple(FEEDS)) and not path.name.startswith(feed)
    )


def assaults(rows: list[dict[str, str]]) -> list[str]:
    """Crimes of the year that are 8N (00806), active and of one row, in the order of the extract."""
    names = [row["crime_reference"] for row in rows]
    return [
        row["crime_reference"]
        for row in rows
        if row["ho_offence_code"] == "00806" and row["crime_status"] == "active"
        and "2023-04" <= row["date_recorded"] < "2024-04" and names.count(row["crime_reference"]) == 1
    ]  # fmt: skip


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    """The fixtures, one row of the extract thirteen times, published; then an extract that corrects two crimes."""
    folder = tmp_path_factory.mktemp("acceptance")
    product = Product(folder / "product")
    rows = rows_of(OFFENCES)
    copied, reclassified, cancelled = assaults(rows)[:3]
    first = [row for row in rows for _ in range(13 if row["crime_reference"] == copied else 1)]
    product.call("vrp", "receive", write_rows(folder / "offences_first.csv", first), *fixtures_but(OFFENCES))
    product.call("vrp", "run", exit_code=0)
    product.publish(YEAR)
    corrected = [
        row
        | ({"ho_offence_code": "00501"} if row["crime_reference"] == reclassified else {})
        | ({"crime_status": "cancelled"} if row["crime_reference"] == cancelled else {})
        for row in rows
    ]
    (folder / "frozen").mkdir()
    shutil.copytree(product.lake.published / YEAR / "v1", folder / "frozen" / "v1")
    shutil.copytree(product.lake.root / "quarantine" / "police" / "offences", folder / "frozen" / "quarantine")
    product.call("vrp", "receive", write_rows(folder / "offences_second.csv", corrected))
    product.call("vrp", "run")
    product.publish(YEAR)
    return product


def published(product: Product, version: int) -> dict[tuple[str, str], str]:
    """Value of M1 by breakdown and category of the force."""
    with (product.lake.published / YEAR / f"v{version}" / "metrics.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["breakdown"], row["category"]): row["value"]
            for row in csv.DictReader(file)
            if row["metric_id"] == "M1" and row["geography_level"] == "force"
        }


def test_2_a_row_sent_thirteen_times_counts_once_and_twelve_are_in_quarantine(product: Product) -> None:
    # By hand (tests/fixtures/make.py): 54 crimes, however often a row of theirs is sent; published to the nearest 5.
    assert published(product, 1)["all", "all"] == "55"
    quarantine = product.root.parent / "frozen" / "quarantine"
    copied = assaults(rows_of(OFFENCES))[0]
    put_aside = f"select reasons from read_parquet('{quarantine}/*/*.parquet') where crime_reference = '{copied}'"
    assert [reasons for (reasons,) in duckdb.sql(put_aside).fetchall()] == [COPY] * 12


def test_3_a_frozen_report_keeps_its_figures_and_the_new_one_is_explained(product: Product) -> None:
    frozen = product.root.parent / "frozen" / "v1"
    for path in (each for each in frozen.rglob("*") if each.is_file()):
        kept = product.lake.published / YEAR / "v1" / path.relative_to(frozen)
        assert kept.read_bytes() == path.read_bytes()
    before, after = published(product, 1), published(product, 2)
    # By hand: 54 and 53 crimes. The printed parts leave 53 and 54 for the first, so that a cancelled crime would give
    # both away, if it were told.
    assert (before["all", "all"], after["all", "all"]) == ("55", "55")
    with (product.lake.published / YEAR / "v2" / "revisions.csv").open(encoding="utf-8", newline="") as file:
        steps = {
            row["step"]: (row["change"], row["crimes"]) for row in csv.DictReader(file) if row["metric_id"] == "M1"
        }
    assert steps == {
        "as published": ("55", "55"),
        NOT_TOLD: ("[c]", "[c]"),
        "as it stands": ("55", "55"),
    }
    page = (product.lake.published / YEAR / "v2" / "annual_report.html").read_text(encoding="utf-8")
    assert 'what changed since version 1 and why: <a href="revisions.csv">' in page
    assert "Nothing can be compared" not in product.call("vrp", "revisions", YEAR)


def test_9_an_age_is_in_one_band_and_an_unknown_age_in_its_own(product: Product) -> None:
    bands = dict(product.ask("select age_key, age_band from dim_age_band"))
    assert {bands["0"], bands["9"]} == {"0-9"}
    assert {bands["10"], bands["17"]} == {"10-17"}
    assert {bands["18"], bands["24"]} == {"18-24"}
    assert {bands["25"], bands["120"]} == {"25 and over"}
    assert bands["unknown"] == "unknown"
    young = dict(product.ask("select age_key, is_under_25 from dim_age_band where age_key in ('24', '25', 'unknown')"))
    assert young == {"24": True, "25": False, "unknown": None}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, Path]:
    """A lake with two years of a partnership, and a dbt project of its own whose seeds may be changed."""
    folder = tmp_path_factory.mktemp("definitions")
    lake = Lake(folder / "lake")
    partnership.write(lake)
    project = folder / "dbt_project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    build_whole(lake, dbt_on(lake, folder), "--exclude-resource-type", "unit_test")
    return lake, project


def built(lake: Lake, project: Path) -> duckdb.DuckDBPyConnection:
    """Build everything but the reports that are linked already with the project's seeds, and open it."""
    environment = os.environ | {"VRP_DATA_LAKE": str(lake.root)}
    dbt = str(Path(sys.executable).with_name("dbt"))
    options = ["--full-refresh", "--exclude-resource-type", "unit_test", "--profiles-dir", str(project)]
    program = [dbt, "--quiet", "build", "--project-dir", str(project), *options]
    finished = subprocess.run(program, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return duckdb.connect(str(lake.warehouse), read_only=True)


def append(seed: Path, *lines: str) -> None:
    with seed.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


def test_10_years_under_two_versions_are_not_compared_until_a_bridge_joins_them(workshop: tuple[Lake, Path]) -> None:
    lake, project = workshop
    ask = (
        "select financial_year, value, base_value, change_percent, statement from rpt_annual_metrics"
        " where metric_id = 'M1' and geography_level = 'force' and breakdown = 'all' order by financial_year"
    )
    with built(lake, project) as warehouse:
        # By hand (tests/transform/partnership.py): 72 crimes, then 60.
        assert [row[:3] for row in warehouse.sql(ask).fetchall()[:2]] == [
            ("2022-23", 72.0, None),
            ("2023-24", 60.0, 72.0),
        ]
    # Version 2 holds assault with injury alone, from April 2023: 12 crimes (A of each month) in 2023-24, and by the
    # same list 24 (A and F) in 2022-23.
    append(project / "seeds" / "definitions.csv",
           'SV_HIOW,2,"Assault with injury alone",test,test,2023-04-01,,P,"For the test.",crimes')  # fmt: skip
    append(project / "seeds" / "definition_members.csv", "SV_HIOW,2,8N,,actual bodily harm,,P,test")
    with built(lake, project) as warehouse:
        first, second = warehouse.sql(ask).fetchall()[:2]
    assert first[:2] == ("2022-23", 72.0)
    assert second[:4] == ("2023-24", 12.0, None, None)
    assert second[4] == (
        "12 crimes. No comparison: counted under SV_HIOW v2, but 2022-23 under SV_HIOW v1,"
        " and no bridged series joins them."
    )
    append(project / "seeds" / "definition_bridges.csv", "SV_HIOW,1,2,recounted for the test,P,test")
    with built(lake, project) as warehouse:
        first, second = warehouse.sql(ask).fetchall()[:2]
    assert first[:2] == ("2022-23", 24.0)
    assert second[:3] == ("2023-24", 12.0, 24.0)
    assert "the base is too small for a percentage" in second[4]


def test_8_an_agency_that_joins_in_april_changes_nothing_that_was_said_of_march(workshop: tuple[Lake, Path]) -> None:
    lake, project = workshop
    members = "select count(*) from dim_agency where joined_on <= '{day}' and coalesce(left_on, '{day}') >= '{day}'"
    append(project / "seeds" / "partnership_agencies.csv", "newcomer,A newcomer,health,,2024-04-02,,P,test")
    with built(lake, project) as warehouse:
        counted = [warehouse.sql(members.format(day=day)).fetchall()[0][0] for day in ("2024-03-31", "2024-04-02")]
    assert counted == [25, 26]
