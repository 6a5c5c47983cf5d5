"""How agencies of the clustered world write people down: changed surnames, swapped days and months, blanks.

Each agency has rates of its own; the variants of a name are those of `world.names`, in other proportions.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from vrp_pipeline.synthetic.clustered.difficulty import Difficulty
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world import names, patterns, postcodes
from vrp_pipeline.synthetic.world.people import People


class Clerk(NamedTuple):
    """Rates at which an agency writes people down wrongly or not at all.

    Shares of its people: day and month of birth swapped, day or year one off, date of birth or postcode blank, surname
    changed (marriage, care, a second family name), forename in another form, and moved to another postcode.
    """

    swapped: float
    off: float
    born_blank: float
    postcode_blank: float
    surname_changed: float
    forename_varies: float
    moved: float


# Assumptions [P]: agencies that meet a person in custody or at school know more than those that meet them once.
POLICE = Clerk(0.015, 0.02, 0.0, 0.0, 0.0, 0.0, 0.0)
PROBATION = Clerk(0.012, 0.010, 0.01, 0.06, 0.05, 0.06, 0.20)
YOUTH_JUSTICE = Clerk(0.020, 0.010, 0.02, 0.08, 0.06, 0.07, 0.15)
SCHOOLS = Clerk(0.010, 0.005, 0.02, 0.0, 0.04, 0.08, 0.0)
PROGRAMMES = Clerk(0.030, 0.020, 0.10, 0.15, 0.05, 0.12, 0.18)
MOVED_FAR = 0.25  # of those who moved, to another district
ONE_NAME_SWAPPED = 0.004


def birthdays(born: np.ndarray, clerk: Clerk, difficulty: Difficulty, rng: np.random.Generator) -> np.ndarray:
    """Return dates of birth (datetime64[D]) as written: some with day and month swapped, some a day or a year off."""
    month = born.astype("datetime64[M]")
    day, number = (born - month.astype("datetime64[D]")).astype(int), month.astype(int) % 12
    swapped = (month - number + np.minimum(day, 11)).astype("datetime64[D]") + number
    earlier = (month - 12).astype("datetime64[D]") + np.minimum(day, 27)
    draw = rng.random(len(born))
    is_swapped = (draw < difficulty.share(clerk.swapped) * 365 / 144) & (day < 12)
    is_off = draw > 1 - difficulty.share(clerk.off)
    off = np.where(rng.random(len(born)) < 0.5, earlier, born - 1)
    return np.asarray(np.select([is_swapped, is_off], [swapped, off], born))


def identity(
    group: People, person: np.ndarray, clerk: Clerk, difficulty: Difficulty, rng: np.random.Generator
) -> Mapping[str, pa.Array]:
    """Return forename, surname, date of birth (YYYY-MM-DD or null) and postcode of each row's person (index).

    A person is written in one way throughout the agency.
    """
    known, of = np.unique(person, return_inverse=True)
    count = len(known)
    first = np.array((*names.GIRLS, *names.BOYS), dtype=object)[group.forename[known]]
    last = np.array(names.SURNAMES, dtype=object)[group.surname[known]]
    for row in np.flatnonzero(rng.random(count) < difficulty.share(clerk.forename_varies)):
        first[row] = first[row][: int(rng.integers(3, 6))] if rng.random() < 0.6 else first[row][:2] + first[row][3:]
    changed = np.flatnonzero(rng.random(count) < difficulty.share(clerk.surname_changed))
    last[changed] = np.array(names.SURNAMES, dtype=object)[rng.integers(0, len(names.SURNAMES), len(changed))]
    turned = rng.random(count) < difficulty.share(ONE_NAME_SWAPPED)
    first, last = np.where(turned, last, first), np.where(turned, first, last)
    born = birthdays(group.born[known], clerk, difficulty, rng)
    has_born = rng.random(count) >= difficulty.share(clerk.born_blank)
    has_postcode = rng.random(count) >= difficulty.share(clerk.postcode_blank)
    columns = {
        "forename": pa.array(first.tolist(), pa.string()),
        "surname": pa.array(last.tolist(), pa.string()),
        "born": texts.where(has_born, texts.dates((born - patterns.EPOCH).astype(np.int64))),
        "postcode": texts.where(has_postcode, _postcodes(group.postcode[known], clerk, difficulty, rng)),
    }
    return {name: texts.at(values, of) for name, values in columns.items()}


def _postcodes(home: np.ndarray, clerk: Clerk, difficulty: Difficulty, rng: np.random.Generator) -> pa.Array:
    has_moved = rng.random(len(home)) < difficulty.share(clerk.moved)
    each = postcodes.SECTORS * len(postcodes.HOME_INWARD)
    anywhere = postcodes.of_homes(rng, rng.integers(0, len(postcodes.OUTWARD) // postcodes.SECTORS, len(home)))
    near = postcodes.of_homes(rng, home // each)
    new = np.where(rng.random(len(home)) < MOVED_FAR, anywhere, near)
    home = np.where(has_moved, new, home)
    inward = len(postcodes.HOME_INWARD)
    return texts.joined(
        texts.chosen(postcodes.OUTWARD, home // inward), texts.chosen(postcodes.HOME_INWARD, home % inward), by=" "
    )
