"""Whether an end is one of the allowed: refused, held, put aside with reasons, or exactly what the oracle reads."""

import re
from collections import Counter, defaultdict
from typing import Any

from tests.campaign.deliveries import Delivery
from tests.campaign.layouts import FREE_TEXT, NAME, POSTCODE, Layout
from tests.campaign.oracle.expected import Expected, expected_of
from tests.campaign.oracle.records import Reading
from tests.campaign.pipeline import End, Row, comparable

LONGEST = 200
NOBODY = "(nobody)"
# Of a small area the outline is longer than any text.
LONG_BY_CONTRACT = ("geometry",)
BRONZE_KEYS = {
    "police__offences": "crime_reference", "police__street_crimes": "crime_id",
    "police__stop_and_searches": "searched_at", "health__emergency_attendances": "attendance_id",
    "health__ambulance_incidents": "incident_number", "health__admissions": "episode_id",
    "fire__incidents": "incident_number", "probation__supervised_people": "score_value",
    "probation__sentenced_offences": "offence_id", "youth_justice__offences": "offence_id",
    "local_authorities__suspensions": "suspension_id",
    "local_authorities__children_in_need": "assessment_start_dates",
    "local_authorities__antisocial_behaviour": "asb_reference", "communities__events": "event_id",
    "communities__interventions": "intervention_id", "communities__anonymous_reports": "report_id",
    "reference__districts": "district_code", "reference__small_areas": "lsoa_code",
    "reference__small_area_changes": "lsoa_2021_code", "reference__boundaries": "lsoa_code",
    "reference__population": "lsoa_code", "reference__census_population": "lsoa_code",
    "reference__census_age_sex": "district_code", "reference__deprivation": "lsoa_code",
    "reference__partnership_crimes": "csp_name", "reference__area_populations": "area_code",
    "reference__force_knife_crimes": "force_code",
    "reference__admission_rates": "area_code",
}  # fmt: skip


def canaries_of(delivery: Delivery) -> list[str]:
    """The texts planted in a delivery that identify somebody."""
    texts = {NAME, FREE_TEXT, POSTCODE, POSTCODE.replace(" ", "")}
    for heading in delivery.layout.canaries:
        place = delivery.column(heading)
        texts |= {str(row[place]) for row in delivery.rows() if row[place] and len(str(row[place])) > 5}
    spaced = {f"{text[:3]} {text[3:6]} {text[6:]}" for text in texts if re.fullmatch(r"\d{10}", text)}
    return sorted(texts | spaced)


def faults(layout: Layout, reading: Reading, end: End, canaries: list[str], *, must_not_publish: str = "") -> list[str]:
    """What is wrong with an end; each begins with the kind of the fault. Values of rows are not quoted."""
    found = _always(layout, end, canaries)
    if end.raised or (end.refusals and not end.delivered_to):
        return found
    if any(not str(row.get("reasons") or "").strip() for row in end.aside):
        found.append("a row is put aside without a reason")
    if must_not_publish and end.published:
        return [*found, f"published all the same: {must_not_publish}"]
    if reading.nobody_can_tell:
        why = f"published though nobody could tell what is there ({reading.nobody_can_tell})"
        return [*found, why] if end.published else found
    total = len(end.published) + len(end.aside)
    if total < reading.at_least:
        found.append("rows gone without trace")
    elif total > reading.at_most:
        found.append("more rows accounted for than there are")
    return found + _differences(layout, expected_of(reading, layout), end.published)


def _always(layout: Layout, end: End, canaries: list[str]) -> list[str]:
    """What holds for every end, whatever was sent."""
    found = [f"raised: {end.raised}"] if end.raised else []
    if end.ignored:
        found.append(f"an error passed over: {', '.join(sorted(set(end.ignored)))}")
    if not end.companion_is_in:
        found.append("another file of the call was affected")
    if wrong := end.delivered_to - {layout.feed}:
        found.append(f"taken for another feed: {', '.join(sorted(wrong))}")
    if leaks := [text for text in canaries if text in end.written]:
        kinds = sorted({_canary_kind(text) for text in leaks})
        found.append(f"identifier written: {kinds} in {_columns_with(end, leaks)}")
    if any(not problem.strip() or not remedy.strip() for problem, remedy in end.refusals):
        found.append("refused without problem or remedy")
    if any(text in problem + remedy for text in canaries for problem, remedy in end.refusals):
        found.append("a refusal quotes an identifier")
    if columns := sorted(
        {column for row in end.published for column, value in row.items() if _is_swollen(column, value)}
    ):
        found.append(f"bronze holds a line break or an overlong value in {', '.join(columns)}")
    return found


def _is_swollen(column: str, value: Any) -> bool:
    is_text = isinstance(value, str) and column not in LONG_BY_CONTRACT
    return is_text and (len(value) > LONGEST or re.search("[\r\n]", value) is not None)


def _differences(layout: Layout, expected: list[Expected], published: list[Row]) -> list[str]:
    """How bronze differs from what the oracle reads."""
    key = BRONZE_KEYS[layout.feed]
    by_key: dict[Any, list[Expected]] = defaultdict(list)
    for record in expected:
        for value in record.key or ():
            by_key[value].append(record)
    found: Counter[str] = Counter()
    used: Counter[int] = Counter()
    persons: list[tuple[str, str]] = []
    for row in published:
        candidates = by_key.get(comparable(row[key]))
        if not candidates:
            found[f"a row in bronze that is not in the file (its {key} is of no record)"] += 1
            continue
        differences = [(_wrong_columns(record, row), record) for record in candidates]
        wrong, record = min(differences, key=lambda pair: (len(pair[0]), used[id(pair[1])]))
        used[id(record)] += 1
        found.update(f"another value in bronze than in the file: {column}" for column in wrong)
        if not wrong and used[id(record)] > 1:
            found["a record stands in bronze more than once"] += 1
        if layout.person and record.knows_person and row.get(layout.person[1]) is not None:
            persons.append((record.person or NOBODY, row[layout.person[1]]))
    found.update(_wrong_persons(persons))
    return [f"{kind} [{times} rows]" for kind, times in found.items()]


def _wrong_persons(persons: list[tuple[str, str]]) -> list[str]:
    """What is wrong with pairs of a person's number and the pseudonym in bronze."""
    pseudonyms: dict[str, set[str]] = defaultdict(set)
    numbers: dict[str, set[str]] = defaultdict(set)
    for number, pseudonym in persons:
        pseudonyms[number].add(pseudonym)
        numbers[pseudonym].add(number)
    found = []
    if NOBODY in pseudonyms:
        found.append("a number that is nobody's or is invalid became a person")
    if any(len(several) > 1 for number, several in pseudonyms.items() if number != NOBODY):
        found.append("one person became several (spellings of one number)")
    if any(len(several - {NOBODY}) > 1 for several in numbers.values()):
        found.append("several persons became one")
    return found


def _wrong_columns(record: Expected, row: Row) -> list[str]:
    wrong = [] if row["(part)"] in record.months else ["(month)"]
    for column, accepted in record.values.items():
        value = comparable(row.get(column))
        if value not in accepted:
            wrong.append(f"{column} is published though unreadable" if not accepted else column)
    return wrong or (["(a broken line)"] if record.has_no_place else [])


def _canary_kind(text: str) -> str:
    if text in (NAME, FREE_TEXT):
        return "name or free text"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return "date of birth"
    return "number or postcode"


def _columns_with(end: End, leaks: list[str]) -> list[str]:
    columns = {
        ("bronze " if rows is end.published else "quarantine ") + column
        for rows in (end.published, end.aside)
        for row in rows
        for column, value in row.items()
        if value is not None and any(text in str(value) for text in leaks)
    }
    return sorted(columns)[:6]
