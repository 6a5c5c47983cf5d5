"""The public archive as files: one zip per release with each month's street crimes and stop and searches.

Packs the members and plants faults; their content comes from `street` and `stop_and_searches`.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.police import street_crimes as feed
from vrp_pipeline.synthetic.agencies import stop_and_searches, street
from vrp_pipeline.synthetic.agencies.stop_and_searches import Searches
from vrp_pipeline.synthetic.agencies.street import StreetCrimes
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.truth import planted
from vrp_pipeline.synthetic.truth.planted import EXCLUDE, PlantedFault
from vrp_pipeline.synthetic.world.world import World


def deliver(
    inbox: Path, world: World, rows: StreetCrimes, searches: Searches, faults: list[PlantedFault]
) -> list[Path]:
    """Write all archives."""
    return [_write(inbox, world, rows, searches, archive, faults) for archive in street.ARCHIVES]


def _write(
    inbox: Path, world: World, rows: StreetCrimes, searches: Searches, archive: tuple[np.datetime64, np.datetime64],
    faults: list[PlantedFault],
) -> Path:  # fmt: skip
    path = inbox / f"{archive[1]}.zip"
    members, index = street.members(rows, world.crime, world.areas, world.where, archive, world.scale, world.seed)
    force = iter(index)
    written: list[tuple[str, bytes]] = []

    def pack(planting: planted.Planting, name: str, table: pa.Table, months: np.ndarray, sound: np.ndarray) -> None:
        faulty, here = planted.plant(planting, table, months, sound, path.name, name)
        faults.extend(here)
        written.append((name, deliveries.csv_bytes(faulty)))

    for name, table in members:
        if street.NEIGHBOUR_SLUG in name:
            reason = "the file of a neighbouring force"
            faults.append(PlantedFault(feed.name, path.name, name, None, None, reason, EXCLUDE))
            written.append((name, deliveries.csv_bytes(table)))
            continue
        mine = next(force)
        pack(planted.STREET_CRIMES, name, table, rows.month[mine], (rows.crime[mine] >= 0) & rows.located[mine])
    for name, table, mine in stop_and_searches.members(searches, archive):
        pack(stop_and_searches.PLANTING, name, table, searches.month[mine], searches.located[mine])
    return deliveries.write_zip(path, written)
