"""The fourteen districts: real names, codes, populations, locations and sizes. Nothing is simulated here.

Codes, names and partnerships: [ONS geography 2024], lookup LAD24_CSP24_PFA24_EW_LU. Residents and number of small
areas: Census 2021 and ONS lookup LSOA21_WD24_LAD24_EW_LU. Centres (metres, British National Grid, rounded to 100 m) and
area (square kilometres): from the ONS generalised LSOA 2021 boundaries; `centre` is weighted by area, `town` by
residents. Deprivation: mean IMD score of the district's small areas, [IoD 2025]. All Open Government Licence.
"""

from typing import NamedTuple

FORCE_CODE = "E23000030"
FORCE_NAME = "Hampshire"  # the ONS name of the police force area


class District(NamedTuple):
    """One district. `site` is the emergency department most of its residents attend (code of [ODS 2026] [K])."""

    code: str
    name: str
    csp_code: str
    csp_name: str
    residents: int
    small_areas: int
    centre: tuple[int, int]
    town: tuple[int, int]
    square_km: float
    imd_score: float
    site: str
    postcode_area: str


_ROWS = """
E06000044|Portsmouth|E22000118|Portsmouth|207978|125|465600 102800|465400 101700|40|25.8|RHU03|PO
E06000045|Southampton|E22000120|Southampton|248921|152|442300 113600|442500 113400|50|25.6|RHM01|SO
E06000046|Isle of Wight|E22000116|Isle of Wight|140463|89|449600 86300|452900 88500|384|24.5|R1F01|PO
E07000084|Basingstoke and Deane|E22000374|North Hampshire|185174|115|455800 153000|460600 153500|634|12.7|RN506|RG
E07000085|East Hampshire|E22000110|East Hampshire|125709|74|473300 131100|475000 129900|514|10.0|RHU03|GU
E07000086|Eastleigh|E22000111|Eastleigh|136468|82|447400 115600|446800 116300|80|10.9|RHM01|SO
E07000087|Fareham|E22000112|Fareham|114480|73|454800 106200|455200 106300|74|8.2|RHU03|PO
E07000088|Gosport|E22000113|Gosport|81933|56|459200 100900|459400 100900|25|23.7|RHU03|PO
E07000089|Hart|E22000374|North Hampshire|99388|59|477000 154500|479600 155300|215|5.9|RDU01|GU
E07000090|Havant|E22000115|Havant|124222|79|471200 105900|470600 107200|56|21.9|RHU03|PO
E07000091|New Forest|E22000117|New Forest|175780|114|426100 106800|430300 104200|752|13.0|RHM01|SO
E07000092|Rushmoor|E22000374|North Hampshire|99741|60|486100 153400|486400 153700|39|15.1|RDU01|GU
E07000093|Test Valley|E22000121|Test Valley|130505|81|434300 136700|436000 135300|628|12.2|RHM01|SP
E07000094|Winchester|E22000122|Winchester|127470|72|454700 125700|452200 124600|661|10.6|RN541|SO
"""


def _metres(text: str) -> tuple[int, int]:
    easting, northing = text.split()
    return int(easting), int(northing)


def _district(row: str) -> District:
    code, name, csp_code, csp_name, residents, areas, centre, town, square_km, score, site, post = row.split("|")
    return District(
        code, name, csp_code, csp_name, int(residents), int(areas), _metres(centre), _metres(town), float(square_km),
        float(score), site, post,
    )  # fmt: skip


DISTRICTS = tuple(_district(row) for row in _ROWS.strip().splitlines())
