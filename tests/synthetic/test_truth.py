"""The truth equals an independent count of the delivered files, and the volumes are those of the sources."""

import zipfile
from math import sqrt

import numpy as np
import pandas as pd
import pytest

from tests.support.canaries import EVERY_FEED, delivered_texts, planted
from tests.synthetic.conftest import Simulated
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.columns import Identifier
from vrp_pipeline.synthetic.world import geography, offences, people, places
from vrp_pipeline.synthetic.world.streams import stream

# Written out here, not taken from the simulation: the five-digit codes of serious violence ([ONS offences 2026]).
SERIOUS = (
    r"^(001\d\d|0040[12]|00410|002\d\d|005\d\d|0080[126]|0082[01]|0085[79]|034\d\d"
    r"|010\d\d|081\d\d|090\d\d|05601|029\d\d|031\d\d)$"
)
POSSESSION = r"^(010|081|090)"
# What a small simulation has few of: people with a restricted record, and two phrases in two kinds of remark.
LEAST_CANARIES = {
    ("probation__supervised_people", "restriction_message"): 3,
    ("communities__anonymous_reports", "phrase"): 4,
    ("fire__incidents", "postcode"): 5,
}
EXTRACTS = {"2023-04-05": ("2022-23",), "2024-04-03": ("2022-23", "2023-24")}


def five_digits(code: str) -> str:
    if "/" not in code:
        return code
    main, sub = code.split("/")
    return f"{int(main):03d}{int(sub):02d}"


def crimes_that_count(small: Simulated, day: str) -> pd.DataFrame:
    """One row per active serious crime of an extract, without the rows planted as faulty."""
    rows = small.extract(day)
    faults = small.table("planted_faults")
    bad = faults[(faults.file == f"hiow_recorded_crime_{day}.csv") & (faults.action == "quarantine")].row
    rows = rows.drop(index=[int(row) - 1 for row in bad])
    rows = rows[rows.crime_status == "active"].drop_duplicates("crime_reference")
    rows["code"] = rows.ho_offence_code.map(five_digits)
    rows = rows[rows.code.str.match(SERIOUS)]
    recorded = pd.to_datetime(rows.date_recorded)
    return rows.assign(financial_year=np.where(recorded < pd.Timestamp("2023-04-01"), "2022-23", "2023-24"))


def expected(small: Simulated, metric: str, as_of: str, year: str, area: str, category: str = "all") -> int:
    counts = small.table("expected_counts")
    keys = {"metric_id": metric, "financial_year": year, "area_code": area, "category": category}
    found = counts[counts.as_of.astype(str) == as_of]
    for name, value in keys.items():
        found = found[found[name] == value]
    (value,) = found.value
    return int(value)


@pytest.mark.parametrize("day", EXTRACTS)
def test_expected_serious_violence_equals_a_recount_of_the_extract(small: Simulated, day: str) -> None:
    rows = crimes_that_count(small, day)
    for year in EXTRACTS[day]:
        mine = rows[rows.financial_year == year]
        assert len(mine) == expected(small, "M1", day, year, "E23000030")
        without = mine[~mine.code.str.match(POSSESSION)]
        assert len(without) == expected(small, "M1b", day, year, "E23000030")


def test_expected_counts_by_district_equal_a_recount_by_coordinates(small: Simulated) -> None:
    areas = geography.build(0.02, stream(20230401, "geography"))
    rows = crimes_that_count(small, "2024-04-03")
    rows = rows[rows.financial_year == "2023-24"]
    located = rows.dropna(subset=["location_easting"])
    points = located[["location_easting", "location_northing"]].astype(int).to_numpy()
    lookup = pd.read_csv(small.inbox / "LSOA21_WD24_LAD24_EW_LU.csv").set_index("LSOA21CD").LAD24CD
    district = lookup.loc[areas.codes[areas.area_at(points[:, 0], points[:, 1])]]
    for code, count in district.value_counts().items():
        assert count == expected(small, "M1", "2024-04-03", "2023-24", str(code))
    assert len(rows) - len(located) == expected(small, "M1", "2024-04-03", "2023-24", "unlocated")


@pytest.mark.parametrize(("year", "as_of"), [("2022-23", "2023-03-31"), ("2023-24", "2024-03-31")])
def test_expected_events_equal_a_recount_of_the_workbook(small: Simulated, year: str, as_of: str) -> None:
    log = small.event_log(year)
    counted = log[
        (log.status == "held")
        & log.event_type.isin(["community event", "workshop", "school session"])
        & (pd.to_numeric(log.vru_staff_present) >= 1)
    ]
    once = counted.assign(day=counted.start_datetime.dt.date).drop_duplicates(["day", "venue_name", "provider_name"])
    assert len(once) == expected(small, "M9", as_of, year, "E23000030")


def test_nobody_is_harmed_or_suspected_before_birth_but_in_the_planted_row(small: Simulated) -> None:
    rows = small.extract("2024-04-03")
    for born in (rows.victim_dob, rows.suspect_dob):
        unborn = rows[born > rows.committed_from_datetime.str[:10]]
        faults = small.table("planted_faults")
        planted = faults[(faults.file == "hiow_recorded_crime_2024-04-03.csv") & (faults.action == "quarantine")].row
        assert set(unborn.index + 1) <= set(planted.astype(int))


def test_a_later_extract_restates_earlier_months(small: Simulated) -> None:
    first, second = (small.extract(day) for day in EXTRACTS)
    both = first.merge(second, on="crime_reference", suffixes=("_then", "_now"))
    assert set(both.crime_status_then) | set(both.crime_status_now) >= {"active", "cancelled"}
    assert ((both.crime_status_then == "active") & (both.crime_status_now == "cancelled")).any()
    now = second[second.date_recorded < "2023-04-01"]
    assert len(set(now.crime_reference) - set(first.crime_reference)) > 0  # recorded then, entered later
    assert set(first.crime_reference) <= set(second.crime_reference)
    assert second.date_recorded[~second.date_recorded.str.contains("unknown|-31$")].max() < "2024-04-01"


def test_between_two_handovers_each_extract_and_archive_brings_its_newest_month_alone(small: Simulated) -> None:
    may = small.extract("2023-06-04")
    assert set(may.date_recorded.str[:7]) == {"2023-05"}
    handed_over = small.extract("2024-04-03")
    known_then = set(may.crime_reference[~may.crime_reference.str.startswith("4400999")])
    assert known_then < set(handed_over.crime_reference[handed_over.date_recorded.str[:7] == "2023-05"])
    with zipfile.ZipFile(small.inbox / "2023-05.zip") as archive:
        assert {name[:7] for name in archive.namelist()} == {"2023-05"}


def test_reclassification_moves_assaults_to_wounding_and_changes_no_headline() -> None:
    moved = offences.OFFENCES[offences.NUMBER["00806"]], offences.OFFENCES[offences.NUMBER["00501"]]
    assert [offence.tier for offence in moved] == [offences.BODILY_HARM, offences.GRAVEST]


def test_two_in_five_assault_patients_are_known_to_police(small: Simulated) -> None:
    records = small.table("event_records")
    patients = records[(records.feed == "health__emergency_attendances") & ~records.is_duplicate]
    known = patients.incident_id.isin(set(records[records.feed == "police__offences"].incident_id))
    # 41 % published; four standard errors of a share of this many patients, and crimes recorded after the end.
    assert known.mean() == pytest.approx(0.41, abs=4 * sqrt(0.41 * 0.59 / len(patients)))


def test_every_report_in_the_truth_is_a_delivered_row_and_the_other_way_round(small: Simulated) -> None:
    records, faults = small.table("event_records"), small.table("planted_faults")
    bad = faults[faults.file == "hiow_recorded_crime_2024-04-03.csv"].row
    rows = small.extract("2024-04-03").drop(index=[int(row) - 1 for row in bad])
    police = records[records.feed == "police__offences"]
    assert sorted(zip(rows.crime_reference, rows.victim_ref.fillna(""), strict=True)) == sorted(
        zip(police.key, police.victim_ref.fillna(""), strict=True)
    )
    attended = pd.concat(pd.read_csv(path, dtype=str) for path in sorted(small.inbox.glob("ecds_*.csv")))
    assaults = attended[attended.EC_Injury_Intent_SNOMED_CT == "361269008"]
    health = records[records.feed == "health__emergency_attendances"]
    assert set(health.key) == set(assaults.EC_Ident)
    assert set(records.incident_id) <= set(small.table("incidents").incident_id)


def test_health_records_are_as_hard_to_link_as_documented(small: Simulated) -> None:
    attended = pd.concat(pd.read_csv(path, dtype=str) for path in sorted(small.inbox.glob("ecds_*.csv")))
    truth = small.table("event_records").merge(small.table("incidents"), on="incident_id")
    pairs = truth[~truth.is_duplicate].merge(attended.drop_duplicates("EC_Ident"), left_on="key", right_on="EC_Ident")
    arrival = pd.to_datetime(pairs.Arrival_Date + " " + pairs.Arrival_Time)
    lag = (arrival - pairs.occurred_at).dt.total_seconds() / 3600
    assert 1.6 < lag.mean() < 2.5  # two hours on average …
    assert lag.max() > 12  # … with a long tail
    assert (lag > 0).all()
    assert pairs.EC_Place_Of_Injury_Latitude.isna().mean() == pytest.approx(0.30, abs=0.08)
    assert pairs.Age_At_Arrival.isna().mean() == pytest.approx(0.05, abs=0.04)
    # Some unknown ages are delivered as 0; nobody who was harmed at 2 or older is 0 on arrival.
    is_zero = (pairs.Age_At_Arrival == "0") & (pairs.age > 1)
    assert 0 < is_zero.sum() < 0.03 * len(pairs)
    stated = pairs[~is_zero].dropna(subset=["Age_At_Arrival"])
    wrong = (stated.Age_At_Arrival.astype(int) - stated.age).abs()
    assert wrong.max() <= 2  # a wrong year, and a birthday between injury and arrival
    assert 0.005 < (wrong > 0).mean() < 0.08
    injured = pd.to_datetime(pairs.EC_Injury_Date + " " + pairs.EC_Injury_Time)
    assert (injured <= arrival).all()
    assert 0.06 < (injured.dt.minute == 0).mean() < 0.20  # a tenth, and one in sixty by chance


def test_the_levels_and_the_fall_are_those_of_the_sources() -> None:
    serious = [offence for offence in offences.OFFENCES if offence.tier]
    assert sum(offence.yearly for offence in serious) == pytest.approx(24_000, rel=0.01)
    assert sum(offence.yearly for offence in offences.OFFENCES) == pytest.approx(160_000, rel=0.03)
    assert {offence.tier for offence in serious} == set(offences.TIERS)


def test_every_canary_of_a_feed_stands_in_that_feeds_deliveries(small: Simulated) -> None:
    canaries = planted(small.truth)
    of_every_feed = canaries.pop(EVERY_FEED)
    texts = delivered_texts(small.inbox, canaries)
    for feed, kinds in canaries.items():
        for kind, found in kinds.items():
            missing = [canary for canary in found if canary not in texts[feed]]
            assert (len(found) >= LEAST_CANARIES.get((feed, kind), 10), missing) == (True, []), (feed, kind)
    everything = "\n".join(texts.values())
    assert all(canary in everything for found in of_every_feed.values() for canary in found)


def test_every_direct_identifier_of_a_contract_has_canaries_of_its_own(small: Simulated) -> None:
    direct = {
        (feed.name, column.name)
        for feed in FEEDS.values()
        for column in feed.columns
        if column.identifier is Identifier.DIRECT
    }
    kinds = {(feed, kind) for feed, found in planted(small.truth).items() for kind in found}
    # Local numbers of children have six digits: any number may hold them.
    assert direct - kinds == {
        ("youth_justice__offences", "child_pseudonym"),
        ("youth_justice__offences", "originating_child_pseudonym"),
    }


def test_nhs_numbers_are_test_numbers_with_a_valid_check_digit() -> None:
    areas = geography.build(0.02, stream(1, "geography"))
    someone = people.build(areas, 0.02, stream(1, "people"), ages=people.VICTIM_AGES, women=0.5, first_reference=1)
    assert len(set(someone.nhs_number)) == len(someone)
    for number in map(str, someone.nhs_number[:200]):
        assert number.startswith("999")
        weighted = sum(int(digit) * weight for digit, weight in zip(number[:9], range(10, 1, -1), strict=True))
        assert (11 - weighted % 11) % 11 == int(number[9])


def test_ages_count_birthdays_on_the_day() -> None:
    one = people.People(
        home=np.array([0]), born=np.array(["2000-02-29"], "datetime64[D]"), is_female=np.array([True]),
        ethnicity=np.array([0]), nhs_number=np.array([0]), reference=np.array([0]), forename=np.array([0]),
        surname=np.array([0]), postcode=np.array([0]), first_of_area=np.array([0, 1]),
    )  # fmt: skip
    days = np.array(["2023-02-28", "2023-03-01", "2024-02-28", "2024-02-29"], "datetime64[D]")
    assert one.ages(np.zeros(4, int), days).tolist() == [22, 23, 23, 24]


def test_few_places_hold_much_of_what_happens() -> None:
    areas = geography.build(0.02, stream(1, "geography"))
    where = places.build(areas, stream(1, "places"))
    hits = np.sort(np.bincount(where.draw(stream(1, "draw"), "violence", 50_000), minlength=len(where.area)))[::-1]
    assert hits[: len(hits) // 20].sum() > 0.2 * hits.sum()  # the hottest twentieth has over a fifth
    assert (hits > 0).mean() > 0.9
