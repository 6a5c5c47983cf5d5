"""Hearings of children: who was heard for which offence, with which outcome, and how a service records it.

What is returned when and by which service is in `youth_justice`. Offences, their seriousness [K] and the shares of
outcomes [P] are assumptions: no public table gives them for four services.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world import names, patterns, people, pnc, postcodes
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.streams import pick, pick_by

OFFENCES_A_YEAR = 1_500
OFFENCES_A_HEARING = (0.65, 0.25, 0.10)
HEARINGS_A_YEAR = OFFENCES_A_YEAR / 1.45
CHILDREN_PER_HEARING = 0.7  # some children have several hearings; assumption of shape
# Relative likelihood by age 10, 11 … 17; assumption of shape.
AGE_WEIGHTS = np.array((0.03, 0.06, 0.15, 0.3, 0.5, 0.7, 0.9, 1.0))
PNC_UNKNOWN, HOME_UNKNOWN = 0.04, 0.05
PUPILS_FIRST = 10  # relative likelihood of a child whom schools suspended; assumption of shape
DRAWS = 60
# Home Office code (blank: a breach has none), category, seriousness (YJB 1-8) and weight, all [K] or assumed.
_KINDS: tuple[tuple[str | None, str, int, float], ...] = (
    ("10501", "Violence against the person", 3, 20),
    ("00806", "Violence against the person", 4, 11),
    ("00801", "Violence against the person", 6, 3),
    ("00501", "Violence against the person", 7, 1.5),
    ("01026", "Violence against the person", 4, 8),
    ("01024", "Violence against the person", 4, 4),
    ("00857", "Racially aggravated", 5, 1.5),
    ("03401", "Robbery", 6, 5),
    ("09200", "Drugs", 2, 7),
    ("09200", "Drugs", 6, 3),
    ("05800", "Criminal damage", 3, 11),
    ("05602", "Arson", 5, 1),
    ("12511", "Public order", 3, 7),
    ("02801", "Domestic burglary", 6, 2),
    ("03001", "Non-domestic burglary", 4, 2),
    ("04600", "Theft and handling", 3, 7),
    ("04800", "Vehicle theft", 4, 3),
    ("02003", "Sexual", 5, 2),
    (None, "Breach of statutory order", 3, 4),
    (None, "Motoring", 3, 6),
)
SEVERITY = np.array([severity for _, _, severity, _ in _KINDS])
TIERS = ("pre-court", "first-tier", "community", "custody")
# Shares of TIERS where the most serious offence has a seriousness up to 3, of 4 or 5, or above. Assumption of shape.
TIER_TABLE = np.array([[0.70, 0.25, 0.05, 0.0], [0.35, 0.40, 0.22, 0.03], [0.0, 0.35, 0.45, 0.20]])
OUTCOMES = ("Youth conditional caution", "Referral order", "Youth rehabilitation order", "Detention and training order")
ORDER_DAYS = np.array([90, 240, 365, 240])
LAG_DAYS = np.array([20.0, 55.0, 70.0, 80.0])  # scale of a gamma distribution of shape 2: means of 40 to 160 days
SCALES = ("YJB 1-8", "ACPO 1-4", "NPCC 1-5")
OTHER_SCALE = (0.4, 0.53, 0.07)  # of out-of-court disposals; all court outcomes are on the first
ETE = ("full-time", "part-time", "not in education, training or employment")


@dataclass(frozen=True)
class Heard:
    """Arrays over the offences of all hearings: child, day and tier of the hearing, kind and day of the offence."""

    hearing: np.ndarray
    child: np.ndarray
    outcome: np.ndarray
    tier: np.ndarray
    kind: np.ndarray
    offence: np.ndarray
    is_primary: np.ndarray


def hear(suspects: People, is_pupil: np.ndarray, scale: float, rng: np.random.Generator) -> Heard:
    """Return all hearings of the two financial years, in order of day."""
    day = np.sort(days_of(rng, HEARINGS_A_YEAR * scale))
    offences = 1 + pick(rng, np.array(OFFENCES_A_HEARING), len(day))
    hearing = np.repeat(np.arange(len(day)), offences)
    kind = pick(rng, np.array([weight for *_, weight in _KINDS]), len(hearing))
    gravest = np.zeros(len(day), np.int64)
    np.maximum.at(gravest, hearing, SEVERITY[kind])
    tier = pick_by(rng, TIER_TABLE, np.digitize(gravest, (4, 6)))
    offence = day - 1 - rng.gamma(2, LAG_DAYS[tier]).astype(np.int64)
    child = children_on(suspects, is_pupil, rng, offence)
    # The most serious offence is the primary one; of equally serious ones, the first.
    rank = np.lexsort((np.arange(len(hearing)), -SEVERITY[kind], hearing))
    is_primary = np.zeros(len(hearing), bool)
    is_primary[rank[np.diff(hearing[rank], prepend=-1) == 1]] = True
    return Heard(hearing, child[hearing], day[hearing], tier[hearing], kind, offence[hearing], is_primary)


def of_child(
    geography: Geography, suspects: People, child: np.ndarray, rng: np.random.Generator
) -> dict[str, pa.Array]:
    """Return a service's columns about each child by contract name; they are equal in every row of the child."""
    home = suspects.home[child]
    everyone, number = np.unique(child, return_inverse=True)
    forename, surname = names.written(rng, suspects.forename[everyone], suspects.surname[everyone])
    known = ~some(rng, suspects, HOME_UNKNOWN)[child]

    def truth(share: float) -> pa.Array:
        return texts.chosen(("false", "true"), some(rng, suspects, share)[child].astype(int))

    return {
        "pnc_pseudonym": texts.where(
            ~some(rng, suspects, PNC_UNKNOWN)[child], pnc.numbers(suspects, child, short=np.ones(len(child), bool))
        ),
        "forename": texts.at(forename, number),
        "surname": texts.at(surname, number),
        "child": texts.dates((suspects.born[child] - patterns.EPOCH).astype(np.int64)),
        "sex": texts.chosen(("M", "F"), suspects.is_female[child].astype(int)),
        "ethnicity": texts.chosen(people.POLICE_ETHNICITIES, suspects.ethnicity[child]),
        "home_postcode": texts.at(postcodes.written(rng, suspects.postcode[everyone]), number),
        "residence_lsoa_code": texts.where(known, texts.chosen(geography.codes, home)),
        "has_send": truth(0.35),
        "is_looked_after": truth(0.12),
        "has_nrm_referral": truth(0.03),
    }


def of_offence(heard: Heard, row: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Return the columns of an offence; blank where `row` is -1."""
    there = row >= 0
    kind, tier = np.where(there, heard.kind[row], 0), np.where(there, heard.tier[row], 0)
    outcome, severity = heard.outcome[row], SEVERITY[kind]
    other = pick(rng, np.array(OTHER_SCALE), len(heard.kind))[row]
    scale = np.where(tier == 0, other, 0)
    value = np.select([scale == 1, scale == 2], [(severity + 1) // 2, np.minimum(severity, 5)], severity)
    status = rng.integers(0, len(ETE), (2, len(heard.kind)))
    cells = {
        "offence_id": texts.joined(texts.constant("O", len(row)), texts.whole(row + 1, 7)),
        "offence_date": texts.dates(heard.offence[row]),
        "offence_code": pa.array([code for code, *_ in _KINDS], pa.string()).take(pa.array(kind)),
        "yjb_offence_category": texts.chosen([category for _, category, *_ in _KINDS], kind),
        "severity_scale": texts.chosen(SCALES, scale),
        "severity_value": texts.whole(value),
        "is_primary_offence": texts.chosen(("false", "true"), heard.is_primary[row].astype(int)),
        "outcome_date": texts.dates(outcome),
        "outcome_type": texts.chosen(OUTCOMES, tier),
        "outcome_tier": texts.chosen(TIERS, tier),
        "court_or_out_of_court": texts.chosen(("court", "ocd"), (tier == 0).astype(int)),
        "order_start_date": texts.where(tier > 0, texts.dates(outcome)),
        "order_end_date": texts.where(tier > 0, texts.dates(outcome + ORDER_DAYS[tier])),
        "ete_status_at_start": texts.chosen(ETE, status[0][row]),
        "ete_status_at_end": texts.where(tier > 0, texts.chosen(ETE, status[1][row])),
    }
    return {name: texts.where(there, values) for name, values in cells.items()}


def days_of(rng: np.random.Generator, yearly: float) -> np.ndarray:
    """Return days within the two financial years."""
    first, end = (int((day - patterns.EPOCH).astype(int)) for day in (patterns.FIRST_DAY, patterns.END))
    return rng.integers(first, end, rng.poisson(yearly * (end - first) / 365.25))


def children_on(
    suspects: People, is_pupil: np.ndarray, rng: np.random.Generator, days: np.ndarray
) -> np.ndarray:  # fmt: skip
    """Return for each day a child of 10 to 17 on that day, older ones more often; some are drawn repeatedly.

    Children whom schools have suspended (`is_pupil`) come first.
    """
    age = suspects.ages(np.arange(len(suspects)), np.full(len(suspects), patterns.SECOND_YEAR))
    young = np.flatnonzero((age >= 9) & (age <= 19))
    young = young[np.argsort(rng.random(len(young)) * np.where(is_pupil[young], 1 / PUPILS_FIRST, 1.0))]
    pool = young[: max(8, round(len(days) * CHILDREN_PER_HEARING))]
    child = np.full(len(days), -1)
    for draw in range(DRAWS):
        open_days = np.flatnonzero(child < 0)
        # The last rounds accept a child of any age, so that small pools end too.
        is_last = draw >= DRAWS - 20
        drawn = rng.choice(young if is_last else pool, len(open_days))
        age = suspects.ages(drawn, patterns.EPOCH + days[open_days])
        weight = np.where((age >= 10) & (age <= 17), AGE_WEIGHTS[np.clip(age - 10, 0, 7)], 0.0)
        fits = weight > 0 if is_last else rng.random(len(open_days)) < weight
        child[open_days[fits]] = drawn[fits]
    return np.where(child < 0, young[0], child)


def some(rng: np.random.Generator, suspects: People, share: float) -> np.ndarray:
    """Return for each person whether they belong to a random share."""
    return np.asarray(rng.random(len(suspects)) < share)
