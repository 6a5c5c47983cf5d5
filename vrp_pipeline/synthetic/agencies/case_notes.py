"""The content of probation's records about people, events and offences, as text columns by contract name.

How many there are and what is delivered when is in `probation`. Shares are assumptions of shape [P].
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from vrp_pipeline.synthetic.formats import texts
from vrp_pipeline.synthetic.world import names, patterns, people, pnc, postcodes
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.offences import OFFENCES
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.streams import pick

NOMS_LETTERS = tuple(f"{first}{second}" for first in "CDEFK" for second in "PRTVWXZ")
PNC_UNKNOWN, SHORT_PNC, IN_CUSTODY_BEFORE, HOME_UNKNOWN = 0.02, 0.30, 0.35, 0.06
SEXES, SEX_SHARES = ("M", "F", "1", "2", "U"), (0.88, 0.10, 0.02)  # letters, digits, not known
HARM, HARM_SHARES = ("RVHR", "RHRH", "RMRH", "RLRH", ""), (0.02, 0.15, 0.50, 0.25, 0.08)
REGISTERS = (("ADVP", 0.22), ("STRG", 0.03), ("IIOM", 0.06), ("RVLN", 0.10), ("RCCO", 0.12), ("REG30", 0.08))
MAPPA_KNOWN = 0.12
# Name, version, share and mean of the newest score: the old and the new generation in parallel.
SCORES = (("RSR", "5", 0.25, 2.5), ("RSR", "6", 0.20, 2.5), ("OGRS3", "3", 0.20, 45.0), ("OVP", "1", 0.15, 30.0),
          ("OGRS4V", "4", 0.12, 28.0), ("SNSV", "4", 0.08, 4.0))  # fmt: skip
NO_SCORE = 0.07
# Shares of SENTENCE_TYPES in order, then of none, and the usual lengths in months.
TYPES, TYPE_SHARES = ("NC", "SC", "NP", "SP", "NA", None), (0.08, 0.20, 0.35, 0.29, 0.05, 0.03)
TYPE_MONTHS = np.array([8, 20, 12, 18, 6, 6])
UNPAID_WORK, HOURS = 0.12, (40, 60, 80, 100, 120, 150, 200, 300)
DETAIL_UNKNOWN = 0.04  # subcategory 00: could not be determined
OFFENCE_POWER = 0.7  # sentenced offences are spread more evenly over the offence classes than recorded ones
VERDICTS = ("Guilty plea", "Guilty verdict", None)


def identity(geography: Geography, suspects: People, who: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Return the identity columns of each person: numbers, names, date of birth, sex and home."""
    count, home = len(who), suspects.home[who]
    forename, surname = names.written(rng, suspects.forename[who], suspects.surname[who])
    born = names.birthdays(rng, suspects.born[who])
    # A person under two case numbers has one sex and one PNC number in both, possibly in different spellings.
    sex = suspects.is_female[who].astype(int)
    style = pick(rng, np.array(SEX_SHARES), count)
    serial = rng.permutation(10_000 * len(NOMS_LETTERS))[:count]  # prison numbers are unique
    noms = texts.joined(texts.constant("A", count), texts.whole(serial % 10_000, 4),
                        texts.chosen(NOMS_LETTERS, serial // 10_000))  # fmt: skip
    cro = texts.joined(texts.whole(rng.integers(1, 1_000_000, count), 6), texts.constant("/", count),
                       texts.whole(rng.integers(0, 22, count), 2), texts.constant("K", count))  # fmt: skip
    is_homed = rng.random(count) >= HOME_UNKNOWN
    return {
        "person_pseudonym": texts.joined(
            texts.constant("X", count), texts.whole(rng.permutation(800_000)[:count] + 100_000)
        ),
        "pnc_pseudonym": texts.where(
            rng.random(count) >= PNC_UNKNOWN, pnc.numbers(suspects, who, short=rng.random(count) < SHORT_PNC)
        ),
        "noms_pseudonym": texts.where(rng.random(count) < IN_CUSTODY_BEFORE, noms),
        "cro_number": cro,
        "forename": forename,
        "surname": surname,
        "person": texts.dates((born - patterns.EPOCH).astype(np.int64)),
        "sex": texts.chosen(SEXES, np.where(style == 2, 4, sex + 2 * style)),
        "ethnicity": texts.chosen(people.POLICE_ETHNICITIES, suspects.ethnicity[who]),
        "home_postcode": texts.where(is_homed, postcodes.written(rng, suspects.postcode[who])),
        "residence_lsoa_code": texts.where(is_homed, texts.chosen(geography.codes, home)),
    }


def restrictions(restricted: np.ndarray, excluded: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Return the columns of access restrictions, in the words of both systems."""
    either = restricted | excluded
    officers = people.full_names(rng, 200)
    messages = [f"This record is limited. Ask {name} of the public protection unit" for name in officers]
    return {
        "is_restricted": truth(restricted),
        "is_excluded": truth(excluded),
        # OASys writes digits, and does not hold every restriction of nDelius.
        "is_limited_access": texts.chosen(("0", "1"), (either & (rng.random(len(either)) < 0.7)).astype(int)),
        "restriction_message": texts.where(either, texts.chosen(messages, rng.integers(0, len(messages), len(either)))),
    }


def risk_of(district: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Return the assessed risk of each person, and where they are supervised."""
    count = len(district)
    active = [np.array(HARM, dtype=object)[pick(rng, np.array(HARM_SHARES), count)]]
    active += [np.where(rng.random(count) < share, code, "") for code, share in REGISTERS]
    registers = [";".join(filter(None, codes)) or None for codes in zip(*active, strict=True)]
    has_mappa, has_score = rng.random(count) < MAPPA_KNOWN, rng.random(count) >= NO_SCORE
    score = pick(rng, np.array([share for _, _, share, _ in SCORES]), count)
    value = np.minimum(np.array([mean for *_, mean in SCORES])[score] * rng.gamma(3, 1 / 3, count), 99.0)
    done = int((patterns.FIRST_DAY - patterns.EPOCH).astype(int)) - rng.integers(0, 700, count)
    risk = {
        "active_registers": pa.array(registers, pa.string()),
        "mappa_level": texts.where(has_mappa, _picked(rng, ("M1", "M2", "M3"), (0.92, 0.07, 0.01), count)),
        "mappa_category": texts.where(
            has_mappa, _picked(rng, ("M1", "M2", "M3", "M4"), (0.7, 0.27, 0.02, 0.01), count)
        ),
        "is_in_breach": truth(rng.random(count) < 0.05),
        "delivery_unit_code": texts.joined(texts.constant("N07PDU", count), texts.whole(district // 4 + 1)),
    }
    scores = {
        "score_name": texts.chosen([name for name, *_ in SCORES], score),
        "score_version": texts.chosen([version for _, version, *_ in SCORES], score),
        "score_basis": _picked(rng, ("STATIC", "DYNAMIC"), (0.4, 0.6), count),
        "score_value": texts.decimals(value, 2),
        "score_date": texts.dates(done),
    }
    return risk | {name: texts.where(has_score, values) for name, values in scores.items()}


def of_event(start: np.ndarray, end: np.ndarray, event: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Return the columns that all offences of one event share."""
    count = len(start)
    kind = pick(rng, np.array(TYPE_SHARES), count)
    months = np.maximum(1, np.round(TYPE_MONTHS[kind] * rng.gamma(6, 1 / 6, count))).astype(np.int64)
    is_work = (rng.random(count) < UNPAID_WORK) & (kind >= 2)
    in_years = (months % 12 == 0) & (rng.random(count) < 0.5)
    hours = np.array(HOURS)[rng.integers(0, len(HOURS), count)]
    length = np.select([is_work, in_years], [hours, months // 12], months)
    units = texts.chosen(("Months", "Years", "Hours"), np.select([is_work, in_years], [2, 1], 0))
    days = np.where(is_work, 365, np.round(months * 30.4375).astype(np.int64))
    ended = (rng.random(count) < 0.03) & (end < start + days)
    cells = {
        "is_active": truth(~ended),
        "is_in_breach": truth(rng.random(count) < 0.04),
        "failures_to_comply": texts.whole(rng.poisson(0.3, count)),
        "conviction_date": texts.dates(start - np.where(rng.random(count) < 0.5, 0, rng.integers(14, 60, count))),
        "court_outcome_code": _picked(rng, ("201", "307", "329", "338"), (0.4, 0.3, 0.2, 0.1), count),
        "sentence_start_date": texts.dates(start),
        "sentence_type": pa.array(TYPES, pa.string()).take(pa.array(kind)),
        "original_length": texts.whole(length),
        "original_length_units": units,
        "length_in_days": texts.whole(days),
        "expected_end_date": texts.dates(start + days),
        "termination_date": texts.where(ended, texts.dates(end)),
    }
    return {name: texts.at(values, event) for name, values in cells.items()}


def of_offence(start: np.ndarray, event: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Return the columns of each offence."""
    count = len(event)
    is_main = np.diff(event, prepend=-1) == 1
    kind = pick(rng, np.array([item.yearly for item in OFFENCES]) ** OFFENCE_POWER, count)
    detail = rng.random(count) >= DETAIL_UNKNOWN
    codes = [item.code for item in OFFENCES] + [f"{item.code[:3]}00" for item in OFFENCES]
    return {
        "offence_id": texts.joined(
            texts.chosen(("A", "M"), is_main.astype(int)), texts.whole(np.arange(count) + 1, 10)
        ),
        "is_main_offence": truth(is_main),
        "offence_code": texts.chosen(codes, kind + np.where(detail, 0, len(OFFENCES))),
        "offence_description": texts.chosen([item.title for item in OFFENCES], kind),
        "offence_date": texts.dates(start[event] - 60 - rng.gamma(2, 60, count).astype(np.int64)),
        "offence_count": texts.whole(1 + rng.poisson(0.08, count)),
        "verdict": pa.array(VERDICTS, pa.string()).take(pa.array(pick(rng, np.array((0.7, 0.25, 0.05)), count))),
    }


def _picked(rng: np.random.Generator, choices: Sequence[str], shares: Sequence[float], count: int) -> pa.Array:
    return texts.chosen(choices, pick(rng, np.array(shares), count))


def truth(values: np.ndarray) -> pa.Array:
    """Return Boolean values as JSON writes them."""
    return texts.chosen(("false", "true"), values.astype(int))
