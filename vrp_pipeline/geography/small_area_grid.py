"""The small area of each 100-metre square of the British National Grid.

Computed from the delivered boundaries, so that dbt can place a point with a join instead of geometry, on any engine
and without an extension. A square belongs to the small area that contains its centre.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vrp_pipeline.feeds.reference import boundaries
from vrp_pipeline.lake.bronze import published_partitions, write_parquet
from vrp_pipeline.lake.digests import hash_of
from vrp_pipeline.lake.paths import Lake

SQUARE_METRES = 100
# Where the file of a grid says of which boundaries it was made.
MADE_OF = "boundaries_sha256"
SCHEMA = pa.schema([("easting_100m", pa.int32()), ("northing_100m", pa.int32()), ("lsoa_code", pa.string())])


def grid_folder(lake: Lake) -> Path:
    """Return the folder of the grid in bronze."""
    return lake.bronze / "reference" / "small_area_grid"


def is_grid_of(grid_file: Path, boundary_file: Path) -> bool:
    """Whether a grid was made of these very boundaries, by their SHA-256: times of files follow clocks that are set."""
    if not grid_file.exists():
        return False
    metadata = pq.read_schema(grid_file).metadata or {}
    return metadata.get(MADE_OF.encode()) == hash_of(boundary_file).encode()


def write_small_area_grid(lake: Lake) -> int:
    """Write the grid of the newest boundaries and return its number of squares; 0 without boundaries."""
    editions = published_partitions(lake, boundaries)
    write_parquet(SCHEMA.empty_table(), grid_folder(lake) / "edition=0000" / "schema.parquet")
    if not editions:
        return 0
    edition, path = max(editions.items())
    table = pq.read_table(path, columns=["lsoa_code", "geometry"], partitioning=None)
    grid = squares(table["lsoa_code"].to_pylist(), table["geometry"].to_pylist())
    grid = grid.replace_schema_metadata({MADE_OF: hash_of(path)})
    write_parquet(grid, grid_folder(lake) / f"edition={edition}" / "data.parquet")
    return int(grid.num_rows)


@lru_cache(maxsize=1)
def degrees_to_metres() -> Any:
    """Return the transformation of longitude and latitude (WGS84) to the British National Grid.

    Kept for the process, since PROJ takes 20 ms to find it and validation asks once a month of a feed.
    """
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)


def squares(codes: list[str], geometries: list[str]) -> pa.Table:
    """Return the squares whose centres lie in each geometry, ordered by easting and northing.

    `geometries` are GeoJSON texts in CRS84, one per code. A centre exactly on a shared boundary is assigned to the
    first code in alphabetical order.
    """
    import shapely

    to_grid = degrees_to_metres()
    shapes = shapely.transform(
        shapely.from_geojson(geometries), lambda points: np.column_stack(to_grid.transform(points[:, 0], points[:, 1]))
    )
    shapely.prepare(shapes)
    left, bottom, right, top = (np.floor(shapely.bounds(shapes) / SQUARE_METRES).astype(np.int32)).T
    found = []
    for index, shape in enumerate(shapes):
        easting, northing = np.meshgrid(
            np.arange(left[index], right[index] + 1, dtype=np.int32),
            np.arange(bottom[index], top[index] + 1, dtype=np.int32),
        )
        inside = shapely.intersects_xy(
            shape, (easting.ravel() + 0.5) * SQUARE_METRES, (northing.ravel() + 0.5) * SQUARE_METRES
        )
        found.append(
            pa.table(
                [easting.ravel()[inside], northing.ravel()[inside], [codes[index]] * int(inside.sum())], schema=SCHEMA
            )
        )
    ordered = pa.concat_tables(found).sort_by([(name, "ascending") for name in SCHEMA.names]).to_pandas()
    first = ordered.drop_duplicates(["easting_100m", "northing_100m"])
    return pa.Table.from_pandas(first, schema=SCHEMA, preserve_index=False)
