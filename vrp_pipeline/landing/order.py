"""The order in which the files of one call are received. It matters: of two with one sender's month, the later counts.

Derived from the files themselves: coverage, time of change, and numbers in their names. Storing them belongs to
`receipt`.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations
from pathlib import Path

from vrp_pipeline.landing.identification import RecognisedFile
from vrp_pipeline.landing.refusal import RefusedError

# Copies that are made in one go are minutes apart at most, and in the order of their names.
SECONDS_APART = 600.0
DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.](\d\d)[-_.](\d\d)(?!\d)")
LONGEST_VERSION, LENGTH_OF_A_DAY = 4, 8


def in_order(files: Sequence[RecognisedFile]) -> Iterator[tuple[RecognisedFile, RefusedError | None]]:
    """Yield files in the order in which they are received, each with the reason for which it is refused, if any.

    The order is that of the time of receipt, then of the newest month, so that the later of two extracts is also the
    later delivery. Of two with the same newest month that hold a month of the same sender with different content, the
    one changed last is the later. If they were changed within ten minutes, as copies are, the order is that of the one
    number in which their names differ: a version or a day. If their names differ otherwise, both are refused: `final`
    sorts before `provisional`.
    """
    alike: dict[tuple[object, ...], list[int]] = {}
    for place, file in enumerate(files):
        alike.setdefault((file.feed, *_received(file)), []).append(place)
    changed: dict[int, float] = {}
    numbers: dict[int, int] = {}
    refusals: dict[int, RefusedError] = {}
    for one, other in (pair for places in alike.values() for pair in combinations(places, 2)):
        shared = _shared(files[one], files[other])
        if shared is None:
            continue
        for place in (one, other):
            changed.setdefault(place, _changed(files[place].path))
        if abs(changed[one] - changed[other]) >= SECONDS_APART:
            continue
        if told := _numbers_apart(files[one].path.name, files[other].path.name):
            changed[one] = changed[other] = min(changed[one], changed[other])
            numbers[one], numbers[other] = told
        else:
            refusals.setdefault(one, _refusal(files[one], files[other], shared))
            refusals.setdefault(other, _refusal(files[other], files[one], shared))

    def key(place: int) -> tuple[datetime, str, float, int, str, str]:
        by_time = (*_received(files[place]), changed.get(place, 0.0))
        return (*by_time, numbers.get(place, 0), files[place].path.name, files[place].feed)

    for place in sorted(range(len(files)), key=key):
        yield files[place], refusals.get(place)


def _received(file: RecognisedFile) -> tuple[datetime, str]:
    return file.received_at, max(file.covered.partitions)


def _changed(path: Path) -> float:
    """Return the time of last change; 0 of a file that is gone, which is refused when it is to be stored."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _numbers_apart(one: str, other: str) -> tuple[int, int] | None:
    """Return the one pair of numbers in which two names differ, None if they differ otherwise.

    A day written with the year first is one number. Eight digits that do not begin with a year are a day in another
    notation, which does not sort by time.
    """
    parts = [re.split(r"(\d+)", DAY.sub(r"\1\2\3", name)) for name in (one, other)]
    if len(parts[0]) != len(parts[1]):
        return None
    apart = [(first, second) for first, second in zip(*parts, strict=True) if first != second]
    if len(apart) != 1 or not all(each.isdigit() and _sorts(each) for each in apart[0]):
        return None
    first, second = map(int, apart[0])
    return None if first == second else (first, second)


def _sorts(number: str) -> bool:
    return len(number) <= LONGEST_VERSION or (len(number) >= LENGTH_OF_A_DAY and number[:2] in ("19", "20"))


def _shared(one: RecognisedFile, other: RecognisedFile) -> str | None:
    """Return the newest month (or edition) of the same sender that two files hold with different content, or None."""
    if one.sha256 == other.sha256:
        return None
    for partition in sorted(one.covered.partitions.keys() & other.covered.partitions.keys(), reverse=True):
        senders, others = one.covered.senders.get(partition), other.covered.senders.get(partition)
        if not senders or not others or senders.keys() & others.keys() - {""}:
            return partition
    return None


def _refusal(file: RecognisedFile, other: RecognisedFile, partition: str) -> RefusedError:
    refusal = RefusedError(
        file.path,
        f"'{other.path.name}' was given with it and holds {file.feed} {partition} too, with other content, and was "
        "changed at the same time: nothing tells which of the two counts, so neither was taken.",
        "Ask the agency which counts, then receive the two one after the other (vrp receive FILE), that one last.",
    )
    refusal.feed = file.feed
    return refusal
