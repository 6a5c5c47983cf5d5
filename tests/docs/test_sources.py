"""Every citation can be followed: a key leads to one entry of docs/sources.md, a section of docs/ is there.

A key is a name and a year in square brackets; the pages of docs/ cite sections of each other, and code cites them as
a path with the section behind it.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
KEY = re.compile(r"\[([A-Za-z][\w.&' -]* (?:19|20)\d{2})\]")
SECTION = re.compile(r"docs/((?:[\w-]+/)*[\w-]+\.md)(?:#([\w-]+))?")
# Notes that stand outside the repository, so that no reader can open them.
UNREADABLE = re.compile(
    r"research[ ]§|research[ ]`|methods[ ]§|feed[-]formats|metrics[-]and-peers|house[-]review|anchor[-]codebases"
    r"|operations[-]review|report[-]review|field[-]2026|architecture[.]md|(?<!\]\()(?<![\w/])feeds[.]md(?!#)\s*[,)]"
)
FIELDS = ("Title", "Publisher", "Date", "Address")


def tracked() -> Iterator[tuple[str, str]]:
    """Name and text of every text file that git holds, without the list of sources itself."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        path = PROJECT / name
        if name == "docs/sources.md" or not path.is_file():
            continue
        content = path.read_bytes()
        if b"\0" not in content:
            yield name, content.decode("utf-8", errors="replace")


def entries(text: str) -> list[tuple[str, dict[str, str]]]:
    """The entries of a page of sources: key, and its fields by name."""
    return [
        (key, dict(re.findall(r"(?m)^- \*\*(\w+):\*\* (\S.*)$", body)))
        for key, body in re.findall(r"(?ms)^### (.+?)$\n(.*?)(?=^##|\Z)", text)
    ]


def unknown_keys(files: Iterator[tuple[str, str]] | list[tuple[str, str]], known: set[str]) -> list[str]:
    """One sentence for each key cited that is no entry."""
    return [
        f"{name}, line {number}, cites [{key}], which has no entry in docs/sources.md: add it there or correct the key."
        for name, text in files
        for number, line in enumerate(text.splitlines(), 1)
        for key in KEY.findall(line)
        if key not in known
    ]


def sections(page: Path) -> set[str]:
    """The anchors of a page: those its headings state, and else those MkDocs makes of their words."""
    found = set()
    for heading in re.findall(r"(?m)^#+ (.+)$", page.read_text(encoding="utf-8")):
        stated = re.search(r"\{ *#([\w-]+) *\}$", heading)
        made = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower())
        found.add(stated[1] if stated else made)
    return found


ENTRIES = entries((DOCS / "sources.md").read_text(encoding="utf-8"))
KNOWN = {key for key, _ in ENTRIES}


def test_every_citation_resolves_to_an_entry() -> None:
    assert unknown_keys(tracked(), KNOWN) == []


def test_no_key_has_two_entries() -> None:
    keys = [key for key, _ in ENTRIES]
    assert len(keys) > 40
    assert sorted(keys) == sorted(KNOWN)


@pytest.mark.parametrize(("key", "fields"), ENTRIES, ids=[key for key, _ in ENTRIES])
def test_an_entry_has_a_title_a_publisher_a_date_and_an_address(key: str, fields: dict[str, str]) -> None:
    assert KEY.fullmatch(f"[{key}]"), f"{key!r} is no name and year"
    assert [field for field in FIELDS if not fields.get(field)] == []
    assert re.match(r"<https?://\S+>|no public address known", fields["Address"])


def test_an_entry_without_a_public_address_says_that_it_is_in_print_or_unconfirmed() -> None:
    without = [fields for _, fields in ENTRIES if not fields["Address"].startswith("<")]
    assert without
    assert [f for f in without if "[K]" not in f.get("Mark", "") and "(a " not in f["Address"]] == []


def test_every_entry_is_cited_somewhere() -> None:
    cited = {key for _, text in tracked() for key in KEY.findall(text)}
    assert sorted(KNOWN - cited) == []


def test_no_file_cites_a_note_that_no_reader_can_open() -> None:
    found = [
        f"{name}, line {number}, cites a note outside the repository: {line.strip()[:80]}"
        for name, text in tracked()
        for number, line in enumerate(text.splitlines(), 1)
        if UNREADABLE.search(line)
    ]
    assert found == []


def test_every_section_of_the_documentation_that_is_cited_is_there() -> None:
    missing = []
    for name, text in tracked():
        for number, line in enumerate(text.splitlines(), 1):
            for page, section in SECTION.findall(line):
                path = DOCS / page
                if not path.is_file() or (section and section not in sections(path)):
                    missing.append(f"{name}, line {number}, cites docs/{page}#{section}, which is not there.")
    assert missing == []


def test_an_unknown_key_is_told_with_its_file_and_line() -> None:
    key = "Nobody" + " 1999"
    planted = f"one line\nas shown by [{key}] and [{ENTRIES[0][0]}]\n"
    assert unknown_keys([("seeds/planted.csv", planted)], KNOWN) == [
        f"seeds/planted.csv, line 2, cites [{key}], which has no entry in docs/sources.md: "
        "add it there or correct the key."
    ]
