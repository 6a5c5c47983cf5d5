"""`VRP_AS_OF`: what could have been known at the end of a past day is rebuilt separately, byte for byte."""

import hashlib
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import fixture_of
from tests.support.deliveries import rows_of, write_rows
from tests.support.product import Product
from vrp_pipeline.calendar.feed_calendar import calendar, write_calendar
from vrp_pipeline.cli import main
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.decisions import Acceptance, acceptances_of, record
from vrp_pipeline.lake.ledger import deliveries
from vrp_pipeline.lake.paths import Lake, LookingBackError, NoSuchDayError
from vrp_pipeline.landing.receipt import receive
from vrp_pipeline.release.provenance import provenance

OFFENCES = FEEDS["police__offences"]
DAY = "2024-08-31"
LATER = datetime.fromisoformat("2024-09-02T09:00:00+00:00")


def corrected(tmp_path: Path) -> Path:
    """A later extract that restates March 2024: every crime of it now has another beat."""
    rows = [row for row in rows_of(OFFENCES.name) if row["date_recorded"] >= "2024-03"]
    return write_rows(tmp_path / "corrected.csv", [{**row, "beat_code": "SC99"} for row in rows])


def deliver(lake: Lake, path: Path, moment: datetime) -> None:
    for receipt in receive(lake, [path], moment):
        assert receipt.refusal is None, receipt.refusal


def first_delivered(lake: Lake) -> Lake:
    deliver(lake, fixture_of(OFFENCES.name), datetime.fromisoformat("2024-04-03T09:00:00+00:00"))
    return lake


def build(lake: Lake) -> Lake:
    ingest(lake, OFFENCES)
    write_calendar(lake)
    return lake


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


def vrp(lake: Lake, *words: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["--lake", str(lake.root), *words], env=environment)


def test_a_lake_as_of_a_day_is_that_of_one_to_which_nothing_came_after_it(lake: Lake, tmp_path: Path) -> None:
    only_first = first_delivered(Lake(tmp_path / "only first"))
    first_delivered(lake)
    deliver(lake, corrected(tmp_path), LATER)
    build(lake)
    there, here = build(only_first.as_of(DAY)), build(lake.as_of(DAY))
    # At least 24 months, each with bronze, verdict and profile, and the quarantine of one month.
    assert len(digests(here.root)) > 48
    assert digests(here.root) == digests(there.root)
    assert provenance(here) == provenance(there)
    march = f"bronze/police/offences/month=2024-03/{here.bronze_partition(OFFENCES, '2024-03').name}"
    assert digests(here.root)[march] != digests(lake.root)[march]


def test_building_it_changes_nothing_in_the_lake_around_it(lake: Lake, tmp_path: Path) -> None:
    first_delivered(lake)
    deliver(lake, corrected(tmp_path), LATER)
    before = digests(build(lake).root)
    build(lake.as_of(DAY))
    assert {name: digest for name, digest in digests(lake.root).items() if not name.startswith("as_of/")} == before


def test_the_day_ends_at_midnight_in_london(lake: Lake) -> None:
    looking_back = lake.as_of(DAY)
    assert looking_back.knows(datetime.fromisoformat("2024-08-31T22:59:59.999999+00:00"))
    assert not looking_back.knows(datetime.fromisoformat("2024-08-31T23:00:00+00:00"))
    # In winter both clocks agree.
    assert lake.as_of("2024-01-31").knows(datetime.fromisoformat("2024-01-31T23:59:59+00:00"))
    assert lake.knows(datetime.fromisoformat("2999-01-01T00:00:00+00:00")), "the lake itself knows all it received"


def test_due_dates_are_judged_on_the_as_of_day(lake: Lake, tmp_path: Path) -> None:
    first_delivered(lake)
    deliver(lake, corrected(tmp_path), LATER)
    rows = {row["month"]: row for row in calendar(lake.as_of("2024-05-14"), [OFFENCES]).to_pylist()}
    # April was due on 14 May: on that day it is not overdue, on the next it is, though the newest delivery is older.
    assert rows["2024-04"]["status"] == "not due"
    assert {row["as_of"] for row in rows.values()} == {date(2024, 5, 14)}
    rows = {row["month"]: row for row in calendar(lake.as_of("2024-05-15"), [OFFENCES]).to_pylist()}
    assert (rows["2024-04"]["status"], rows["2024-04"]["days_late"]) == ("not received", 1)
    assert rows["2024-03"]["restatements"] == 0, "the correction was not known yet"


def test_before_the_first_delivery_nothing_is_known(lake: Lake) -> None:
    first_delivered(lake)
    assert deliveries(lake.as_of("2024-04-02"), OFFENCES) == []
    assert len(deliveries(lake.as_of("2024-04-03"), OFFENCES)) == 1
    result = vrp(lake, "status", "--as-of", "2024-04-02")
    assert (result.exit_code, "Nothing had been received by the end of 2024-04-02" in result.output) == (0, True)


def test_nothing_is_received_or_simulated_in_a_lake_as_of_a_past_day(lake: Lake, tmp_path: Path) -> None:
    first_delivered(lake)
    with pytest.raises(LookingBackError, match="Leave out VRP_AS_OF"):
        deliver(lake.as_of(DAY), corrected(tmp_path), LATER)
    for words in (("receive", str(corrected(tmp_path))), ("sample", "--scale", "0.01")):
        result = vrp(lake, *words, VRP_AS_OF=DAY)
        assert result.exit_code == 1, result.output
        assert "closed" in result.output
    assert len(deliveries(lake, OFFENCES)) == 1
    assert not lake.inbox.exists()


def test_the_folder_alone_tells_the_day_so_every_process_agrees(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VRP_DATA_LAKE", str(lake.root))
    monkeypatch.setenv("VRP_AS_OF", DAY)
    found = Lake.from_environment()
    assert found.root == lake.root / "as_of" / DAY
    assert (found.day, found.present) == (date(2024, 8, 31), lake)
    # A process given the folder, with or without the day, arrives at the same lake.
    monkeypatch.setenv("VRP_DATA_LAKE", str(found.root))
    assert Lake.from_environment() == found
    monkeypatch.delenv("VRP_AS_OF")
    assert Lake.from_environment() == found
    assert found.as_of("2024-07-31") == lake.as_of("2024-07-31"), "a day looks back from the lake, not from another day"
    assert found.landing == lake.landing
    assert found.decisions == lake.decisions


def test_a_decision_taken_after_the_day_is_not_known_and_one_taken_before_it_is(lake: Lake) -> None:
    def accept(moment: str) -> None:
        when = datetime.fromisoformat(moment)
        record(
            lake, Acceptance(OFFENCES.name, "2024-03", "d1", ("volume",), "A. Person", when, "checked with the force")
        )

    accept("2024-08-31T23:00:00+00:00")
    assert len(acceptances_of(lake, OFFENCES)) == 1
    assert acceptances_of(lake.as_of(DAY), OFFENCES) == []
    accept("2024-08-31T22:00:00+00:00")
    (known,) = acceptances_of(lake.as_of(DAY), OFFENCES)
    assert known.accepted_at == datetime.fromisoformat("2024-08-31T22:00:00+00:00")


@pytest.mark.parametrize("day", ["2024-02-30", "August", "2999-01-01"])
def test_a_day_that_is_none_or_has_not_come_is_refused(lake: Lake, day: str) -> None:
    with pytest.raises(NoSuchDayError, match=day):
        lake.as_of(day)
    assert vrp(lake, "status", "--as-of", day).exit_code == 2
    assert vrp(lake, "status", VRP_AS_OF=day).exit_code == 1


@pytest.mark.nightly
@pytest.mark.xdist_group("as of")
def test_a_run_as_of_a_day_makes_a_release_of_its_own_and_leaves_no_trace_elsewhere(tmp_path: Path) -> None:
    product = Product(tmp_path)
    first_delivered(product.lake)
    rows = [row for row in rows_of(OFFENCES.name) if row["date_recorded"] >= "2024-03"]
    (more,) = [row for row in rows if row["crime_reference"] == "44240300003"]
    one_more = [*rows, {**more, "crime_reference": "44240399999", "occurrence_reference": "O2024-03999"}]
    deliver(product.lake, write_rows(tmp_path / "one more.csv", one_more), LATER)

    product.call("vrp", "run")
    now = product.release.release_id
    product.call("vrp", "run", "--as-of", DAY)
    assert product.release.release_id == now
    ask = ("vrp", "query", "--format", "csv", "select sum(serious_violence_crimes) from fct_serious_violence_incidents")
    # By hand (tests/fixtures/make.py): 60 + 54 serious crimes, and the one that came to light in September.
    assert product.call(*ask).split()[-1] == "115"
    assert product.call(*ask, "--as-of", DAY).split()[-1] == "114"
    assert product.call("vrp", "query", "--path", "--as-of", DAY).split("/")[-1].startswith(f"{DAY}-")
    assert "nothing was new" in product.call("vrp", "run", "--as-of", DAY)
    with product.instance() as instance:
        assert instance.get_runs_count() == 2, "ingest and transform of the lake itself"
