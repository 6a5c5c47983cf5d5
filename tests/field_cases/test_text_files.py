"""CSV as programs and spreadsheets really write it: every row that stands in the file stands somewhere in the lake."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.field_cases import deliveries as make
from tests.field_cases.deliveries import AMBULANCE, ATTENDANCES, OFFENCES
from tests.field_cases.pipeline import delivered, outcome, published_rows, received

LAST = "modus_operandi_text"


def offences(number: int, texts: dict[int, str]) -> list[make.Cells]:
    return make.rows_of(OFFENCES, number, **{LAST: lambda row: texts.get(row, "approached in the street")})


@pytest.mark.parametrize(
    ("rows", "texts"),
    [
        (100, {20: '"Oi" he said', 60: 'he said "Oi"'}),
        (100, {20: '"Oi he said', 60: 'he said Oi"'}),
        (100, {20: '"Oi he said'}),
        (3, {1: '"Oi', 3: 'he said Oi"'}),
        (100, {20: '"Oi', 60: 'Oi"', 70: '"Oi', 90: 'Oi"'}),
    ],
    ids=["two quoted words", "opens and closes", "opens", "three rows", "two spans"],
)
def test_a_quotation_mark_that_is_not_escaped_takes_no_row_out_of_every_account(
    tmp_path: Path, rows: int, texts: dict[int, str]
) -> None:
    """b25, b25c.

    github.com/alexpcosta/opengym/pull/7, github.com/apple/turicreate/issues/1692,
    github.com/vincentlaucsb/csv-parser/issues/83
    """
    path = make.unescaped_csv_file(tmp_path / "extract.csv", offences(rows, texts))
    found = delivered(tmp_path / "lake", OFFENCES, path)
    assert found.accounts_for({path.name: rows})


def test_a_quotation_mark_within_a_cell_that_is_not_quoted_is_a_character(tmp_path: Path) -> None:
    """Of the kind of b25: RFC 4180 gives the mark no meaning there."""
    path = make.unescaped_csv_file(tmp_path / "extract.csv", offences(100, {20: 'a 6" blade', 60: 'said "Oi" twice'}))
    found = delivered(tmp_path / "lake", OFFENCES, path)
    assert len(found.published) == 100


def test_text_in_which_lines_end_within_quotation_marks_is_one_row(tmp_path: Path) -> None:
    """Of the kind of b25: a count of lines alone is no count of rows."""
    path = make.csv_file(tmp_path / "extract.csv", offences(100, {20: "first line\nsecond line\n\nfourth, with comma"}))
    found = delivered(tmp_path / "lake", OFFENCES, path)
    assert len(found.published) == 100


def test_quotation_marks_escaped_by_a_backslash_lose_no_row(tmp_path: Path) -> None:
    """b25e: MySQL, Spark and R write so."""
    rows = offences(3, {2: 'she said \\"stop\\", then'})
    lines = [",".join(rows[0]), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)]
    path = tmp_path / "escaped.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = delivered(tmp_path / "lake", OFFENCES, path)
    assert found.accounts_for({path.name: 3})


def test_lines_that_end_in_carriage_returns_are_read_or_refused_and_hinder_no_other_file(tmp_path: Path) -> None:
    """b02.

    github.com/votingworks/arlo/pull/883, github.com/onaio/onadata/issues/757
    """
    lake = tmp_path / "lake"
    mac = make.csv_file(tmp_path / "ae.csv", make.rows_of(ATTENDANCES, 40), lambda text: text.replace("\n", "\r"))
    sound = make.csv_file(tmp_path / "zz_ambulance.csv", make.rows_of(AMBULANCE, 50))
    received(lake, mac, sound)
    assert delivered(lake, ATTENDANCES).accounts_for({mac.name: 40})
    assert len(delivered(lake, AMBULANCE).published) == 50


def test_blank_rows_of_commas_below_a_table_are_no_rows(tmp_path: Path) -> None:
    """b21.

    github.com/NHSDigital/manage-vaccinations-in-schools/pull/2186, github.com/alphagov/notifications-utils/pull/14,
    github.com/DFE-Digital/register-trainee-teachers/pull/3272
    """
    rows = make.rows_of(ATTENDANCES, 40)
    blank = "," * (len(rows[0]) - 1) + "\n"
    path = make.csv_file(tmp_path / "ae.csv", rows, lambda text: text + 200 * blank)
    found = delivered(tmp_path / "lake", ATTENDANCES, path)
    assert (len(found.published), found.held) == (40, frozenset())


@pytest.mark.parametrize("blank", ['"",', " ,", "\N{NO-BREAK SPACE},"])
def test_rows_of_quoted_blanks_and_spaces_are_no_rows_either(tmp_path: Path, blank: str) -> None:
    """Of the kind of b21."""
    rows = make.rows_of(ATTENDANCES, 40)
    line = (blank * len(rows[0]))[:-1] + "\n"
    path = make.csv_file(tmp_path / "ae.csv", rows, lambda text: text + 20 * line)
    found = delivered(tmp_path / "lake", ATTENDANCES, path)
    assert (len(found.published), found.held) == (40, frozenset())


@pytest.mark.parametrize(
    ("delimiter", "above", "cause"),
    [(",", "sep=,\n", "sep="), (";", "", "semicolon"), ("\t", "", r"\btabs?\b"), ("|", "", r"\||\bbars?\b|vertical")],
    ids=["sep", "semicolons", "tabs", "bars"],
)
def test_another_delimiter_is_read_or_named_as_the_cause(
    tmp_path: Path, delimiter: str, above: str, cause: str
) -> None:
    """b22.

    github.com/PowerShell/PowerShell/issues/7776, github.com/HXLStandard/hxl-proxy/issues/178

    Bars are of the same kind; not in the log.
    """
    path = tmp_path / "ae.csv"
    path.write_text(above + make.csv_text(make.rows_of(ATTENDANCES, 40), delimiter), encoding="utf-8")
    found = delivered(tmp_path / "lake", ATTENDANCES, path)
    assert found.accounts_for({path.name: 40})
    assert len(found.published) == 40 or found.problem_names(path, cause)


LONDON = (
    "IncidentNumber,DateOfCall,CalYear,TimeOfCall,HourOfCall,IncidentGroup,StopCodeDescription,SpecialServiceType,"
    "PropertyCategory,PropertyType,AddressQualifier,Postcode_full,Postcode_district,UPRN,USRN,IncGeo_BoroughCode,"
    "IncGeo_BoroughName,ProperCase,IncGeo_WardCode,IncGeo_WardName,IncGeo_WardNameNew,Easting_m,Northing_m,"
    "Easting_rounded,Northing_rounded,Latitude,Longitude,FRS,IncidentStationGround,"
    "FirstPumpArriving_AttendanceTime,FirstPumpArriving_DeployedFromStation,SecondPumpArriving_AttendanceTime,"
    "SecondPumpArriving_DeployedFromStation,NumStationsWithPumpsAttending,NumPumpsAttending,PumpCount,"
    "PumpMinutesRounded,Notional Cost (£),NumCalls"
)


def test_headings_as_london_fire_brigade_publishes_them_are_read_or_compared_with_the_fire_feed(tmp_path: Path) -> None:
    """b37.

    github.com/FAINASS/London-Fire-Brigade-Attendance-Time
    """
    width = LONDON.count(",") + 1
    row = ["000001-01032024", "01 Mar 2024", "2024", "21:05:00", "21", "Fire", "Secondary Fire"]
    path = tmp_path / "lfb.csv"
    path.write_text(LONDON + "\n" + 2 * (",".join(row + [""] * (width - len(row))) + "\n"), encoding="utf-8")
    found = delivered(tmp_path / "lake", "fire__incidents", path)
    assert found.accounts_for({path.name: 2})
    assert found.published or found.problem_names(path, "fire__incidents")


@pytest.mark.parametrize(
    "spelling", [str.upper, str.lower, lambda heading: heading.replace("_", " ")], ids=["upper", "lower", "blanks"]
)
def test_headings_in_another_case_or_with_blanks_are_read_or_compared_with_the_right_feed(
    tmp_path: Path, spelling: Callable[[str], str]
) -> None:
    """b47.

    github.com/FAINASS/London-Fire-Brigade-Attendance-Time (headings of one table in several spellings)
    """

    def change(text: str) -> str:
        headings, _, rows = text.partition("\n")
        return spelling(headings) + "\n" + rows

    path = make.csv_file(tmp_path / "ae.csv", make.rows_of(ATTENDANCES, 40), change)
    found = delivered(tmp_path / "lake", ATTENDANCES, path)
    assert len(found.published) == 40 or found.problem_names(path, ATTENDANCES)


def test_one_comma_more_in_each_line_is_read_or_named_as_a_column_without_a_heading(tmp_path: Path) -> None:
    """b46.

    github.com/OpenDataRepository/data-publisher/issues/84
    """
    rows = make.rows_of(ATTENDANCES, 40)
    path = make.csv_file(tmp_path / "ae.csv", rows, lambda text: text.replace("\n", ",\n"))
    found = delivered(tmp_path / "lake", ATTENDANCES, path)
    assert found.accounts_for({path.name: 40})
    assert len(found.published) == 40 or found.problem_names(
        path, "comma", "no heading", "without a heading", "blank heading"
    )


@pytest.mark.parametrize("clock", ["23:40:00.0000000", "23:40:00.000", "23:40:00.1234567"])
def test_times_with_fractions_of_a_second_are_times(tmp_path: Path, clock: str) -> None:
    """b31.

    github.com/microsoft/mssql-python/issues/498
    """
    rows = make.rows_of(ATTENDANCES, 40, Arrival_Time=clock, EC_Injury_Time=clock)
    path = make.csv_file(tmp_path / "ae.csv", rows)
    found = delivered(tmp_path / "lake", ATTENDANCES, path)
    assert [re.sub(r"\..*", "", str(row["arrival_time"])) for row in found.published] == ["23:40:00"] * 40


@pytest.mark.parametrize("fraction", [".1230000", ".123", ",123", ".9999999", ".000000001"])
def test_moments_with_fractions_of_a_second_are_moments(tmp_path: Path, fraction: str) -> None:
    """b14.

    github.com/apache/arrow/issues/39839, github.com/airbytehq/airbyte/issues/32571

    ISO 8601 allows the comma too.
    """
    rows = make.rows_of(AMBULANCE, 50, call_connect_datetime=f"2024-03-10 23:00:00{fraction}")
    path = make.csv_file(tmp_path / "amb.csv", rows)
    found = delivered(tmp_path / "lake", AMBULANCE, path)
    assert {f"{row['call_connected_at']:%Y-%m-%d %H:%M:%S}" for row in found.published} == {"2024-03-10 23:00:00"}
    assert len(found.published) == 50


def test_a_no_break_space_after_codes_is_trimmed_or_put_aside_with_the_reason(tmp_path: Path) -> None:
    """b28.

    github.com/NIEM/NIEM-Releases/issues/133
    """
    space = "\N{NO-BREAK SPACE}"
    rows = make.rows_of(
        ATTENDANCES, 40, EC_Injury_Intent_SNOMED_CT=f"361269008{space}", Der_Postcode_LSOA_Code=f"E01900001{space}"
    )
    path = make.csv_file(tmp_path / "ae.csv", rows)
    lake = tmp_path / "lake"
    found = delivered(lake, ATTENDANCES, path)
    assert found.accounts_for({path.name: 40})
    assert all(row["injury_intent_snomed"] == "361269008" for row in published_rows(lake, ATTENDANCES))
    assert found.published or found.says("snomed", "lsoa")


def test_a_folder_with_what_systems_leave_behind_needs_no_person(tmp_path: Path) -> None:
    """b35.

    github.com/IBM/watson-assistant-workbench/issues/9
    """
    inbox, lake = tmp_path / "inbox", tmp_path / "lake"
    inbox.mkdir()
    sound = make.csv_file(inbox / "amb.csv", make.rows_of(AMBULANCE, 50))
    (inbox / "Thumbs.db").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))
    (inbox / "desktop.ini").write_bytes("\ufeff[.ShellClassInfo]\r\n".encode("utf-16-le"))
    (inbox / "~$events.xlsx").write_bytes(b"\x06Person" + bytes(158))
    assert sound.name not in (found := received(lake, inbox)).refused
    assert found.exit_code == 0
    assert len(delivered(lake, AMBULANCE).published) == 50


def test_an_empty_lake_has_no_outcome(tmp_path: Path) -> None:
    """The ground of all tests here: before anything came, nothing is in any account."""
    found = outcome(tmp_path / "lake", OFFENCES)
    assert (found.rows, found.refused, found.received) == (0, {}, frozenset())
