"""An edition of a list that is wrong as a whole is held with a sentence, and the true next edition counts."""

from pathlib import Path

import pyarrow as pa
import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import Row, rows_of, take, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.agreement import Ranks
from vrp_pipeline.feeds.contract.totals import Totals
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.ingest.staleness import stale_partitions
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, Verdict
from vrp_pipeline.validation.editions import EDITIONS, SAMPLE, edition_metrics, rank_metrics, totals_of

POPULATION, AREAS, DEPRIVATION = "reference__population", "reference__area_populations", "reference__deprivation"
DECILE = "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)"
RANK = "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)"
HEADINGS = [*map(str, range(90)), "90+"]
# Residents by single age: as in the world, those aged 90 and over are several times those aged 89.
AGES = [20] * 60 + [15] * 20 + [6] * 10 + [24]


def small_area(row: Row, ages: list[int]) -> Row:
    return row | dict(zip(HEADINGS, map(str, ages), strict=True)) | {"All Ages": str(sum(ages))}


def population(change: str = "") -> list[Row]:
    """1,584 residents in each small area (60 × 20 + 20 × 15 + 10 × 6 + 24), changed."""
    rows = []
    for number, row in enumerate(rows_of(POPULATION)):
        if change == "every third area 0" and number % 3 == 0:
            ages = [0] * 91
        elif change == "females only":
            ages = [age // 2 for age in AGES]
        elif change == "ages moved up":
            ages = [AGES[-1], *AGES[:-1]]
        elif change == "ages moved down":
            ages = [*AGES[1:], AGES[0]]
        elif change == "grown":
            ages = [age + (place % 10 == 0) for place, age in enumerate(AGES)]
        else:
            ages = AGES
        rows.append(small_area(row, ages) | ({"All Ages": "2"} if change == "in thousands" else {}))
    return rows


def area_populations(year: int, times: float = 1.0) -> list[Row]:
    rows = []
    for row in rows_of(AREAS):
        if row["DATE"] in ("2022", "2023"):
            earlier = int(row["DATE"]) - 2023 + year
            rows.append(row | {"DATE": str(earlier), "OBS_VALUE": str(round(int(row["OBS_VALUE"]) * times))})
    return rows


def deprivation(deciles: dict[str, str] | None = None) -> list[Row]:
    ranks = ["1", "3376", "13077", "16900", "33755"]
    right = ["1", "2", "4", "6", "10"]  # tenths of 33,755 areas end after 3,375.5, 6,751, 10,126.5, 13,502, 16,877.5 …
    rows = []
    for number, row in enumerate(rows_of(DEPRIVATION)):
        decile = right[number % 5]
        rows.append(row | {RANK: ranks[number % 5], DECILE: (deciles or {}).get(decile, decile)})
    return rows


def judged(lake: Lake, feed: str, *files: Path) -> dict[str, Verdict]:
    """Receive and ingest one file after the other, and return the newest verdict of each edition."""
    verdicts: list[Verdict] = []
    for file in files:
        take(lake, file)
        verdicts = ingest(lake, FEEDS[feed])
    assert stale_partitions(lake, FEEDS[feed]) == []
    return {verdict.partition: verdict for verdict in verdicts}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("in thousands", "'All Ages' sums to 28, where the same 14 areas had 22,176 in the edition of 2020"),
        ("females only", "'All Ages' sums to 10,948, where the same 14 areas had 22,176 in the edition of 2020"),
        # Areas 0, 3, 6, 9 and 12 of 14: 9 × 1,584 are left.
        ("every third area 0", "'All Ages' sums to 14,256, where the same 14 areas had 22,176 in the edition of 2020"),
        # 24 of 1,584 are 1.52 %, 6 are 0.38 %, 20 are 1.26 %.
        ("ages moved up", "age_90 has 0.38% of all residents, where it had 1.52% in the edition of 2020"),
        ("ages moved down", "age_89 has 1.52% of all residents, where it had 0.38% in the edition of 2020"),
    ],
)
def test_an_edition_of_populations_that_is_wrong_as_a_whole_is_held_with_what_it_was_before(
    lake: Lake, tmp_path: Path, change: str, sentence: str
) -> None:
    verdicts = judged(
        lake,
        POPULATION,
        write_rows(tmp_path / "mid2020.csv", population()),
        write_rows(tmp_path / "mid2021.csv", population(change)),
    )
    assert verdicts["2020"].status is Status.PUBLISHED
    assert verdicts["2021"].status is Status.HELD
    assert any(sentence in unmet.reason for unmet in verdicts["2021"].unmet_expectations)
    assert all("download" in unmet.remedy for unmet in verdicts["2021"].unmet_expectations if unmet.holds)


def test_the_true_next_edition_of_populations_is_published(lake: Lake, tmp_path: Path) -> None:
    """Ten residents more in each area, and two of 14 areas replaced by the three that they were split into."""
    grown = population("grown")
    split = [grown[0] | {"LSOA Code": f"E0190009{part}"} for part in range(3)]
    verdicts = judged(
        lake,
        POPULATION,
        write_rows(tmp_path / "mid2020.csv", population()),
        write_rows(tmp_path / "mid2021.csv", [*grown, *split]),
    )
    assert {verdict.status for verdict in verdicts.values()} == {Status.PUBLISHED}


@pytest.mark.parametrize(("change", "held"), [("in thousands", True), ("every third area 0", True), ("", False)])
def test_without_an_edition_before_small_areas_without_residents_are_held(
    lake: Lake, tmp_path: Path, change: str, *, held: bool
) -> None:
    verdicts = judged(lake, POPULATION, write_rows(tmp_path / "mid2020.csv", population(change)))
    assert (verdicts["2020"].status is Status.HELD) is held


def test_populations_of_areas_in_thousands_are_held_and_the_next_year_counts(lake: Lake, tmp_path: Path) -> None:
    """The newest year of the fixture: 2,800,000 + 1,000,000 + 1,800,000 + 80,000 residents."""
    first = write_rows(tmp_path / "mid2023.csv", area_populations(2023))
    verdicts = judged(lake, AREAS, first, write_rows(tmp_path / "mid2024.csv", area_populations(2024, 0.001)))
    assert verdicts["2024"].status is Status.HELD
    told = [unmet.reason for unmet in verdicts["2024"].unmet_expectations]
    assert any(
        "'OBS_VALUE' sums to 5,680, where the same 4 areas had 5,680,000 in the edition of 2023" in one for one in told
    )
    # A list with years of both editions has more rows and is no larger.
    longer = [*area_populations(2024, 1.01), *(row for row in area_populations(2023) if row["DATE"] == "2022")]
    right = judged(lake, AREAS, write_rows(tmp_path / "again_mid2024.csv", longer))
    assert right["2024"].status is Status.PUBLISHED


def test_after_a_first_edition_in_thousands_the_second_is_held_whichever_was_wrong(lake: Lake, tmp_path: Path) -> None:
    first = write_rows(tmp_path / "mid2023.csv", area_populations(2023, 0.001))
    verdicts = judged(lake, AREAS, first, write_rows(tmp_path / "mid2024.csv", area_populations(2024)))
    assert verdicts["2024"].status is Status.HELD
    assert any("deliver that one anew" in unmet.remedy for unmet in verdicts["2024"].unmet_expectations)
    mended = judged(lake, AREAS, write_rows(tmp_path / "again_mid2023.csv", area_populations(2023)))
    assert {verdict.status for verdict in mended.values()} == {Status.PUBLISHED}


def test_deciles_counted_from_the_other_end_are_held_in_the_first_edition(lake: Lake, tmp_path: Path) -> None:
    """Ranks 1, 3,376, 13,077, 16,900 and 33,755 are in deciles 1, 2, 4, 6 and 10; from the other end in no such one."""
    reversed_deciles = {decile: str(11 - int(decile)) for decile in ("1", "2", "4", "6", "10")}
    verdicts = judged(lake, DEPRIVATION, write_rows(tmp_path / "IoD2025.csv", deprivation(reversed_deciles)))
    assert verdicts["2025"].status is Status.HELD
    assert any("14 areas have an imd_decile" in unmet.reason for unmet in verdicts["2025"].unmet_expectations)
    right = judged(lake, DEPRIVATION, write_rows(tmp_path / "again_IoD2025.csv", deprivation()))
    assert right["2025"].status is Status.PUBLISHED


@pytest.mark.parametrize("feed", [name for name, feed in FEEDS.items() if feed.totals or feed.ranks])
def test_the_fixtures_of_lists_with_figures_are_published(lake: Lake, feed: str) -> None:
    take(lake, fixture_of(feed))
    assert {verdict.status for verdict in ingest(lake, FEEDS[feed])} == {Status.PUBLISHED}


@pytest.mark.parametrize(
    ("decile", "wrong"),
    # 25 areas: tenths of 2.5, so that the first ends between ranks 2 and 3 and rank 3 may be in either.
    [(1, 0), (2, 0), (3, 1)],
)
def test_a_rank_beside_the_end_of_a_decile_may_have_either(decile: int, wrong: int) -> None:
    found = rank_metrics(Ranks("rank", "decile", 25), pa.table({"rank": [3, None], "decile": [decile, 1]}))
    assert found == {"share_of_other_decile": float(wrong), "rows_of_other_decile": float(wrong)}


def test_editions_that_cover_different_areas_are_compared_by_the_same_ones() -> None:
    totals = Totals(column="residents", of="area")
    whole = totals_of(totals, pa.table({"area": [f"E{n:08d}" for n in range(5_000)], "residents": [2_000] * 5_000}))
    part = totals_of(totals, pa.table({"area": [f"E{n:08d}" for n in range(1_500)], "residents": [1_000] * 1_500}))
    assert len(whole) == len(part) == SAMPLE
    found = edition_metrics((part, {}), {"2020": (whole, {})})
    assert found["least_of_total_before"] == found["most_of_total_before"] == 0.5
    assert len(whole.keys() & part.keys()) > 100


def test_the_edition_before_that_lies_farthest_is_named_of_the_last_three() -> None:
    before = {"2019": 10, "2020": 100, "2021": 200, "2022": 50}
    found = edition_metrics(({"E": 100}, {}), {year: ({"E": figure}, {}) for year, figure in before.items()})
    assert EDITIONS == 3
    assert (found["least_of_total_before"], found["least_of_total_before_edition"]) == (0.5, "2021")
    assert (found["most_of_total_before"], found["most_of_total_before_edition"]) == (2.0, "2022")


def test_areas_that_only_one_edition_has_are_in_neither_sum() -> None:
    """5 and 7 are of both editions, and were 6 and 6."""
    found = edition_metrics(({"A": 5, "B": 7, "C": 900}, {}), {"2020": ({"A": 6, "B": 6, "D": 100}, {})})
    told = [found[f"least_of_total_before_{word}"] for word in ("now", "then", "areas")]
    assert (found["least_of_total_before"], told) == (1.0, ["12", "12", "2"])


def test_of_a_long_table_the_newest_year_and_the_rows_of_all_people_are_summed() -> None:
    totals = Totals(column="residents", of="area", where={"sex": "Total"}, newest_of="year")
    rows = pa.table(
        {
            "year": ["2023", "2022", "2023", "2023"],
            "area": ["A", "A", "A", "B"],
            "sex": ["Total", "Total", "Male", "Total"],
            "residents": [10, 9, 5, 20],
        }
    )
    assert totals_of(totals, rows) == {"A": 10, "B": 20}
