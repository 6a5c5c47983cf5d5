"""Zips as Windows, macOS, PowerShell and data.police.uk make them."""

import re
import warnings
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.field_cases import deliveries as make
from tests.field_cases.deliveries import AMBULANCE, STREET
from tests.field_cases.pipeline import IN_MAY_2024, delivered, outcome, received, run

YOUTH = "youth_justice__offences"
MEMBER = make.street_member("2024-03")


@pytest.mark.parametrize("method", [9, 12, 14, 93], ids=["Deflate64", "bzip2", "LZMA", "Zstandard"])
def test_a_zip_compressed_in_a_way_nobody_reads_is_refused_and_hinders_no_other_file(
    tmp_path: Path, method: int
) -> None:
    """b01.

    github.com/ITISFoundation/osparc-simcore/issues/2843, github.com/srikanth-lingala/zip4j/issues/525

    The other methods are of the same kind; the members are not really compressed so, and thus damaged.
    """
    lake = tmp_path / "lake"
    path = make.archive(tmp_path / "2024-03.zip", {MEMBER: make.street_csv("2024-03", 10)})
    make.with_method_marked(path, method)
    sound = make.csv_file(tmp_path / "zz_ambulance.csv", make.rows_of(AMBULANCE, 50))
    found = received(lake, path, sound)
    assert set(found.refused) == {path.name}
    assert len(delivered(lake, AMBULANCE).published) == 50


def test_a_zip_with_a_password_is_refused_and_hinders_no_other_file(tmp_path: Path) -> None:
    """Of the kind of b01: the flag of encryption on a member."""
    lake = tmp_path / "lake"
    path = make.archive(tmp_path / "2024-03.zip", {MEMBER: make.street_csv("2024-03", 10)})
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + place] |= 1
    path.write_bytes(content)
    sound = make.csv_file(tmp_path / "zz_ambulance.csv", make.rows_of(AMBULANCE, 50))
    found = received(lake, path, sound)
    assert set(found.refused) == {path.name}
    assert outcome(lake, STREET).says("password", "encrypted")
    assert len(delivered(lake, AMBULANCE).published) == 50


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as source:
        return {name: source.read(name) for name in source.namelist()}


@pytest.mark.parametrize("feed", [YOUTH, STREET])
def test_what_macos_puts_beside_the_members_of_a_zip_is_left_alone(tmp_path: Path, feed: str) -> None:
    """b03.

    github.com/gem/oq-engine/pull/9281, github.com/MapStory/mapstory/issues/1174
    """
    sound = members(make.fixture(feed))
    shadows = {
        f"__MACOSX/{name.rpartition('/')[0]}/._{name.rpartition('/')[2]}": bytes(4) + b"Mac OS X" for name in sound
    }
    shadows = {name.replace("//", "/"): content for name, content in shadows.items()}
    path = make.archive(tmp_path / "return.zip", sound | shadows | {".DS_Store": bytes(8)})
    expected = delivered(tmp_path / "expected", feed, make.fixture(feed))
    found = delivered(tmp_path / "lake", feed, path)
    assert found.refused == {}
    assert len(found.published) == len(expected.published) > 0


def test_backslashes_in_the_names_of_members_are_slashes(tmp_path: Path) -> None:
    """b04.

    github.com/python/cpython/issues/91036, github.com/icsharpcode/SharpZipLib/issues/617
    """
    path = make.archive(tmp_path / "2024-03.zip", {MEMBER.replace("/", "\\"): make.street_csv("2024-03", 10)})
    assert b"2024-03\\2024-03-hampshire-street.csv" in path.read_bytes()
    found = delivered(tmp_path / "lake", STREET, path)
    assert len(found.part("2024-03")) == 10


@pytest.mark.parametrize("first", [0, 10], ids=["rows alike", "other rows"])
def test_two_members_of_one_month_are_refused_or_every_row_of_both_is_in_an_account(tmp_path: Path, first: int) -> None:
    """b05.

    github.com/openaddresses/openaddresses/issues/2098, github.com/python/cpython/issues/117779
    """
    path = make.archive(
        tmp_path / "latest.zip",
        {MEMBER: make.street_csv("2024-03", 10), f"old/{MEMBER}": make.street_csv("2024-03", 6, first=first)},
    )
    found = delivered(tmp_path / "lake", STREET, path)
    assert found.accounts_for({path.name: 16})
    assert len({row["crime_id"] for row in found.published}) == len(found.published)


def test_two_members_of_one_month_with_the_same_bytes_count_once(tmp_path: Path) -> None:
    """Of the kind of b05: a copy of the archive unpacked within it. Its rows have no ids, and look like events."""
    content = make.street_csv("2024-03", 10, {"Crime ID": "", "Crime type": "Anti-social behaviour"})
    path = make.archive(tmp_path / "latest.zip", {MEMBER: content, f"copy/{MEMBER}": content})
    found = delivered(tmp_path / "lake", STREET, path)
    assert len(found.published) in (0, 10)
    assert len(found.published) == 10 or path.name in found.refused or len(found.aside) == 20


def test_one_member_twice_under_one_name_is_refused_or_every_row_is_in_an_account(tmp_path: Path) -> None:
    """b05, its second source: a zip may hold one name twice."""
    path = tmp_path / "latest.zip"
    make.archive(path, {MEMBER: make.street_csv("2024-03", 10)})
    with warnings.catch_warnings(), zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        archive.writestr(MEMBER, make.street_csv("2024-03", 6, first=10))
    found = delivered(tmp_path / "lake", STREET, path)
    assert found.accounts_for({path.name: 16})


def test_rows_of_another_month_or_force_than_their_member_are_not_counted_in_it(tmp_path: Path) -> None:
    """b32.

    github.com/Autonomy-Data-Unit/annual-deprivation-index/issues/65
    """
    force = "Leicestershire Police"
    strange = make.street_csv(
        "2023-11",
        13,
        first=50,
        changes={"Reported by": force, "Falls within": force, "Longitude": "-1.13", "Latitude": "52.63"},
    )
    content = make.street_csv("2024-03", 3) + strange.split("\n", 1)[1]
    path = make.archive(tmp_path / "2024-03.zip", {MEMBER: content})
    found = delivered(tmp_path / "lake", STREET, path)
    assert found.accounts_for({path.name: 16})
    assert not [row for row in found.part("2024-03") if row["crime_month"] != "2024-03"]
    assert len(found.published) <= 3


@pytest.mark.parametrize(
    "changes", [{"Month": "2023-11"}, {"Reported by": "Leicestershire Police", "Falls within": "Leicestershire Police"}]
)
def test_a_single_row_of_another_month_or_force_is_put_aside(tmp_path: Path, changes: dict[str, str]) -> None:
    """Of the kind of b32: one trait alone, and few enough that the month is kept."""
    strange = make.street_csv("2024-03", 1, changes, first=150)
    content = make.street_csv("2024-03", 100) + strange.split("\n", 1)[1]
    path = make.archive(tmp_path / "2024-03.zip", {MEMBER: content})
    found = delivered(tmp_path / "lake", STREET, path)
    assert found.accounts_for({path.name: 101})
    assert len(found.published) <= 100


def test_a_member_of_a_month_to_come_is_not_counted(tmp_path: Path) -> None:
    """b48b.

    github.com/Autonomy-Data-Unit/annual-deprivation-index/issues/47 (months by the names of members)
    """
    path = make.archive(tmp_path / "2027.zip", {make.street_member("2027-01"): make.street_csv("2027-01", 10)})
    found = delivered(tmp_path / "lake", STREET, path, on=date(2024, 5, 10))
    assert found.accounts_for({path.name: 10})
    assert not found.published


def of_36_months(path: Path) -> Path:
    months = [f"{2021 + number // 12}-{number % 12 + 1:02d}" for number in range(4, 40)]
    assert (months[0], months[-1], len(months)) == ("2021-05", "2024-04", 36)
    return make.archive(path, {make.street_member(month): make.street_csv(month, 10) for month in months})


def test_months_before_the_first_one_kept_are_left_out_and_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """b48.

    github.com/Autonomy-Data-Unit/annual-deprivation-index/issues/47

    The partnership's first month is 2022-04: 25 of the 36 months are kept.
    """
    found = delivered(tmp_path / "lake", STREET, of_36_months(tmp_path / "latest.zip"), on=IN_MAY_2024)
    months = {row["(part)"] for row in found.published}
    assert (min(months), len(months)) == ("2022-04", 25)
    assert len(found.published) == 250
    told = "".join(capfd.readouterr())
    assert len(found.aside) == 110 or re.search(r"2022-03|before 2022-04|left out", told)


@pytest.mark.nightly
@pytest.mark.xdist_group("long archive")
def test_an_archive_of_36_months_stops_no_feed(tmp_path: Path) -> None:
    """b48.

    github.com/Autonomy-Data-Unit/annual-deprivation-index/issues/47
    """
    lake = tmp_path / "lake"
    sound = make.csv_file(tmp_path / "amb.csv", make.rows_of(AMBULANCE, 50))
    received(lake, of_36_months(tmp_path / "latest.zip"), sound)
    ended = run(lake, tmp_path / "dagster")
    assert ended.returncode in (0, 3), ended.stderr[-2000:]
    assert len(outcome(lake, AMBULANCE).published) == 50
