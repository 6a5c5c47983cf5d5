"""The members of a zip for all readers: with plain names, and without files that operating systems add.

Limits on archives are in `landing.guard`. What a member holds is decided by the readers.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from vrp_pipeline.landing.refusal import RefusedError

# Written by macOS, Windows, file systems and spreadsheet programs beside the files of people.
LEFT_BEHIND = re.compile(
    r"(?:^|/)(?:__MACOSX/|lost\+found/|\._|\.DS_Store$|Thumbs\.db$|ehthumbs\.db$|desktop\.ini$|~\$|\.~lock\.)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Member:
    """A member of a zip under its plain name, with `/` between folders whatever program wrote it."""

    name: str
    info: zipfile.ZipInfo


def is_left_behind(name: str) -> bool:
    """Return whether a program leaves files of this name or path beside those of people, such as a lock."""
    return LEFT_BEHIND.search(name.replace("\\", "/")) is not None


def members(archive: zipfile.ZipFile) -> list[Member]:
    """Return the members in order of name, without folders and what operating systems leave behind."""
    found = [Member(info.filename.replace("\\", "/"), info) for info in archive.infolist()]
    return sorted(
        (member for member in found if not member.name.endswith("/") and not is_left_behind(member.name)),
        key=lambda member: member.name,
    )


def one_each(
    path: Path, archive: zipfile.ZipFile, found: Iterable[Member], part_of: Callable[[Member], str]
) -> Mapping[str, Member]:
    """Return the member of each part (a month, a name) in order of part; of equal copies the first.

    Raises RefusedError if two members of one part differ: nothing tells which of them counts.
    """
    chosen: dict[str, Member] = {}
    for member in found:
        part = part_of(member)
        other = chosen.setdefault(part, member)
        if other is not member and archive.read(other.info) != archive.read(member.info):
            raise RefusedError(
                path,
                f"two different members are of {part}: '{other.name}' and '{member.name}'.",
                "Ask the agency which of them counts, and for an archive of that one alone.",
            )
    return dict(sorted(chosen.items()))
