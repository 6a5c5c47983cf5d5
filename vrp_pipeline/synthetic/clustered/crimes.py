"""Crimes of the clustered world: when each harm known to police is recorded, and what becomes of its record.

Reports come late: after a night out the next day, after violence at home in weeks, after a fight at school when a
parent calls.
"""

import numpy as np

from vrp_pipeline.synthetic.clustered.harms import ClusteredHarms
from vrp_pipeline.synthetic.clustered.scenes import BRAWL, HOME, NIGHT, SCHOOL
from vrp_pipeline.synthetic.world import crimes as first_world
from vrp_pipeline.synthetic.world import patterns
from vrp_pipeline.synthetic.world.crimes import NEVER, OUTCOMES, Crimes
from vrp_pipeline.synthetic.world.offences import NUMBER
from vrp_pipeline.synthetic.world.streams import pick, pick_by

# Days from the event to recording (first, last), and the share of each band by kind of scene. The maximum is 90 days,
# since events begin three months before the first delivered month. Assumptions [P].
BANDS = ((0, 0), (1, 1), (2, 7), (8, 30), (31, 90))
LATE = {
    NIGHT: (0.52, 0.26, 0.15, 0.055, 0.015),
    BRAWL: (0.70, 0.18, 0.08, 0.03, 0.01),
    HOME: (0.42, 0.17, 0.20, 0.14, 0.07),
    SCHOOL: (0.25, 0.33, 0.28, 0.11, 0.03),
}
LATE_ELSE = (0.50, 0.22, 0.18, 0.08, 0.02)
KEYED_LATE, KEYED_LATE_DAYS = 0.008, (10, 120)  # entered long after the day that counts
RECLASSIFIED, RECLASSIFIED_DAYS = 0.008, (10, 250)
CANCELLED, TRANSFERRED, INACTIVE_MEAN_DAYS = 0.028, 0.007, 50.0
OUTCOME_SHARE, OUTCOME_MEAN_DAYS = 0.9, 60.0
# Several victims of one scene on one crime record, instead of one each (two at most).
ON_ONE_RECORD = 0.2


def build(harms: ClusteredHarms, rng: np.random.Generator) -> Crimes:
    """Return the crimes recorded within the simulated years, in order of reference."""
    harm, further = _records(harms, rng)
    recorded = harms.day[harm] + _lag(harms.kind[harm], harms.incident[harm], rng)
    first, end = (int((day - patterns.EPOCH).astype(int)) for day in (patterns.FIRST_DAY, patterns.END))
    inside = np.flatnonzero((recorded >= first) & (recorded < end))
    inside = inside[np.lexsort((rng.random(len(inside)), recorded[inside]))]
    harm, further, recorded = harm[inside], further[inside], recorded[inside]
    count, offence = len(harm), harms.offence[harm]
    reviewed = (offence == NUMBER["00806"]) & (rng.random(count) < RECLASSIFIED)
    draw = rng.random(count)
    status = np.select([draw < CANCELLED, draw < CANCELLED + TRANSFERRED], [1, 2], 0)

    def after(is_wanted: np.ndarray, days: np.ndarray) -> np.ndarray:
        return np.where(is_wanted, recorded + 1 + days.astype(np.int64), NEVER)

    return Crimes(
        harm=harm,
        reference=first_world.references(recorded),
        recorded=recorded,
        keyed=recorded + np.where(rng.random(count) < KEYED_LATE, rng.integers(*KEYED_LATE_DAYS, count), 0),
        first_offence=offence,
        offence=np.where(reviewed, NUMBER["00501"], offence),
        reclassified=after(reviewed, rng.integers(*RECLASSIFIED_DAYS, count)),
        status=status,
        inactive_day=after(status > 0, rng.exponential(INACTIVE_MEAN_DAYS, count)),
        outcome=pick(rng, np.array([share for _, share in OUTCOMES]), count),
        outcome_day=after(rng.random(count) < OUTCOME_SHARE, rng.exponential(OUTCOME_MEAN_DAYS, count)),
        further_victim=np.where(further >= 0, harms.victim[further], -1),
    )


def _records(harms: ClusteredHarms, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the harm of each crime, and the second harm on its record or -1."""
    known = np.flatnonzero(harms.known_to_police)
    incident = harms.incident[known]
    follows = np.flatnonzero((np.diff(incident, prepend=-1) == 0) & (harms.victim[known] >= 0))
    joined = follows[rng.random(len(follows)) < ON_ONE_RECORD]
    joined = joined[np.diff(joined, prepend=-2) > 1]
    joined = joined[harms.victim[known[joined]] != harms.victim[known[joined - 1]]]
    further = np.full(len(known), -1)
    further[joined - 1] = known[joined]
    kept = np.setdiff1d(np.arange(len(known)), joined)
    return known[kept], further[kept]


def _lag(kind: np.ndarray, incident: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return days to recording; the crimes of one incident are recorded on one day."""
    table = np.array([LATE.get(number, LATE_ELSE) for number in range(kind.max() + 1)])
    band = pick_by(rng, table, kind)
    shortest, longest = np.array(BANDS).T
    lag = rng.integers(shortest[band], longest[band] + 1)
    _, first, of = np.unique(incident, return_index=True, return_inverse=True)
    return np.asarray(lag[first][of])
