"""Conversion between British National Grid and longitude and latitude, with one transformation and no network."""

from functools import lru_cache

import numpy as np
import pyproj
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]  # re-exported from C


def to_lonlat(easting: np.ndarray, northing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return longitude and latitude (degrees, WGS84, six decimals: 0.1 m) of points in metres (EPSG:27700)."""
    longitude, latitude = _transformer().transform(np.asarray(easting, float), np.asarray(northing, float))
    return np.round(longitude, 6), np.round(latitude, 6)


def to_grid(longitude: np.ndarray, latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return easting and northing (metres, EPSG:27700) of points in degrees (WGS84)."""
    inverse = _transformer().transform(np.asarray(longitude, float), np.asarray(latitude, float), direction="INVERSE")
    return np.asarray(inverse[0]), np.asarray(inverse[1])


@lru_cache(maxsize=1)
def _transformer() -> pyproj.Transformer:
    set_network_enabled(False)
    return pyproj.Transformer.from_crs(27700, 4326, always_xy=True)
