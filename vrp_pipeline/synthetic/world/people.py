"""The residents who become victims, suspects and patients. All names, numbers and addresses are made up.

NHS numbers are from the range beginning with 999, which the NHS reserves for tests; their check digits are valid.
"""

from dataclasses import dataclass

import numpy as np

from vrp_pipeline.synthetic.world import names, postcodes
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.streams import pick

PEOPLE = 260_000  # at full size: most people occur only once in two years
# The rate falls with the position in an area's list: some people are victims again and again.
REPEAT_POWER = 1.4
# Ages (first year, years, share) of people involved in violence. Of serious-violence suspects 17-20 % were 10-17 and
# 21-23 % were 18-24 ([Island Echo 2026]); victims are older on average.
VICTIM_AGES = ((0, 10, 0.03), (10, 8, 0.13), (18, 7, 0.19), (25, 15, 0.32), (40, 20, 0.24), (60, 30, 0.09))
SUSPECT_AGES = ((10, 8, 0.185), (18, 7, 0.22), (25, 15, 0.345), (40, 25, 0.25))
# The day on which people have the ages drawn from these tables: before all events, so that nobody is harmed before
# birth. An event on the first day may be recorded as a span that begins the day before, hence the two days.
AGE_DAY = np.datetime64("2022-01-01") - 2
FEMALE_VICTIMS = 0.45  # assumption of shape
FEMALE_SUSPECTS = 0.22  # assumption of shape

FORENAMES = ("Ottoline", "Barnaby", "Clementina", "Evander", "Philippa", "Lysander", "Rosalind", "Thaddeus",
             "Imogen", "Cornelius", "Araminta", "Leopold", "Seraphina", "Crispin", "Hermione", "Ignatius")  # fmt: skip
# Deliberately uncommon: a search for these names in the pipeline's output must find nothing.
SURNAMES = ("Quillfeather", "Marchpane", "Thistlewick", "Underbough", "Larkspurton", "Winterbournely", "Oakenshawe",
            "Penhallowby", "Fothergillane", "Crumblehulme", "Bramblethwaite", "Dunnockshaw", "Merrywethersby",
            "Snodgrassley", "Tanglewoodham", "Vexfordshire")  # fmt: skip

# 18+1 self-defined ethnicity codes of the police and the NHS letters, most frequent first; shares by assumption.
POLICE_ETHNICITIES = ("W1", "W9", "A1", "A2", "A9", "B1", "B2", "M1", "M9", "O9", "NS")
NHS_ETHNICITIES = ("A", "C", "H", "J", "L", "M", "N", "D", "G", "S", "Z")
ETHNICITY_SHARES = (0.74, 0.07, 0.02, 0.01, 0.02, 0.01, 0.02, 0.01, 0.01, 0.02, 0.07)


@dataclass(frozen=True)
class People:
    """Arrays over people, in blocks by home area. `born` is datetime64[D], `nhs_number` int64 of ten digits.

    `forename`, `surname` and `postcode` are the indices that `names` and `postcodes` use.
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
        """Return one person (index) living in each of the given areas; some are drawn repeatedly."""
        start = self.first_of_area[areas]
        count = self.first_of_area[areas + 1] - start
        return np.asarray(start + (rng.random(len(areas)) ** REPEAT_POWER * count).astype(np.int64))

    def ages(self, people: np.ndarray, days: np.ndarray) -> np.ndarray:
        """Return the age in completed years of each person on each day (datetime64[D])."""
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
    """Return people of all small areas in proportion to residents, with at least two in each.

    `first_reference` is the start of the force's own person references. Raises ValueError if there are more people than
    test NHS numbers.
    """
    wanted = PEOPLE * scale * geography.residents / geography.residents.sum()
    count = np.maximum(2, np.round(wanted).astype(np.int64))
    total = int(count.sum())
    band = pick(rng, np.array([share for _, _, share in ages]), total)
    first, width = (np.array([row[i] for row in ages])[band] for i in (0, 1))
    # A day within the first year of each age, so that the age holds for all of that year.
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
    """Concatenate groups of people; people of the result cannot be drawn by area, and NHS numbers may be repeated."""
    columns = {
        name: np.concatenate([getattr(group, name) for group in groups])
        for name in People.__dataclass_fields__
        if name != "first_of_area"
    }
    return People(**columns, first_of_area=np.empty(0, np.int64))


def homes_near(rng: np.random.Generator, geography: Geography, areas: np.ndarray) -> np.ndarray:
    """Return a home area per person met in each area: 35 % the same, 45 % the same district, else anywhere [P]."""
    draw = rng.random(len(areas))
    first = np.searchsorted(geography.district, np.arange(geography.district.max() + 2))
    district = geography.district[areas]
    nearby = first[district] + (rng.random(len(areas)) * (first[district + 1] - first[district])).astype(np.int64)
    anywhere = rng.integers(0, len(geography), len(areas))
    return np.select([draw < 0.35, draw < 0.80], [areas, nearby], anywhere)


def full_names(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return `count` made-up names of nobody in particular, as they occur in free text."""
    made_up = np.array([f"{forename} {surname}" for forename in FORENAMES for surname in SURNAMES])
    return np.asarray(made_up[rng.integers(0, len(made_up), count)])


def _day_of_year(days: np.ndarray) -> np.ndarray:
    month = days.astype("datetime64[M]")
    return np.asarray(month.astype(int) % 12 * 100 + (days - month.astype("datetime64[D]")).astype(int))


def _nhs_numbers(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return distinct ten-digit numbers 999xxxxxx with modulo-11 check digit. Raises ValueError if they run out."""
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
