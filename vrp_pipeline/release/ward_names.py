"""The wards of a release: names of places in its reference data, which may be printed."""

from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

TABLE = "dim_hexagon"


def ward_names(release: Path) -> tuple[str, ...]:
    """Return the names of wards, in order; none where the release is no longer kept or knows no places."""
    path = release / f"{TABLE}.parquet"
    if not path.is_file():
        return ()
    names = pc.unique(pq.read_table(path, columns=["ward_name"])["ward_name"].drop_null())
    return tuple(sorted(name for name in names.to_pylist() if name))
