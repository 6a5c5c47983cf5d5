"""Simulated inbox: the files of a simulated partnership, with the list that dates them and marks them as simulated.

`synthetic` generates the files and reads no delivery. Here they are recognised as on receipt, because the date of
receipt of a file depends on its feed and its newest month.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from vrp_pipeline.lake.atomic import write_json
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.landing.coverage import newest_partition_of
from vrp_pipeline.landing.given_files import SIMULATED, UNFINISHED
from vrp_pipeline.landing.recognition import recognise
from vrp_pipeline.synthetic import WORLDS, simulate
from vrp_pipeline.synthetic.agencies.receipt_dates import Sent, arrivals, newest_in_name


def fill(
    inbox: Path, truth: Path, *, scale: float, seed: int, progress: Callable[[str, float], None],
    world: str = WORLDS[0], difficulty: str = "base", faults: Sequence[str] = (),
) -> list[Path]:  # fmt: skip
    """Simulate a partnership into `inbox`, list its files there and return them. See `synthetic.simulate`."""
    # Until the list marks files as simulated they would pass as real, so it is written before they become visible.
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / UNFINISHED).touch()
    paths = simulate(
        inbox, truth, scale=scale, seed=seed, world=world, difficulty=difficulty, faults=faults, progress=progress
    )
    progress("dating the deliveries", 1.0)
    today = datetime.now(UTC).date()
    moments = arrivals([_sent(path, today) for path in paths], seed)
    delivered = {sha256: moment.isoformat() for sha256, moment in moments.items()}
    write_json(inbox / SIMULATED, {"sha256": sorted(delivered), "delivered": delivered, "scale": scale, "seed": seed})
    (inbox / UNFINISHED).unlink()
    return paths


def _sent(path: Path, today: date) -> Sent:
    """Return the file as sent. It is read for its newest month only if its name does not contain one."""
    newest = newest_in_name(path.name)
    return Sent(
        hash_of(path), path.name, *((recognise(path)[0], newest) if newest else newest_partition_of(path, today))
    )
