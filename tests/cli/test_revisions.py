"""`vrp revisions` says why nothing can be compared: rows erased, a release that is gone, or a year with a gap."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from tests.support.marts import PROVENANCE, build
from vrp_pipeline.cli import main
from vrp_pipeline.lake.atomic import write_json
from vrp_pipeline.lake.erasures import Erasure, note_removal, record
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.release.releases import make_release

YEAR = "2023-24"


@pytest.fixture
def current(lake: Lake) -> str:
    """A lake with a release, and a first version of a year that rests on another, which is gone."""
    build(lake, 1)
    write_json(lake.published / YEAR / "v1" / "provenance.json", {"release": "2024-01-01-before"})
    return make_release(lake, PROVENANCE).release_id


def revisions(lake: Lake) -> str:
    result = CliRunner().invoke(main, ["--lake", str(lake.root), "revisions", YEAR])
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def erased(lake: Lake, when: datetime) -> None:
    for number in ("a", "b"):
        record(lake, Erasure("nhs_number", number * 32, "", when, "A Person"))


def test_after_an_erasure_it_says_what_was_erased_and_that_what_is_published_stays(lake: Lake, current: str) -> None:
    erased(lake, datetime.now(UTC) + timedelta(seconds=5))
    told = revisions(lake)
    assert "Rows of 2 people were erased" in told
    assert "also 2024-01-01-before, which version 1 of 2023-24 rests on" in told
    assert "Version 1 and all that is published stay as they are" in told
    assert "aaaa" not in told


def test_months_removed_at_the_end_of_their_period_are_told_as_such(lake: Lake, current: str) -> None:
    note_removal(lake)
    assert "Months older than their period were erased" in revisions(lake)


def test_a_release_that_is_gone_for_another_reason_and_a_year_with_a_gap_are_no_erasure(
    lake: Lake, current: str
) -> None:
    assert "release 2024-01-01-before, behind version 1 of 2023-24, is gone" in revisions(lake)
    erased(lake, datetime.now(UTC) - timedelta(days=9))
    assert "is gone" in revisions(lake), "the version was made after the erasure"
    provenance: Path = lake.published / YEAR / "v1" / "provenance.json"
    write_json(provenance, {"release": current})
    assert "incomplete in version 1 or in the current release" in revisions(lake)


def test_other_figures_are_compared_where_the_release_behind_the_version_is_there(lake: Lake, current: str) -> None:
    assert "No other figure" not in revisions(lake), "the release behind it is gone"
    write_json(lake.published / YEAR / "v1" / "provenance.json", {"release": current})
    assert "No other figure of the year differs between the two releases" in revisions(lake)
    released = []
    for number in (1, 2):
        with duckdb.connect(str(lake.warehouse)) as warehouse:
            made = "create or replace table rpt_programmes as select ? as financial_year, ? as referrals"
            warehouse.execute(made, [YEAR, number])
        released.append(make_release(lake, PROVENANCE).release_id)
    write_json(lake.published / YEAR / "v1" / "provenance.json", {"release": released[0]})
    told = revisions(lake)
    assert "which are not explained crime by crime rpt_programmes 1" in told


def test_a_delivery_that_counts_no_longer_is_named_by_feed_months_and_cause_and_never_by_its_file(
    lake: Lake, current: str
) -> None:
    """A hospital's file was accepted and is refused now; of the crimes of May to July, June's were sent again."""
    crimes: dict[str, Any] = {"feed": "police__offences", "file_name": "private name.csv", "delivery_id": "aa"}
    crimes |= {"received_at": "2024-05-01T06:00:00", "months": ["2023-05", "2023-06", "2023-07"]}
    hospital = {**crimes, "feed": "health__admissions", "delivery_id": "bb", "months": ["2023-09"]}
    again = {**crimes, "received_at": "2024-06-01T06:00:00", "delivery_id": "cc", "months": ["2023-06"]}
    before = make_release(lake, {**PROVENANCE, "deliveries": [crimes, hospital]}).release_id
    after = [{**crimes, "months": ["2023-05"]}, again, hospital]
    make_release(lake, {**PROVENANCE, "deliveries": after, "held": ["health__admissions 2023-09"]})
    write_json(lake.published / YEAR / "v1" / "provenance.json", {"release": before})
    told = revisions(lake)
    assert "health__admissions 2023-09, received on 2024-05-01 (held now): " in told
    assert "police__offences 2023-06, received on 2024-05-01 (replaced by that of 2024-06-01): " in told
    assert "police__offences 2023-07, received on 2024-05-01 (counted no more): " in told
    assert "police__offences 2023-06, received on 2024-06-01: " in told
    assert "private name" not in told
