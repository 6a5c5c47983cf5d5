"""The particulars of the partnership that Python needs.

Another partnership adopts the pipeline by editing this file, the dbt seeds and the feed contracts. Particulars of one
feed belong in its contract.
"""

import csv
from pathlib import Path
from zoneinfo import ZoneInfo

NAME = "Violence Reduction Partnership, Hampshire and the Isle of Wight"

# The slug under which data.police.uk publishes the force, and its ONS police force area code.
FORCE_SLUG = "hampshire"
# The names of the force in those files: that of the archive to December 2025, and its own since 2022.
FORCE_NAMES = ("Hampshire Constabulary", "Hampshire and Isle of Wight Constabulary")
POLICE_FORCE_AREA = "E23000030"

# The first month the lake may hold: the start of the financial year 2022-23, the base year of the
# first report the partnership published.
FIRST_MONTH = "2022-04"

TIME_ZONE = ZoneInfo("Europe/London")


def _seed(name: str) -> list[dict[str, str]]:
    path = Path(__file__).parents[2] / "dbt_project" / "seeds" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# The districts of the partnership: name by ONS code. The dbt seed is their only list.
_ROWS = _seed("partnership_districts")
DISTRICTS = {row["district_code"]: row["district_name"] for row in _ROWS}

# The districts of each community safety partnership, by code: most have one, North Hampshire has three.
COMMUNITY_SAFETY_PARTNERSHIPS = {
    csp: tuple(row["district_code"] for row in _ROWS if row["csp_code"] == csp)
    for csp in dict.fromkeys(row["csp_code"] for row in _ROWS)
}

# Names of the partner agencies, of the police forces that figures are set beside, and of those partnerships.
AGENCIES = tuple(row["agency_name"] for row in _seed("partnership_agencies"))
POLICE_FORCES = tuple(row["force_name"] for row in _seed("police_forces"))
COMMUNITY_SAFETY_PARTNERSHIP_NAMES = tuple(dict.fromkeys(row["csp_name"] for row in _ROWS))
# Names of charities, programmes, operations and bodies that look like names of people.
PUBLIC_NAMES = tuple(row["name"] for row in _seed("public_names"))

# West, south, east and north edge of the partnership's districts in degrees (WGS84), rounded outwards to a tenth: the
# extent of the ONS boundaries of its small areas of 2021 is -1.957 to -0.729 east and 50.575 to 51.384 north.
BOUNDING_BOX = (-2.0, 50.5, -0.7, 51.4)

# The vintage of the small areas that all places are brought to: the two digits in ONS headings (`LSOA21CD`).
SMALL_AREA_VINTAGE = "21"
