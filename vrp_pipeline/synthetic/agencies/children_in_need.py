"""The children in need census: one XML message a year that joins the returns of the four authorities.

Case systems differ: 1 or M, 0/1 or true/false, GenderCurrent for Sex, a retired factor code, an empty wrapper where no
factor was found. A case still open in the next year is in both returns. The XML itself is in `census_message`.
Level: docs/methods.md#levels, 9,000 referrals a year; shares are assumptions of shape [P].
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, groupby
from pathlib import Path

import numpy as np

from vrp_pipeline.feeds.local_authorities import children_in_need as feed
from vrp_pipeline.synthetic.agencies import suspensions
from vrp_pipeline.synthetic.agencies.census_message import Child, Referral, document
from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.truth.canaries import Canaries, spread
from vrp_pipeline.synthetic.truth.planted import QUARANTINE, PlantedFault
from vrp_pipeline.synthetic.world import children, patterns
from vrp_pipeline.synthetic.world.children import Children
from vrp_pipeline.synthetic.world.streams import pick

YEARLY = 7_000  # new referrals; with those still open from the year before, a return has 9,000
FIRST_REFERRAL, RETURNS = np.datetime64("2021-10-01"), (2023, 2024)
LEAST = 40
SCHOOL_AGE, GROWN_UP = 5, 18
ALSO_SUSPENDED = 0.3  # school children's referrals, drawn like suspensions: in both feeds
UNBORN = 0.012
NUMBER_MISSING = 0.06
NO_ACTION, NO_ACTION_DAYS = 0.22, 7
OPEN_DAYS = 130  # mean, exponential
SECOND_ASSESSMENT, SECTION_47, PLAN = 0.12, 0.24, 0.10
SOURCES = {"6": 0.29, "2A": 0.19, "1A": 0.08, "1D": 0.03, "3A": 0.04, "3B": 0.04, "3E": 0.06, "3F": 0.05, "4": 0.02,
           "5A": 0.06, "5B": 0.04, "7": 0.03, "8": 0.03, "9": 0.03, "10": 0.01}  # fmt: skip
NEEDS = {"N1": 0.56, "N2": 0.08, "N3": 0.03, "N4": 0.09, "N5": 0.15, "N6": 0.03, "N7": 0.01, "N8": 0.02, "N0": 0.03}
CLOSURES = {"RC1": 0.01, "RC3": 0.01, "RC5": 0.04, "RC6": 0.02, "RC7": 0.40, "RC8": 0.34, "RC9": 0.18}
FACTORS = {"3A": 0.11, "3B": 0.17, "4A": 0.10, "4B": 0.16, "1B": 0.07, "2B": 0.07, "2A": 0.03, "10A": 0.02, "11A": 0.02,
           "12A": 0.005, "13A": 0.02, "24A": 0.02, "14A": 0.04, "15A": 0.04, "16A": 0.08, "17A": 0.10, "18B": 0.03,
           "18C": 0.08, "19B": 0.01, "20": 0.02, "21": 0.03}  # fmt: skip
FACTOR_COUNT = (0.08, 0.30, 0.28, 0.20, 0.14)  # shares of none (an empty wrapper) to four factors
ABUSE = {"NEG": 0.47, "EMO": 0.37, "PHY": 0.09, "SAB": 0.04, "MUL": 0.03}
RETIRED, RETIRED_AUTHORITY = {"18B": "18A", "18C": "18A", "19B": "19A"}, 3
SEX = (("Sex", "1", "2"), ("Sex", "M", "F"), ("Sex", "1", "2"), ("GenderCurrent", "1", "2"))
NO_YES = (("0", "1"), ("false", "true"), ("0", "1"), ("false", "true"))
LEAST_FOR_FAULTS = 200
COPIES = 3


@dataclass(frozen=True)
class Referrals:
    """Arrays over referrals, by child and day; days are since patterns.EPOCH."""

    child: np.ndarray
    day: np.ndarray
    closed: np.ndarray
    is_unborn: np.ndarray
    no_action: np.ndarray
    draws: np.ndarray  # 12 random numbers per referral, so that its values are the same in every return
    has_number: np.ndarray  # over children: whether the authority knows the unique pupil number


def deliver(inbox: Path, known: Children, referrals: Referrals, faults: list[PlantedFault]) -> list[Path]:
    """Write the return of each year and record its planted faults in `faults`."""
    born = np.datetime_as_string(known.people.born)
    paths = []
    for year in RETURNS:
        begins, ends = _day(f"{year - 1}-04-01"), _day(f"{year}-04-01")
        rows = np.flatnonzero((referrals.day < ends) & (referrals.closed >= begins))
        told = _told(known, referrals, rows, ends, born)
        path = inbox / f"cin_census_{year}.xml"
        if len(rows) >= LEAST_FOR_FAULTS:
            added, here = _planted(told, path.name, len(rows))
            told += added
            faults += here
        path.write_bytes(document(year, told))
        paths.append(path)
    return paths


def canaries(known: Children, referrals: Referrals) -> Canaries:
    """Return identifiers that must occur in no output of the pipeline."""
    is_told = referrals.closed >= _day(f"{RETURNS[0] - 1}-04-01")
    sent = np.setdiff1d(referrals.child[is_told], referrals.child[referrals.is_unborn])
    # Whether a pupil number is delivered depends on the age at the newest referral of a return; this is the safe side.
    age = known.people.ages(sent, np.full(len(sent), FIRST_REFERRAL))
    columns = {
        "child_pseudonym": texts.at(known.local_number, sent),
        "pupil_pseudonym": texts.where(
            referrals.has_number[sent] & (age >= SCHOOL_AGE), texts.at(known.pupil_number, sent)
        ),
        "child": children.born(known, sent),
    }
    return {feed.name: spread(columns, columns)}


def build(known: Children, scale: float, rng: np.random.Generator) -> Referrals:
    """Return all referrals from half a year before the first return's year to the end of the last."""
    first, last = _day(str(FIRST_REFERRAL)), _day(str(patterns.END))
    count = max(LEAST, int(rng.poisson(YEARLY * scale * (last - first) / 365.25)))
    day = rng.integers(first, last, count)
    day -= np.maximum(0, patterns.weekdays(day) - 4)  # no referrals at weekends: moved to Friday
    child = np.where(
        rng.random(count) < ALSO_SUSPENDED,
        suspensions.draw(known, count, rng),
        pick(rng, known.trouble, count),
    )
    is_unborn = rng.random(count) < UNBORN
    no_action = rng.random(count) < NO_ACTION
    stays = np.where(no_action, rng.integers(0, NO_ACTION_DAYS, count), rng.exponential(OPEN_DAYS, count))
    age = known.people.ages(child, patterns.EPOCH + day)
    is_child = (age >= 0) & (age < GROWN_UP)
    order = np.lexsort((day, child))
    again = np.zeros(count, dtype=bool)
    again[order[1:]] = (child[order[1:]] == child[order[:-1]]) & (day[order[1:]] == day[order[:-1]])
    kept = order[~again[order] & (is_child | is_unborn)[order]]
    return Referrals(
        child[kept], day[kept], (day + stays.astype(np.int64))[kept], is_unborn[kept], no_action[kept],
        rng.random((len(kept), 12)), rng.random(len(known)) >= NUMBER_MISSING,
    )  # fmt: skip


def _told(known: Children, referrals: Referrals, rows: np.ndarray, ends: int, born: np.ndarray) -> list[Child]:
    """Return the children of a return with their referrals, by authority and the authority's number."""
    local, pupil = known.local_number.to_pylist(), known.pupil_number.to_pylist()
    days = np.arange(_day(str(FIRST_REFERRAL)) - 2, ends)
    dates = dict(zip(days.tolist(), texts.dates(days).to_pylist(), strict=True))
    rows = rows[np.lexsort((referrals.day[rows], referrals.child[rows], known.authority[referrals.child[rows]]))]
    age = known.people.ages(referrals.child[rows], patterns.EPOCH + referrals.day[rows])
    told = []
    for child, mine in groupby(range(len(rows)), key=lambda number: int(referrals.child[rows[number]])):
        numbers = list(mine)
        authority = int(known.authority[child])
        is_unborn = bool(referrals.is_unborn[rows[numbers]].any())
        is_numbered = referrals.has_number[child] and age[numbers[-1]] >= SCHOOL_AGE and not is_unborn
        element, *letters = SEX[authority]
        told.append(
            Child(
                authority=children.AUTHORITIES[authority],
                number=local[child],
                pupil_number=pupil[child] if is_numbered else None,
                born=None if is_unborn else str(born[child]),
                sex_element=element,
                sex=letters[int(known.people.is_female[child])],
                ethnicity=children.ETHNICITIES[int(known.people.ethnicity[child])],
                referrals=tuple(_referral(referrals, int(rows[number]), ends, authority, dates) for number in numbers),
            )
        )
    return told


def _referral(referrals: Referrals, row: int, ends: int, authority: int, dates: dict[int, str]) -> Referral:
    draw = referrals.draws[row].tolist()
    day, closed = int(referrals.day[row]), int(referrals.closed[row])
    no_action = bool(referrals.no_action[row])
    is_assessed = not no_action
    count = bisect_right(_reached(FACTOR_COUNT), draw[3]) if is_assessed else 0
    found = list(dict.fromkeys(_choice(FACTORS, draw[4 + number]) for number in range(min(count, 4))))
    if authority == RETIRED_AUTHORITY:
        found = list(dict.fromkeys(RETIRED.get(code, code) for code in found))
    starts = [dates[day]] if is_assessed else []
    if is_assessed and draw[8] < SECOND_ASSESSMENT and day + 40 < min(closed, ends):
        starts.append(dates[day + 40])
    return Referral(
        day=dates[day],
        source=_choice(SOURCES, draw[0]),
        need=_choice(NEEDS, draw[1]) if is_assessed else "N0",
        no_action=NO_YES[authority][no_action],
        closed=dates[closed] if closed < ends else None,
        closure=_choice(CLOSURES, draw[2]) if is_assessed else "RC8",
        assessments=tuple(starts),
        factors=tuple(found),
        section_47=dates[day] if is_assessed and draw[9] < SECTION_47 else None,
        plan=dates[day + 15] if is_assessed and draw[10] < PLAN and day + 15 < min(closed, ends) else None,
        abuse=_choice(ABUSE, draw[11]),
    )


def _planted(told: list[Child], file: str, rows: int) -> tuple[list[Child], list[PlantedFault]]:
    """Return faulty children for the end of a return, each a valid child under a new number, and three copies."""
    sound = next(child for child in told if child.pupil_number and len(child.referrals) == 1)
    one = sound.referrals[0]
    broken: list[tuple[str, dict[str, object]]] = [
        ("the child has no referral", {"referrals": ()}),
        ("the date of the referral does not exist", {"referrals": (one.altered(day="2022-02-30"),)}),
        ("the need is not agreed", {"referrals": (one.altered(need="N10"),)}),
        ("the child would be 150", {"born": "1873-01-01"}),
        ("the authority is suppressed", {"authority": "x"}),
        ("a factor is a title, no code", {"referrals": (one.altered(factors=("Gangs",), assessments=(one.day,)),)}),
    ]
    added, faults = [], []
    for number, (reason, changes) in enumerate(broken, start=1):
        added.append(sound.altered(number=f"LC99999{number:02d}", **changes))
        faults.append(PlantedFault(feed.name, file, None, rows + number, added[-1].number, reason, QUARANTINE))
    for number in range(COPIES):
        added.append(sound)
        row = rows + len(broken) + number + 1
        reason = "a copy of another row of the same key"
        faults.append(PlantedFault(feed.name, file, None, row, sound.number, reason, QUARANTINE))
    return added, faults


def _choice(shares: dict[str, float], draw: float) -> str:
    """Return the code at a random number between 0 and 1."""
    reached = _reached(tuple(shares.values()))
    return tuple(shares)[min(bisect_right(reached, draw * reached[-1]), len(shares) - 1)]


@lru_cache
def _reached(shares: tuple[float, ...]) -> list[float]:
    return list(accumulate(shares))


def _day(date: str) -> int:
    return int((np.datetime64(date) - patterns.EPOCH).astype(int))
