"""The residents who become victims, suspects and patients. Every name, number and address is made up.

NHS numbers come from the range that begins with 999, which the NHS keeps for tests; their check digits are valid.
"""

from dataclasses import dataclass

import numpy as np

from vrp_pipeline.synthetic.world import names, postcodes
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.streams import pick

PEOPLE = 260_000  # at full size: enough that most people appear once in two years
# The later a person stands in an area's list, the rarer they are met: some are victims again and again.
REPEAT_POWER = 1.4
# Ages (first year, years, share) of people who meet violence. Of serious-violence suspects 17-20 % were 10-17 and
# 21-23 % were 18-24 (metrics-and-peers §1.3); victims are older on the whole.
VICTIM_AGES = ((0, 10, 0.03), (10, 8, 0.13), (18, 7, 0.19), (25, 15, 0.32), (40, 20, 0.24), (60, 30, 0.09))
SUSPECT_AGES = ((10, 8, 0.185), (18, 7, 0.22), (25, 15, 0.345), (40, 25, 0.25))
# The day on which people have the ages drawn from these tables: before anything happens, so that nobody is harmed
# before birth. An event on the first day may be told as a span that begins the day before, hence the two days.
AGE_DAY = np.datetime64("2022-01-01") - 2
FEMALE_VICTIMS = 0.45  # assumption of shape
FEMALE_SUSPECTS = 0.22  # assumption of shape

FORENAMES = ("Ottoline", "Barnaby", "Clementina", "Evander", "Philippa", "Lysander", "Rosalind", "Thaddeus",
             "Imogen", "Cornelius", "Araminta", "Leopold", "Seraphina", "Crispin", "Hermione", "Ignatius")  # fmt: skip
# Uncommon on purpose: a search for these names in what the pipeline keeps must find nothing.
SURNAMES = ("Quillfeather", "Marchpane", "Thistlewick", "Underbough", "Larkspurton", "Winterbournely", "Oakenshawe",
            "Penhallowby", "Fothergillane", "Crumblehulme", "Bramblethwaite", "Dunnockshaw", "Merrywethersby",
            "Snodgrassley", "Tanglewoodham", "Vexfordshire")  # fmt: skip

# 18+1 self-defined ethnicity codes of the police and the NHS letters, commonest first; shares by assumption.
POLICE_ETHNICITIES = ("W1", "W9", "A1", "A2", "A9", "B1", "B2", "M1", "M9", "O9", "NS")
NHS_ETHNICITIES = ("A", "C", "H", "J", "L", "M", "N", "D", "G", "S", "Z")
ETHNICITY_SHARES = (0.74, 0.07, 0.02, 0.01, 0.02, 0.01, 0.02, 0.01, 0.01, 0.02, 0.07)


@dataclass(frozen=True)
class People:
    """Arrays over people, in blocks by home area. `born` is datetime64[D], `nhs_number` int64 of ten digits.

    `forename`, `surname` and `postcode` are the numbers that `names` and `postcodes` read.
    """

    home: np.ndarray
    born: np.ndarray
    is_female: np.ndarray
    ethnicity: np.ndarray
    nhs_number: np.ndarray
    reference: np.ndarray
    forename: np.ndarray
    surname: np.ndarray
    postcode: np.ndarray
    first_of_area: np.ndarray

    def __len__(self) -> int:
        return len(self.home)

    def draw(self, rng: np.random.Generator, areas: np.ndarray) -> np.ndarray:
        """One person (index) living in each of the given areas; some come up again and again."""
        start = self.first_of_area[areas]
        count = self.first_of_area[areas + 1] - start
        return np.asarray(start + (rng.random(len(areas)) ** REPEAT_POWER * count).astype(np.int64))

    def ages(self, people: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Age in completed years of each person on each day (datetime64[D])."""
        born, event = self.born[people], days.astype("datetime64[D]")
        years = event.astype("datetime64[Y]").astype(int) - born.astype("datetime64[Y]").astype(int)
        not_yet = _day_of_year(event) < _day_of_year(born)
        return np.asarray(years - not_yet)


def build(
    geography: Geography,
    scale: float,
    rng: np.random.Generator,
    *,
    ages: tuple[tuple[int, int, float], ...],
    women: float,
    first_reference: int,
) -> People:
    """People of all small areas in proportion to residents, with at least two in each.

    `first_reference` begins the range of the force's own person references. Raises ValueError if there are more
    people than test NHS numbers.
    """
    wanted = PEOPLE * scale * geography.residents / geography.residents.sum()
    count = np.maximum(2, np.round(wanted).astype(np.int64))
    total = int(count.sum())
    band = pick(rng, np.array([share for _, _, share in ages]), total)
    first, width = (np.array([row[i] for row in ages])[band] for i in (0, 1))
    # A day within the first year of each age: the age holds for the whole of it.
    lived = (first + rng.random(total) * width) * 365.25
    home = np.repeat(np.arange(len(geography)), count)
    is_female = rng.random(total) < women
    ethnicity, nhs_number = pick(rng, np.array(ETHNICITY_SHARES), total), _nhs_numbers(rng, total)
    reference = rng.permutation(total) + first_reference
    forename, surname = names.given(rng, is_female)
    return People(
        home=home,
        born=AGE_DAY - lived.astype(np.int64),
        is_female=is_female,
        ethnicity=ethnicity,
        nhs_number=nhs_number,
        reference=reference,
        forename=forename,
        surname=surname,
        postcode=postcodes.of_homes(rng, geography.district[home]),
        first_of_area=np.concatenate([[0], np.cumsum(count)]),
    )


def together(*groups: People) -> People:
    """Several groups one after the other; nobody can be drawn of them by area, and NHS numbers may come twice."""
    columns = {
        name: np.concatenate([getattr(group, name) for group in groups])
        for name in People.__dataclass_fields__
        if name != "first_of_area"
    }
    return People(**columns, first_of_area=np.empty(0, np.int64))


def homes_near(rng: np.random.Generator, geography: Geography, areas: np.ndarray) -> np.ndarray:
    """A home area for someone met in each area: 35 % the same, 45 % the same district, else anywhere [P]."""
    draw = rng.random(len(areas))
    first = np.searchsorted(geography.district, np.arange(geography.district.max() + 2))
    district = geography.district[areas]
    nearby = first[district] + (rng.random(len(areas)) * (first[district + 1] - first[district])).astype(np.int64)
    anywhere = rng.integers(0, len(geography), len(areas))
    return np.select([draw < 0.35, draw < 0.80], [areas, nearby], anywhere)


def full_names(rng: np.random.Generator, count: int) -> np.ndarray:
    """`count` made-up names of nobody in particular, as they occur in free text."""
    made_up = np.array([f"{forename} {surname}" for forename in FORENAMES for surname in SURNAMES])
    return np.asarray(made_up[rng.integers(0, len(made_up), count)])


def _day_of_year(days: np.ndarray) -> np.ndarray:
    month = days.astype("datetime64[M]")
    return np.asarray(month.astype(int) % 12 * 100 + (days - month.astype("datetime64[D]")).astype(int))


def _nhs_numbers(rng: np.random.Generator, count: int) -> np.ndarray:
    """Different ten-digit numbers 999xxxxxx with the modulo-11 check digit. Raises ValueError if more than exist."""
    thousands = np.arange(1000)
    digits = np.array([thousands // 100, thousands // 10 % 10, thousands % 10])
    first, second = np.array([7, 6, 5]) @ digits, np.array([4, 3, 2]) @ digits
    weighted = (9 * (10 + 9 + 8) + first[:, None] + second[None, :]).ravel()
    nine = 999_000_000 + np.arange(1_000_000)
    check = (11 - weighted % 11) % 11
    valid = nine[check != 10] * 10 + check[check != 10]
    if count > len(valid):
        raise ValueError(f"only {len(valid):,} test NHS numbers exist, {count:,} people are wanted: lower the scale")
    return np.asarray(rng.permutation(valid)[:count])
