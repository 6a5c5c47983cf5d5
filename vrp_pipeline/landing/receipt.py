"""Receiving files: each is guarded, hashed, recognised and stored unchanged, or refused and kept with the reason."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vrp_pipeline.feeds.partnership import TIME_ZONE
from vrp_pipeline.lake.atomic import creating_directory, holding_zone, sweep, to_json
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.landing.coverage import Coverage, coverage
from vrp_pipeline.landing.ledger import RECORD, Delivery, all_deliveries
from vrp_pipeline.landing.recognition import recognise
from vrp_pipeline.landing.refusal import RefusedError

ID_LENGTH = 16
# Lists the files of a folder that the simulator wrote, so that what is made up can never pass as real.
SIMULATED = "simulated.json"


@dataclass(frozen=True)
class Receipt:
    """What became of one file: a delivery (new, or received before) or a refusal."""

    path: Path
    delivery: Delivery | None = None
    is_new: bool = False
    refusal: RefusedError | None = None


@dataclass(frozen=True)
class _Recognised:
    path: Path
    sha256: str
    feed: str
    covered: Coverage


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files named, and those in the folders named; hidden files and the simulator's list are left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(file for file in path.rglob("*") if file.is_file())
        else:
            found.append(path)
    return [path for path in found if not path.name.startswith(".") and path.name != SIMULATED]


def receive(lake: Lake, files: Iterable[Path], now: datetime | None = None) -> Iterator[Receipt]:
    """Receive each file; yield what became of it as soon as it is known.

    Files given together are ordered by the newest month they cover, then by name, so that the later of two
    extracts is also the later delivery. `now` is the time of receipt, by default the present.
    """
    with holding_zone(lake.root, "landing"):
        sweep(lake.landing)
        known = {delivery.sha256: delivery for delivery in all_deliveries(lake)}
        moment = (now or datetime.now(UTC)).astimezone(UTC)
        if known:
            newest = max(delivery.received_at for delivery in known.values())
            moment = max(moment, newest + timedelta(microseconds=1))
        recognised: list[_Recognised] = []
        for path in files:
            sha256 = hash_of(path)
            if sha256 in known:
                yield Receipt(path, known[sha256])
                continue
            try:
                feed = recognise(path)
                covered = coverage(feed, path, moment.astimezone(TIME_ZONE).date())
                recognised.append(_Recognised(path, sha256, feed.name, covered))
            except RefusedError as refusal:
                _keep_refused(lake, path, sha256, refusal)
                yield Receipt(path, refusal=refusal)
        for file in sorted(recognised, key=lambda file: (max(file.covered.parts), file.path.name)):
            if file.sha256 in known:
                yield Receipt(file.path, known[file.sha256])
                continue
            known[file.sha256] = _store(lake, file, moment)
            yield Receipt(file.path, known[file.sha256], is_new=True)
            moment += timedelta(microseconds=1)


def hash_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _store(lake: Lake, file: _Recognised, received_at: datetime) -> Delivery:
    delivery = Delivery(
        delivery_id=file.sha256[:ID_LENGTH],
        feed=file.feed,
        file_name=file.path.name,
        sha256=file.sha256,
        bytes=file.path.stat().st_size,
        received_at=received_at,
        parts=file.covered.parts,
        rows_without_part=file.covered.rows_without_part,
        is_simulated=_is_simulated(file.path, file.sha256),
    )
    with creating_directory(delivery.path(lake).parent) as folder:
        stored = folder / delivery.file_name
        shutil.copyfile(file.path, stored)
        if hash_of(stored) != delivery.sha256:
            raise RefusedError(
                file.path,
                "the file changed while it was being received.",
                "Wait until it is complete, then receive it again.",
            )
        (folder / RECORD).write_text(to_json(delivery.to_dict()), encoding="utf-8")
    return delivery


def _keep_refused(lake: Lake, path: Path, sha256: str, refusal: RefusedError) -> None:
    folder = lake.refused / sha256[:ID_LENGTH]
    if folder.exists():
        return
    with creating_directory(folder) as partial:
        shutil.copyfile(path, partial / path.name)
        reason = {"file_name": path.name, "problem": refusal.problem, "remedy": refusal.remedy, "sha256": sha256}
        (partial / "refusal.json").write_text(to_json(reason), encoding="utf-8")


def _is_simulated(path: Path, sha256: str) -> bool:
    listing = path.with_name(SIMULATED)
    return listing.exists() and sha256 in json.loads(listing.read_text(encoding="utf-8"))["sha256"]
