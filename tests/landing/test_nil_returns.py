"""A month without rows is a true zero only with proof: a document that names its month, or a person who says so."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import fixture_of
from tests.support.deliveries import take
from tests.support.hospitals import ATTENDANCES
from vrp_pipeline.calendar.feed_calendar import calendar
from vrp_pipeline.cli import main
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.acceptance import UnfoundedDecisionError, accept
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, read_verdict
from vrp_pipeline.landing.coverage import coverage
from vrp_pipeline.landing.nil_returns import UnfoundedNilError, receive_nil
from vrp_pipeline.landing.receipt import receive
from vrp_pipeline.landing.refusal import RefusedError

REPORTS = FEEDS["communities__anonymous_reports"]
WHY = "confirmed by the charity"


def reports(path: Path, month: str, rows: int) -> Path:
    content = json.loads(fixture_of(REPORTS.name).read_text("utf-8"))
    one = content["reports"][0]
    content["month"] = month
    content["reports"] = [
        {
            **one,
            "report_id": f"AR{month[2:4]}{month[5:]}-{n:04d}",
            "received_datetime": f"{month}-{1 + n % 28:02d}T19:30:00",
        }
        for n in range(rows)
    ]
    path.write_text(json.dumps(content), "utf-8")
    return path


def month_of(lake: Lake, month: str) -> dict[str, object]:
    return next(row for row in calendar(lake, [REPORTS]).to_pylist() if row["month"] == month)


@pytest.fixture
def usual(lake: Lake, tmp_path: Path) -> Lake:
    """Four months with 60 reports each."""
    for number in range(4, 8):
        take(lake, reports(tmp_path / f"{number}.json", f"2023-{number:02d}", 60))
    ingest(lake, REPORTS)
    return lake


def test_a_document_that_names_its_month_proves_that_it_had_no_reports(lake: Lake, tmp_path: Path) -> None:
    take(lake, reports(tmp_path / "none.json", "2024-03", 0))
    (verdict,) = ingest(lake, REPORTS)
    assert (verdict.status, verdict.rows_published) == (Status.PUBLISHED, 0)
    assert month_of(lake, "2024-03")["status"] == "received"
    assert month_of(lake, "2024-03")["rows_delivered"] == 0


def test_an_empty_document_of_no_month_is_refused(lake: Lake, tmp_path: Path) -> None:
    path = reports(tmp_path / "none.json", "2024-03", 0)
    path.write_text(path.read_text("utf-8").replace("2024-03", "last month"), "utf-8")
    (receipt,) = receive(lake, [path])
    assert receipt.refusal is not None


def test_an_empty_document_where_sixty_are_usual_waits_for_a_person(usual: Lake, tmp_path: Path) -> None:
    take(usual, reports(tmp_path / "none.json", "2023-08", 0))
    (verdict,) = ingest(usual, REPORTS, ["2023-08"])
    assert verdict.status is Status.HELD
    with pytest.raises(UnfoundedDecisionError, match="vrp receive --nil"):
        accept(usual, REPORTS, "2023-08", accepted_by="A Statistician", reason=WHY)
    receive_nil(usual, REPORTS, "2023-08", declared_by="A Statistician", reason=WHY)
    (verdict,) = ingest(usual, REPORTS, ["2023-08"])
    assert verdict.status is Status.PUBLISHED
    assert verdict.acceptance is not None
    assert verdict.acceptance["accepted_by"] == "A Statistician"
    assert verdict.acceptance["reason"] == f"nil return: {WHY}"
    assert month_of(usual, "2023-08")["status"] == "received"


def test_rows_that_come_later_replace_a_nil_return(lake: Lake, tmp_path: Path) -> None:
    receive_nil(lake, REPORTS, "2023-08", declared_by="A Statistician", reason=WHY)
    ingest(lake, REPORTS)
    take(lake, reports(tmp_path / "late.json", "2023-08", 5))
    (verdict,) = ingest(lake, REPORTS)
    assert verdict.rows_published == 5


def test_a_nil_return_of_a_quarter_is_of_its_three_months(lake: Lake) -> None:
    feed = FEEDS["youth_justice__offences"]
    delivery = receive_nil(lake, feed, "2023-05", declared_by="A Clerk", reason=WHY, senders=["E06000046"])
    assert delivery.partitions == {"2023-04": 0, "2023-05": 0, "2023-06": 0}
    assert delivery.senders["2023-06"] == {"E06000046": 0}
    assert delivery.is_simulated is False


@pytest.mark.parametrize(
    ("feed", "month", "changes", "words"),
    [
        (REPORTS, "2023-07", {}, "has rows from 7.json"),
        (REPORTS, "2023-8", {}, "written YYYY-MM"),
        (REPORTS, "2023-09", {"now": datetime(2023, 8, 31, tzinfo=UTC)}, "from 2022-04 to 2023-08"),
        (REPORTS, "2023-08", {"reason": " "}, "name of a person and a reason"),
        (REPORTS, "2023-08", {"senders": ["850"]}, "one sender"),
        (ATTENDANCES, "2023-08", {}, "--sender"),
        (FEEDS["reference__districts"], "2023-08", {}, "not delivered by months"),
    ],
)
def test_a_declaration_that_proves_nothing_is_refused(
    usual: Lake, feed: object, month: str, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(UnfoundedNilError, match=words):
        receive_nil(usual, feed, month, **({"declared_by": "A Clerk", "reason": WHY} | changes))  # type: ignore[arg-type]


def test_a_nil_return_is_recorded_from_the_command_line(lake: Lake) -> None:
    words = ["--lake", str(lake.root), "receive", "--nil", REPORTS.name, "2023-08", "--reason", WHY, "--by", "A Clerk"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert "2023-08" in result.output
    ingest(lake, REPORTS)
    assert read_verdict(lake, REPORTS, "2023-08").rows_read == 0  # type: ignore[union-attr]
    assert CliRunner().invoke(main, [*words[:3], "--nil", REPORTS.name, "2023-08"]).exit_code == 1
    assert CliRunner().invoke(main, words[:3]).exit_code == 2


def with_rows(path: Path, stated: str, **rows: int) -> Path:
    """A document that names a month, with so many rows of each month (`m2024_02=3`)."""
    each = [
        row
        for month, count in rows.items()
        for row in json.loads(reports(path, month[1:].replace("_", "-"), count).read_text("utf-8"))["reports"]
    ]
    document = json.loads(reports(path, stated, 0).read_text("utf-8"))
    path.write_text(json.dumps({**document, "reports": each}), "utf-8")
    return path


def test_a_document_without_a_row_of_the_month_it_names_is_refused(tmp_path: Path) -> None:
    path = with_rows(tmp_path / "reports.json", "2024-03", m2024_02=60)
    with pytest.raises(RefusedError, match=r"names 2024-03 as its month and has no row of it \(found 2024-02\)"):
        coverage(REPORTS, path, date(2024, 4, 5))


@pytest.mark.parametrize(("own", "other"), [(3, 5), (60, 50), (2, 60)])
def test_a_document_covers_the_month_it_names_however_many_rows_of_another_it_holds(
    tmp_path: Path, own: int, other: int
) -> None:
    path = with_rows(tmp_path / "reports.json", "2024-03", m2024_03=own, m2024_02=other)
    found = coverage(REPORTS, path, date(2024, 4, 5))
    assert found.partitions == {"2024-03": own}
    assert found.without_partition == {"other month": other}


def test_a_document_of_a_month_that_had_not_begun_when_it_came_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="names 2024-05 as its month, which had not begun when it came"):
        coverage(REPORTS, with_rows(tmp_path / "reports.json", "2024-05", m2024_05=9), date(2024, 4, 5))
