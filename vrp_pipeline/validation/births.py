"""People who come again, beside what earlier months said of when they were born.

Ages that are a year too high, dates of birth ten years too early, or the rows of one child under the number of another
are each possible; only somebody who came before shows them. A month keeps for some of its people a keyed hash of their
number and the month of their birth, as far as their rows tell it: the same people in every month, so that they meet.
What is tolerated is in the suite.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import median

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.calendar.history import CHANCE
from vrp_pipeline.feeds.contract.columns import AgeAt
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.people import Person
from vrp_pipeline.feeds.contract.periods import MonthOf
from vrp_pipeline.feeds.natural_keys import joined_key
from vrp_pipeline.validation.chance import error_of_share
from vrp_pipeline.validation.sketches import SKETCH, hashes_of, siphash_key

MONTHS = 12
# Of fewer people who came before, one with a wrong number decides.
LEAST_PEOPLE = 6
# Two ages of somebody tell the same month of birth to within a year, evenly: 12 × √2/√12 months is their deviation. A
# date of birth tells the year itself.
DEVIATION_OF_AGES = 12 / sqrt(6)
# The error of a median of normal deviates is 1.25 times that of their mean [K].
ERROR_OF_MEDIAN = 1.25
# Some numbers are typed wrongly and find somebody else [P].
OTHERS_BY_NATURE = 0.05

# The month of birth (counted from year 0) by the hash of a person, for each kind of person and sender ("" for all).
Births = Mapping[str, Mapping[str, int]]


def births_of(feed: Feed, rows: pa.Table, key: bytes, senders: pd.Categorical | None = None) -> Births:
    """Return the births of some of a month's people: those with the smallest hashes, for each sender.

    `senders` gives the sender of each row, "" for a row that names none.
    """
    found: dict[str, dict[str, int]] = {}
    for person in feed.people_with_births:
        months = _month_of_birth(feed, person, rows)
        known = pc.and_(pc.is_valid(months), pc.is_valid(rows[person.key[-1]].combine_chunks()))
        mask = known.to_numpy(zero_copy_only=False)
        if not mask.any():
            continue
        texts = joined_key([rows[name].combine_chunks() for name in person.key]).to_numpy(zero_copy_only=False)[mask]
        hashes = hashes_of(texts, siphash_key(key, "births"))
        born = pc.fill_null(months, 0).to_numpy(zero_copy_only=False)[mask]
        codes = senders.codes[mask] if senders is not None else np.zeros(len(hashes), dtype=np.int8)
        names = list(senders.categories) if senders is not None else [""]
        for code in np.unique(codes):
            of_sender = codes == code
            distinct, first = np.unique(hashes[of_sender], return_index=True)
            found[f"{person.key[-1]} {names[code] if code >= 0 else ''}".strip()] = {
                f"{number:016x}": int(month)
                for number, month in zip(distinct[:SKETCH].tolist(), born[of_sender][first[:SKETCH]], strict=True)
            }
    return found


def birth_metrics(feed: Feed, births: Births, before: Sequence[Births]) -> dict[str, float | str | None]:
    """Return how far people who come again are older than they were, and how many of them have other births.

    years_of_age_moved: the median over people of one kind and sender, less what chance explains, as an amount; the
    largest counts, with the people it is of in words · share_of_other_births: the share born in another year than
    earlier months said or, by their ages, more than a year from it, less what is usual and chance. All senders
    together are judged too. NaN where too few people came before.
    """
    moved: list[tuple[float, float, int, str]] = []
    others: list[tuple[float, int, int, str]] = []
    for person in feed.people_with_births:
        scatter = 0.0 if person.born else DEVIATION_OF_AGES
        groups = _groups(person, births)
        everybody = {number: month for people in groups.values() for number, month in people.items()}
        told: dict[str, list[int]] = {}
        for past in before:
            for people in _groups(person, past).values():
                for number in people.keys() & everybody.keys():
                    told.setdefault(number, []).append(people[number])
        for sender, people in {**groups, "": everybody}.items():
            older = [median(told[number]) - month for number, month in people.items() if number in told]
            if len(older) < LEAST_PEOPLE:
                continue
            name = f"{feed.by_name[person.key[-1]].header.rsplit('/', 1)[-1]} {sender}".strip()
            typical, by_chance = median(older), CHANCE * ERROR_OF_MEDIAN * scatter / sqrt(len(older))
            moved.append((max(0.0, abs(typical) - by_chance) / MONTHS, typical / MONTHS, len(older), name))
            other = sum(abs(months) > (0 if person.born else MONTHS) for months in older)
            by_chance = CHANCE * error_of_share(OTHERS_BY_NATURE, len(older))
            others.append(
                (max(0.0, other / len(older) - OTHERS_BY_NATURE - by_chance), other, len(older), name),
            )
    if not moved:
        return {"years_of_age_moved": float("nan"), "share_of_other_births": float("nan"), **dict.fromkeys(_WORDS)}
    years, typical, people_moved, moved_of = max(moved)
    share, other, people_other, other_of = max(others)
    return {
        "years_of_age_moved": years,
        "years_of_age_moved_now": f"{abs(typical):.3g} years {'older' if typical > 0 else 'younger'}",
        "years_of_age_moved_people": f"{people_moved:,}",
        "years_of_age_moved_of": moved_of,
        "share_of_other_births": share,
        "rows_of_other_births": float(other),
        "other_births_people": f"{people_other:,}",
        "other_births_of": other_of,
    }


_WORDS = (
    "years_of_age_moved_now",
    "years_of_age_moved_people",
    "years_of_age_moved_of",
    "rows_of_other_births",
    "other_births_people",
    "other_births_of",
)


def _groups(person: Person, births: Births) -> dict[str, Mapping[str, int]]:
    """Return the births of people of one kind by their sender."""
    parts = ((group.partition(" "), people) for group, people in births.items())
    return {sender: people for (column, _, sender), people in parts if column == person.key[-1]}


def _month_of_birth(feed: Feed, person: Person, rows: pa.Table) -> pa.Array:
    """Return the month of birth that each row tells: the middle of a year of birth, or of the year before an age."""
    if person.born:
        assert isinstance(feed.by_name[person.born].treatment, AgeAt)
        years = pc.cast(rows[f"{person.born}_birth_year"].combine_chunks(), pa.int64())
        return pc.add(pc.multiply(years, MONTHS), MONTHS // 2)
    assert isinstance(feed.period, MonthOf)
    ages = pc.cast(rows[person.age].combine_chunks(), pa.string())
    ages = pc.cast(pc.if_else(pc.match_substring_regex(ages, r"^\d{1,3}$"), ages, None), pa.int64())
    day = rows[feed.period.column].combine_chunks()
    months = pc.add(pc.multiply(pc.year(day), MONTHS), pc.month(day))
    return pc.subtract(months, pc.add(pc.multiply(ages, MONTHS), MONTHS // 2))
