"""The floor: from the same deliveries to the same headline in one script, with pyarrow, DuckDB and nothing else.

Usage: python floor.py FOLDER_OF_DELIVERIES FOLDER_OF_SEEDS. Prints the headline as one JSON object. It shares no code
with the pipeline, so it is both the minimum cost of the work and an independent count of the headline. It stores
nothing, explains nothing and trusts every delivery: that is what the pipeline adds.

M1 counts the active crimes of SV_HIOW in the newest extract, each once, by the financial year of its record; M9 the
events held of a counted kind with staff of the unit present, each once however many agencies entered it. The limits and
codes in the SQL are those of the contracts (docs/feeds.md#police and §7), written independently.
"""

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv

OFFENCE_COLUMNS = (
    "crime_reference", "date_reported", "date_recorded", "committed_from_datetime", "committed_to_datetime",
    "ho_offence_code", "crime_status", "cancelled_date", "outcome_date", "location_easting", "location_northing",
    "location_type", "victim_ref", "victim_type", "victim_sex", "victim_dob", "suspect_sex", "suspect_dob",
    "injury_level", "weapon_type",
)  # fmt: skip
EVENT_COLUMNS = (
    "event_id", "recorded_by_agency", "provider_name", "event_type", "status", "start_datetime", "venue_name",
    "vru_staff_present",
)  # fmt: skip
CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# Spreadsheet serial numbers count from this day, because spreadsheets treat 1900 as a leap year.
FIRST_DAY = datetime(1899, 12, 30)

TEXTS = r"""
create macro moment(written) as coalesce(
    try_cast(written as timestamp),
    try_strptime(written, ['%d/%m/%Y', '%d/%m/%Y %H:%M', '%d/%m/%Y %H:%M:%S'])
);
create macro unreadable(written) as written is not null and moment(written) is null;
"""

SERIOUS_VIOLENCE = r"""
create macro outside(metres, low, high) as
    metres is not null and coalesce(try_cast(metres as double), -1) not between low and high;
create macro no_age(born, event) as coalesce(born > event or date_sub('year', born, event) > 115, false);

create table cells as select nullif(trim(columns(*)), '') from extract;

create view contradicted as
select crime_reference, victim_ref
from (select distinct * from cells qualify count(*) over (partition by crime_reference, victim_ref) > 1)
group by all
having count(*) > 1;

create view counted as
select
    cells.crime_reference,
    moment(date_recorded) as recorded,
    case
        when regexp_full_match(ho_offence_code, '\d{5}') then ho_offence_code
        when regexp_full_match(ho_offence_code, '\d{1,3}/\d{1,2}')
            then lpad(split_part(ho_offence_code, '/', 1), 3, '0') || lpad(split_part(ho_offence_code, '/', 2), 2, '0')
    end as code
from cells
anti join contradicted
    on cells.crime_reference = contradicted.crime_reference
    and cells.victim_ref is not distinct from contradicted.victim_ref
where crime_status = 'active' and recorded is not null and code is not null
    and regexp_full_match(cells.crime_reference, '\d{11}')
    and not unreadable(date_reported) and not unreadable(cancelled_date) and not unreadable(outcome_date)
    and not unreadable(committed_from_datetime) and not unreadable(committed_to_datetime)
    and not unreadable(victim_dob) and not unreadable(suspect_dob)
    and not outside(location_easting, 380000, 520000) and not outside(location_northing, 60000, 180000)
    and not no_age(moment(victim_dob), moment(committed_from_datetime))
    and not no_age(moment(suspect_dob), moment(committed_from_datetime))
    and coalesce(location_type in ('dwelling', 'street', 'licensed premises', 'shop', 'education', 'health', 'park',
        'transport', 'other'), true)
    and coalesce(victim_type in ('person', 'organisation', 'state'), true)
    and coalesce(victim_sex in ('M', 'F', 'X', 'U'), true)
    and coalesce(suspect_sex in ('M', 'F', 'X', 'U'), true)
    and coalesce(injury_level in ('none', 'minor', 'serious', 'fatal', 'unknown'), true)
    and coalesce(weapon_type in ('none', 'blade', 'firearm', 'blunt', 'corrosive', 'other', 'unknown'), true);

create view classes as
select codes.offence_code, match_level, count(newest_members.prc_code) > 0 as is_serious
from codes
left join (
    select prc_code, offence_code from members
    where definition_id = 'SV_HIOW'
    qualify version::integer = max(version::integer) over ()
) as newest_members
    on codes.prc_code = newest_members.prc_code
    and coalesce(newest_members.offence_code, codes.offence_code) = codes.offence_code
group by all;

with crimes as (
    select min(recorded) as recorded, arg_min(code, recorded) as code from counted group by crime_reference
),

years as (
    select
        count(*) filter (where recorded >= '2022-04-01' and recorded < '2023-04-01') as base,
        count(*) filter (where recorded >= '2023-04-01' and recorded < '2024-04-01') as newest
    from crimes
    left join classes as by_code on code = by_code.offence_code and by_code.match_level = 'code'
    left join classes as by_class on code[:3] = by_class.offence_code and by_class.match_level = 'class'
    where coalesce(by_code.is_serious, by_class.is_serious, false)
)

select base, newest, round(100 * (newest - base) / base, 1) from years;
"""

EVENTS_ATTENDED = """
with entries as (
    select
        * replace (
            moment(start_datetime) as start_datetime,
            lower(trim(venue_name)) as venue_name,
            lower(trim(provider_name)) as provider_name
        ),
        event_type in ('community event', 'workshop', 'school session') as is_counted
    from (select distinct * from log)
    where moment(start_datetime) >= '2023-04-01' and moment(start_datetime) < '2024-04-01'
    qualify workbook = max(workbook) over ()
),

numbered as (
    -- The nth entry of one agency meets the nth of another; without a host nothing tells that two are one event.
    select
        *,
        case when provider_name is null then event_id end as alone,
        row_number() over (
            partition by start_datetime::date, venue_name, provider_name, is_counted, recorded_by_agency, alone
            order by start_datetime, event_id
        ) as number_of_agency
    from entries
)

select count(*) from (
    select 1 from numbered
    where is_counted
    group by start_datetime::date, venue_name, provider_name, alone, number_of_agency
    having bool_or(status = 'held') and max(try_cast(vru_staff_present as integer)) >= 1
);
"""


def headline(deliveries: Path, seeds: Path) -> dict[str, float]:
    """M1 of 2022-23 and 2023-24 with the change in percent, and M9 of 2023-24, from files as agencies sent them."""
    with duckdb.connect() as connection:
        connection.register("extract", newest_extract(deliveries))
        connection.register("log", event_log(deliveries))
        for table, seed in (("codes", "offence_codes"), ("members", "definition_members")):
            connection.register(table, texts_of(seeds / f"{seed}.csv"))
        connection.execute(TEXTS)
        base, newest, change = connection.execute(SERIOUS_VIOLENCE).fetchall()[0]
        (events,) = connection.execute(EVENTS_ATTENDED).fetchall()[0]
    return {"M1 2022-23": base, "M1 2023-24": newest, "M1 change %": change, "M9 2023-24": events}


def newest_extract(deliveries: Path) -> pa.Table:
    """The last record extract by name, which holds its date, as text; each restates 24 months whole."""
    extracts = [path for path in deliveries.glob("*.csv") if {*OFFENCE_COLUMNS} <= {*headings_of(path)}]
    return texts_of(max(extracts), OFFENCE_COLUMNS)


def headings_of(path: Path) -> list[str]:
    """The cells of the first line of a CSV file; no heading of these deliveries is quoted."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return file.readline().strip().split(",")


def texts_of(path: Path, columns: tuple[str, ...] | None = None) -> pa.Table:
    """A CSV file with every cell as text; rows with too few or too many cells are left out."""
    headings = headings_of(path)
    return pa_csv.read_csv(
        path,
        parse_options=pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=lambda _: "skip"),
        convert_options=pa_csv.ConvertOptions(
            include_columns=list(columns or headings),
            column_types=dict.fromkeys(headings, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )


def event_log(deliveries: Path) -> pa.Table:
    """The entries of all workbooks, each with the name of its workbook; the names hold the year or the date."""
    entries = [
        {**entry, "workbook": path.name} for path in sorted(deliveries.glob("*.xlsx")) for entry in entries_of(path)
    ]
    return pa.Table.from_pylist(
        entries, schema=pa.schema([(name, pa.string()) for name in (*EVENT_COLUMNS, "workbook")])
    )


def entries_of(path: Path) -> Iterator[dict[str, str | None]]:
    """The rows below the heading line of the sheet that has one, with the start as ISO or British text."""
    with zipfile.ZipFile(path) as book:
        if "xl/sharedStrings.xml" not in book.namelist():
            return  # a workbook of another feed, whose writer kept no table of texts
        shared = ["".join(item.itertext()) for item in _parts(book, "xl/sharedStrings.xml", "si")]
        if "event_id" not in shared:
            return
        sheets = sorted(name for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        for sheet in sheets:
            name_of: dict[str, str] = {}
            for row in _parts(book, sheet, "row"):
                cells = {re.sub(r"\d", "", cell.get("r", "")): _text(cell, shared) for cell in row.iter(f"{CELL}c")}
                if "event_id" in cells.values():
                    name_of = {letters: text for letters, text in cells.items() if text in EVENT_COLUMNS}
                elif name_of and any(cells.values()):
                    entry = {name: cells.get(letters) for letters, name in name_of.items()}
                    yield entry | {"start_datetime": _start(entry["start_datetime"])}


def _parts(book: zipfile.ZipFile, member: str, tag: str) -> list[ET.Element]:
    tree = ET.fromstring(book.read(member))  # noqa: S314 - the simulator wrote it a minute ago
    return list(tree.iter(CELL + tag))


def _text(cell: ET.Element, shared: list[str]) -> str | None:
    value = cell.findtext(f"{CELL}v")
    if value is not None and cell.get("t") == "s":
        return shared[int(value)].strip() or None
    return value


def _start(text: str | None) -> str | None:
    """A spreadsheet's day number as ISO text; other texts as they are."""
    if text is None or not re.fullmatch(r"\d{5}(\.\d+)?", text):
        return text
    return (FIRST_DAY + timedelta(seconds=round(float(text) * 86_400))).isoformat()


if __name__ == "__main__":
    print(json.dumps(headline(Path(sys.argv[1]), Path(sys.argv[2]))))
