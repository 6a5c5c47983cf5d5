"""Which deliveries explain that figures read differently: those that count by now or no longer, month by month."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.releases import DELIVERIES, YEARS, write_release
from vrp_pipeline.calendar.months import months_of_year
from vrp_pipeline.release.deliveries_since import ChangedDelivery, deliveries_no_longer, deliveries_since

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
NEEDED = ("M1", "M12", "M1b")
# A file of 200 children of 2023-24: a yearly return stands under the year in which it ends.
CHILDREN = {
    **CRIMES,
    "delivery_id": "cc" * 8,
    "feed": "local_authorities__children_in_need",
    "file_name": "cin.xml",
    "received_at": "2024-08-01",
    "months": ["2024"],
    "rows": 200,
}


def stopped(delivery: dict[str, Any], why: str, *months: str, metrics: tuple[str, ...] = NEEDED) -> ChangedDelivery:
    feed, file_name = delivery["feed"], delivery["file_name"]
    return ChangedDelivery(feed, file_name, delivery["received_at"][:10], months, metrics, why)


def test_what_was_delivered_again_is_told_for_its_months_of_the_year_with_the_measures_that_need_it(
    tmp_path: Path,
) -> None:
    before = write_release(tmp_path / "r1")
    after = write_release(tmp_path / "r2", deliveries=[OTHERS, AGAIN, EVENTS, LIST])
    assert deliveries_since(before, after, "2023-24") == [
        ChangedDelivery("police__offences", "offences_again.csv", "2025-05-02", ("2024-03",), NEEDED),
        ChangedDelivery("reference__districts", "LAD25.csv", "2025-06-01", (), ()),
    ]
    (crimes, _) = deliveries_since(before, after, "2024-25")
    assert crimes.months == ("2024-04",)
    assert [each.feed for each in deliveries_since(before, after, "2022-23")] == ["reference__districts"]


def test_between_releases_of_the_same_deliveries_there_is_nothing_to_tell(tmp_path: Path) -> None:
    before, after = (write_release(tmp_path / name) for name in ("r1", "r2"))
    assert deliveries_since(before, after, "2023-24") == []
    assert deliveries_no_longer(before, after, "2023-24") == []


STOPPED: dict[str, tuple[dict[str, Any], list[ChangedDelivery]]] = {
    "replaced": (
        {"deliveries": [OTHERS, AGAIN, EVENTS]},
        [stopped(CRIMES, "replaced by that of 2025-05-02", "2024-03")],
    ),
    "replaced by one that is held": (
        {"deliveries": [OTHERS, AGAIN, EVENTS], "held": ["police__offences 2024-03"]},
        [stopped(CRIMES, "replaced by that of 2025-05-02, which is held", "2024-03")],
    ),
    "accepted and then refused": (
        {"deliveries": [CRIMES, EVENTS], "held": ["police__offences 2023-07", "police__offences 2022-07"]},
        [stopped(CRIMES, "held now", "2023-07")],
    ),
    "of some months replaced, of one held": (
        {"deliveries": [OTHERS, AGAIN, EVENTS], "held": ["police__offences 2023-07"]},
        [stopped(CRIMES, "held now", "2023-07"), stopped(CRIMES, "replaced by that of 2025-05-02", "2024-03")],
    ),
    "gone": (
        {"deliveries": [CRIMES]},
        [stopped(EVENTS, "gone from the lake", *months_of_year("2023-24"), metrics=("M9",))],
    ),
    "standing in no month": (
        {"deliveries": [{**CRIMES, "months": []}, EVENTS]},
        [stopped(CRIMES, "counted no more", *months_of_year("2023-24"))],
    ),
    "with rows erased": (
        {"deliveries": [{**CRIMES, "rows": 317_000}, EVENTS]},
        [stopped(CRIMES, "1,204 of its rows erased", *months_of_year("2023-24"))],
    ),
    "sent again as it was": (
        {"deliveries": [OTHERS, {**CRIMES, "received_at": "2025-06-01", "months": ["2024-03", "2024-04"]}, EVENTS]},
        [],
    ),
}


@pytest.mark.parametrize("how", STOPPED)
def test_what_counts_no_longer_is_told_with_its_months_of_the_year_and_why(tmp_path: Path, how: str) -> None:
    manifest, told = STOPPED[how]
    before = write_release(tmp_path / "r1", deliveries=[CRIMES, EVENTS])
    after = write_release(tmp_path / "r2", **manifest)
    assert deliveries_no_longer(before, after, "2023-24") == told
    assert [each.why for each in deliveries_no_longer(before, after, "2021-22")] == []


def test_a_month_that_is_held_counts_in_neither_release_and_one_that_was_accepted_since_counts_now(
    tmp_path: Path,
) -> None:
    held = write_release(tmp_path / "r1", deliveries=[CRIMES], held=["police__offences 2023-07"])
    accepted = write_release(tmp_path / "r2", deliveries=[CRIMES])
    (told,) = deliveries_since(held, accepted, "2023-24")
    assert (told.months, told.why) == (("2023-07",), "")
    assert deliveries_since(accepted, held, "2023-24") == []
    assert deliveries_no_longer(held, held, "2023-24") == []


def test_a_yearly_return_and_a_list_that_stand_no_longer_are_told(tmp_path: Path) -> None:
    before = write_release(tmp_path / "r1", deliveries=[CHILDREN, DISTRICTS])
    after = write_release(tmp_path / "r2", deliveries=[])
    told = [
        stopped(CHILDREN, "gone from the lake", "2024", metrics=()),
        stopped(DISTRICTS, "gone from the lake", metrics=()),
    ]
    assert deliveries_no_longer(before, after, "2023-24") == told
    assert deliveries_no_longer(before, after, "2024-25") == told[1:]
    assert [each.months for each in deliveries_since(after, before, "2023-24")] == [("2024",), ()]
