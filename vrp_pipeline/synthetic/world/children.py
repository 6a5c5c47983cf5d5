"""The children known to schools and children's services: one population, shared by both feeds.

Some are the same people as suspects and victims of the force, so that a young person can be known to several agencies.
All names and numbers are made up. Pupil numbers have the national form with check letter and an unused school number;
the authorities' own numbers overlap, like those of four case systems that each count from one.
"""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world import names, patterns, people
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.people import People

KNOWN = 60_000  # at full size, of 390,000 residents under 18: assumption of shape
FIRST_REFERENCE = 8_000_000
GIRLS = 0.45  # share of suspended and referred children together; assumption of shape
AUTHORITIES = ("850", "851", "852", "921")
# Unitary authorities are responsible for their own schools; the county for those of its eleven districts
# (docs/feeds.md#local-authorities).
UNITARY = {"E06000044": "851", "E06000045": "852", "E06000046": "921"}
ETHNICITIES = ("WBRI", "WOTH", "AIND", "APKN", "AOTH", "BCRB", "BAFR", "MWBC", "MOTH", "OOTH", "NOBT")
# Shares of the known children who are suspects, and victims, of the force; assumptions of shape [P].
SUSPECTS, VICTIMS = 0.15, 0.10
SUSPECTS_TROUBLE = 3.0  # how many times more often a suspect is suspended or referred; assumption of shape
TWINS = 0.012  # share of children who are the twin of the child before them
NOBODY_ELSE = -1
# Few children account for many events: with gamma weights of this shape the busiest tenth has 41 % of them.
TROUBLE_SHAPE = 0.6
_CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_SCHOOL_NOT_IN_USE = 99


@dataclass(frozen=True)
class Children:
    """Arrays over children. `authority` is an index into AUTHORITIES, `trouble` the relative rate of events.

    `suspect` and `victim` are the same person (index) in the force's groups, or NOBODY_ELSE.
    """

    people: People
    district: np.ndarray
    authority: np.ndarray
    pupil_number: pa.Array
    local_number: pa.Array
    name: pa.Array
    trouble: np.ndarray
    suspect: np.ndarray
    victim: np.ndarray

    def __len__(self) -> int:
        return len(self.people)


def build(
    geography: Geography, suspects: People, victims: People, scale: float, rng: np.random.Generator
) -> Children:  # fmt: skip
    """Return children aged 0 to 16 on the first day, in proportion to the residents of each area."""
    someone = people.build(
        geography, scale * KNOWN / people.PEOPLE, rng, ages=((0, 17, 1.0),), women=GIRLS,
        first_reference=FIRST_REFERENCE,
    )  # fmt: skip
    count = len(someone)
    _make_twins(someone, rng)
    slots = rng.permutation(count)
    as_suspect, as_victim = np.full(count, NOBODY_ELSE), np.full(count, NOBODY_ELSE)
    of_suspects = slots[: round(SUSPECTS * count)]
    of_victims = slots[len(of_suspects) : len(of_suspects) + round(VICTIMS * count)]
    for found, group, free in ((as_suspect, suspects, of_suspects), (as_victim, victims, of_victims)):
        who = _of_school_age(group, rng)[: len(free)]
        mine = free[: len(who)]
        found[mine] = who
        for attribute in ("home", "born", "is_female", "ethnicity", "forename", "surname", "postcode"):
            getattr(someone, attribute)[mine] = getattr(group, attribute)[who]
    district = geography.district[someone.home]
    of_district = np.array([AUTHORITIES.index(UNITARY.get(d.code, AUTHORITIES[0])) for d in DISTRICTS])
    authority = of_district[district]
    trouble = rng.gamma(TROUBLE_SHAPE, 1.0, count) * np.where(as_suspect == NOBODY_ELSE, 1.0, SUSPECTS_TROUBLE)
    return Children(
        people=replace(someone, born=names.birthdays(rng, someone.born)),
        district=district,
        authority=authority,
        pupil_number=_pupil_numbers(authority, rng.permutation(count)),
        local_number=texts.joined(texts.constant("LC", count), texts.whole(_counted(authority), 7)),
        name=names.whole(*names.written(rng, someone.forename, someone.surname)),
        trouble=trouble,
        suspect=as_suspect,
        victim=as_victim,
    )


def born(children: Children, child: np.ndarray) -> pa.Array:
    """Return dates of birth as YYYY-MM-DD."""
    return pa.array(children.people.born[child]).cast(pa.date32()).cast(pa.string())


def _make_twins(someone: People, rng: np.random.Generator) -> None:
    """Give some children the date of birth, home and surname of the child before them."""
    twin = 1 + np.flatnonzero(rng.random(len(someone) - 1) < TWINS)
    for attribute in ("home", "born", "ethnicity", "surname", "postcode"):
        getattr(someone, attribute)[twin] = getattr(someone, attribute)[twin - 1]


def _of_school_age(group: People, rng: np.random.Generator) -> np.ndarray:
    """Return people of 6 to 15 on the first day, in random order."""
    age = group.ages(np.arange(len(group)), np.full(len(group), patterns.FIRST_DAY))
    return rng.permutation(np.flatnonzero((age >= 6) & (age <= 15)))


def _counted(authority: np.ndarray) -> np.ndarray:
    """Return numbers from 1 within each authority."""
    number = np.zeros(len(authority), dtype=np.int64)
    for one in range(len(AUTHORITIES)):
        mine = authority == one
        number[mine] = np.arange(1, np.count_nonzero(mine) + 1)
    return number


def _pupil_numbers(authority: np.ndarray, serial: np.ndarray) -> pa.Array:
    """Return pupil numbers: a check letter (weighted sum modulo 23) and twelve digits (authority, school, serial)."""
    digits = np.array([int(code) for code in AUTHORITIES])[authority] * 10**9 + _SCHOOL_NOT_IN_USE * 10**7 + serial
    weighted = sum((digits // 10 ** (11 - place) % 10) * (place + 2) for place in range(12))
    return texts.joined(texts.chosen(list(_CHECK_LETTERS), np.asarray(weighted) % 23), texts.whole(digits, 12))
