"""Filling an inbox with a simulated partnership: its files, and the list that dates them and calls them made up.

What the agencies send is drawn in `sample`, which reads no delivery; here their files are told apart as they would be
on receipt, because the day on which a file comes follows from its feed and its newest month.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from vrp_pipeline.lake.atomic import write_json
from vrp_pipeline.landing.coverage import newest_partition_of
from vrp_pipeline.landing.receipt import SIMULATED, hash_of
from vrp_pipeline.landing.recognition import recognise
from vrp_pipeline.synthetic import simulate
from vrp_pipeline.synthetic.agencies.receipt_dates import Sent, arrivals, newest_in_name


def fill(inbox: Path, truth: Path, *, scale: float, seed: int, progress: Callable[[str, float], None]) -> list[Path]:
    """Simulate a partnership into `inbox` and list its files there; return them. See `sample.simulate`."""
    paths = simulate(inbox, truth, scale=scale, seed=seed, progress=progress)
    progress("dating the deliveries", 1.0)
    today = datetime.now(UTC).date()
    moments = arrivals([_sent(path, today) for path in paths], seed)
    delivered = {sha256: moment.isoformat() for sha256, moment in moments.items()}
    write_json(inbox / SIMULATED, {"sha256": sorted(delivered), "delivered": delivered, "scale": scale, "seed": seed})
    return paths


def _sent(path: Path, today: date) -> Sent:
    """The file as it was sent; it is read for its newest month only where its name does not tell."""
    newest = newest_in_name(path.name)
    return Sent(
        hash_of(path), path.name, *((recognise(path)[0], newest) if newest else newest_partition_of(path, today))
    )
