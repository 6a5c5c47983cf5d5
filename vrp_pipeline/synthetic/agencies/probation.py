"""Probation's deliveries: JSON Lines, a monthly snapshot of supervised people and the sentences of the month.

The content of the records is in `case_notes`. Levels: 8,000 people under supervision, 10,000 sentenced offences a
year (docs/methods.md#levels). Shares of tiers, registers and scores are assumptions [P]. Quirks of
docs/feeds.md#probation: two spellings of PNC numbers, two generations of scores, letters and digits for sex,
soft-deleted people, people under two case numbers, dates with T00:00:00.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vrp_pipeline.feeds.contract.columns import ColumnType
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import JsonLines
from vrp_pipeline.feeds.probation import sentenced_offences, supervised_people
from vrp_pipeline.synthetic.agencies import case_notes
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import nested, texts
from vrp_pipeline.synthetic.truth import planted
from vrp_pipeline.synthetic.truth.canaries import Canaries, spread
from vrp_pipeline.synthetic.world import patterns, pnc
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.people import People
from vrp_pipeline.synthetic.world.streams import pick

SUPERVISED, OFFENCES_A_YEAR = 8_000, 10_000
OFFENCES_AN_EVENT = (0.66, 0.23, 0.11)
EVENTS_A_YEAR = OFFENCES_A_YEAR / 1.45
# With exponential durations of this mean, this many events keep the caseload constant; some people have two at once.
MEAN_DAYS = SUPERVISED / EVENTS_A_YEAR * 365.25 * 1.16
WARM_UP_YEARS = 5  # events before the first snapshot: all but 2 % have ended by then
PEOPLE_PER_EVENT = 0.75
# Children of youth justice who turn 18 and are sentenced as adults within the simulated years; assumption of shape.
GO_ON, GO_ON_DAYS = 0.35, (20, 200)
# The following are shares of people; assumptions of shape.
TWO_CASES, SOFT_DELETED, RESTRICTED, EXCLUDED = 0.005, 0.008, 0.012, 0.005
PROTECT, PROTECT_SHARES = "ABCD", (0.05, 0.22, 0.45, 0.28)

PEOPLE = planted.Planting(
    feed=supervised_people.name,
    keys=("crn",),
    prefix="Z9",
    copies_in=6,
    faults=(
        planted.RowFault(2, "the date of birth does not exist", {"dateOfBirth": "1990-02-30"}),
        planted.RowFault(3, "a default date stands for an unknown date of birth", {"dateOfBirth": "1901-01-01"}),
        planted.RowFault(5, "the person is a child", {"dateOfBirth": "2015-06-01"}),
        planted.RowFault(8, "the tier is of no scheme", {"currentTier": "High"}),
        planted.RowFault(9, "the case number is blank", {"crn": None}),
        planted.RowFault(12, "the sex is a word, no code", {"gender": "Man"}),
        planted.RowFault(14, "the score is above 100 per cent", {"latestScore.value": "145.0"}),
        planted.RowFault(17, "the home is a name, no code", {"homeAddress.lsoaCode": "Southampton 019A"}),
        planted.RowFault(20, "the MAPPA level is words", {"mappa.level": "Level 2"}),
        planted.RowFault(22, "the day of the snapshot is no date", {"snapshotDate": "month end"}),
    ),
)
OFFENCE_ROWS = planted.Planting(
    feed=sentenced_offences.name,
    keys=("crn",),
    prefix="Z9",
    copies_in=7,
    faults=(
        planted.RowFault(1, "the day of conviction does not exist", {"events.convictionDate": "2022-02-31"}),
        planted.RowFault(4, "the offence is a title, no code", {"events.offences.detail.code": "ABH"}),
        planted.RowFault(6, "the type of sentence is a word", {"events.sentence.sentenceType.code": "Custody"}),
        planted.RowFault(9, "the length is negative", {"events.sentence.lengthInDays": "-30"}),
        planted.RowFault(11, "the sentence has no start", {"events.sentence.startDate": None}),
        planted.RowFault(15, "a spreadsheet rounded the offence's number", {"events.offences.offenceId": "2.5E+09"}),
        planted.RowFault(18, "the unit of the length is not agreed", {"events.sentence.originalLengthUnits": "Mths"}),
        planted.RowFault(21, "a number is written in words", {"events.offences.offenceCount": "two"}),
    ),
)


@dataclass(frozen=True)
class Caseload:
    """All supervised people with their events and offences.

    Arrays over events, in order of start: `case` (index), `number` (of the case's events, from 1), `start` and `end` in
    days since patterns.EPOCH. `person` is the suspect of each case (index). `people` and `offences` are text columns by
    contract name, over cases and over offences; `event` is the event of each offence.
    """

    case: np.ndarray
    number: np.ndarray
    start: np.ndarray
    end: np.ndarray
    person: np.ndarray
    is_soft_deleted: np.ndarray
    is_restricted: np.ndarray
    protect: np.ndarray
    change: np.ndarray
    people: dict[str, pa.Array]
    event: np.ndarray
    offences: dict[str, pa.Array]


def build(
    geography: Geography, suspects: People, grown_up: tuple[np.ndarray, np.ndarray], scale: float,
    rng: np.random.Generator,
) -> Caseload:  # fmt: skip
    """Return the caseload of the simulated years.

    `grown_up` holds children of youth justice (indices) and the day on which each is 18.
    """
    person, start = _sentenced(suspects, grown_up, scale, rng)
    length = 30 + rng.exponential(MEAN_DAYS - 30, len(start)).astype(np.int64)
    second = (rng.random(len(start)) < TWO_CASES).astype(np.int64)
    known, case = np.unique(person * 2 + second, return_inverse=True)
    order = np.lexsort((np.arange(len(case)), case))
    number = np.empty(len(case), np.int64)
    first = np.searchsorted(case[order], np.arange(len(known)))
    number[order] = np.arange(len(case)) - first[case[order]] + 1
    who = known // 2
    protect = pick(rng, np.array(PROTECT_SHARES), len(who))
    restricted, excluded = rng.random(len(who)) < RESTRICTED, rng.random(len(who)) < EXCLUDED
    event = np.repeat(np.arange(len(case)), 1 + pick(rng, np.array(OFFENCES_AN_EVENT), len(case)))
    return Caseload(
        case=case,
        number=number,
        start=start,
        end=start + length,
        person=who,
        is_soft_deleted=rng.random(len(who)) < SOFT_DELETED,
        is_restricted=restricted | excluded,
        protect=protect,
        change=rng.integers(1, 4, len(who)),
        people=case_notes.identity(geography, suspects, who, rng)
        | case_notes.restrictions(restricted, excluded, rng)
        | case_notes.risk_of(geography.district[suspects.home[who]], rng),
        event=event,
        offences=case_notes.of_event(start, start + length, event, rng) | case_notes.of_offence(start, event, rng),
    )


def deliver(inbox: Path, caseload: Caseload, faults: list[planted.PlantedFault]) -> list[Path]:
    """Write the snapshots and the sentences of all months."""
    months = range(len(patterns.MONTHS))
    return [write(inbox, caseload, month, faults) for write in (write_people, write_offences) for month in months]


def write_people(inbox: Path, caseload: Caseload, month: int, faults: list[planted.PlantedFault]) -> Path:
    """Write the snapshot of the last day of a month (index into patterns.MONTHS)."""
    day = _last_day(month)
    active = _active(caseload, day)
    case = np.unique(caseload.case[active])
    since = np.full(len(caseload.person), day)
    np.minimum.at(since, caseload.case[active], caseload.start[active])
    until = np.zeros(len(caseload.person), np.int64)
    np.maximum.at(until, caseload.case[active], caseload.end[active])
    # Need is assumed to fall by one level in the second half of supervision.
    is_later = (day - since[case]) * 2 > until[case] - since[case]
    level = caseload.change[case] - is_later
    style = case % 3  # D2, D_2 and, for tiers without supervision, D2S
    columns = {name: texts.at(cells, case) for name, cells in caseload.people.items()}
    columns |= {
        "snapshot_date": _midnight(np.full(len(case), day)),
        "supervision_start_date": _midnight(since[case]),
        "is_soft_deleted": case_notes.truth(caseload.is_soft_deleted[case]),
        "tier": texts.joined(
            texts.chosen(list(PROTECT), caseload.protect[case]),
            texts.chosen(("", "_", ""), style),
            texts.whole(level),
            texts.chosen(("", "S"), ((style == 2) & (level == 0)).astype(int)),
        ),
    }
    path = inbox / f"probation_people_{patterns.MONTHS[month]}.jsonl"
    table = deliveries.table(supervised_people, columns)
    faults += [
        planted.PlantedFault(
            supervised_people.name, path.name, None, int(row) + 1, table["crn"][int(row)].as_py(),
            "the record is soft-deleted", planted.EXCLUDE,
        )
        for row in np.flatnonzero(caseload.is_soft_deleted[case])
    ]  # fmt: skip
    sound = ~caseload.is_soft_deleted[case] & ~caseload.is_restricted[case]
    return _write(path, supervised_people, PEOPLE, table, month, sound, faults)


def write_offences(inbox: Path, caseload: Caseload, month: int, faults: list[planted.PlantedFault]) -> Path:
    """Write the offences whose sentences started in a month (index into patterns.MONTHS)."""
    mine = patterns.month_index(caseload.start[caseload.event]) == month
    rows = np.flatnonzero(mine)
    rows = rows[np.lexsort((rows, caseload.event[rows], caseload.case[caseload.event[rows]]))]
    case = caseload.case[caseload.event[rows]]
    columns = {name: texts.at(cells, rows) for name, cells in caseload.offences.items()}
    wanted = {column.name for column in sentenced_offences.columns}
    columns |= {name: texts.at(cells, case) for name, cells in caseload.people.items() if name in wanted}
    columns["event_number"] = texts.whole(caseload.number[caseload.event[rows]])
    # Events after the end of the month were unknown at delivery.
    has_ended = caseload.end[caseload.event[rows]] <= _last_day(month)
    columns["termination_date"] = texts.where(has_ended, columns["termination_date"])
    columns["is_active"] = texts.either(has_ended, columns["is_active"], texts.constant("true", len(rows)))
    table = deliveries.table(sentenced_offences, columns)
    path = inbox / f"probation_offences_{patterns.MONTHS[month]}.jsonl"
    return _write(path, sentenced_offences, OFFENCE_ROWS, table, month, ~caseload.is_restricted[case], faults)


def canaries(caseload: Caseload) -> Canaries:
    """Return identifiers of both feeds that must occur in no output of the pipeline."""
    months = range(len(patterns.MONTHS))
    supervised = np.unique(np.concatenate([caseload.case[_active(caseload, _last_day(month))] for month in months]))
    is_sentenced = np.isin(patterns.month_index(caseload.start[caseload.event]), months)
    sentenced = np.unique(caseload.case[caseload.event[is_sentenced]])
    of_both = ("person_pseudonym", "pnc_pseudonym", "person")
    of_people = ("noms_pseudonym", "cro_number", "forename", "surname", "home_postcode", "restriction_message")
    return {
        supervised_people.name: spread(caseload.people, (*of_both, *of_people), supervised),
        sentenced_offences.name: spread(caseload.people, of_both, sentenced),
    }


def same_people(caseload: Caseload, children: np.ndarray, suspects: People) -> pa.Table:
    """Return the children of youth justice who are also in the caseload: PNC number (short), CRN and person."""
    case = np.flatnonzero(np.isin(caseload.person, children))
    person = caseload.person[case]
    return pa.table(
        {
            "person": pa.array(person.astype(np.int32)),
            "crn": texts.at(caseload.people["person_pseudonym"], case),
            "pnc_number": pnc.numbers(suspects, person, short=np.ones(len(case), bool)),
        }
    )


def _write(
    path: Path, feed: Feed, planting: planted.Planting, table: pa.Table, month: int, sound: np.ndarray,
    faults: list[planted.PlantedFault],
) -> Path:  # fmt: skip
    table, here = planted.plant(planting, table, np.full(table.num_rows, month), sound, path.name)
    faults += here
    assert isinstance(feed.format, JsonLines)
    numbers = (ColumnType.BOOLEAN, ColumnType.INTEGER, ColumnType.DECIMAL)
    plain = [column.header for column in feed.columns if column.type in numbers or column.name == "event_number"]
    path.write_bytes(nested.json_lines(table, plain=plain, lists=("activeRegisters",), each=feed.format.each))
    return path


def _sentenced(
    suspects: People, grown_up: tuple[np.ndarray, np.ndarray], scale: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return person and first day of every event in order of time: adults at large, and children who turned 18."""
    first, end = (int((day - patterns.EPOCH).astype(int)) for day in (patterns.FIRST_DAY, patterns.END))
    first -= round(WARM_UP_YEARS * 365.25)
    start = rng.integers(first, end, rng.poisson(EVENTS_A_YEAR * scale * (end - first) / 365.25))
    pool = rng.permutation(len(suspects))[: max(8, round(len(start) * PEOPLE_PER_EVENT))]
    person = rng.choice(pool, len(start))
    # Anyone under age on that day is replaced by somebody born before 1990, an adult throughout.
    grown = pool[suspects.born[pool] < np.datetime64("1990-01-01")]
    is_child = suspects.ages(person, patterns.EPOCH + start) < 18
    person[is_child] = rng.choice(grown, int(is_child.sum()))
    children, eighteen = grown_up
    later = eighteen + rng.integers(*GO_ON_DAYS, len(children))
    goes_on = (rng.random(len(children)) < GO_ON) & (later < end)
    person, start = np.concatenate([person, children[goes_on]]), np.concatenate([start, later[goes_on]])
    order = np.argsort(start, kind="stable")
    return person[order], start[order]


def _active(caseload: Caseload, day: int) -> np.ndarray:
    """Return the events (indices) with supervision at the end of a day."""
    return np.flatnonzero((caseload.start <= day) & (caseload.end > day))


def _midnight(days: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise(texts.dates(days), "T00:00:00", "")


def _last_day(month: int) -> int:
    following = (patterns.MONTHS[month] + 1).astype("datetime64[D]")
    return int((following - patterns.EPOCH).astype(int)) - 1
