"""The district of a small area or a point, from the delivered reference data.

Serves validation, which judges whether a district vanished from a month. The places of rows in figures are worked out
in dbt. A place that the reference data do not tell has no district (null).
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vrp_pipeline.feeds.reference import boundaries, small_area_changes, small_areas
from vrp_pipeline.geography.small_area_grid import (
    SQUARE_METRES,
    degrees_to_metres,
    grid_folder,
    is_grid_of,
    squares,
)
from vrp_pipeline.lake.bronze import published_partitions
from vrp_pipeline.lake.paths import Lake


@dataclass(frozen=True)
class Districts:
    """District names by small area (codes of 2011 and 2021) and by 100-metre square.

    `names` maps a small area's code to its district's name; `boundary_file` is the bronze file of the boundaries and
    `grid_file` the grid of them, which is made here where it is missing or of others; `digest` names what all rest on.
    """

    names: dict[str, str]
    boundary_file: Path | None
    grid_file: Path
    digest: str

    def of_codes(self, codes: pa.Array) -> pa.Array:
        """District names of small area codes; null where a code is unknown."""
        encoded = pc.dictionary_encode(codes)
        return pa.array([self.names.get(code) for code in encoded.dictionary.to_pylist()], pa.string()).take(
            encoded.indices
        )

    def of_points(self, easting: pa.Array, northing: pa.Array) -> pa.Array:
        """District names of points in metres of the British National Grid; null outside every boundary."""
        known = pc.and_(pc.is_valid(easting), pc.is_valid(northing))
        squares_of_rows = [
            pc.fill_null(pc.cast(pc.floor(pc.divide(pc.cast(metres, pa.float64()), SQUARE_METRES)), pa.int64()), 0)
            for metres in (easting, northing)
        ]
        keys = _square_keys(*(values.to_numpy(zero_copy_only=False) for values in squares_of_rows))
        positions = np.searchsorted(self._squares[0], keys)
        positions[positions == len(self._squares[0])] = 0
        found = self._squares[0][positions] == keys if len(self._squares[0]) else np.zeros(len(keys), dtype=bool)
        names = self._squares[1].take(pa.array(positions)) if found.any() else pa.nulls(len(keys), pa.string())
        return pc.if_else(pc.and_(known, pa.array(found)), names, pa.scalar(None, pa.string()))

    def of_degrees(self, longitude: pa.Array, latitude: pa.Array) -> pa.Array:
        """District names of points in degrees; null outside every boundary."""
        known = pc.and_(pc.is_valid(longitude), pc.is_valid(latitude))
        points = (pc.fill_null(values, 0.0).to_numpy(zero_copy_only=False) for values in (longitude, latitude))
        metres = degrees_to_metres().transform(*points)
        easting, northing = (
            pc.if_else(pc.and_(known, pa.array(np.isfinite(values))), pa.array(np.nan_to_num(values, posinf=0)), None)
            for values in metres
        )
        return self.of_points(easting, northing)

    @cached_property
    def _squares(self) -> tuple[np.ndarray, pa.Array]:
        """The keys of all squares, in order, and the district's name of each."""
        if self.boundary_file is None:
            return np.empty(0, dtype=np.int64), pa.array([], pa.string())
        grid = _grid(self.boundary_file, self.grid_file)
        keys = _square_keys(grid["easting_100m"].to_numpy(), grid["northing_100m"].to_numpy())
        order = np.argsort(keys, kind="stable")
        names = self.of_codes(grid["lsoa_code"].combine_chunks()).take(pa.array(order))
        return keys[order], names


def districts_of(lake: Lake) -> Districts | None:
    """The districts by the newest reference data in bronze; None where no list of small areas was ingested."""
    newest = {
        feed.table: max(published_partitions(lake, feed).items(), default=("", None))[1]
        for feed in (small_areas, small_area_changes, boundaries)
    }
    if newest["small_areas"] is None:
        return None
    edition = newest["boundaries"].parent.name if newest["boundaries"] else ""
    versions = tuple(path.stat().st_mtime_ns if path else 0 for path in newest.values())
    return _read(*newest.values(), grid_folder(lake) / edition / "data.parquet", versions)


@lru_cache(maxsize=2)
def _read(
    areas: Path, changes: Path | None, outlines: Path | None, grid_file: Path, _versions: tuple[int, ...]
) -> Districts:
    """The districts of these files; every feed of a run asks for the same."""
    names = _pairs(changes, "lsoa_2011_code", "district_name") if changes else {}
    names |= _pairs(areas, "lsoa_code", "district_name")
    digest = hashlib.sha256()
    for path in (areas, changes, outlines):
        digest.update(path.read_bytes() if path else b"-")
    return Districts(names, outlines, grid_file, digest.hexdigest()[:16])


def _grid(boundary_file: Path, grid_file: Path) -> pa.Table:
    """The squares of the boundaries. Reading them takes 0.1 s and making them 2 s (1,231 small areas)."""
    if is_grid_of(grid_file, boundary_file):
        return pq.read_table(grid_file, partitioning=None)
    table = pq.read_table(boundary_file, columns=["lsoa_code", "geometry"], partitioning=None)
    return squares(table["lsoa_code"].to_pylist(), table["geometry"].to_pylist())


def _pairs(path: Path, code: str, name: str) -> dict[str, str]:
    table = pq.read_table(path, columns=[code, name], partitioning=None)
    return {
        key: value for key, value in zip(*(table[column].to_pylist() for column in (code, name)), strict=True) if value
    }


def _square_keys(easting: np.ndarray, northing: np.ndarray) -> np.ndarray:
    return easting.astype(np.int64) * 100_000 + northing.astype(np.int64)
