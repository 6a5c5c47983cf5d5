"""The reference files of the simulated small areas, in the layouts of ONS and MHCLG.

Names and codes of districts are real; every small area, ward, population and score is simulated.
"""

from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from vrp_pipeline.feeds import reference as feeds
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world.districts import DISTRICTS, FORCE_CODE, FORCE_NAME
from vrp_pipeline.synthetic.world.geography import (
    CELL,
    FIRST_CODE_2011,
    FIRST_WARD,
    SOUTH,
    WEST,
    Geography,
    area_codes,
)
from vrp_pipeline.synthetic.world.projection import to_lonlat

# 65 of the 1,231 areas result from a split in 2021 (ONS lookup). Merges and irregular changes do not occur there, but
# do elsewhere in England and Wales (239 to 119, and 6) and must be handled, so a few are simulated.
SPLIT_EVERY, MERGED_EVERY, IRREGULAR_EVERY = 38, 150, 600
# Residents by single year of age, Hampshire and the Isle of Wight, mid-2020 (ONS SAPE, counted): the share at each
# listed age, linear in between; the last is everyone of 90 and over.
AGE_CURVE = ((0, 0.0097), (9, 0.0122), (17, 0.0105), (21, 0.0135), (30, 0.0127), (41, 0.0119), (43, 0.0112),
             (55, 0.0146), (67, 0.0104), (73, 0.0128), (80, 0.0064), (89, 0.0029))  # fmt: skip
AGED_90_AND_OVER = 0.0112
STUDENT_CITIES, STUDENT_AGES, STUDENT_FACTOR = ("Portsmouth", "Southampton"), slice(18, 24), 2.0
CENSUS_TO_2020 = 0.995  # mid-2020 estimates of the area over Census 2021 residents
# National rank of a score in the Indices of Deprivation 2025 (33,755 areas), read from the Hampshire file.
SCORES = (80.0, 77.562, 69.038, 59.29, 52.026, 44.896, 38.511, 33.369, 26.6, 21.583, 17.436, 14.14, 11.152, 8.369,
          5.474, 3.84, 1.778, 0.5)  # fmt: skip
RANKS = (
    60,
    89,
    319,
    1060,
    2026,
    3380,
    4987,
    6799,
    10128,
    13455,
    16886,
    20252,
    23603,
    27020,
    30365,
    32006,
    33491,
    33755,
)
NATIONAL_AREAS = 33_755
# Census 2021 shares of all residents, the 14 districts together (ONS, counted). The three broad ages omit some
# residents in the published file too and add up to 90 %.
AGE_SEX = {
    "total_females": 0.5091,
    "total_males": 0.4909,
    "younger_females": 0.0905,
    "working_age_females": 0.3118,
    "older_females": 0.0558,
    "younger_males": 0.0953,
    "working_age_males": 0.3066,
    "older_males": 0.0513,
}


def write(inbox: Path, geography: Geography, rng: np.random.Generator) -> list[Path]:
    """Write all reference files and return their paths."""
    changes = _changes(geography)
    return [
        deliveries.write_csv(inbox / "LAD24_CSP24_PFA24_EW_LU.csv", districts()),
        deliveries.write_csv(inbox / "LSOA21_WD24_LAD24_EW_LU.csv", small_areas(geography)),
        _write_boundaries(inbox / "LSOA_2021_boundaries_HIOW.geojson", geography),
        deliveries.write_csv(inbox / "LSOA11_LSOA21_LAD22_EW_LU.csv", changes),
        deliveries.write_csv(inbox / "SAPE_mid2020_LSOA11_single_year_HIOW.csv", population(geography, changes, rng)),
        deliveries.write_csv(inbox / "Census2021_LSOA21_HIOW.csv", census(geography)),
        deliveries.write_csv(inbox / "Census2021_LAD21_age_sex_HIOW.csv", census_age_sex(geography)),
        deliveries.write_csv(inbox / "IoD2025_HIOW_LSOA21.csv", deprivation(geography, rng)),
    ]


def districts() -> pa.Table:
    """Return district, partnership and force."""
    columns = {
        "district_code": [d.code for d in DISTRICTS],
        "district_name": [d.name for d in DISTRICTS],
        "csp_code": [d.csp_code for d in DISTRICTS],
        "csp_name": [d.csp_name for d in DISTRICTS],
        "force_code": [FORCE_CODE] * len(DISTRICTS),
        "force_name": [FORCE_NAME] * len(DISTRICTS),
    }
    return deliveries.table(feeds.districts, {name: pa.array(values) for name, values in columns.items()}, "24")


def small_areas(geography: Geography) -> pa.Table:
    """Return small area, ward and district. The file mixes vintages: LSOA21, WD24, LAD24."""
    wards = area_codes(FIRST_WARD, int(geography.ward.max()) + 1)
    first_ward = geography.ward[np.searchsorted(geography.district, geography.district)]
    names = [
        f"{DISTRICTS[d].name} Ward {number}"
        for d, number in zip(geography.district, geography.ward - first_ward + 1, strict=True)
    ]
    columns = {
        "lsoa_code": texts.chosen(geography.codes, np.arange(len(geography))),
        "lsoa_name": texts.chosen(geography.names, np.arange(len(geography))),
        "ward_code": texts.chosen(wards, geography.ward),
        "ward_name": pa.array(names),
        **_district(geography.district),
    }
    delivery = deliveries.table(feeds.small_areas, columns, "24")
    return delivery.rename_columns([name.replace("LSOA24", "LSOA21") for name in delivery.column_names])


def census(geography: Geography) -> pa.Table:
    """Return the usual residents of each small area."""
    columns = {
        "lsoa_code": texts.chosen(geography.codes, np.arange(len(geography))),
        "usual_residents": texts.whole(geography.residents),
    }
    return deliveries.table(feeds.census_population, columns)


def census_age_sex(geography: Geography) -> pa.Table:
    """Return usual residents of each district by broad age and sex; the two sexes add up to the total."""
    total = np.bincount(geography.district, weights=geography.residents).astype(np.int64)
    by_name = {name: np.round(total * share).astype(np.int64) for name, share in AGE_SEX.items()}
    by_name["total_population"] = total
    by_name["total_males"] = total - by_name["total_females"]
    columns = {"district_code": pa.array([d.code for d in DISTRICTS])}
    columns |= {name: texts.whole(values) for name, values in by_name.items()}
    return deliveries.table(feeds.census_age_sex, columns, "21")


def deprivation(geography: Geography, rng: np.random.Generator) -> pa.Table:
    """Return score, rank and deciles of deprivation.

    The crime decile lies within two of the overall one: in the real file they correlate with 0.83.
    """
    rank = np.interp(-geography.imd_score, -np.array(SCORES), RANKS).astype(np.int64)
    decile = np.minimum(rank * 10 // NATIONAL_AREAS + 1, 10)
    crime = np.clip(decile + rng.integers(-2, 3, len(geography)), 1, 10)
    columns = {
        "lsoa_code": texts.chosen(geography.codes, np.arange(len(geography))),
        "imd_score": texts.decimals(geography.imd_score, 3),
        "imd_rank": texts.whole(rank),
        "imd_decile": texts.whole(decile),
        "crime_decile": texts.whole(crime),
    }
    return deliveries.table(feeds.deprivation, columns)


def population(geography: Geography, changes: pa.Table, rng: np.random.Generator) -> pa.Table:
    """Return residents of each area of 2011 by single year of age."""
    old = changes["LSOA11CD"].to_pylist()
    new = {code: number for number, code in enumerate(geography.codes)}
    names = dict(zip(old, changes["LSOA11NM"].to_pylist(), strict=True))
    people = dict.fromkeys(names, 0.0)
    district = {}
    sharing = changes["LSOA21CD"].value_counts().to_pylist()
    halves = {pair["values"]: pair["counts"] for pair in sharing}
    for code_2011, code_2021 in zip(old, changes["LSOA21CD"].to_pylist(), strict=True):
        people[code_2011] += geography.residents[new[code_2021]] / halves[code_2021]
        district[code_2011] = geography.district[new[code_2021]]
    curve = np.array([_age_shares(DISTRICTS[district[code]].name) for code in names])
    ages = rng.multinomial((np.array(list(people.values())) * CENSUS_TO_2020).astype(np.int64), curve)
    columns = {
        "lsoa_code": pa.array(list(names), pa.string()),
        "lsoa_name": pa.array(list(names.values()), pa.string()),
        "all_ages": texts.whole(ages.sum(axis=1)),
        **{f"age_{age}": texts.whole(ages[:, age]) for age in range(91)},
    }
    return deliveries.table(feeds.population, columns)


def _changes(geography: Geography) -> pa.Table:
    """Return how areas of 2011 became areas of 2021. Unchanged areas keep their code; changed ones get a new one."""
    count = len(geography)
    number = np.arange(count)
    next_is_same = np.append(geography.district[1:] == geography.district[:-1], False)
    splits = (number % SPLIT_EVERY == SPLIT_EVERY // 2) & next_is_same
    second_half = np.append(False, splits[:-1])
    merged = (number % MERGED_EVERY == 3) & ~splits & ~second_half
    irregular = (number % IRREGULAR_EVERY == 100) & ~splits & ~second_half & ~merged
    source = np.where(second_half, number - 1, number)
    index = np.concatenate([number, number[merged]])
    changed = (splits | second_half | merged | irregular)[index]
    second_part = np.arange(len(index)) >= count
    old = area_codes(FIRST_CODE_2011, 2 * count)[source[index] + np.where(second_part, count, 0)]
    kind = np.select([(splits | second_half)[index], merged[index], irregular[index]], ["S", "M", "X"], "U")
    order = np.lexsort((second_part, index))
    names = geography.names[source[index]]
    columns = {
        "lsoa_2011_code": pa.array(np.where(changed, old, geography.codes[index])[order], pa.string()),
        "lsoa_2011_name": pa.array(np.where(second_part, np.char.add(names, " part"), names)[order], pa.string()),
        "lsoa_2021_code": texts.chosen(geography.codes, index[order]),
        "lsoa_2021_name": texts.chosen(geography.names, index[order]),
        "change": pa.array(kind[order], pa.string()),
        **_district(geography.district[index[order]]),
    }
    return deliveries.table(feeds.small_area_changes, columns)


def _district(numbers: np.ndarray) -> dict[str, pa.Array]:
    return {
        "district_code": texts.chosen([d.code for d in DISTRICTS], numbers),
        "district_name": texts.chosen([d.name for d in DISTRICTS], numbers),
    }


@lru_cache(maxsize=len(DISTRICTS))
def _age_shares(district: str) -> tuple[float, ...]:
    ages, shares = zip(*AGE_CURVE, strict=True)
    curve = np.append(np.interp(np.arange(90), ages, shares), AGED_90_AND_OVER)
    if district in STUDENT_CITIES:
        curve[STUDENT_AGES] *= STUDENT_FACTOR
    return tuple(curve / curve.sum())


def polygons(geography: Geography) -> np.ndarray:
    """Return the boundary of each area in metres: the union of its cells, with a vertex at every cell corner on it.

    Neighbours share all their vertices, so they still meet without overlap after projection.
    """
    west, south = WEST + geography.cells[:, 0] * CELL, SOUTH + geography.cells[:, 1] * CELL
    squares = shapely.box(west, south, west + CELL, south + CELL)
    order = np.argsort(geography.area_of_cell, kind="stable")
    first = np.searchsorted(geography.area_of_cell[order], np.arange(len(geography) + 1))
    whole = [shapely.coverage_union_all(squares[order[start:end]]) for start, end in pairwise(first)]
    return np.asarray(shapely.segmentize(shapely.normalize(np.array(whole)), CELL))


def _write_boundaries(path: Path, geography: Geography) -> Path:
    projected = shapely.transform(
        polygons(geography), lambda points: np.column_stack(to_lonlat(points[:, 0], points[:, 1]))
    )
    code, name, _ = (column.header.replace("{yy}", "21") for column in feeds.boundaries.columns)
    features = [
        f'{{"type": "Feature", "properties": {{"{code}": "{area}", "{name}": "{title}"}}, "geometry": {shape}}}'
        for area, title, shape in zip(geography.codes, geography.names, shapely.to_geojson(projected), strict=True)
    ]
    head = '{"type": "FeatureCollection", "name": "LSOA_2021_EW_BSC_HIOW_simulated", "features": [\n'
    path.write_text(head + ",\n".join(features) + "\n]}\n", encoding="utf-8")
    return path
