"""A yearly return is compared with the one before it: years have no season, and there are never three for long."""

from datetime import date
from pathlib import Path

import pytest

from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status
from vrp_pipeline.landing.receipt import receive

CENSUS = FEEDS["local_authorities__children_in_need"]
CHILDREN = 200


def census(path: Path, year: int, *, children: int = CHILDREN, factor: str = "13A", source: str = "6") -> Path:
    """A return of as many children, each with one referral from one source and one factor found at assessment."""
    each = "".join(
        f"<Child><ChildIdentifiers><LEA>850</LEA><LAchildID>LC{year}{number:05d}</LAchildID><Sex>1</Sex>"
        "<PersonBirthDate>2012-05-01</PersonBirthDate></ChildIdentifiers><ChildCharacteristics>"
        "<Ethnicity>WBRI</Ethnicity></ChildCharacteristics><CINdetails><ReferralNFA>0</ReferralNFA>"
        f"<CINreferralDate>{year - 1}-{5 + number % 7:02d}-{1 + number % 28:02d}</CINreferralDate>"
        f"<ReferralSource>{source}</ReferralSource><PrimaryNeedCode>N1</PrimaryNeedCode><Assessments>"
        f"<FactorsIdentifiedAtAssessment><AssessmentFactors>{factor}</AssessmentFactors>"
        "</FactorsIdentifiedAtAssessment></Assessments></CINdetails></Child>"
        for number in range(children)
    )
    path.write_text(
        f"<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>"
        f"<ReferenceDate>{year}-03-31</ReferenceDate></CollectionDetails><Source><LEA>850</LEA></Source></Header>"
        f"<Children>{each}</Children></Message>",
        encoding="utf-8",
    )
    return path


def held(lake: Lake, *files: tuple[Path, date]) -> dict[str, list[str]]:
    for path, day in files:
        for receipt in receive(lake, [path], received_on=day):
            assert receipt.refusal is None, receipt.refusal
    return {
        verdict.partition: [unmet.reason for unmet in verdict.unmet_expectations if unmet.holds]
        for verdict in ingest(lake, CENSUS)
        if verdict.status is Status.HELD
    }


def test_a_year_like_the_one_before_counts(lake: Lake, tmp_path: Path) -> None:
    before, year = census(tmp_path / "2023.xml", 2023), census(tmp_path / "2024.xml", 2024, children=180)
    assert held(lake, (before, date(2023, 7, 1)), (year, date(2024, 7, 1))) == {}


@pytest.mark.parametrize(
    ("children", "factor", "source", "reason"),
    [
        (100, "13A", "6", "only 100 rows, where 200 are usual"),
        (200, "18B", "6", "only 0 rows of factor 13A '13A', where 200 are usual"),
        (200, "13A", "8", "only 0 rows of source of the referral '6', where 200 are usual"),
    ],
    ids=["half of the children", "factors recoded", "police recoded"],
)
def test_a_year_that_lost_what_the_one_before_had_is_held(
    lake: Lake, tmp_path: Path, children: int, factor: str, source: str, reason: str
) -> None:
    before = census(tmp_path / "2023.xml", 2023)
    year = census(tmp_path / "2024.xml", 2024, children=children, factor=factor, source=source)
    found = held(lake, (before, date(2023, 7, 1)), (year, date(2024, 7, 1)))
    assert set(found) == {"2024"}
    assert reason in found["2024"]
