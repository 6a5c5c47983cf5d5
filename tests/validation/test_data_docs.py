"""Data Docs: the page of each ingest counts rows, shows no value of any row, and loads no external resource."""

import re
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import Row, rows_of, take, write_rows
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.ledger import deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.lake.verdicts import Status, read_verdict
from vrp_pipeline.validation.data_docs import months_in_words
from vrp_pipeline.validation.suite import read_expectations

OFFENCES = FEEDS["police__offences"]
PLANTED = "Zebediah Quillfeather"


class Reader(HTMLParser):
    """What a reader sees: the cells of every row of every table, and the targets of links and resources."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.addresses: list[str] = []
        self.anchors: set[str] = set()
        self._in_cell = False
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [given[name] or "" for name in ("href", "src", "srcset", "action", "data") if name in given]
        self.anchors.add(given.get("id") or "")
        if tag == "tr":
            self.rows.append([])
            self._in_cell = False
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._in_cell = True
        elif tag == "i" and self._in_cell:
            self.rows[-1][-1] += given.get("class") or ""

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {data}".split())


def promise(page: Path, name: str) -> list[str]:
    """The cells of a promise: status, expectation, observed value, promise, broken in, what to do."""
    (row,) = (row for row in Reader(page).rows if len(row) == 6 and row[3].startswith(f"{name} ("))
    return row


def march(**columns: str) -> list[Row]:
    """The seven rows of March 2024, with other values in some columns."""
    return [{**row, **columns} for row in rows_of(OFFENCES.name) if row["date_recorded"] >= "2024-03"]


def pages_of(lake: Lake) -> dict[str, bytes]:
    return {path.relative_to(lake.data_docs).as_posix(): path.read_bytes() for path in lake.data_docs.rglob("*.*")}


@pytest.fixture
def filled(lake: Lake) -> Lake:
    take(lake, fixture_of(OFFENCES.name))
    ingest(lake, OFFENCES)
    return lake


@pytest.fixture
def held(lake: Lake, tmp_path: Path) -> Lake:
    """Seven rows: three of two unknown kinds of place, two without any, two as agreed."""
    rows = march()
    for row, kind in zip(rows, ("moor", "moor", "fen", "", "", "street", "street"), strict=True):
        row["location_type"] = kind
    take(lake, write_rows(tmp_path / "weekly.csv", rows))
    ingest(lake, OFFENCES)
    return lake


def test_a_broken_promise_is_counted_in_rows_where_great_expectations_saw_distinct_values(held: Lake) -> None:
    status, _, observed, _, months, remedy = promise(held.data_docs_page(OFFENCES), "location_type is a known code")
    assert "fa-times" in status
    # Two of four distinct values are unknown; of the five rows that have a value, three: 60 %.
    assert observed == "60% unexpected"
    assert months == "2024-03: 3 rows, 60.0%"
    assert remedy.startswith("ask the agency what the new code means")


def test_the_sentence_of_a_broken_promise_names_both_denominators(held: Lake) -> None:
    expectation = promise(held.data_docs_page(OFFENCES), "location_type is a known code")[1]
    assert expectation.endswith("3 unexpected, 60% of those with a value; 7 in all.")


def test_what_the_suite_tolerates_is_kept_and_named(filled: Lake) -> None:
    status, _, observed, what, months, _ = promise(filled.data_docs_page(OFFENCES), "rows come once")
    assert "fa-check-circle" in status
    # 198 rows in 24 months, 186 of them no copies: 93.939 %. In May 2023 there are 12 copies among 20 rows.
    assert observed == "≈93.939% null"
    assert months == "2023-05: 12 rows, 60.0%, tolerated"
    assert what == "rows come once (sets the row aside, holds the month beyond 80.0% of its rows)"


def test_a_promise_broken_in_one_month_of_many_is_broken_however_small_its_share_of_all(
    lake: Lake, tmp_path: Path
) -> None:
    rows = rows_of(OFFENCES.name)
    february = [row for row in rows if row["date_recorded"].startswith("2024-02")]
    february[0]["crime_reference"] = "unknown"
    take(lake, write_rows(tmp_path / "extract.csv", rows))
    ingest(lake, OFFENCES)
    status, _, _, _, months, _ = promise(lake.data_docs_page(OFFENCES), "crime_reference has its form")
    assert "fa-times" in status
    # One row of 198 is 0.5 % and one of February's 7 is 14.3 %, where 1 % of a month is tolerated.
    assert months == "2024-02: 1 rows, 14.3%"


def test_a_promise_of_months_is_counted_in_months_and_gives_the_reason(lake: Lake, tmp_path: Path) -> None:
    rows = rows_of(OFFENCES.name)
    for row in rows[:4]:
        row["date_recorded"] = "soon"
    take(lake, write_rows(tmp_path / "extract.csv", rows))
    ingest(lake, OFFENCES, ["2024-01", "2024-02"])
    status, expectation, _, _, months, _ = promise(lake.data_docs_page(OFFENCES), "rows have a readable date")
    assert "fa-times" in status
    assert expectation.endswith("2 unexpected, 100% of those with a value; 2 in all.")
    # Four of the delivery's 198 rows are 2 %, where 1 % is tolerated.
    told = "4 of the delivery's rows (2.0% of all) have no readable date in 'date_recorded'"
    assert months == f"2024-01: {told}; 2024-02: {told}"


@pytest.mark.parametrize(
    "name", ["police__offences", "police__street_crimes", "communities__events", "reference__districts"]
)
def test_the_page_has_every_promise_of_the_suite_once(lake: Lake, name: str) -> None:
    feed = FEEDS[name]
    take(lake, fixture_of(name))
    ingest(lake, feed)
    shown = [row[3].split(" (")[0] for row in Reader(lake.data_docs_page(feed)).rows if len(row) == 6]
    assert sorted(text for text in shown if text != "Expectation") == sorted(
        rule.name.split(" (")[0] for rule in read_expectations(feed)
    )


def test_the_run_is_named_after_its_months_and_timed_by_its_newest_delivery(filled: Lake) -> None:
    facts = {row[0]: row[1] for row in Reader(filled.data_docs_page(OFFENCES)).rows if len(row) == 2}
    assert facts["Run Name"] == "24 months, 2022-04 to 2024-03"
    (delivery,) = deliveries(filled, OFFENCES)
    assert datetime.fromisoformat(facts["Run Time"]) == delivery.received_at.replace(microsecond=0)
    assert facts["deliveries"] == "police__offences.csv"
    assert int(facts["rows read"]) == delivery.rows


def test_few_months_are_named_one_by_one() -> None:
    assert months_in_words(["2024-01", "2024-03"]) == "2024-01, 2024-03"


def test_a_page_loads_nothing_and_links_only_to_what_is_there(held: Lake) -> None:
    pages = [held.data_docs_index, held.data_docs_page(OFFENCES)]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.findall(r"(?i)https?:|//[a-z0-9-]+\.[a-z]|<script|<img|<iframe|@import|url\(", text)
        read = Reader(page)
        assert read.addresses, "the pages lead to each other"
        for address in read.addresses:
            file, _, anchor = address.partition("#")
            assert not anchor or anchor in read.anchors
            assert not file or (page.parent / file).is_file()


def test_great_expectations_own_page_would_load_from_elsewhere() -> None:
    from great_expectations.render.view import DefaultJinjaPageView

    source, _, _ = DefaultJinjaPageView().env.loader.get_source(DefaultJinjaPageView().env, "page.j2")
    assert "https://" in source, "if not, templates/data_docs_page.html.j2 is needed no more"


def test_no_value_of_a_row_is_on_a_page(lake: Lake, tmp_path: Path) -> None:
    rows = march(crime_status=PLANTED, location_type=PLANTED, victim_sex=PLANTED, beat_code=PLANTED)
    rows += [{**rows[0]}, {**rows[1], "victim_dob": PLANTED}]
    take(lake, write_rows(tmp_path / "weekly.csv", rows))
    (verdict,) = ingest(lake, OFFENCES)
    assert verdict.status is Status.HELD
    secrets = {PLANTED} | {
        rows[0][name] for name in ("crime_reference", "victim_ref", "victim_dob", "location_postcode")
    }
    for name, page in pages_of(lake).items():
        assert not [secret for secret in secrets if secret in page.decode()], name
    assert "fa-times" in promise(lake.data_docs_page(OFFENCES), "crime_status is a known code")[0]


def test_ingesting_again_changes_no_byte_of_a_page(held: Lake) -> None:
    before = pages_of(held)
    assert sorted(before) == ["index.html", "police/offences.html", "police/offences.json"]
    ingest(held, OFFENCES)
    assert pages_of(held) == before


def test_a_lake_built_again_from_landing_has_the_same_pages(held: Lake, tmp_path: Path) -> None:
    again = Lake(tmp_path / "again")
    again.root.mkdir()
    (again.root / "landing").symlink_to(held.landing)
    ingest(again, OFFENCES)
    assert pages_of(again) == pages_of(held)


def test_a_lake_as_of_a_day_has_pages_of_its_own(lake: Lake) -> None:
    take(lake, fixture_of(OFFENCES.name))
    looking_back = lake.as_of(datetime.now(TIME_ZONE).date())
    ingest(looking_back, OFFENCES)
    assert sorted(pages_of(looking_back)) == ["index.html", "police/offences.html", "police/offences.json"]
    assert f"as of {looking_back.day}" in looking_back.data_docs_index.read_text(encoding="utf-8")
    assert not lake.data_docs.exists()


def test_an_ingest_of_no_month_writes_no_page(lake: Lake) -> None:
    take(lake, fixture_of(OFFENCES.name))
    assert ingest(lake, OFFENCES, ["2031-01"]) == []
    assert not lake.data_docs.exists()


def test_what_a_killed_writer_left_is_swept(filled: Lake) -> None:
    left = filled.data_docs / "police" / ".offences.html.1.partial"
    left.write_text("half a pa", encoding="utf-8")
    ingest(filled, OFFENCES, ["2024-03"])
    assert not list(filled.data_docs.rglob(".*.partial"))


def test_the_index_names_every_feed_with_its_verdicts_and_newest_delivery(held: Lake, tmp_path: Path) -> None:
    take(held, write_rows(tmp_path / "extract.csv", [row for row in rows_of(OFFENCES.name) if row not in march()]))
    ingest(held, OFFENCES)
    lines = {feed_of(row[0]): row for row in Reader(held.data_docs_index).rows[1:]}
    assert set(lines) == set(FEEDS)
    _, published, of_held, rows_published, rows_quarantined, newest = lines[OFFENCES.name]
    assert (published, of_held) == ("23", "1: 2024-03")
    verdicts = [read_verdict(held, OFFENCES, f"2024-0{month}") for month in (2, 3)]
    assert [verdict.rows_published for verdict in verdicts if verdict] == [7, 0]
    assert int(rows_quarantined) == 7 + 12
    assert int(rows_published) == sum(delivery.rows for delivery in deliveries(held, OFFENCES)) - 19
    received = deliveries(held, OFFENCES)[-1].received_at.astimezone(TIME_ZONE)
    assert newest == f"{received:%Y-%m-%d %H:%M} extract.csv"
    assert lines["communities__events"][1:] == ["not ingested yet"]


def feed_of(heading: str) -> str:
    """The feed's name, which stands after its title."""
    return heading.rsplit(maxsplit=1)[-1]


def test_what_an_agency_wrote_is_text_on_a_page_and_never_mark_up(lake: Lake, tmp_path: Path) -> None:
    name = "<b onload=x>&.csv"
    take(lake, write_rows(tmp_path / name, march()))
    ingest(lake, OFFENCES)
    for page in (lake.data_docs_index.read_bytes(), lake.data_docs_page(OFFENCES).read_bytes()):
        assert b"<b onload" not in page
        assert b"&lt;b onload" in page


def test_the_page_is_part_of_the_asset_s_materialisation_and_of_its_check(lake: Lake) -> None:
    import dagster as dg

    from vrp_pipeline.defs.feeds import feed_asset

    feed: Feed = FEEDS["reference__districts"]
    take(lake, fixture_of(feed.name))
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        result = dg.materialize([feed_asset(feed)], resources={"lake": lake}, instance=instance)
        page = dg.MetadataValue.path(lake.data_docs_page(feed))
        (event,) = result.get_asset_materialization_events()
        assert event.materialization.metadata["data_docs"] == page
        (check,) = (each for each in result.get_asset_check_evaluations() if each.check_name == "meets_expectations")
        assert check.metadata["data_docs"] == page
