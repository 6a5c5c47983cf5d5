"""A file is recognised by its content, whatever its name and format; a file of no feed is refused."""

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.conftest import fixture_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Json, JsonLines, Xml, ZippedXml
from vrp_pipeline.landing.recognition import recognise
from vrp_pipeline.landing.refusal import RefusedError


def feeds_in(*kinds: type) -> list[Feed]:
    return [feed for feed in FEEDS.values() if isinstance(feed.format, kinds)]


@pytest.mark.parametrize("feed", feeds_in(Json, JsonLines, Xml, ZippedXml), ids=lambda feed: feed.name)
def test_a_files_name_decides_nothing(feed: Feed, tmp_path: Path) -> None:
    assert recognise(Path(shutil.copy(fixture_of(feed.name), tmp_path / "download.txt"))) == (feed,)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_is_known_written_on_one_line_or_on_many(tmp_path: Path, indent: int | None) -> None:
    feed = FEEDS["communities__anonymous_reports"]
    path = tmp_path / "x.json"
    path.write_text(json.dumps(json.loads(fixture_of(feed.name).read_text(encoding="utf-8")), indent=indent))
    assert recognise(path) == (feed,)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lines.jsonl", '{"tenancy": 1}\n{"tenancy": 2}\n'),
        ("document.json", '{"reports": [{"tenancy": 1}]}'),
        ("list.json", '[{"tenancy": 1}]'),
        ("other.json", '{\n "tenancies": []\n}'),
        ("return.xml", "<Tenancies><Tenancy>1</Tenancy></Tenancies>"),
        ("census.xml", "<Message><Tenancy>1</Tenancy></Message>"),
    ],
)
def test_a_file_in_a_known_format_but_of_no_feed_is_refused_with_the_list_of_feeds(
    tmp_path: Path, name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(RefusedError, match=r"of no known feed.*communities__anonymous_reports"):
        recognise(path)


def test_a_zip_of_other_xml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.xml", "<Tenancies/>")
    with pytest.raises(RefusedError, match="of no known feed"):
        recognise(path)


def test_a_census_with_a_dtd_is_refused_before_it_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "cin.xml"
    path.write_text('<!DOCTYPE Message [<!ENTITY a "b">]><Message>&a;</Message>')
    with pytest.raises(RefusedError, match="declares a DTD"):
        recognise(path)


def test_a_census_larger_than_what_is_looked_at_is_recognised(tmp_path: Path) -> None:
    feed = FEEDS["local_authorities__children_in_need"]
    text = fixture_of(feed.name).read_text(encoding="utf-8")
    start, end = text.index("<Child>"), text.rindex("</Child>") + len("</Child>")
    path = tmp_path / "cin.xml"
    path.write_text(text[:start] + text[start:end] * 900 + text[end:], encoding="utf-8")
    assert path.read_text(encoding="utf-8").count("</") > 50_000
    assert recognise(path) == (feed,)


@pytest.mark.parametrize(
    "content", ["Maria Muster,1990-01-01,SO14 1AA\n", '[{"name": "Maria Muster"}]', '{"name": "Maria Muster"}']
)
def test_the_refusal_of_a_file_without_headings_quotes_nothing_of_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x"
    path.write_text(content)
    with pytest.raises(RefusedError) as refused:
        recognise(path)
    assert "Must" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "is_refused"),
    [
        ("2024-03/2024-03-hampshire-street-v2.csv", True),
        ("2024-03/2024-03-HAMPSHIRE-STREET.CSV", True),
        ("2024-03/2024 03 hampshire street.csv", True),
        ("2024-03/2024-03-hampshire-street.txt", True),
        ("2024-03/2024-03-avon-and-somerset-outcomes.csv", False),
        ("2024-03/2024-03-hampshire-outcomes.csv", False),
        ("__MACOSX/2024-03/._2024-03-hampshire-street.csv", False),
    ],
)
def test_a_member_that_the_publisher_does_not_put_there_is_refused_by_its_name(
    name: str, *, is_refused: bool, tmp_path: Path
) -> None:
    path = tmp_path / "2024-03.zip"
    shutil.copyfile(fixture_of("police__street_crimes"), path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "Crime ID\n1\n")
    if is_refused:
        with pytest.raises(RefusedError, match=re.escape(name)):
            recognise(path)
    else:
        assert "police__street_crimes" in [feed.name for feed in recognise(path)]
