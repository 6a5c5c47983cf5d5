"""Files in other encodings and truncated files: read alike, or refused whole without loss."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import fixture_of
from tests.support.deliveries import rows_of, write_rows
from tests.support.months import ingested, month
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.formats import Csv, Json, JsonLines, Xml, ZippedCsv, ZippedXml
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.ledger import all_deliveries
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.receipt import receive
from vrp_pipeline.release.row_accounts import account

MARK = b"\xef\xbb\xbf"
AGENCIES = [feed for feed in FEEDS.values() if feed.agency != "reference" and feed.name != "police__offences"]
TEXTS = [
    feed.name for feed in AGENCIES if isinstance(feed.format, Csv | Json | JsonLines | Xml | ZippedCsv | ZippedXml)
]


def rewritten(source: Path, path: Path, change: Callable[[bytes], bytes]) -> Path:
    """A file, or each member of an archive, with its bytes changed."""
    if not zipfile.is_zipfile(source):
        path.write_bytes(change(source.read_bytes()))
        return path
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)))
    return path


@pytest.mark.parametrize("feed", TEXTS)
def test_a_byte_order_mark_and_lines_ending_in_crlf_change_nothing(lake: Lake, tmp_path: Path, feed: str) -> None:
    source = fixture_of(feed)
    path = rewritten(source, tmp_path / source.name, lambda content: MARK + content.replace(b"\n", b"\r\n"))
    as_sent, saved_again = (ingested(each, feed, file) for each, file in ((lake, source), (Lake(tmp_path / "b"), path)))
    for row in [*as_sent.bronze.values(), *saved_again.bronze.values()]:
        row.pop("delivery_id")
        row.pop("record_id")  # without a key, the hash of the whole row, line breaks within texts included
    assert saved_again.bronze == as_sent.bronze != {}


def test_a_dash_of_windows_1252_in_a_category_is_the_dash_of_utf8(lake: Lake, tmp_path: Path) -> None:
    change = {row: {"property_type": "Flat \N{EN DASH} purpose built"} for row in (1, 2)}
    sound = month(tmp_path / "utf8.csv", "fire__incidents", 3, change)
    saved = rewritten(sound, tmp_path / "cp1252.csv", lambda content: content.decode("utf-8").encode("cp1252"))
    assert b"Flat \x96 purpose" in saved.read_bytes()
    found = ingested(lake, "fire__incidents", saved)
    assert found.bronze[1]["property_type"] == found.bronze[2]["property_type"] == "Flat \N{EN DASH} purpose built"


def cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def refusal_of(lake: Lake, feed: str, path: Path) -> str:
    """What is said of a file that is refused, kept whole, and quoted in nothing."""
    (receipt,) = receive(lake, [path])
    assert receipt.refusal is not None
    assert not all_deliveries(lake)
    (kept,) = lake.refused.glob(f"*/{path.name}")
    assert hash_of(kept) == hash_of(path), "nothing delivered is lost"
    told = str(receipt.refusal)
    assert path.name in told
    assert receipt.refusal.remedy in told
    cells = {
        text
        for table in read(FEEDS[feed], fixture_of(feed))
        for column in table.texts.columns
        for text in column.to_pylist()
        if text is not None and len(text) > 5
    }
    assert len(cells) > 5
    assert not [number for number, text in enumerate(sorted(cells)) if text in told]
    return told


@pytest.mark.parametrize(
    ("feed", "says"),
    [
        ("communities__anonymous_reports", "is not whole JSON text: "),
        ("local_authorities__children_in_need", "is not whole at line "),
        ("communities__interventions", "truncated or damaged"),
        ("local_authorities__antisocial_behaviour", "truncated or damaged"),
        ("youth_justice__offences", "truncated or damaged"),
        ("police__stop_and_searches", "truncated or damaged"),
    ],
)
def test_a_file_cut_short_is_refused_with_the_remedy_and_kept(lake: Lake, tmp_path: Path, feed: str, says: str) -> None:
    path = tmp_path / fixture_of(feed).name
    path.write_bytes(cut(fixture_of(feed).read_bytes()))
    assert says in refusal_of(lake, feed, path)


def test_a_part_cut_short_within_a_sound_zip_is_refused_by_its_name(lake: Lake, tmp_path: Path) -> None:
    feed = "youth_justice__offences"
    path = tmp_path / "return.zip"
    with zipfile.ZipFile(fixture_of(feed)) as whole, zipfile.ZipFile(path, "w") as archive:
        first, second = whole.namelist()
        archive.writestr("part 1.xml", whole.read(first))
        archive.writestr("part 2.xml", cut(whole.read(second)))
    assert "the XML of part 2.xml is not whole at line " in refusal_of(lake, feed, path)


@pytest.mark.parametrize("feed", ["probation__supervised_people", "probation__sentenced_offences"])
def test_of_lines_cut_short_the_last_is_put_aside_by_its_number_and_the_others_are_read(
    lake: Lake, tmp_path: Path, feed: str
) -> None:
    source = fixture_of(feed).read_bytes()
    (tmp_path / "cut.jsonl").write_bytes(source[:-100])
    found = ingested(lake, feed, tmp_path / "cut.jsonl")
    assert account(lake, FEEDS[feed]).balances
    (row,) = (row for row, reason in found.reasons.items() if reason == "the line is no whole JSON object")
    assert row == len(found.bronze) + len(found.quarantine)
    assert "cut.jsonl" in found.told


def test_a_table_cut_short_within_its_last_row_puts_that_row_aside(lake: Lake, tmp_path: Path) -> None:
    feed = "health__emergency_attendances"
    path = month(tmp_path / "cut.csv", feed, 100, {})
    path.write_bytes(path.read_bytes()[:-60])
    found = ingested(lake, feed, path)
    (reason,) = found.reasons.values()
    assert reason.startswith("the row has ")
    assert list(found.reasons) == [100]
    assert len(found.bronze) == 99


def test_headings_repeated_among_the_rows_are_one_row_without_a_month(lake: Lake, tmp_path: Path) -> None:
    feed = "local_authorities__suspensions"
    rows = rows_of(feed)
    path = write_rows(tmp_path / "pasted.csv", [rows[0] | {"row_reference": f"850-{n}"} for n in range(60)])
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:31], lines[0], *lines[31:]]), encoding="utf-8")
    found = ingested(lake, feed, path)
    assert list(found.reasons) == [31]
    assert len(found.bronze) == 60
