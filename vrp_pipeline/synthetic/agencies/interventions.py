"""Interventions: the monthly deliveries of programme providers, one row per session, with the referral as session 0.

Participants met by a navigator in an emergency department are patients of `health`, so that reattendance is visible.
Most months are workbooks, some saved as CSV. Level: docs/methods.md#levels, 2,000 people a year; shares are assumptions
of shape [P]. Quirks: notes with names, dates of birth entered as the day of referral (age 0), mixed date formats.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.communities import interventions as feed
from vrp_pipeline.synthetic.agencies import communities
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import texts, workbooks
from vrp_pipeline.synthetic.truth import planted
from vrp_pipeline.synthetic.truth.canaries import Canaries, spread
from vrp_pipeline.synthetic.truth.planted import PlantedFault, Planting, RowFault
from vrp_pipeline.synthetic.world import children, names, patterns, people, postcodes
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.streams import pick
from vrp_pipeline.synthetic.world.world import World

YEARLY = 2_000
# Weekly sessions make monthly volumes fluctuate: with 230 people one month had twice the usual number of sessions.
LEAST = 600
LEAD_DAYS = 120  # referrals before the first month, so that programmes are already running when it begins
AGES = (10, 25)  # first age and the first age above the range
SOURCES = ("A&E navigator", "custody navigator", "school", "youth justice", "social care", "self or family", "other")
SHARES = (0.28, 0.17, 0.27, 0.11, 0.09, 0.05, 0.03)
# Programme of each source, as an index into communities.PROGRAMMES and HOSTS.
PROGRAMME_OF = np.array([1, 3, 0, 3, 2, 2, 2])
PREFIXES = ("SCH", "NAV", "SAF", "CHO")
DECLINED, DECIDED_AFTER_DAYS = 0.18, 10
OFFERED = (6, 8, 10, 12)
LEAVING = 0.05  # the chance at each session that it is the last
OUTCOMES = ("referral", "attended", "missed", "cancelled")
ATTENDED, MISSED = 0.74, 0.19
NUMBER_AGREED = (0.80, 0.30)  # of those met in a department, of others
BIRTH_MISSING, BIRTH_WRONG, DISTRICT_MISSING = 0.03, 0.01, 0.02
ANSWERED = 0.55
INSTRUMENT = "SDQ self-report 2014"
EXITS = ("moved away", "no contact", "in custody", "did not want to go on")
CSV_MONTHS = 5  # every fifth month the workbook is saved as CSV
PLANTING = Planting(
    feed=feed.name,
    keys=("intervention_id", "session_no"),
    prefix="INT99",
    rows_per_fault=60,
    copies_in=7,
    faults=(
        RowFault(2, "the day is not fixed yet", {"session_date": "TBC"}),
        RowFault(4, "the outcome is an abbreviation", {"session_outcome": "DNA"}),
        RowFault(6, "the participant would be 150", {"date_of_birth": "1873-01-01"}),
        RowFault(10, "the session number is a word", {"session_no": "3rd"}),
        RowFault(12, "the status is not agreed", {"status": "ongoing"}),
        RowFault(15, "more sessions were offered than there are days", {"sessions_offered": "300"}),
        RowFault(18, "the district is a name", {"home_lad_code": "Southampton"}),
    ),
)


@dataclass(frozen=True)
class _Cases:
    """Arrays over interventions, by day of referral. `sessions` counts attended and missed ones, 0 if declined.

    `person` is an index into `of_both`. Days are since patterns.EPOCH; `final` is the day of the last session, or of
    the refusal.
    """

    person: np.ndarray
    source: np.ndarray
    referred: np.ndarray
    started: np.ndarray
    final: np.ndarray
    offered: np.ndarray
    sessions: np.ndarray
    leaves: np.ndarray

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Sessions:
    """All sessions within the months in order of day: `columns` by contract name, `month` in patterns.MONTHS.

    `person` is an index into `of_both`.
    """

    columns: dict[str, pa.Array]
    month: np.ndarray
    person: np.ndarray


def build(world: World) -> Sessions:
    """Return the providers' records of everyone referred."""
    rng = world.stream("interventions")
    cases = _cases(world, rng)
    return _sessions(world.areas, of_both(world), len(world.victims), cases, rng)


def of_both(world: World) -> People:
    """Return victims followed by suspects: everyone a programme may work with."""
    return people.together(world.victims, world.suspects)


def deliver(inbox: Path, sessions: Sessions, faults: list[PlantedFault]) -> list[Path]:
    """Write one delivery a month and record its planted faults in `faults`."""
    columns, month = sessions.columns, sessions.month
    is_sound = np.asarray(pc.equal(columns["session_outcome"], "attended"))
    paths = []
    for number, name in enumerate(patterns.MONTHS):
        rows = np.flatnonzero(month == number)
        table = deliveries.table(feed, {key: values.take(pa.array(rows)) for key, values in columns.items()})
        is_csv = bool(_is_csv(np.array(number)))
        path = inbox / f"programme_sessions_{name}{'.csv' if is_csv else '.xlsx'}"
        table, here = planted.plant(PLANTING, table, month[rows], is_sound[rows], path.name)
        faults += here
        if is_csv:
            paths.append(deliveries.write_csv(path, table))
            continue
        titles = (f"Sessions delivered in {name} (simulated data)", "One line per session, 0 is the referral")
        paths.append(
            workbooks.write(
                path, {"Sessions": table}, titles=titles, numbers=("session_no", "sessions_offered", "score"),
                dates=("session_date", "date_of_birth", "referral_date", "start_date", "end_date"),
            )
        )  # fmt: skip
    return paths


def canaries(sessions: Sessions) -> Canaries:
    """Return identifiers that must occur in no output of the pipeline."""
    identifying = ("participant_pseudonym", "participant_name", "patient_pseudonym", "home_postcode", "worker_notes")
    # Workbooks also hold dates of birth as serial numbers; in CSV each is written out.
    written_out = np.flatnonzero(_is_csv(sessions.month))
    return {feed.name: spread(sessions.columns, identifying) | spread(sessions.columns, ("participant",), written_out)}


def _is_csv(month: np.ndarray) -> np.ndarray:
    """Return whether the delivery of each month (index into patterns.MONTHS) is CSV."""
    return np.asarray(month % CSV_MONTHS == CSV_MONTHS - 1)


def _cases(world: World, rng: np.random.Generator) -> _Cases:
    victims, attended, scale = world.victims, world.attended, world.scale
    first = int((patterns.FIRST_DAY - patterns.EPOCH).astype(int)) - LEAD_DAYS
    count = max(LEAST, int(rng.poisson(YEARLY * scale * (patterns.DAYS - first) / 365.25)))
    source = pick(rng, np.array(SHARES), count)
    young = np.flatnonzero(_is_young(victims, np.arange(len(victims)), np.full(len(victims), patterns.EPOCH)))
    person = young[(rng.random(count) ** people.REPEAT_POWER * len(young)).astype(np.int64)]
    referred = rng.integers(first, patterns.DAYS, count)
    arrived = attended.arrival // patterns.DAY_MINUTES
    patients = np.flatnonzero((attended.harm >= 0) & _is_young(victims, attended.person, patterns.EPOCH + arrived))
    if len(patients):
        met = patients[rng.integers(0, len(patients), count)]
        is_met = source == SOURCES.index("A&E navigator")
        person = np.where(is_met, attended.person[met], person)
        referred = np.where(is_met, arrived[met] + rng.integers(1, 6, count), referred)
    pupils = world.pupils.victim[world.pupils.victim != children.NOBODY_ELSE]
    pupils = pupils[_is_young(victims, pupils, np.full(len(pupils), patterns.EPOCH))]
    for name, known in (("school", pupils), ("youth justice", len(victims) + np.unique(world.heard.child))):
        is_sent = source == SOURCES.index(name)
        person = np.where(is_sent, known[rng.integers(0, len(known), count)], person)
    is_declined = rng.random(count) < DECLINED
    offered = np.array(OFFERED)[rng.integers(0, len(OFFERED), count)]
    lasting = rng.geometric(LEAVING, count)
    sessions = np.where(is_declined, 0, np.minimum(offered, lasting))
    started = referred + rng.integers(5, 22, count)
    final = np.where(is_declined, referred + DECIDED_AFTER_DAYS, started + 7 * (np.maximum(sessions, 1) - 1))
    order = np.argsort(referred, kind="stable")
    cases = _Cases(person, source, referred, started, final, offered, sessions, sessions < offered)
    return _Cases(*(getattr(cases, name)[order] for name in _Cases.__dataclass_fields__))


def _is_young(victims: People, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    age = victims.ages(person, day)
    return (age >= AGES[0]) & (age < AGES[1])


def _sessions(
    geography: Geography, everyone: People, patients: int, cases: _Cases, rng: np.random.Generator
) -> Sessions:  # fmt: skip
    """Return one row per session within the months. The first `patients` people have NHS numbers."""
    case = np.repeat(np.arange(len(cases)), cases.sessions + 1)
    session = np.arange(len(case)) - np.repeat(np.cumsum(cases.sessions + 1) - cases.sessions - 1, cases.sessions + 1)
    day = np.where(session == 0, cases.referred[case], cases.started[case] + 7 * (session - 1))
    month = patterns.month_index(day)
    kept = np.flatnonzero((month >= 0) & (month < len(patterns.MONTHS)))
    kept = kept[np.lexsort((session[kept], case[kept], day[kept]))]
    case, session, day, month = case[kept], session[kept], day[kept], month[kept]
    count = len(case)
    draw = rng.random(count)
    outcome = np.where(session == 0, 0, np.select([draw < ATTENDED, draw < ATTENDED + MISSED], [1, 2], 3))
    programme = PROGRAMME_OF[cases.source]
    of_case = _participants(geography, everyone, patients, cases, rng)
    columns = {
        "intervention_id": texts.joined(texts.constant("INT", count), texts.whole(case + 1, 7)),
        "session_number": texts.whole(session),
        "session_date": texts.dates(day),
        "session_outcome": texts.chosen(OUTCOMES, outcome),
        "programme_code": texts.chosen(communities.PROGRAMMES, programme[case]),
        "provider_name": texts.chosen(communities.HOSTS, programme[case]),
        **{name: texts.at(values, case) for name, values in of_case.items()},
        "referral_source": texts.chosen(SOURCES, cases.source[case]),
        "referred_on": texts.dates(cases.referred[case]),
        **_progress(cases, case, month),
        "sessions_offered": texts.whole(cases.offered[case]),
        **_scores(cases, case, session, rng),
    }
    return Sessions(columns, month, cases.person[case])


def _participants(
    geography: Geography, everyone: People, patients: int, cases: _Cases, rng: np.random.Generator
) -> dict[str, pa.Array]:
    """Return the columns about the person of each case, equal in all cases of a person."""
    person, count = cases.person, len(cases)
    known, number = np.unique(person, return_inverse=True)
    district = geography.district[everyone.home[person]]
    name = texts.at(names.whole(*names.written(rng, everyone.forename[known], everyone.surname[known])), number)
    born = names.birthdays(rng, everyone.born[known])[number]
    wrong, missing = rng.random(count) < BIRTH_WRONG, rng.random(count) < BIRTH_MISSING
    agreed = np.where(cases.source == 0, *NUMBER_AGREED)
    agrees = (rng.random(count) < agreed) & (person < patients)
    return {
        "participant_pseudonym": texts.joined(
            texts.chosen(PREFIXES, PROGRAMME_OF[cases.source]), texts.whole(person, 6), by="-"
        ),
        "participant_name": name,
        "patient_pseudonym": texts.where(agrees, texts.whole(everyone.nhs_number[person], 10)),
        "participant": texts.where(
            ~missing,
            texts.either(wrong, texts.dates(cases.referred), texts.dates((born - patterns.EPOCH).astype(np.int64))),
        ),
        "sex": texts.chosen(("M", "F", "U"), np.where(rng.random(count) < 0.01, 2, everyone.is_female[person])),
        "home_postcode": texts.at(postcodes.written(rng, everyone.postcode[known]), number),
        "residence_district_code": texts.where(
            rng.random(count) >= DISTRICT_MISSING, texts.chosen([item.code for item in DISTRICTS], district)
        ),
        "worker_notes": texts.joined(name, texts.constant("talked about school and an older brother", count), by=" "),
    }


def _progress(cases: _Cases, case: np.ndarray, month: np.ndarray) -> dict[str, pa.Array]:
    """Return the progress of the intervention at the end of the month in which the row is delivered."""
    after = (patterns.MONTHS[month] + 1).astype("datetime64[D]")
    ends = (after - patterns.EPOCH).astype(int)  # the first day of the next month
    is_declined, is_over = cases.sessions[case] == 0, cases.final[case] < ends
    leaves = cases.leaves[case] & ~is_declined
    statuses = ("declined", "referred", "completed", "left early", "accepted", "active")
    status = np.select(
        [is_declined & is_over, is_declined, is_over & ~leaves, is_over, cases.started[case] >= ends],
        [0, 1, 2, 3, 4],
        5,
    )
    has_started = ~is_declined & (cases.started[case] < ends)
    return {
        "status": texts.chosen(statuses, status),
        "started_on": texts.where(has_started, texts.dates(cases.started[case])),
        "ended_on": texts.where(has_started & is_over, texts.dates(cases.final[case])),
        "exit_reason": texts.where(status == 3, texts.chosen(EXITS, case % len(EXITS))),
    }


def _scores(cases: _Cases, case: np.ndarray, session: np.ndarray, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Return questionnaire scores at the first session and, for completers, the last: 2.5 points lower on average."""
    answers = rng.random(len(cases)) < ANSWERED
    first = np.clip(np.round(rng.normal(18, 6, len(cases))), 0, 40)
    last = np.clip(np.round(first - 2.5 + rng.normal(0, 4, len(cases))), 0, 40)
    at_first = answers[case] & (session == 1)
    at_last = answers[case] & (session > 1) & (session == cases.sessions[case]) & ~cases.leaves[case]
    told = at_first | at_last
    return {
        "instrument": texts.where(told, texts.constant(INSTRUMENT, len(case))),
        "timepoint": texts.where(told, texts.chosen(("baseline", "end"), at_last.astype(int))),
        "score": texts.where(told, texts.whole(np.where(at_last, last[case], first[case]))),
    }
