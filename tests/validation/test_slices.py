"""A month of usual volume and mix is held, and the slice named, when a slice that a figure rests on has changed."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from tests.support.deliveries import take
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.slices import DistrictOf, Slicing, TierOf, ValueOf
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, Verdict
from vrp_pipeline.synthetic import simulate
from vrp_pipeline.validation.slice_extremes import extremes, slice_metrics
from vrp_pipeline.validation.slices import slices_of

OFFENCES = FEEDS["police__offences"]
Row = dict[str, str]


def test_rows_are_counted_by_tier_and_an_offence_code_nobody_knows_is_a_slice_of_its_own() -> None:
    # 00801 is wounding and 00806 actual bodily harm, both of 8N, as 00821 (a dog) is; class 034 stands in the seed with
    # its class alone.
    rows = pa.table({"offence_code": ["00806", "00806", "00801", "00821", "03499", "00501", "99999", None]})
    feed = _feed("police__offences", Slicing("tier", TierOf("offence_code")))
    assert slices_of(feed, rows, None, b"key")["tier"] == {
        "actual bodily harm": 2,
        "wounding without intent": 1,
        "other or unspecified assault with injury": 1,
        "robbery": 1,
        "attempted murder and wounding with intent": 1,
        "unknown offence code": 1,
        "blank": 1,
    }


def test_a_label_that_may_be_a_person_is_a_keyed_hash() -> None:
    rows = pa.table({"site_code": ["RHU03", "RHU03", "Jane Example", "9990000018"]})
    labels = slices_of(
        _feed("health__emergency_attendances", Slicing("hospital", ValueOf("site_code"))), rows, None, b"key"
    )["hospital"]
    assert labels["RHU03"] == 2
    assert {label[0] for label in labels if label != "RHU03"} == {"#"}


@pytest.mark.parametrize(
    ("feed", "column", "public", "masked"),
    [
        ("fire__incidents", "borough_name", ["Test Valley", "Isle of Wight"], ["Jane Example", "Wessex"]),
        ("fire__incidents", "borough_code", ["E07000093"], ["E07000093X"]),
        ("health__ambulance_incidents", "is_conveyed", [True, False], []),
        ("local_authorities__suspensions", "category", ["SUSP", "PERM"], ["Example"]),
        ("communities__interventions", "programme_code", ["NAV-01"], ["EXAMPLE", "9990000018", "A123456789012"]),
    ],
)
def test_what_stands_on_a_public_list_or_is_a_short_code_is_shown_and_everything_else_hidden(
    feed: str, column: str, public: list[str | bool], masked: list[str]
) -> None:
    """Public: the contract's codes, true and false, and the partnership's districts, as `partnership_districts`."""
    rows = pa.table({column: [*public, *masked]})
    labels = slices_of(_feed(feed, Slicing("slice", ValueOf(column))), rows, None, b"key")["slice"]
    assert {label for label in labels if not label.startswith("#")} == {
        str(value).lower() if isinstance(value, bool) else value for value in public
    }
    assert len(labels) == len(public) + len(masked)


def test_districts_are_not_judged_without_the_lists_that_tell_them() -> None:
    rows = pa.table({"lsoa_code": ["E01017140"]})
    assert (
        slices_of(_feed("police__street_crimes", Slicing("district", DistrictOf(("lsoa_code",)))), rows, None, b"key")
        == {}
    )


def test_the_share_of_a_slice_is_taken_after_chance_at_the_level_of_all_slices_together() -> None:
    # Four months of history and two slices: z = 3.227 for 1/1600 on each side, √(1 + 1/4) for the history.
    before = [{"tier": {"a": 64, "b": 81}}] * 4
    lowest, highest = extremes({"tier": {"a": 10, "b": 140}}, before)
    assert lowest is not None
    assert highest is not None
    assert (lowest.name, lowest.rows, lowest.usual) == ("tier 'a'", 10, 64)
    assert lowest.share == pytest.approx((10 + 3.2272 * 1.11803 * 8) / 64, abs=1e-3)
    assert highest.share == pytest.approx((140 - 3.2272 * 1.11803 * 9) / 81, abs=1e-3)


def test_of_a_clear_difference_in_many_rows_only_its_own_error_is_allowed_for() -> None:
    # One slice, twelve months: the normal quantile of 1/400 over two sides is 3.0233, and chance of 400 rows
    # 3.0233 * sqrt(13/12) * 20 = 62.9. Beyond it 1.5 * 20 = 30 are.
    before = [{"tier": {"a": 400}}] * 12
    for rows, low, high in ((200, 230 / 400, 170 / 400), (600, 630 / 400, 570 / 400), (350, 412.9 / 400, 287.1 / 400)):
        lowest, highest = extremes({"tier": {"a": rows}}, before)
        assert lowest is not None
        assert highest is not None
        assert lowest.share == pytest.approx(low, abs=1e-3)
        assert highest.share == pytest.approx(high, abs=1e-3)


def test_steady_slices_are_told_by_themselves_too() -> None:
    before = [{"tier": {"a": 400}, "setting": {"park": 400}}] * 12
    found = slice_metrics({"tier": {"a": 260}, "setting": {"park": 250}}, before, ["tier"])
    assert (found["smallest_slice_name"], found["smallest_slice"]) == ("setting 'park'", 280 / 400)
    assert (found["smallest_steady_slice_name"], found["smallest_steady_slice"]) == ("tier 'a'", 290 / 400)
    assert "smallest_steady_slice" not in slice_metrics({"tier": {"a": 260}}, [{"tier": {"a": 400}}] * 12)


def test_more_slices_ask_for_more_evidence() -> None:
    few = [{"tier": {"a": 60}}] * 6
    many = [{"tier": {"a": 60, **{f"other {number}": 60 for number in range(99)}}}] * 6
    month = {"a": 35, **{f"other {number}": 60 for number in range(99)}}
    alone, _ = extremes({"tier": {"a": 35}}, few)
    among, _ = extremes({"tier": month}, many)
    assert alone is not None
    assert among is not None
    assert alone.share < among.share


def test_a_slice_that_occurs_for_the_first_time_may_have_few_rows_and_no_more() -> None:
    # Of 2,000 rows two in a hundred are 40, of which 1.6 times as many are tolerated. The normal quantile of 1/400 over
    # two sides of one slice is 3.0233, and with six months before reach is 3.0233 * sqrt(7/6) = 3.2656.
    before = [{"code": {"E1": 2000}}] * 6
    for rows, share in ((60, (60 - 3.2656) / 40), (70, (70 - 3.2656) / 40)):
        _, highest = extremes({"code": {"E1": 2000, "E2": rows}}, before)
        assert highest is not None
        assert (highest.name, highest.rows, highest.usual) == ("code 'E2'", rows, 0.0)
        assert highest.share == pytest.approx(share, abs=1e-3)
    # In a small month twenty rows are few, and a code that occurred once before is no new one.
    _, small = extremes({"code": {"E1": 60, "E2": 25}}, [{"code": {"E1": 60}}] * 6)
    assert small is not None
    assert small.share < 1.6
    _, known = extremes({"code": {"E1": 60, "E2": 500}}, [{"code": {"E1": 60, "E2": 1}}, *[{"code": {"E1": 60}}] * 5])
    assert known is not None
    assert known.name == "code 'E1'"


def test_a_month_without_rows_or_history_is_not_judged_by_slice() -> None:
    before = [{"tier": {"a": 60}}] * 6
    assert extremes({"tier": {}}, before) == (None, None)
    assert extremes({"tier": {"a": 60}}, []) == (None, None)


def test_small_slices_vanish_by_chance() -> None:
    lowest, _ = extremes({"tier": {"a": 0, "b": 500}}, [{"tier": {"a": 12, "b": 500}}] * 12)
    assert lowest is not None
    assert lowest.share > 0.6


def test_a_slice_of_twenty_rows_does_not_vanish_by_chance_but_may_shrink_by_it() -> None:
    # (5/6)^100 = 1.2e-8 lies far below 1/400 over two sides of fourteen slices, 8.9e-5.
    before = [{"code": {f"E{number}": 20 for number in range(14)}}] * 5
    vanished, _ = extremes({"code": {f"E{number}": 20 for number in range(1, 14)}}, before)
    assert vanished is not None
    assert (vanished.name, vanished.share) == ("code 'E0'", 0.0)
    shrunk, _ = extremes({"code": {f"E{number}": 20 if number else 4 for number in range(14)}}, before)
    assert shrunk is not None
    assert shrunk.share > 0.6


@pytest.fixture(scope="module", params=[0.1, 0.2, 1.0])
def extract(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Row], Path]:
    """The rows of a simulated force's last extract, 24 months of them, and a folder."""
    folder = tmp_path_factory.mktemp("recoded")
    paths = simulate(folder / "inbox", folder / "truth", scale=request.param)
    (newest,) = (path for path in paths if path.name == "hiow_recorded_crime_2024-04-03.csv")
    reference = [path for path in paths if path.name.startswith(("LSOA", "LAD"))]
    with newest.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for path in reference:
        path.rename(folder / path.name)
    return rows, folder


def recoded(row: Row) -> Row:
    return row | {"ho_offence_code": "105/01"} if row["ho_offence_code"] in ("008/06", "00806", "8/6") else row


def renumbered(row: Row) -> Row:
    return row | {"ho_offence_code": "008/58"} if row["ho_offence_code"] in ("008/06", "00806", "8/6") else row


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("change", "named"),
    [
        (recoded, ("tier 'actual bodily harm'", "offence code '00806'")),
        (renumbered, ("'00806'", "'actual bodily harm'")),
    ],
    ids=["ABH recorded as common assault", "a new code swallows an old one"],
)
def test_a_month_recoded_at_usual_volume_is_held_and_its_slice_named(
    extract: tuple[list[Row], Path], change: Callable[[Row], Row], named: tuple[str, ...], tmp_path: Path
) -> None:
    rows, _ = extract
    changed = [change(row) if row["date_recorded"].startswith("2023-11") else row for row in rows]
    verdicts = ingested(tmp_path, changed)
    held = {partition for partition, verdict in verdicts.items() if verdict.status is Status.HELD}
    assert held == {"2023-11"}
    assert any(name in verdicts["2023-11"].sentence for name in named)


@pytest.mark.nightly
def test_a_month_that_lost_a_district_is_held_and_the_district_named(
    extract: tuple[list[Row], Path], tmp_path: Path
) -> None:
    rows, folder = extract

    # Southampton lies within these metres; a few rows of its neighbours go with it.
    def is_southampton(row: Row) -> bool:
        return (
            bool(row["location_easting"])
            and 437_500 < int(row["location_easting"]) < 447_500
            and 110_000 < int(row["location_northing"]) < 117_500
        )

    changed = [row for row in rows if not (row["date_recorded"].startswith("2023-11") and is_southampton(row))]
    verdicts = ingested(tmp_path, changed, folder)
    assert {partition for partition, verdict in verdicts.items() if verdict.status is Status.HELD} == {"2023-11"}
    assert "district 'Southampton'" in verdicts["2023-11"].sentence


def ingested(folder: Path, rows: list[Row], reference: Path | None = None) -> dict[str, Verdict]:
    """The verdicts on an extract, with the lists of areas where `reference` holds them."""
    lake = Lake(folder / "lake")
    if reference is not None:
        take(lake, *sorted(path for path in reference.iterdir() if path.is_file()))
        for name in ("reference__small_areas", "reference__boundaries"):
            ingest(lake, FEEDS[name])
    path = folder / "extract.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    take(lake, path)
    return {verdict.partition: verdict for verdict in ingest(lake, OFFENCES)}


def _feed(name: str, slicing: Slicing) -> Feed:
    """A feed with one slicing alone."""
    return replace(FEEDS[name], slices=(slicing,))
