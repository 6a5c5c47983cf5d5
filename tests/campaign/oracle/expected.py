"""What bronze may hold of a reading: for each record its month and the acceptable values of the judged columns."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tests.campaign.layouts import DISTRICTS, Layout
from tests.campaign.oracle.records import Reading
from tests.campaign.oracle.values import BLANK, Values, acceptable, american, boolean, person


@dataclass(frozen=True)
class Expected:
    """One record: the months it may stand in, its key, the acceptable values by bronze column, and whose it is.

    A column that no heading names is absent from `values`. `has_no_place`: nothing of it may stand in bronze.
    """

    months: frozenset[str]
    key: Values | None
    values: dict[str, Values]
    person: str | None
    knows_person: bool
    has_no_place: bool


def expected_of(reading: Reading, layout: Layout) -> list[Expected]:
    """What may stand in bronze, in the order of the records."""
    headings = {heading for record in reading.records for heading in record.cells}
    columns = {heading: bronze for heading, bronze in layout.judged.items() if heading in headings}
    order = {heading: american(record.cells.get(heading) for record in reading.records) for heading in columns}
    if layout.month:
        order[layout.month] = american(record.cells.get(layout.month) for record in reading.records)
    made = []
    for record in reading.records:
        values = {
            bronze: acceptable(
                record.cells.get(heading), kind, month_first=order[heading], day_one_1904=reading.day_one_1904
            )
            for heading, (bronze, kind) in columns.items()
        }
        if "(sheet)" in columns:
            values[columns["(sheet)"][0]] = _district(record.cells.get("(sheet)"))
        if layout.edition:
            months = frozenset([layout.edition])
        else:
            cell = record.cells.get(layout.month or "")
            found = _months(cell, month_first=order[layout.month or ""], day_one_1904=reading.day_one_1904)
            months = frozenset(found)
        key = _key(record.cells.get(layout.key or ""), layout, reading)
        named = layout.person is not None and layout.person[0] in record.cells
        who = (
            person(record.cells.get(layout.person[0]), is_nhs="nhs" in layout.person[0].casefold())
            if named and layout.person
            else None
        )
        out = record.is_broken or any(not accepted for accepted in values.values()) or not months
        if any(boolean(record.cells.get(heading)) != {False} for heading in layout.restricted):
            # A flag that is not plainly false restricts: blank is right, and the pseudonym stands nowhere else.
            values, key, named = {column: told | BLANK for column, told in values.items()}, key | BLANK, False
        made.append(Expected(months, key, values, who, named, out))
    return made


def _district(sheet: Any) -> Values:
    """The district that the name of a sheet means; a sheet of another name is none."""
    written = str(sheet).strip()
    known = [name for name in DISTRICTS.values() if written.casefold().startswith(name.casefold())]
    return frozenset([written, *known]) if known else frozenset()


def _key(cell: Any, layout: Layout, reading: Reading) -> Values:
    if layout.feed == "police__stop_and_searches":
        return acceptable(cell, "datetime", month_first=False, day_one_1904=False)
    kind = "decimal" if layout.key == "latestScore.value" else "text"
    return acceptable(cell, kind, month_first=False, day_one_1904=reading.day_one_1904)


def _months(cell: Any, *, month_first: bool | None, day_one_1904: bool) -> set[str]:
    if isinstance(cell, str) and len(cell.strip()) == 7:
        return {cell.strip()}
    moments = acceptable(cell, "datetime", month_first=month_first, day_one_1904=day_one_1904)
    return {value.strftime("%Y-%m") for value in moments if isinstance(value, datetime | date)}
