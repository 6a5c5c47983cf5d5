"""Back-up of the zones that cannot be rebuilt: landing, decisions, erasures, audit log, publications and incident ids.

The pseudonym key is kept elsewhere: with both, a person's rows could be found by their number.
"""

import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from vrp_pipeline.lake.atomic import holding_zone, replacing
from vrp_pipeline.lake.audit import record, verify
from vrp_pipeline.lake.digests import fits
from vrp_pipeline.lake.ledger import Delivery, all_deliveries
from vrp_pipeline.lake.paths import Lake

ZONES = ("landing", "decisions", "erasures", "audit", "published", "drafts", "withdrawn", "commentary", "incident_ids")


class DamagedError(RuntimeError):
    """Raised if a delivery in landing is not the file that was stored, or a file is not a back-up."""


class NoPlaceError(RuntimeError):
    """Raised if a back-up would lie in its own lake or in a missing folder, or replace a file that is not a back-up."""


class NotEmptyError(RuntimeError):
    """Raised if a back-up would be restored over a lake that is not empty."""


def back_up(lake: Lake, file: Path) -> int:
    """Write the zones that cannot be rebuilt to a tar file; return its number of deliveries.

    Nothing is received or published meanwhile. Raises DamagedError, and then writes nothing, if a delivery is not what
    was stored; NoPlaceError; NoLakeError.
    """
    lake.must_exist()
    _require_place(lake, file)
    # As a release locks them: else a version could move from drafts, not yet written, to published, written already.
    zones = ("landing", lake.drafts.name, lake.published.name)
    with ExitStack() as held:
        for zone in zones:
            held.enter_context(holding_zone(lake.root, zone))
        found = all_deliveries(lake)
        _require_whole(lake, found)
        record(lake, "backup", deliveries=len(found))
        with replacing(file) as partial:
            partial.touch(mode=0o600)
            with tarfile.open(partial, "w") as archive:
                for zone in ZONES:
                    if (lake.root / zone).exists():
                        # A zone may be a link to a bigger disk: what it leads to is kept.
                        archive.add((lake.root / zone).resolve(), zone, filter=_without_partial)
    return len(found)


def _require_place(lake: Lake, file: Path) -> None:
    if file.resolve().is_relative_to(lake.root.resolve()):
        raise NoPlaceError(f"{file} lies in the lake itself. Keep a back-up elsewhere.")
    if not file.resolve().parent.is_dir():
        raise NoPlaceError(
            f"there is no folder {file.resolve().parent}: its disk is not mounted, or its name is mistyped."
        )
    if file.exists() and not tarfile.is_tarfile(file):
        raise NoPlaceError(f"{file} exists and is no back-up. Name another file.")


def restore(lake: Lake, file: Path) -> int:
    """Unpack a back-up into an empty lake; return its number of deliveries.

    Raises NotEmptyError; DamagedError if the file is no back-up or a delivery in it is not what was stored;
    BrokenChainError.
    """
    taken = [zone for zone in ZONES if (lake.root / zone).exists() and any((lake.root / zone).iterdir())]
    if taken:
        raise NotEmptyError(f"{lake.root} holds {', '.join(taken)} already. Restore into an empty folder: vrp --lake.")
    lake.root.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        held.enter_context(holding_zone(lake.root, "landing"))
        try:
            archive = held.enter_context(tarfile.open(file))
            members = archive.getmembers()
            if wrong := {Path(member.name).parts[0] for member in members} - {*ZONES}:
                raise DamagedError(f"{file} is no back-up of a lake: it holds {', '.join(sorted(wrong))}.")
            archive.extractall(lake.root, filter="data")
        except tarfile.TarError as error:
            raise DamagedError(f"{file} cannot be read as a back-up ({type(error).__name__}). Take another.") from error
        found = all_deliveries(lake)
        _require_whole(lake, found)
        verify(lake)
    record(lake, "restore", deliveries=len(found))
    return len(found)


def damaged_deliveries(lake: Lake, found: list[Delivery]) -> Iterator[Path]:
    """Yield the folders of deliveries whose file is lost or is not the one that was stored."""
    for delivery in found:
        path = delivery.path(lake)
        if not fits(path, delivery.stored_sha256):
            yield path.parent


def _require_whole(lake: Lake, found: list[Delivery]) -> None:
    if wrong := [path.name for path in damaged_deliveries(lake, found)]:
        raise DamagedError(
            f"{len(wrong)} deliveries in {lake.landing} are not what was stored: {', '.join(wrong[:5])}. "
            "Take these folders from an older back-up, or ask the agency for the files."
        )


def _without_partial(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if member.name.endswith(".partial") else member
