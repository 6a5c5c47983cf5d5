"""What the agencies of the clustered world write down: defaults, blanks, repeats, and systematic faults.

Shares are counted in the delivered files and compared with the constants of the laws within four standard errors.
"""

import hashlib
from math import sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.synthetic.conftest import Simulated, simulated
from tests.synthetic.test_repeatable import contents
from vrp_pipeline.synthetic import simulate
from vrp_pipeline.synthetic.clustered import attendances, calls, clerks, police, stays
from vrp_pipeline.synthetic.clustered.difficulty import LEVELS
from vrp_pipeline.synthetic.world import geography, names, people
from vrp_pipeline.synthetic.world.streams import stream

SCALE = 0.05


@pytest.fixture(scope="module")
def clustered(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    return simulated(tmp_path_factory.mktemp("clustered"), scale=SCALE, world="clustered")


def delivered(run: Simulated, pattern: str) -> pd.DataFrame:
    """All rows of a feed's files without the rows that were planted as faulty."""
    found = [pd.read_csv(path, dtype=str).assign(file=path.name) for path in sorted(run.inbox.glob(pattern))]
    found = [rows for rows in found if len(rows)]
    faults = run.table("planted_faults")
    bad = faults[faults.action == "quarantine"]
    kept = [rows.drop(index=bad[bad.file == rows.file.iloc[0]].row.astype(int) - 1, errors="ignore") for rows in found]
    joined: pd.DataFrame = pd.concat(kept, ignore_index=True)
    return joined


def close(measured: float, share: float, count: int) -> bool:
    return abs(measured - share) < 4 * sqrt(share * (1 - share) / count) + 0.005


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones(tmp_path: Path) -> None:
    one, same, other = (
        contents(simulated(tmp_path / name, scale=0.01, seed=seed, world="clustered"))
        for name, seed in (("one", 3), ("same", 3), ("other", 4))
    )
    assert one == same
    assert one["ecds_injuries_2023-01.csv"] != other["ecds_injuries_2023-01.csv"]


def test_the_truth_names_every_record_of_an_event_and_nothing_else(clustered: Simulated) -> None:
    records = clustered.table("event_records")
    attended = delivered(clustered, "ecds_*.csv")
    assaults = attended[attended.EC_Injury_Intent_SNOMED_CT == "361269008"]
    assert set(records[records.feed == "health__emergency_attendances"].key) == set(assaults.EC_Ident)
    extract = delivered(clustered, "hiow_recorded_crime_2024-04-03.csv")
    mine = records[records.feed == "police__offences"]
    assert sorted(zip(extract.crime_reference, extract.victim_ref.fillna(""), strict=True)) == sorted(
        zip(mine.key, mine.victim_ref.fillna(""), strict=True)
    )
    assert set(records.incident_id) <= set(clustered.table("incidents").incident_id)


def test_patients_return_within_three_days_for_the_same_injury(clustered: Simulated) -> None:
    records = clustered.table("event_records")
    mine = records[(records.feed == "health__emergency_attendances") & ~records.is_duplicate]
    rows = mine.merge(
        delivered(clustered, "ecds_*.csv").drop_duplicates("EC_Ident"), left_on="key", right_on="EC_Ident"
    )
    rows["arrival"] = pd.to_datetime(rows.Arrival_Date + " " + rows.Arrival_Time)
    visits = rows.groupby("harm_id").arrival.agg(["count", "min", "max"])
    assert visits["count"].max() == 2
    assert close((visits["count"] > 1).mean(), attendances.BACK_AGAIN, len(visits))
    back = visits[visits["count"] > 1]
    assert (back["max"] - back["min"]).max() <= pd.Timedelta(hours=72)


def test_transfers_and_readmissions_come_within_ten_days_as_stays_of_their_own(clustered: Simulated) -> None:
    records = clustered.table("event_records")
    mine = records[(records.feed == "health__admissions") & ~records.is_duplicate]
    rows = mine.merge(delivered(clustered, "apc_*.csv").drop_duplicates("EPIKEY"), left_on="key", right_on="EPIKEY")
    assert set(rows.EPIORDER) == {"1"}
    rows["admitted"] = pd.to_datetime(rows.ADMIDATE)
    many = rows.groupby("harm_id").filter(lambda stays_of_one: len(stays_of_one) > 1)
    spans = many.groupby("harm_id").admitted.agg(lambda days: (days.max() - days.min()).days)
    assert len(spans) > 0
    assert spans.max() <= 10
    assert (many.groupby("harm_id").PROCODET.nunique() > 1).any()  # a transfer
    expected = stays.TRANSFERRED + stays.READMITTED
    assert close(len(spans) / rows.harm_id.nunique(), expected, rows.harm_id.nunique())


def test_a_second_call_to_a_scene_is_either_stood_down_or_a_record_of_its_own(clustered: Simulated) -> None:
    records = clustered.table("event_records")
    mine = records[records.feed == "health__ambulance_incidents"]
    size = mine.groupby("harm_id").size()
    assert close((size > 1).mean(), calls.CALLED_AGAIN, len(size))
    attended_twice = mine[~mine.is_duplicate].groupby("harm_id").size() > 1
    assert close(attended_twice.mean(), calls.CALLED_AGAIN * (1 - calls.STOOD_DOWN), len(size))


def test_each_agency_leaves_out_its_own_share_of_numbers_places_and_ages(clustered: Simulated) -> None:
    attended, called = delivered(clustered, "ecds_*.csv"), delivered(clustered, "ambulance_*.csv")
    admitted = delivered(clustered, "apc_*_freeze.csv")
    extract = delivered(clustered, "hiow_recorded_crime_2024-04-03.csv")
    persons = extract[extract.victim_type == "person"]
    for column, share in (
        (attended.EC_Place_Of_Injury_Latitude, attendances.PLACE_BLANK),
        (called.scene_easting, calls.SCENE_BLANK),
        (extract.location_easting, police.BLANK),
        (attended.NHS_Number, attendances.NUMBER_MISSING),
        (called.nhs_number, 1 - calls.NUMBER_TRACED),
        (admitted.NEWNHSNO, stays.NUMBER_MISSING),
        (attended.Age_At_Arrival, attendances.AGE_BLANK),
        (called.patient_age, calls.AGE_BLANK),
        (persons.victim_dob, police.BORN_BLANK),
        (persons.victim_sex, police.SEX_BLANK),
    ):
        assert close(column.isna().mean(), share, len(column)), column.name


def test_midnight_and_noon_are_used_far_oftener_than_other_minutes(clustered: Simulated) -> None:
    told = delivered(clustered, "ecds_*.csv").EC_Injury_Time.dropna()
    assert close((told == "00:00:00").mean(), attendances.MIDNIGHT, len(told)) or (told == "00:00:00").mean() > 0.09
    assert (told == "12:00:00").mean() > 0.03
    extract = delivered(clustered, "hiow_recorded_crime_2024-04-03.csv")
    exact = extract[extract.committed_from_datetime == extract.committed_to_datetime].committed_from_datetime.str[11:]
    assert (exact == "00:00:00").mean() > 0.05
    assert (exact == "12:00:00").mean() > 0.03


def test_police_ranges_run_over_nights_and_weekends_and_hold_the_event(clustered: Simulated) -> None:
    records = clustered.table("event_records").merge(clustered.table("incidents"), on="incident_id")
    rows = delivered(clustered, "hiow_recorded_crime_2024-04-03.csv").drop_duplicates("crime_reference")
    rows = rows.merge(
        records[records.feed == "police__offences"].drop_duplicates("key"), left_on="crime_reference", right_on="key"
    )
    start, end = pd.to_datetime(rows.committed_from_datetime), pd.to_datetime(rows.committed_to_datetime)
    hours = (end - start).dt.total_seconds() / 3600
    spans = rows[hours > 0]
    inside = (start <= rows.occurred_at) & (rows.occurred_at <= end + pd.Timedelta(minutes=5))
    assert inside[spans.index].mean() > 0.995
    assert 0.05 < ((hours >= 12) & (hours <= 14)).mean() < 0.15
    assert ((start.dt.day_of_week == 4) & (end.dt.day_of_week == 0) & (hours == 63)).any()


def test_a_station_a_hospital_and_the_middle_of_an_area_stand_for_unknown_places(clustered: Simulated) -> None:
    extract = delivered(clustered, "hiow_recorded_crime_2024-04-03.csv")
    points = (extract.location_easting + " " + extract.location_northing).dropna()
    stations = {"465400 101700", "442500 113400"}  # Portsmouth and Southampton, as the seed of default places has them
    assert points.isin(stations).mean() > 0.01
    busiest = points.value_counts().iloc[:14]
    assert busiest.sum() / len(points) == pytest.approx(police.STATION, abs=0.02)


def test_programmes_leave_out_birthdays_and_postcodes(clustered: Simulated) -> None:
    rows = delivered(clustered, "programme_sessions_*.csv").drop_duplicates("participant_pseudo_id")
    assert close(rows.date_of_birth.isna().mean(), clerks.PROGRAMMES.born_blank, len(rows))
    assert close(rows.home_postcode.isna().mean(), clerks.PROGRAMMES.postcode_blank, len(rows))


def test_a_clerk_changes_surnames_and_swaps_days_and_months_at_the_rates_of_the_agency() -> None:
    areas = geography.build(0.05, stream(1, "geography"))
    group = people.build(areas, 0.05, stream(1, "people"), ages=people.SUSPECT_AGES, women=0.2, first_reference=1)
    everyone, clerk = np.arange(len(group)), clerks.YOUTH_JUSTICE
    told = clerks.identity(group, everyone, clerk, LEVELS["base"], stream(1, "clerk"))
    given = np.array(names.SURNAMES)[group.surname]
    assert close((np.array(told["surname"].to_pylist()) != given).mean(), clerk.surname_changed, len(group))
    born = pd.to_datetime(pd.Series(told["born"].to_pylist()))
    true = pd.Series(group.born)
    assert close(born.isna().mean(), clerk.born_blank, len(group))
    swapped = (born.dt.day == true.dt.month) & (born.dt.month == true.dt.day) & (born != true)
    # Of those born by the twelfth one in twelve is born on the day of the month's own number: nothing to swap.
    assert close(swapped.mean(), clerk.swapped * 11 / 12, len(group))
    assert swapped.mean() > 0.01


@pytest.mark.nightly
def test_a_harder_world_has_more_blanks_and_an_easier_one_fewer(clustered: Simulated, tmp_path: Path) -> None:
    shares = {"base": delivered(clustered, "ecds_*.csv").EC_Place_Of_Injury_Latitude.isna().mean()}
    for difficulty in ("easy", "hard"):
        run = simulated(tmp_path / difficulty, scale=0.02, world="clustered", difficulty=difficulty)
        shares[difficulty] = delivered(run, "ecds_*.csv").EC_Place_Of_Injury_Latitude.isna().mean()
    assert shares["easy"] + 0.08 < shares["base"] < shares["hard"] - 0.08


@pytest.mark.parametrize("fault", ["clock12h:health__ambulance_incidents", "ageblank:health__emergency_attendances"])
def test_a_fault_spoils_its_feed_throughout_and_no_other(fault: str, tmp_path: Path) -> None:
    sound = contents(simulated(tmp_path / "sound", scale=0.01, world="clustered"))
    spoilt = contents(simulated(tmp_path / "spoilt", scale=0.01, world="clustered", faults=(fault,)))
    prefix = {"health__ambulance_incidents": "ambulance", "health__emergency_attendances": "ecds"}[fault.split(":")[1]]
    differ = {name for name in sound if sound[name] != spoilt[name]}
    # Only headings are left of a month without an event.
    filled = {name for name in sound if name.startswith(prefix) and sound[name].count(b"\n") > 1}
    assert filled <= differ
    assert not [name for name in differ if name.endswith(".csv") and not name.startswith((prefix, "programme"))]


@pytest.mark.nightly
def test_a_slow_clock_a_moved_place_and_an_older_age_are_off_by_exactly_that_much(tmp_path: Path) -> None:
    feed = "health__ambulance_incidents"
    faults: dict[str, tuple[str, ...]] = {"sound": ()}
    faults |= {kind: (f"{kind}:{feed}",) for kind in ("clock12h", "place3km", "age3y")}
    runs = {
        kind: delivered(simulated(tmp_path / kind, scale=0.01, world="clustered", faults=each), "ambulance_*.csv")
        for kind, each in faults.items()
    }
    sound = runs["sound"]
    moved = runs["place3km"].scene_easting.astype(float) - sound.scene_easting.astype(float)
    assert set(moved.dropna()) == {3000.0}
    older = runs["age3y"].patient_age.astype(float) - sound.patient_age.astype(float)
    assert set(older.dropna()) == {0.0, 3.0}  # 0 stands for unknown and stays
    slow = pd.to_datetime(runs["clock12h"].call_connect_datetime)
    whole = pd.to_datetime(sound.call_connect_datetime)
    assert slow.max() == whole.max() - pd.Timedelta(hours=12)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"world": "flat"}, "no world"),
        ({"world": "clustered", "difficulty": "brutal"}, "no difficulty"),
        ({"difficulty": "hard"}, "belong to the clustered world"),
        ({"world": "clustered", "faults": ("clock12h",)}, "needs one of the feeds"),
        ({"world": "clustered", "faults": ("flood:police__offences",)}, "no fault"),
    ],
)
def test_laws_that_do_not_exist_are_refused(arguments: dict[str, object], said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=said):
        simulate(tmp_path / "inbox", tmp_path / "truth", scale=0.01, **arguments)  # type: ignore[arg-type]


def test_the_first_world_is_what_it_was_before_there_was_a_second(small: Simulated) -> None:
    # Text deliveries of the default seed at 2 %; workbooks and Parquet depend on the versions of their writers. The
    # tables of other areas came later and tell nothing of the world.
    digest = hashlib.sha256()
    for path in sorted(small.inbox.iterdir()):
        is_text = path.suffix in (".csv", ".jsonl", ".xml", ".json", ".geojson")
        if is_text and not path.name.startswith(("nomis_", "fingertips_")):
            digest.update(path.name.encode() + path.read_bytes())
    assert digest.hexdigest() == "777e8b91e6448d7cf1f318e8cfeabf7d4ebcecab4c0c8e795f6714080fd60ece"
