"""Small areas tile the districts without overlap, under codes that cannot be mistaken for real ones."""

import json

import numpy as np
import pandas as pd
import pytest
import shapely

from tests.conftest import REAL_DATA
from tests.synthetic.conftest import Simulated
from vrp_pipeline.synthetic.agencies import reference
from vrp_pipeline.synthetic.world import geography
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.projection import to_grid, to_lonlat
from vrp_pipeline.synthetic.world.streams import stream


@pytest.fixture(scope="module")
def full() -> geography.Geography:
    return geography.build(1.0, stream(3, "geography"))


def test_full_size_has_the_real_number_of_areas_and_residents(full: geography.Geography) -> None:
    assert len(full) == 1231
    for number, district in enumerate(DISTRICTS):
        mine = full.district == number
        assert mine.sum() == district.small_areas
        assert full.residents[mine].sum() == district.residents
        square_km = np.isin(full.area_of_cell, np.flatnonzero(mine)).sum() / geography.CELLS_PER_SQUARE_KM
        assert square_km == pytest.approx(district.square_km, rel=0.05)


def test_a_small_simulation_keeps_at_least_three_areas_in_every_district() -> None:
    tiny = geography.build(0.001, stream(3, "geography"))
    assert np.bincount(tiny.district).tolist() == [3] * len(DISTRICTS)


def test_every_area_has_a_cell_and_every_cell_one_area(full: geography.Geography) -> None:
    assert np.bincount(full.area_of_cell, minlength=len(full)).min() >= 1
    assert len({tuple(cell) for cell in full.cells}) == len(full.cells)
    middle = full.cells * geography.CELL + np.array([geography.WEST, geography.SOUTH]) + geography.CELL // 2
    assert np.array_equal(full.area_at(middle[:, 0], middle[:, 1]), full.area_of_cell)
    assert full.area_at(np.array([0, 325_000, 900_000]), np.array([0, 673_000, 0])).tolist() == [-1, -1, -1]


def test_delivered_boundaries_tile_without_overlap_and_hold_their_points(small: Simulated) -> None:
    collection = json.loads((small.inbox / "LSOA_2021_boundaries_HIOW.geojson").read_text(encoding="utf-8"))
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in collection["features"]])
    metres = shapely.transform(shapes, lambda points: np.column_stack(to_grid(points[:, 0], points[:, 1])))
    assert shapely.is_valid(metres).all()
    whole = shapely.union_all(metres)
    # Coordinates of six decimals are accurate to 0.1 m: a seam of a metre in a perimeter of thousands of km is
    # rounding.
    assert shapely.area(metres).sum() == pytest.approx(whole.area, rel=1e-6)
    areas = geography.build(0.02, stream(20230401, "geography"))
    cells = np.bincount(areas.area_of_cell)
    assert shapely.area(metres) == pytest.approx(cells * geography.CELL**2, rel=1e-3)


def test_boundaries_keep_every_cell_corner_so_that_neighbours_share_vertices(full: geography.Geography) -> None:
    shapes = reference.polygons(full)
    longest = max(
        np.abs(np.diff(shapely.get_coordinates(ring), axis=0)).max()
        for ring in shapely.get_rings(shapely.get_parts(shapes[:50]))
    )
    assert longest == geography.CELL


def test_the_projection_comes_back_to_the_same_metre() -> None:
    easting, northing = np.array([437_000.0, 465_250.0]), np.array([115_000.0, 101_750.0])
    back = to_grid(*to_lonlat(easting, northing))
    assert np.abs(back[0] - easting).max() < 0.1
    assert np.abs(back[1] - northing).max() < 0.1
    longitude, latitude = to_lonlat(np.array([437_300.0]), np.array([115_500.0]))
    assert longitude[0] == pytest.approx(-1.47, abs=0.02)  # Southampton
    assert latitude[0] == pytest.approx(50.94, abs=0.02)


def test_codes_follow_the_official_pattern_and_no_real_code_is_used(small: Simulated) -> None:
    areas = pd.read_csv(small.inbox / "LSOA21_WD24_LAD24_EW_LU.csv")
    changes = pd.read_csv(small.inbox / "LSOA11_LSOA21_LAD22_EW_LU.csv")
    simulated = set(areas.LSOA21CD) | set(changes.LSOA11CD) | set(areas.WD24CD)
    assert all(code[0] == "E" and len(code) == 9 and code[1:].isdigit() for code in simulated)
    lookup = REAL_DATA / "reference" / "LSOA21_WD24_LAD24_EW_LU.csv"
    if not lookup.exists():
        pytest.skip("the real lookup is not here")
    real = pd.read_csv(lookup)
    older = pd.read_csv(REAL_DATA / "reference" / "LSOA11_LSOA21_LAD22_EW_LU.csv")
    assert not simulated & (set(real.LSOA21CD) | set(real.WD24CD) | set(older.LSOA11CD))
    # Districts, in contrast, are the real ones.
    assert set(areas.LAD24CD) == {district.code for district in DISTRICTS} <= set(real.LAD24CD)


def test_district_facts_agree_with_the_official_lookup() -> None:
    path = REAL_DATA / "reference" / "LAD24_CSP24_PFA24_EW_LU.csv"
    if not path.exists():
        pytest.skip("the real lookup is not here")
    real = pd.read_csv(path)
    real = real[real.PFA24CD == "E23000030"].sort_values("LAD24CD")
    facts = sorted((d.code, d.name, d.csp_code, d.csp_name) for d in DISTRICTS)
    assert facts == list(zip(real.LAD24CD, real.LAD24NM, real.CSP24CD, real.CSP24NM, strict=True))


def test_areas_of_2011_cover_all_areas_of_2021_and_change_in_every_way() -> None:
    changes = reference._changes(geography.build(0.2, stream(3, "geography"))).to_pandas()
    assert changes.LSOA21CD.nunique() == 1231
    assert set(changes.CHGIND) == {"U", "S", "M", "X"}
    split, merged = changes[changes.CHGIND == "S"], changes[changes.CHGIND == "M"]
    assert (split.groupby("LSOA11CD").LSOA21CD.nunique() == 2).all()
    assert (merged.groupby("LSOA21CD").LSOA11CD.nunique() == 2).all()
    same = changes[changes.CHGIND == "U"]
    assert (same.LSOA11CD == same.LSOA21CD).all()
    assert (changes[changes.CHGIND != "U"].LSOA11CD.str[:5] != "E0190").all()


def test_population_by_age_adds_up_to_all_ages(small: Simulated) -> None:
    table = pd.read_csv(small.inbox / "SAPE_mid2020_LSOA11_single_year_HIOW.csv")
    assert (table.iloc[:, 3:].sum(axis=1) == table["All Ages"]).all()
    assert table["All Ages"].sum() == pytest.approx(sum(d.residents for d in DISTRICTS) * 0.995, rel=0.001)
