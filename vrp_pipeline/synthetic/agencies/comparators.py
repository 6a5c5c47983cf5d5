"""Public tables of other areas, in the layouts of the Home Office, ONS, Nomis and OHID.

Names and codes of forces and partnerships are real; populations are rounded, and every count and rate is simulated. The
tables are those of a whole country whatever the scale of the sample, and tell nothing of the simulated records.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds import reference as feeds
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import workbooks
from vrp_pipeline.synthetic.world.districts import DISTRICTS, FORCE_CODE, FORCE_NAME

FIRST_YEAR, LAST_YEAR = 2014, 2023
ENGLAND = "E92000001"
# Code, name as the Home Office prints it, thousands of residents in mid-2022, rounded.
_FORCES = """
E23000001 Metropolitan Police|8900
E23000002 Cumbria|500
E23000003 Lancashire|1550
E23000004 Merseyside|1440
E23000005 Greater Manchester|2900
E23000006 Cheshire|1110
E23000007 Northumbria|1480
E23000008 Durham|630
E23000009 North Yorkshire|830
E23000010 West Yorkshire|2380
E23000011 South Yorkshire|1390
E23000012 Humberside|940
E23000013 Cleveland|570
E23000014 West Midlands|2950
E23000015 Staffordshire|1140
E23000016 West Mercia|1320
E23000017 Warwickshire|610
E23000018 Derbyshire|1070
E23000019 Nottinghamshire|1160
E23000020 Lincolnshire|780
E23000021 Leicestershire|1130
E23000022 Northamptonshire|790
E23000023 Cambridgeshire|900
E23000024 Norfolk|920
E23000025 Suffolk|770
E23000026 Bedfordshire|710
E23000027 Hertfordshire|1200
E23000028 Essex|1880
E23000029 Thames Valley|2530
E23000031 Surrey|1210
E23000032 Kent|1880
E23000033 Sussex|1730
E23000034 London, City of|10
E23000035 Devon & Cornwall|1800
E23000036 Avon & Somerset|1760
E23000037 Gloucestershire|650
E23000038 Wiltshire|750
E23000039 Dorset|780
W15000001 North Wales|690
W15000002 Gwent|590
W15000003 South Wales|1330
W15000004 Dyfed-Powys|520
"""
FORCES = {
    line[:9]: (name, int(thousands) * 1000)
    for line in _FORCES.strip().splitlines()
    for name, thousands in [line[10:].split("|")]
}
# Code, description, group, subgroup, crimes a year for 1,000 residents: orders of magnitude [P].
OFFENCES = (
    ("1/4.1/4.10/4.2", "Homicide", "Violence against the person", "Homicide", 0.01),
    ("2", "Attempted murder", "Violence against the person", "Violence with injury", 0.02),
    ("5D", "Assault with intent to cause serious harm", "Violence against the person", "Violence with injury", 0.4),
    ("8N", "Assault with injury", "Violence against the person", "Violence with injury", 8.0),
    ("8S", "Assault with injury on a constable", "Violence against the person", "Violence with injury", 0.2),
    ("3B", "Threats to kill", "Violence against the person", "Violence without injury", 0.8),
    ("105A", "Assault without injury", "Violence against the person", "Violence without injury", 12.0),
    ("34A", "Robbery of business property", "Robbery", "Robbery of business property", 0.1),
    ("34B", "Robbery of personal property", "Robbery", "Robbery of personal property", 0.9),
    ("10D", "Possession of article with blade or point", "Possession of weapons offences",
     "Possession of weapons offences", 0.4),
)  # fmt: skip
# Offences with a knife a year for 1,000 residents, an order of magnitude [P], and a force without a count of 2022-23.
KNIVES, WITHOUT_KNIVES_2022 = 0.6, "E23000035"
# Shares of the residents by single year of age: level to 60, then fewer, about as in England.
_AGES = np.concatenate([np.full(60, 0.0125), np.linspace(0.0125, 0.003, 30), [0.0175]])


def write(inbox: Path, rng: np.random.Generator) -> list[Path]:
    """Write the tables and return their paths."""
    return [
        write_crimes(inbox / "prc-csp-mar15-mar24-tables.xlsx", rng),
        deliveries.write_csv(inbox / "nomis_population_mid2023.csv", populations(rng)),
        deliveries.write_csv(inbox / "fingertips_2024_admissions.csv", admission_rates(rng)),
        write_knife_crimes(inbox / "policeforceareatablesyemarch2024.xlsx", rng),
    ]


def write_crimes(path: Path, rng: np.random.Generator) -> Path:
    """Write recorded crimes by partnership, quarter and offence, one sheet a financial year."""
    places = [(name, name, residents) for name, residents in FORCES.values()]
    own = {d.csp_name: sum(o.residents for o in DISTRICTS if o.csp_name == d.csp_name) for d in DISTRICTS}
    places += [(FORCE_NAME, name, residents) for name, residents in own.items()]
    sheets = {}
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        name = f"{year}/{(year + 1) % 100:02d}"
        rows = [
            (name, str(quarter), force, csp, *offence, code, str(rng.poisson(rate * residents / 4000)))
            for quarter in range(1, 5)
            for force, csp, residents in places
            for code, *offence, rate in OFFENCES
        ]
        columns = [pa.array(values) for values in zip(*rows, strict=True)]
        sheets[name.replace("/", "_")] = pa.table(columns, names=deliveries.headings(feeds.partnership_crimes)[1:])
    numbers = ("Financial Quarter", "Offence Count")
    return workbooks.write(path, sheets, numbers=numbers, notes={"Cover": "Recorded crime"})


def write_knife_crimes(path: Path, rng: np.random.Generator) -> Path:
    """Write offences with a knife by force, a column a year with one of percentages beside it, below a title."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    forces = {code: residents for code, (_, residents) in FORCES.items()}
    forces[FORCE_CODE] = sum(district.residents for district in DISTRICTS)
    counts = {code: rng.poisson(KNIVES * residents / 1000, len(years)) for code, residents in forces.items()}
    national = np.sum([held for code, held in counts.items() if code.startswith("E")], axis=0)
    columns = {
        deliveries.headings(feeds.force_knife_crimes)[0].split("|")[0]: [ENGLAND, *counts],
        "Area Name": ["ENGLAND", *(FORCES[code][0] if code in FORCES else FORCE_NAME for code in counts)],
    }
    for place, year in enumerate(years):
        held = [str(national[place]), *(str(each[place]) for each in counts.values())]
        columns[f"Apr {year} to Mar {year + 1}"] = held
        columns[f"{year + 1}, % of the selected offences"] = ["7"] * len(held)
    # As published: no count of a force in the year in which it changed how it records.
    columns["Apr 2022 to Mar 2023"][[*forces].index(WITHOUT_KNIVES_2022) + 1] = "[x]"
    table = pa.table({name: pa.array(cells) for name, cells in columns.items()})
    titles = ("Table P6: Offences involving a knife or sharp instrument, by police force area", "Simulated")
    return workbooks.write(path, {"Table P6 ": table}, titles=titles, numbers=tuple(columns)[2:])


def populations(rng: np.random.Generator) -> pa.Table:
    """Return residents of forces and England of all ages, and of the districts by single year of age too."""
    whole = {code: (name, residents) for code, (name, residents) in FORCES.items()}
    whole[FORCE_CODE] = (FORCE_NAME, sum(district.residents for district in DISTRICTS))
    whole = {code: (name, round(residents * rng.normal(1, 0.005))) for code, (name, residents) in whole.items()}
    england = sum(residents for code, (_, residents) in whole.items() if code.startswith("E"))
    whole |= {ENGLAND: ("England", england)} | {d.code: (d.name, d.residents) for d in DISTRICTS}
    rows: list[Sequence[str]] = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        grown = 1.006 ** (year - 2021)
        for code, (name, residents) in whole.items():
            rows.append((str(year), code, name, "Total", "All Ages", str(round(residents * grown))))
            if code in {district.code for district in DISTRICTS}:
                ages = np.round(_AGES / _AGES.sum() * residents * grown).astype(np.int64)
                labels = [*(f"Age {age}" for age in range(90)), "Aged 90+"]
                rows += [
                    (str(year), code, name, "Total", label, str(people))
                    for label, people in zip(labels, ages, strict=True)
                ]
    names = [column.name for column in feeds.area_populations.columns]
    columns = dict(zip(names, (pa.array(values) for values in zip(*rows, strict=True)), strict=True))
    return deliveries.table(feeds.area_populations, columns)


def admission_rates(rng: np.random.Generator) -> pa.Table:
    """Return admissions after violence of England and the districts, three years together."""
    areas = [(ENGLAND, "England", "England", 56_000_000)]
    areas += [(d.code, d.name, "Districts & UAs (from Apr 2023)", d.residents) for d in DISTRICTS]
    rows = []
    for start in range(FIRST_YEAR, LAST_YEAR - 1):
        period = f"{start}/{(start + 1) % 100:02d} - {(start + 2) % 100:02d}/{(start + 3) % 100:02d}"
        for code, name, kind, residents in areas:
            years = 3 * residents
            count = int(rng.poisson(years * 40e-5))
            rate, spread = 1e5 * count / years, 1.96e5 * count**0.5 / years
            values = [f"{value:.3f}" for value in (rate, rate - spread, rate + spread)]
            head = ("11201", "Violent crime - hospital admissions for violence (including sexual violence)", code, name)
            rows.append((*head, kind, "Persons", "All ages", "", period, *values, str(count), str(years), ""))
    names = [column.name for column in feeds.admission_rates.columns]
    columns = dict(zip(names, (pa.array(values) for values in zip(*rows, strict=True)), strict=True))
    return deliveries.table(feeds.admission_rates, columns)
