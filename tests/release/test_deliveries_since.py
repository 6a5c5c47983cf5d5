"""Which deliveries explain that figures read differently: those that count by now, month by month."""

from pathlib import Path

from tests.support.releases import DELIVERIES, YEARS, write_release
from vrp_pipeline.calendar.months import months_of_year
from vrp_pipeline.release.deliveries_since import NewDelivery, deliveries_since

CRIMES, EVENTS, DISTRICTS = DELIVERIES[:3]
# The crimes of March 2024 and of April alone are delivered again, and the list of districts in another edition.
AGAIN = {
    **CRIMES,
    "delivery_id": "aa" * 8,
    "file_name": "offences_again.csv",
    "received_at": "2025-05-02T06:10:00",
    "months": ["2024-03", "2024-04"],
}
MONTHS = [month for year in YEARS for month in months_of_year(year) if month not in ("2024-03", "2024-04")]
OTHERS = {**CRIMES, "months": MONTHS}
LIST = {**DISTRICTS, "delivery_id": "bb" * 8, "file_name": "LAD25.csv", "received_at": "2025-06-01", "months": ["2025"]}


def test_what_was_delivered_again_is_told_for_its_months_of_the_year_with_the_measures_that_need_it(
    tmp_path: Path,
) -> None:
    before = write_release(tmp_path / "r1")
    after = write_release(tmp_path / "r2", deliveries=[OTHERS, AGAIN, EVENTS, LIST])
    assert deliveries_since(before, after, "2023-24") == [
        NewDelivery("police__offences", "offences_again.csv", "2025-05-02", ("2024-03",), ("M1", "M12", "M1b")),
        NewDelivery("reference__districts", "LAD25.csv", "2025-06-01", (), ()),
    ]
    (crimes, _) = deliveries_since(before, after, "2024-25")
    assert crimes.months == ("2024-04",)
    assert [each.feed for each in deliveries_since(before, after, "2022-23")] == ["reference__districts"]


def test_between_releases_of_the_same_deliveries_there_is_nothing_to_tell(tmp_path: Path) -> None:
    before, after = (write_release(tmp_path / name) for name in ("r1", "r2"))
    assert deliveries_since(before, after, "2023-24") == []
