"""Files that nothing has read are searched for a number, however they are packed; what cannot be read is named."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import fixture_of
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.raw_search import CHUNK_BYTES, files_with, holds
from vrp_pipeline.landing.receipt import receive

NUMBER = "9990000018"
TEXT = "ident,nhs\n1,999 000 0018\n"
OTHER = TEXT.replace("0018", "0026")
Packer = Callable[[bytes], bytes]


def zipped(content: bytes, name: str = "may.csv") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


PACKERS: dict[str, Packer] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
    "gzip in a zip": lambda content: zipped(gzip.compress(content)),
}


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_number_is_found_in_every_text_and_told_from_another(tmp_path: Path, encoding: str, packer: str) -> None:
    pack = PACKERS[packer]
    (tmp_path / "held").write_bytes(pack(TEXT.encode(encoding)))
    (tmp_path / "other").write_bytes(pack(OTHER.encode(encoding)))
    assert holds(tmp_path / "held", NUMBER) is True
    assert holds(tmp_path / "other", NUMBER) is False


@pytest.mark.parametrize(
    "written", ["9990000018", "999-000-0018", "999\u00a0000\u00a00018", "999&nbsp;000&nbsp;0018", "999.000.0018"]
)
def test_a_number_is_found_however_it_is_spaced(tmp_path: Path, written: str) -> None:
    for encoding in ("utf-8", "cp1252", "utf-16"):
        (tmp_path / "held").write_bytes(f"<td>{written}</td>".encode(encoding))
        assert holds(tmp_path / "held", NUMBER) is True


@pytest.mark.parametrize("before", [-20, -7, -1, 0, 1])
def test_a_number_across_two_pieces_of_a_long_file_is_found(tmp_path: Path, before: int) -> None:
    (tmp_path / "long").write_bytes(b"." * (CHUNK_BYTES + before) + b"999 000 0018" + b"." * 9)
    assert holds(tmp_path / "long", NUMBER) is True


def _xls() -> bytes:
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "999 000 ".encode("utf-16-le")


def _workbook(cell: object) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet().write(0, 0, cell)
    return made.getvalue()


def _locked() -> bytes:
    """A zip whose member says that it is encrypted, in the member's header and in the directory."""
    made = bytearray(zipped(OTHER.encode()))
    made[6] |= 1
    made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


@pytest.mark.parametrize(
    "content",
    [
        _xls(),
        b"%PDF-1.4\nstream\n" + gzip.compress(TEXT.encode()),
        b"{\\rtf1 999 {\\b 000} 0018}",
        b"7z\xbc\xaf\x27\x1c" + bz2.compress(TEXT.encode()),
        _workbook("999"),
        _locked(),
        zipped(OTHER.encode())[:-30],
        gzip.compress(OTHER.encode() * 99)[:-30],
        zipped(b"%PDF-1.4"),
        gzip.compress(bytes(2**25)),
        OTHER.encode("utf-32"),
        b"PAR1\x15\x04\x15\x00\x00\x01",
    ],
    ids=["xls", "pdf", "rtf", "7z", "workbook", "locked", "cut", "cut gzip", "pdf in zip", "bomb", "utf-32", "binary"],
)  # fmt: skip
def test_of_what_cannot_be_read_it_is_not_said_that_the_number_is_not_there(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert holds(tmp_path / "file", NUMBER) is None


def test_a_number_in_a_cell_of_a_workbook_or_in_a_name_is_found(tmp_path: Path) -> None:
    for cell in ("999 000 0018", 9990000018):
        (tmp_path / "book.xlsx").write_bytes(_workbook(cell))
        assert holds(tmp_path / "book.xlsx", NUMBER) is True
    (tmp_path / "patient 999 000 0018.csv").write_text("a\n")
    assert holds(tmp_path / "patient 999 000 0018.csv", NUMBER) is True


def test_refused_files_are_searched_or_named_whatever_they_are(lake: Lake, tmp_path: Path) -> None:
    text = fixture_of("health__emergency_attendances").read_text(encoding="utf-8")
    made = {
        "sixteen.csv": ("ident\n" + text).encode("utf-16"),
        "a.csv.gz": gzip.compress(text.encode()),
        "old.xls": _xls(),
        "print.pdf": b"%PDF-1.4 " + gzip.compress(text.encode()),
        "other.csv": b"a,b\n1,2\n",
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    assert all(receipt.refusal for receipt in receive(lake, [tmp_path / name for name in made]))
    found = files_with(lake, NUMBER)
    assert {file.name for folder in found.refused for file in folder.iterdir()} == {
        "sixteen.csv", "a.csv.gz", "refusal.json",
    }  # fmt: skip
    assert {path.name for path in found.not_searched} == {"old.xls", "print.pdf"}
    assert found.inbox == ()


@pytest.mark.parametrize("is_elsewhere", [True, False])
def test_the_inbox_of_the_settings_is_searched_and_what_is_not_is_named(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_elsewhere: bool
) -> None:
    inbox = tmp_path / "sftp" if is_elsewhere else lake.inbox
    if is_elsewhere:
        monkeypatch.setenv("VRP_INBOX", str(inbox))
    (inbox / "hospital").mkdir(parents=True)
    (inbox / "hospital" / "may.csv").write_text(TEXT)
    (inbox / "june.zip").write_bytes(zipped(TEXT.encode()))
    (inbox / "july.xlsx").write_bytes(_workbook("999"))
    (inbox / "august.csv").write_text(OTHER)
    found = files_with(lake, NUMBER)
    assert set(found.inbox) == {inbox / "hospital" / "may.csv", inbox / "june.zip"}
    assert (found.refused, found.not_searched) == ((), (inbox / "july.xlsx",))
