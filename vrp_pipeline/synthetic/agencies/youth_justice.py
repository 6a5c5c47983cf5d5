"""Youth justice returns: each quarter a zip of one XML part per service, which restates the quarter before.

The hearings themselves are in `hearings`. Levels: 1,500 offences a year (docs/methods.md#levels). Categories,
seriousness and outcomes have assumed shares [P]; no public table gives them for four services. One in sixteen outcomes
is recorded after its quarter and delivered with the next return; children who moved are in two parts; some children
have no offence.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from vrp_pipeline.feeds.contract.formats import ZippedXml
from vrp_pipeline.feeds.youth_justice import SERVICES
from vrp_pipeline.feeds.youth_justice import offences as feed
from vrp_pipeline.synthetic.agencies import hearings
from vrp_pipeline.synthetic.formats import files as deliveries
from vrp_pipeline.synthetic.formats import nested, texts
from vrp_pipeline.synthetic.truth import planted
from vrp_pipeline.synthetic.truth.canaries import Canaries, spread
from vrp_pipeline.synthetic.world import patterns
from vrp_pipeline.synthetic.world.districts import DISTRICTS
from vrp_pipeline.synthetic.world.geography import Geography
from vrp_pipeline.synthetic.world.people import People

WITHOUT_OFFENCE = 0.10  # prevention and diversion, a share of hearings; assumption of shape
MOVED, ENTERED_LATE, CORRECTED = 0.03, 0.06, 0.02
# Services are simulated at a fifth of their size at least, 25 offences a month. Children have several rows each: in a
# month of six rows four were of one child, so that comparisons of such small months are dominated by chance.
LEAST_SCALE = 0.2
DIGIT_SEXES = "E06000044"  # this service's case system writes digits for sex and for Boolean values

_CHILD, _OFFENCE = "YouthJusticeReturn/Children/Child/", "YouthJusticeReturn/Children/Child/Offences/Offence/"
PLANTING = planted.Planting(
    feed=feed.name,
    keys=(f"{_OFFENCE}OffenceID",),
    prefix="Z9",
    copies_in=11,
    rows_per_fault=20,  # one in 21 is below the 5 % the suite tolerates
    faults=(
        planted.RowFault(1, "the severity is on no scale", {f"{_OFFENCE}SeverityValue": "9"}),
        planted.RowFault(4, "the scale of the severity is not agreed", {f"{_OFFENCE}SeverityScale": "1 to 8"}),
        planted.RowFault(7, "the date of the outcome does not exist", {f"{_OFFENCE}OutcomeDate": "2022-11-31"}),
        planted.RowFault(10, "the category is of another list", {f"{_OFFENCE}YJBOffenceCategory": "Violence"}),
        planted.RowFault(13, "the child would be 150", {f"{_CHILD}DateOfBirth": "1873-01-01"}),
        planted.RowFault(16, "the child is an adult", {f"{_CHILD}DateOfBirth": "1989-05-04"}),
        planted.RowFault(19, "the service is not of this partnership", {f"{_CHILD}YJSCode": "E06000099"}),
        planted.RowFault(22, "the offence is a title, no code", {f"{_OFFENCE}HomeOfficeCode": "common assault"}),
    ),
)


@dataclass(frozen=True)
class Outcomes:
    """All rows of all returns in the order of a part: by service, child and day of outcome.

    `child` is the suspect (index), `outcome` in days since patterns.EPOCH, `quarter` the number from April 2022; rows
    without an offence have `has_offence` false and only a quarter. `is_late` rows are delivered a quarter later;
    `is_other` marks children supervised on behalf of another service. `first_severity` is the value in the first return
    where it was corrected later. `columns` are texts by contract name.
    """

    service: np.ndarray
    child: np.ndarray
    outcome: np.ndarray
    quarter: np.ndarray
    has_offence: np.ndarray
    is_late: np.ndarray
    is_other: np.ndarray
    first_severity: pa.Array
    columns: dict[str, pa.Array]


def build(
    geography: Geography, suspects: People, scale: float, rng: np.random.Generator, *, pupils: np.ndarray
) -> Outcomes:
    """Return everything the four services return in the simulated years.

    `pupils` holds the suspects (indices) who are known to schools.
    """
    scale = max(scale, LEAST_SCALE)
    is_pupil = np.isin(np.arange(len(suspects)), pupils)
    heard = hearings.hear(suspects, is_pupil, scale, rng)
    days = hearings.days_of(rng, hearings.HEARINGS_A_YEAR * WITHOUT_OFFENCE * scale)
    child = np.concatenate([heard.child, hearings.children_on(suspects, is_pupil, rng, days)])
    outcome = np.concatenate([heard.outcome, days])
    row = np.concatenate([np.arange(len(heard.child)), np.full(len(days), -1)])
    moves = hearings.some(rng, suspects, MOVED)[child]
    index = np.concatenate([np.arange(len(child)), np.flatnonzero(moves)])
    is_other = np.arange(len(index)) >= len(child)
    home = _services(geography)[suspects.home[child[index]]]
    service = np.where(is_other, (home + 1) % len(SERVICES), home)
    # Each service numbers its children from a different start, so that equal numbers are different children.
    known = np.unique(child)
    number = np.zeros(len(suspects), np.int64)
    number[known] = rng.permutation(len(known)) + 10_000
    order = np.lexsort((row[index], outcome[index], child[index], number[child[index]], service))
    index, is_other, service, home = index[order], is_other[order], service[order], home[order]
    child, outcome, row = child[index], outcome[index], row[index]
    columns = hearings.of_child(geography, suspects, child, rng) | hearings.of_offence(heard, row, rng)
    columns |= {
        "yjs_code": texts.chosen(list(SERVICES), service),
        "child_pseudonym": texts.whole(number[child] + 100 * service, 6),
        "originating_child_pseudonym": texts.where(is_other, texts.whole(number[child] + 100 * home, 6)),
        "local_other_status": texts.chosen(("local", "other"), is_other.astype(int)),
    }
    severity = columns["severity_value"]
    corrected = texts.chosen(("1", "2", "3"), rng.integers(0, 3, len(row)))
    has_offence = row >= 0
    return Outcomes(
        service=service,
        child=child,
        outcome=outcome,
        quarter=patterns.month_index(outcome) // 3,
        has_offence=has_offence,
        is_late=(rng.random(len(row)) < ENTERED_LATE) & has_offence,
        is_other=is_other,
        first_severity=texts.either((rng.random(len(row)) < CORRECTED) & has_offence, corrected, severity),
        columns=columns,
    )


def deliver(inbox: Path, outcomes: Outcomes, faults: list[planted.PlantedFault]) -> list[Path]:
    """Write the returns of all quarters."""
    return [write(inbox, outcomes, quarter, faults) for quarter in range(len(patterns.MONTHS) // 3)]


def write(inbox: Path, outcomes: Outcomes, quarter: int, faults: list[planted.PlantedFault]) -> Path:
    """Write the return of a quarter (number from April 2022) and record its planted faults in `faults`.

    Rows of a return are numbered across its parts in order of part name.
    """
    assert isinstance(feed.format, ZippedXml)
    start = 2022 + quarter // 4
    path = inbox / f"youth_justice_return_{start}-{(start + 1) % 100}_Q{quarter % 4 + 1}.zip"
    fresh = (outcomes.quarter == quarter) & ~outcomes.is_late
    again = (outcomes.quarter == quarter - 1) & outcomes.has_offence
    parts, before = [], 0
    for number in sorted(range(len(SERVICES)), key=lambda number: list(SERVICES)[number]):
        member = f"{list(SERVICES)[number]}.xml"
        rows = _each_child_told(outcomes, np.flatnonzero((fresh | again) & (outcomes.service == number)))
        table = _part(outcomes, rows, fresh[rows])
        faults += _excepted(outcomes, rows, path.name, member, before)
        if number == 0:
            months = np.where(outcomes.has_offence[rows], patterns.month_index(outcomes.outcome[rows]), 63)
            sound = outcomes.has_offence[rows] & ~outcomes.is_other[rows]
            table, here = planted.plant(PLANTING, table, months, sound, path.name, member)
            faults += [replace(fault, row=before + (fault.row or 0)) for fault in here]
        parts.append((member, nested.xml(table, feed.format.record)))
        before += table.num_rows
    return deliveries.write_zip(path, parts)


def grown_up(outcomes: Outcomes, suspects: People) -> tuple[np.ndarray, np.ndarray]:
    """Return children (indices) with an offence, and the first day since EPOCH on which each is 18 with an outcome."""
    mine = np.flatnonzero(outcomes.has_offence)
    child, first = np.unique(outcomes.child[mine], return_inverse=True)
    outcome = np.full(len(child), patterns.DAYS)
    np.minimum.at(outcome, first, outcomes.outcome[mine])
    eighteen = (suspects.born[child] - patterns.EPOCH).astype(np.int64) + 6_575  # 18 years with the most leap days
    return child, np.maximum(outcome, eighteen)


def canaries(outcomes: Outcomes) -> Canaries:
    """Return identifiers that must occur in no output of the pipeline.

    Children's local numbers are too short to search for; late rows of the last quarter were never delivered.
    """
    is_sent = outcomes.has_offence & ~(outcomes.is_late & (outcomes.quarter == len(patterns.MONTHS) // 3 - 1))
    identifying = ("pnc_pseudonym", "forename", "surname", "child", "home_postcode")
    return {feed.name: spread(outcomes.columns, identifying, np.flatnonzero(is_sent))}


def _each_child_told(outcomes: Outcomes, rows: np.ndarray) -> np.ndarray:
    """Drop rows of children without offences who are in the part already."""
    child, has_offence = outcomes.child[rows], outcomes.has_offence[rows]
    is_again = np.diff(child, prepend=-1) == 0
    return np.asarray(rows[has_offence | (~np.isin(child, child[has_offence]) & ~is_again)])


def _part(outcomes: Outcomes, rows: np.ndarray, is_first: np.ndarray) -> pa.Table:
    columns = {name: texts.at(cells, rows) for name, cells in outcomes.columns.items()}
    columns["severity_value"] = texts.either(
        is_first, texts.at(outcomes.first_severity, rows), columns["severity_value"]
    )
    service = columns["yjs_code"][0].as_py() if len(rows) else None
    if service == DIGIT_SEXES:
        columns["sex"] = pa.array([{"M": "1", "F": "2"}[sex] for sex in columns["sex"].to_pylist()], pa.string())
        for name in ("has_send", "is_looked_after", "has_nrm_referral", "is_primary_offence"):
            digits = {"true": "1", "false": "0", None: None}
            columns[name] = pa.array([digits[cell] for cell in columns[name].to_pylist()], pa.string())
    return deliveries.table(feed, columns)


def _excepted(outcomes: Outcomes, rows: np.ndarray, file: str, member: str, before: int) -> list[planted.PlantedFault]:
    """Return valid rows that must not be counted: children without an offence, and those supervised for others."""
    found = []
    ids = texts.at(outcomes.columns["offence_id"], rows).to_pylist()
    for position, row in enumerate(rows):
        place = (feed.name, file, member, before + position + 1, ids[position])
        if not outcomes.has_offence[row]:
            found.append(planted.PlantedFault(*place, "a child without an offence has no month", planted.QUARANTINE))
        elif outcomes.is_other[row]:
            found.append(planted.PlantedFault(*place, "the child is supervised for another service", planted.EXCLUDE))
    return found


def _services(geography: Geography) -> np.ndarray:
    """Return the service (index) of each small area: the island and the two cities have their own."""
    codes = list(SERVICES)
    of_district = np.array([codes.index(d.code) if d.code in codes else 0 for d in DISTRICTS])
    return np.asarray(of_district[geography.district])
