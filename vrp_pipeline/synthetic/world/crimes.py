"""Crimes: each harm known to police, when it is recorded, and how its record changes afterwards.

The files derived from them are in `agencies.police` (record extract) and `agencies.street` (public archive).
"""

from dataclasses import dataclass

import numpy as np

from vrp_pipeline.synthetic.world import patterns
from vrp_pipeline.synthetic.world.incidents import INACTIVE_SHARE, Harms
from vrp_pipeline.synthetic.world.offences import NUMBER
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.streams import pick

STATUSES = ("active", "cancelled", "transferred")
CANCELLED_OF_INACTIVE = 0.83  # the rest is transferred to another force; assumption [P]
CANCELLED_AFTER_DAYS = 60.0  # mean
# Days from the event to recording: same day, next day, within a week, and two tails. The maximum is 90 days, so that
# simulating three months before the first delivered month covers every such crime. Assumption of shape.
RECORDED_AFTER = ((0, 0, 0.62), (1, 1, 0.20), (2, 7, 0.12), (8, 30, 0.045), (31, 90, 0.015))
# Crimes entered into the system a month or more after the date on which they count as recorded.
KEYED_LATE_SHARE = 0.005
KEYED_LATE_DAYS = (30, 200)
# Actual bodily harm (8N) reclassified on review as wounding with intent (5D).
RECLASSIFIED_SHARE = 0.006
RECLASSIFIED_AFTER_DAYS = (20, 300)
# Crimes with a further victim on the same record: 4 % more rows than crimes. Assumption [P].
FURTHER_VICTIM_ROWS = 0.04
OUTCOME_SHARE = 0.93
OUTCOME_AFTER_DAYS = 45.0
# Home Office outcome codes [K] and the shares of the corresponding street crime outcomes, Hampshire 2024-01 to 04.
OUTCOMES = (("18", 0.42), ("16", 0.24), ("15", 0.13), ("14", 0.06), ("1", 0.08), ("8", 0.05), ("3", 0.02))
NEVER = 10_000  # a day after every other


@dataclass(frozen=True)
class Crimes:
    """Arrays over crimes, in order of reference. Days are since patterns.EPOCH; NEVER where an event does not occur.

    `harm` is the index of the harm. The offence is `first_offence` until `reclassified`, then `offence`; the crime is
    active until `inactive_day`, then has `status`. `keyed` is the first day on which an extract can contain it.
    """

    harm: np.ndarray
    reference: np.ndarray
    recorded: np.ndarray
    keyed: np.ndarray
    first_offence: np.ndarray
    offence: np.ndarray
    reclassified: np.ndarray
    status: np.ndarray
    inactive_day: np.ndarray
    outcome: np.ndarray
    outcome_day: np.ndarray
    further_victim: np.ndarray

    def __len__(self) -> int:
        return len(self.harm)

    def offence_on(self, day: int) -> np.ndarray:
        """Return the offence (index into OFFENCES) as classified on a day."""
        return np.where(self.reclassified <= day, self.offence, self.first_offence)

    def status_on(self, day: int) -> np.ndarray:
        """Return the status (index into STATUSES) on a day."""
        return np.where(self.inactive_day <= day, self.status, 0)


def build(harms: Harms, victims: People, rng: np.random.Generator) -> Crimes:
    """Return the crimes recorded within the simulated years."""
    harm = np.flatnonzero(harms.known_to_police)
    recorded = harms.day[harm] + _lag(rng, len(harm))
    first, end = (int((day - patterns.EPOCH).astype(int)) for day in (patterns.FIRST_DAY, patterns.END))
    inside = (recorded >= first) & (recorded < end)
    harm, recorded = harm[inside], recorded[inside]
    order = np.lexsort((rng.random(len(harm)), recorded))
    harm, recorded = harm[order], recorded[order]
    count = len(harm)

    late = rng.random(count) < KEYED_LATE_SHARE
    offence = harms.offence[harm]
    reviewed = (offence == NUMBER["00806"]) & (rng.random(count) < RECLASSIFIED_SHARE)
    inactive = rng.random(count) < INACTIVE_SHARE
    has_outcome = rng.random(count) < OUTCOME_SHARE
    victim = harms.victim[harm]
    shared = (victim >= 0) & (rng.random(count) < FURTHER_VICTIM_ROWS / np.mean(victim >= 0))
    other = (victim + 1 + rng.integers(0, len(victims) - 1, count)) % len(victims)
    return Crimes(
        harm=harm,
        reference=references(recorded),
        recorded=recorded,
        keyed=recorded + np.where(late, rng.integers(*KEYED_LATE_DAYS, count), 0),
        first_offence=offence,
        offence=np.where(reviewed, NUMBER["00501"], offence),
        reclassified=np.where(reviewed, recorded + rng.integers(*RECLASSIFIED_AFTER_DAYS, count), NEVER),
        status=np.where(inactive, np.where(rng.random(count) < CANCELLED_OF_INACTIVE, 1, 2), 0),
        inactive_day=np.where(inactive, recorded + _days(rng, CANCELLED_AFTER_DAYS, count), NEVER),
        outcome=pick(rng, np.array([share for _, share in OUTCOMES]), count),
        outcome_day=np.where(has_outcome, recorded + _days(rng, OUTCOME_AFTER_DAYS, count), NEVER),
        further_victim=np.where(shared, other, -1),
    )


def _lag(rng: np.random.Generator, count: int) -> np.ndarray:
    shortest, longest, share = (np.array(column) for column in zip(*RECORDED_AFTER, strict=True))
    band = pick(rng, share, count)
    return np.asarray(rng.integers(shortest[band], longest[band] + 1))


def _days(rng: np.random.Generator, mean: float, count: int) -> np.ndarray:
    return 1 + rng.exponential(mean, count).astype(np.int64)


def references(recorded: np.ndarray) -> np.ndarray:
    """Return eleven digits: 44 for the force, the year of recording, and a number within it [K]."""
    year = (patterns.EPOCH + recorded).astype("datetime64[Y]").astype(int) - 30  # years since 2000
    number = np.arange(len(recorded)) - np.searchsorted(year, year) + 1
    return np.asarray(44_000_000_000 + year * 10_000_000 + number)
