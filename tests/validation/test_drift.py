"""A month of usual volume and valid codes is held if its categories, locations or ages have shifted."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.deliveries import take
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.slices import Slicing, ValueOf
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, Verdict
from vrp_pipeline.validation.drift import drift
from vrp_pipeline.validation.slice_extremes import extremes
from vrp_pipeline.validation.suite import read_expectations

STREET = FEEDS["police__street_crimes"]
MONTHS = ["2023-10", "2023-11", "2023-12", "2024-01", "2024-02", "2024-03"]
USUAL = ("Violence and sexual offences",) * 240 + ("Shoplifting",) * 240 + ("Burglary",) * 120


def archive(path: Path, kinds: dict[str, Sequence[str]], unlocated: str | None = None) -> Path:
    """An archive of 600 located crimes a month of the given kinds."""
    header = ",".join(column.header for column in STREET.columns)
    with zipfile.ZipFile(path, "w") as made:
        for number, month in enumerate(MONTHS):
            point = ",," if month == unlocated else "-1.402,50.906,"
            lines = [
                f"{number:02x}{row:062x},{month},Hampshire Constabulary,Hampshire Constabulary,{point}"
                f"On or near Example Street,E01900001,Southampton S001A,{kind},Under investigation,"
                for row, kind in enumerate(kinds.get(month, USUAL))
            ]
            made.writestr(f"{month}/{month}-hampshire-street.csv", "\n".join([header, *lines]) + "\n")
    return path


def judged(lake: Lake) -> dict[str, Verdict]:
    return {verdict.partition: verdict for verdict in ingest(lake, STREET)}


def test_a_month_whose_categories_are_miscoded_at_normal_volume_is_held(lake: Lake, tmp_path: Path) -> None:
    miscoded = [kind.replace("Violence and sexual offences", "Other crime") for kind in USUAL]
    take(lake, archive(tmp_path / "a.zip", {"2024-03": miscoded}))
    verdicts = judged(lake)
    assert verdicts["2024-03"].status is Status.HELD
    reasons = {unmet.expectation: unmet.reason for unmet in verdicts["2024-03"].unmet_expectations}
    assert set(reasons) == {"the mix of crime types is usual", "no slice is too small", "no slice is too large"}
    # 240 of 600 rows moved: 0.4, less the 0.1 that chance may give.
    assert "lies 0.3" in reasons["the mix of crime types is usual"]
    assert reasons["no slice is too small"].startswith("only 0 rows of crime type 'Violence and sexual offences'")
    assert reasons["no slice is too large"].startswith("240 rows of crime type 'Other crime', where 0 are usual")
    assert {verdicts[month].status for month in MONTHS[:-1]} == {Status.PUBLISHED}


def test_a_month_that_lost_its_places_is_held(lake: Lake, tmp_path: Path) -> None:
    take(lake, archive(tmp_path / "a.zip", {}, unlocated="2024-03"))
    verdict = judged(lake)["2024-03"]
    assert verdict.status is Status.HELD
    assert "as many rows are located as usual" in [unmet.expectation for unmet in verdict.unmet_expectations]


def test_a_small_change_is_no_drift(lake: Lake, tmp_path: Path) -> None:
    take(lake, archive(tmp_path / "a.zip", {"2024-03": USUAL[40:] + ("Shoplifting",) * 40}))
    assert judged(lake)["2024-03"].status is Status.PUBLISHED


def test_a_restated_month_lets_the_months_compared_with_it_be_judged_again(lake: Lake, tmp_path: Path) -> None:
    take(lake, archive(tmp_path / "a.zip", {}))
    judged(lake)
    assert stale_partitions(lake, STREET) == []
    with zipfile.ZipFile(archive(tmp_path / "b.zip", {"2023-12": USUAL[:480] + ("Drugs",) * 120})) as whole:
        name = "2023-12/2023-12-hampshire-street.csv"
        with zipfile.ZipFile(tmp_path / "december.zip", "w") as partition:
            partition.writestr(name, whole.read(name))
    take(lake, tmp_path / "december.zip")
    assert stale_partitions(lake, STREET) == ["2023-12", "2024-01", "2024-02", "2024-03"]
    ingest(lake, STREET, ["2023-12", "2024-01", "2024-02", "2024-03"])
    assert stale_partitions(lake, STREET) == []


@pytest.mark.parametrize("order", [MONTHS, MONTHS[::-1]])
def test_months_ingested_one_by_one_end_as_those_ingested_together(
    lake: Lake, tmp_path: Path, order: Sequence[str]
) -> None:
    miscoded = [kind.replace("Violence and sexual offences", "Other crime") for kind in USUAL]
    take(lake, archive(tmp_path / "a.zip", {"2024-02": miscoded}))
    for month in order:
        ingest(lake, STREET, [month])
    ingest(lake, STREET, stale_partitions(lake, STREET))
    together = Lake(tmp_path / "together")
    take(together, tmp_path / "a.zip")
    assert {partition: (v.status, v.fingerprint, v.unmet_expectations) for partition, v in judged(lake).items()} == {
        partition: (v.status, v.fingerprint, v.unmet_expectations) for partition, v in judged(together).items()
    }
    assert stale_partitions(lake, STREET) == []


@pytest.mark.parametrize(
    ("feed", "column", "men", "women"),
    [
        ("health__emergency_attendances", "sex", 430, 185),
        ("health__ambulance_incidents", "patient_sex", 250, 120),
        ("health__admissions", "sex", 47, 20),
    ],
)
def test_a_month_of_a_full_size_service_in_which_the_sexes_are_exchanged_is_held_and_one_of_chance_is_not(
    feed: str, column: str, men: int, women: int
) -> None:
    (expectation,) = [each for each in read_expectations(FEEDS[feed]) if each.column == f"shift_of_{column}"]
    assert expectation.critical
    most = expectation.configuration["kwargs"]["max_value"]
    before = [{column: {"1": men, "2": women}}] * 12
    assert drift({column: {"1": women, "2": men}}, before)[expectation.column] > most
    # Three standard errors more men, of the share of men in a month: sqrt(p (1 - p) / n).
    rows = men + women
    more = round(3 * (men * women / rows) ** 0.5)
    assert drift({column: {"1": men + more, "2": women - more}}, before)[expectation.column] <= most


def test_a_snapshot_in_which_nobody_is_deleted_any_more_is_held_by_name() -> None:
    feed = FEEDS["probation__supervised_people"]
    assert Slicing("deleted", ValueOf("is_soft_deleted")) in feed.slices
    lowest, _ = extremes({"deleted": {"False": 3050}}, [{"deleted": {"False": 3000, "True": 50}}] * 12)
    assert lowest is not None
    assert (lowest.name, lowest.share) == ("deleted 'True'", 0.0)
