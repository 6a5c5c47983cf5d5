"""The refused files of a lake, each kept unchanged with the reason and the number of times it was given."""

import json
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from vrp_pipeline.lake.atomic import creating_directory, to_json, write_json
from vrp_pipeline.lake.ledger import ID_LENGTH, all_deliveries
from vrp_pipeline.lake.paths import REFUSAL, Lake
from vrp_pipeline.landing.refusal import RefusedError

NAMELESS = "…"


@dataclass(frozen=True)
class KeptRefusal:
    """A refused file as the lake keeps it: why, what to do, of which feed if that is known, and how often it came.

    `refused_at` (UTC) is when it came last.
    """

    folder: Path
    file_name: str
    sha256: str
    problem: str
    remedy: str
    feed: str | None
    times: int
    refused_at: datetime


class RefusedFiles:
    """The refused files of a lake during one call, in which a file counts once, however many feeds refuse it."""

    def __init__(self, lake: Lake) -> None:
        self._folder = lake.refused
        self._kept: set[str] = set()

    def keep(self, path: Path, sha256: str, refusal: RefusedError) -> None:
        """Keep a file with the reason for its refusal; of a file that was kept in an earlier call, update the record.

        Call it while holding landing.
        """
        if sha256 in self._kept:
            return
        self._kept.add(sha256)
        folder = self._folder / sha256[:ID_LENGTH]
        reason = {"problem": refusal.problem, "remedy": refusal.remedy, "feed": refusal.feed, "sha256": sha256}
        if folder.exists():
            before = json.loads((folder / REFUSAL).read_text(encoding="utf-8"))
            write_json(folder / REFUSAL, {**before, **reason, "times": before.get("times", 1) + 1})
            return
        with creating_directory(folder) as partial:
            shutil.copyfile(path, partial / path.name)
            (partial / REFUSAL).write_text(to_json({**reason, "file_name": path.name, "times": 1}), encoding="utf-8")


def refusals(lake: Lake) -> list[KeptRefusal]:
    """Return the refused files that are kept, by folder. Raises ValueError if a record is damaged."""
    return list(_kept(lake))


def unmended(lake: Lake, kept: Iterable[KeptRefusal]) -> list[KeptRefusal]:
    """Return those refusals after which neither the file itself nor another of its name was received."""
    received = all_deliveries(lake)
    known = {delivery.sha256 for delivery in received}
    came: dict[str, datetime] = {}
    for delivery in received:
        with suppress(FileNotFoundError):  # removed since it was listed
            # Past deliveries may be received late: the folder tells when it was made.
            made = datetime.fromtimestamp(delivery.path(lake).parent.stat().st_mtime, UTC)
            came[delivery.file_name] = max(made, came.get(delivery.file_name, made))
    return [
        each
        for each in kept
        if each.sha256 not in known and (each.file_name not in came or came[each.file_name] <= each.refused_at)
    ]


def names_of(lake: Lake, kept: Iterable[KeptRefusal]) -> set[str]:
    """Return the names of all delivered and refused files and of the members of refused archives."""
    names = {each.file_name for each in all_deliveries(lake)}
    for each in kept:
        names |= {each.file_name, *_members(each.folder / each.file_name)}
    return names


def without_names(text: str, names: Iterable[str]) -> str:
    """Return a text about refused files without names, which may be those of people."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", NAMELESS, text)
    return text


def _kept(lake: Lake) -> Iterator[KeptRefusal]:
    for path in sorted(lake.refused.glob(f"[!.]*/{REFUSAL}")):
        with suppress(FileNotFoundError):  # removed since it was listed, as by `vrp retain`
            content = json.loads(path.read_text(encoding="utf-8"))
            yield KeptRefusal(
                path.parent,
                content.get("file_name", ""),
                content.get("sha256", ""),
                content.get("problem", "the reason was not recorded."),
                content.get("remedy", "Look at the file."),
                content.get("feed"),
                int(content.get("times", 1)),
                datetime.fromtimestamp(path.stat().st_mtime, UTC),
            )


def _members(path: Path) -> set[str]:
    """Return the names of an archive's members as messages may spell them; none of a file that is no archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name for name in archive.namelist() if name}
    except (zipfile.BadZipFile, OSError):
        return set()
    return names | {name.replace("\\", "/") for name in names}
