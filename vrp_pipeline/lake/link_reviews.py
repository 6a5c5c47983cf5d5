"""Clerical reviews of event links: the sample that was drawn, and what named people decided about its pairs.

Holds the records and their storage in `decisions/links/`; drawing, showing and reckoning belong to `linkage.review`. A
sample keeps how many pairs each stratum had when it was drawn, so that its figures do not change with later links.
Files are immutable: a decision that is changed is a further one, and the newest of each person counts. Only the ids of
records that were erased leave a sample.
"""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from vrp_pipeline.lake.atomic import write_json
from vrp_pipeline.lake.paths import Lake

YES, NO, UNSURE = "yes", "no", "unsure"
SAMPLE_FILE = "sample.json"


class NoReviewError(RuntimeError):
    """No sample has been drawn."""


@dataclass(frozen=True)
class Stratum:
    """Pairs of two feeds in one band of probability: how many there are, and whether they are in one incident."""

    feeds: tuple[str, str]
    band: str
    is_linked: bool
    pairs: int


@dataclass(frozen=True)
class SampledPair:
    """Two event records to compare, and the number of their stratum. The id of a record that was erased is ""."""

    left_record_id: str
    right_record_id: str
    stratum: int


@dataclass(frozen=True)
class Sample:
    """A stratified sample of scored pairs in the order in which they are shown; `drawn_at` is in UTC."""

    seed: int
    model_version: str
    links: str
    strata: tuple[Stratum, ...]
    pairs: tuple[SampledPair, ...]
    drawn_by: str
    drawn_at: datetime

    @property
    def sample_id(self) -> str:
        """The name of the sample: when it was drawn."""
        return f"{self.drawn_at:%Y%m%dT%H%M%S%f}"


@dataclass(frozen=True)
class Decision:
    """What a person says of a pair (by its number in the sample, from 1): yes (one event), no or unsure."""

    pair: int
    decision: str
    decided_by: str
    decided_at: datetime


def record_sample(lake: Lake, sample: Sample) -> None:
    """Store a sample."""
    write_json(_folder(lake, sample) / SAMPLE_FILE, {**asdict(sample), "drawn_at": sample.drawn_at.isoformat()})


def forget_records(lake: Lake, known: Collection[str], *, drawn_before: datetime) -> dict[str, int]:
    """Take the ids of records that are not `known` out of the samples drawn before a moment.

    Returns the number of pairs that lost one by sample.
    """
    found: dict[str, int] = {}
    for path in sorted(_reviews(lake).glob(f"*/{SAMPLE_FILE}")):
        sample = _read_sample(path)
        if sample.drawn_at < drawn_before:
            left = tuple(_without(pair, known) for pair in sample.pairs)
            if left != sample.pairs:
                record_sample(lake, replace(sample, pairs=left))
                found[sample.sample_id] = sum(one != other for one, other in zip(left, sample.pairs, strict=True))
    return found


def _without(pair: SampledPair, known: Collection[str]) -> SampledPair:
    left, right = (each if each in known else "" for each in (pair.left_record_id, pair.right_record_id))
    return replace(pair, left_record_id=left, right_record_id=right)


def newest_sample(lake: Lake) -> Sample:
    """Return the newest sample known to the lake. Raises NoReviewError."""
    samples = (_read_sample(path) for path in sorted(_reviews(lake).glob(f"*/{SAMPLE_FILE}"), reverse=True))
    known = next((sample for sample in samples if lake.knows(sample.drawn_at)), None)
    if known is None:
        raise NoReviewError("no sample of links has been drawn. Run: vrp linkage review draw")
    return known


def record_decisions(
    lake: Lake, sample: Sample, decisions: Iterable[tuple[int, str]], *, decided_by: str, decided_at: datetime
) -> None:
    """Store what one person decided in one sitting, as pairs of number and decision."""
    name = re.sub(r"\W+", "-", decided_by)
    content = {"decided_by": decided_by, "decided_at": decided_at.isoformat(), "decisions": list(decisions)}
    write_json(_folder(lake, sample) / f"{name}-{decided_at:%Y%m%dT%H%M%S%f}.json", content)


def decisions_of(lake: Lake, sample: Sample) -> list[Decision]:
    """Return the newest decision of each person on each pair, as known to the lake, in order of pair and person."""
    sittings = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in _folder(lake, sample).glob("*.json") if path.name != SAMPLE_FILE
    ]  # fmt: skip
    newest: dict[tuple[int, str], Decision] = {}
    for sitting in sorted(sittings, key=lambda each: str(each["decided_at"])):
        decided_by, decided_at = sitting["decided_by"], datetime.fromisoformat(sitting["decided_at"])
        for pair, decision in sitting["decisions"] if lake.knows(decided_at) else ():
            newest[pair, decided_by] = Decision(pair, decision, decided_by, decided_at)
    return [newest[key] for key in sorted(newest)]


def _read_sample(path: Path) -> Sample:
    content = json.loads(path.read_text(encoding="utf-8"))
    content["strata"] = tuple(Stratum(**each | {"feeds": tuple(each["feeds"])}) for each in content["strata"])
    content["pairs"] = tuple(SampledPair(**each) for each in content["pairs"])
    return Sample(**content | {"drawn_at": datetime.fromisoformat(content["drawn_at"])})


def _reviews(lake: Lake) -> Path:
    return lake.decisions / "links"


def _folder(lake: Lake, sample: Sample) -> Path:
    return _reviews(lake) / sample.sample_id
