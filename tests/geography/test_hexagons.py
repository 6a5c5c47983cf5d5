"""Hexagons as shapes: a point lies in the hexagon it is given, and shapes of neighbours share their corners."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from vrp_pipeline.geography.hexagons import hexagon_shapes, hexagons_at, ring_in_degrees, united

METRES = st.floats(400_000, 500_000)


@given(METRES, METRES, st.sampled_from([150.0, 2000.0]))
def test_a_point_lies_in_the_hexagon_it_is_given(easting: float, northing: float, side: float) -> None:
    ((across, up),) = hexagons_at([easting], [northing], side)
    (shape,) = hexagon_shapes([across], [up], side)
    # Corners are rounded to millimetres.
    assert shape.distance(shapely.Point(easting, northing)) < 0.01


def test_a_hexagon_has_the_area_of_its_side_and_a_smaller_one_the_share_drawn() -> None:
    whole, half = hexagon_shapes([3, 3], [5, 5], 2000.0, [1.0, 0.5])
    assert whole.area == pytest.approx(1.5 * 3**0.5 * 2000**2)
    assert half.area == pytest.approx(whole.area / 4)
    assert half.centroid.equals_exact(whole.centroid, 0.01)


def test_neighbours_are_united_without_a_gap() -> None:
    shapes = hexagon_shapes([0, 1, 5], [0, 0, 5])
    outlines = united(shapes, ["a", "a", "b"])
    assert list(outlines) == ["a", "b"]
    assert outlines["a"].geom_type == "Polygon"
    assert outlines["a"].area == pytest.approx(2 * shapes[0].area, rel=1e-5)


def test_a_ring_in_degrees_is_closed_and_lies_where_the_grid_says() -> None:
    # The Ordnance Survey's worked example is 52.6575703 north, 1.7179216 east in OSGB36, about a hundred metres from
    # the same numbers in WGS84.
    ((across, up),) = hexagons_at([651409.903], [313177.270], 150.0)
    ring = ring_in_degrees(hexagon_shapes([across], [up])[0])
    assert ring[0] == ring[-1]
    longitude, latitude = np.mean(ring[:-1], axis=0)
    assert (longitude, latitude) == pytest.approx((1.7160, 52.6580), abs=0.004)
