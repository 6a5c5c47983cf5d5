"""The wards of a release: names of places in its reference data, which may be printed."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

TABLE = "dim_hexagon"


def ward_names(release: Path) -> tuple[str, ...]:
    """Return the names of wards, in order; none where the release is no longer kept or knows no places."""
    path = release / f"{TABLE}.parquet"
    return wards_in(pq.read_table(path, columns=["ward_name"])) if path.is_file() else ()


def wards_in(ground: pa.Table) -> tuple[str, ...]:
    """Return the names of wards in a table of places (column ward_name), in order."""
    return tuple(sorted(name for name in pc.unique(ground["ward_name"]).to_pylist() if name))
