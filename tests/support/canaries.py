"""Planted identifiers: where they were delivered, by feed, and a search for all of them at once in any bytes.

Where to search is decided by each test.
"""

import html
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from python_calamine import CalamineWorkbook

from vrp_pipeline.landing.given_files import SIMULATED
from vrp_pipeline.landing.recognition import recognise

EVERY_FEED = "every feed"
# Texts of at least this many bytes are found by their first bytes, shorter ones one by one.
HEAD = 7
PIECE = 1 << 21
TABLE_BITS = 22
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def planted(truth: Path) -> dict[str, dict[str, list[str]]]:
    """The canaries of a simulation by feed and kind, those of every feed apart (EVERY_FEED)."""
    found: dict[str, dict[str, list[str]]] = json.loads((truth / "canaries.json").read_text(encoding="utf-8"))
    return found


def text_of_delivery(path: Path) -> str:
    """Everything told in a file: members of archives, cells of workbooks, without escapes."""
    if path.suffix == ".xlsx":
        book = CalamineWorkbook.from_path(str(path))
        rows = (row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())
        return "\n".join(str(cell) for row in rows for cell in row if cell != "")
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            contents = [archive.read(name) for name in archive.namelist()]
    else:
        contents = [path.read_bytes()]
    text = "\n".join(content.decode("utf-8", errors="replace") for content in contents)
    return html.unescape(text).replace('""', '"').replace('\\"', '"')


def delivered_texts(inbox: Path, feeds: Iterable[str]) -> dict[str, str]:
    """What the files of each of the feeds tell. The simulation's own note of itself (SIMULATED) is of no feed."""
    wanted, texts = set(feeds), defaultdict(list)
    for path in sorted(path for path in inbox.iterdir() if path.name != SIMULATED):
        for feed in recognise(path):
            if feed.name in wanted:
                texts[feed.name].append(text_of_delivery(path))
    return {name: "\n".join(partitions) for name, partitions in texts.items()}


class Search:
    """Thousands of texts looked for at once: a regular expression of them all would take hours."""

    def __init__(self, texts: Iterable[str]) -> None:
        wanted = {text.encode() for text in texts}
        self._short = sorted(text for text in wanted if len(text) < HEAD)
        self._by_head: dict[int, list[bytes]] = defaultdict(list)
        for text in wanted - set(self._short):
            self._by_head[int.from_bytes(text[:HEAD], "little")].append(text)
        self._table = np.zeros(1 << TABLE_BITS, bool)
        self._table[_slots(np.array(list(self._by_head), np.uint64))] = True

    def first_in(self, content: bytes) -> str | None:
        """One of the texts that stands in `content`, or None."""
        for text in self._short:
            if text in content:
                return text.decode()
        for start in range(0, max(len(content) - HEAD + 1, 0), PIECE):
            heads = _heads(content[start : start + PIECE + HEAD - 1])
            for place in np.flatnonzero(self._table[_slots(heads)]):
                for text in self._by_head.get(int(heads[place]), ()):
                    if content.startswith(text, start + int(place)):
                        return text.decode()
        return None


def _heads(content: bytes) -> np.ndarray:
    """The number that the HEAD bytes from each place on make."""
    letters = np.frombuffer(content, np.uint8).astype(np.uint64)
    count = len(letters) - HEAD + 1
    heads = np.zeros(count, np.uint64)
    for number in range(HEAD):
        heads |= letters[number : number + count] << np.uint64(8 * number)
    return heads


def _slots(heads: np.ndarray) -> np.ndarray:
    return (heads * MULTIPLIER) >> np.uint64(64 - TABLE_BITS)
