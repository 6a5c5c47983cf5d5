"""The list of negative tests, and a delivery truncated in each format.

Each item names the tests that prove the outcome: refused, quarantined row by row, held, or kept as it is. Items about
tables that no agency delivers say so.
"""

import re

import pytest

from vrp_pipeline.lake.paths import PROJECT

OPEN_TABLES = "no feed of ours: Home Office open tables are not delivered"
ROWS, FILES = "tests/negative/test_rows.py", "tests/negative/test_files.py"
MONTHS, SERVICES, LOCAL = (
    "tests/ingest/test_pipeline.py",
    "tests/ingest/test_services.py",
    "tests/ingest/test_local_feeds.py",
)
RECEIPT, COVERAGE = "tests/landing/test_receipt.py", "tests/landing/test_coverage.py"
INTERMEDIATE = "dbt_project/models/intermediate"
SMALL_AREAS, PLACES = f"{INTERMEDIATE}/int_small_area_codes.yml", f"{INTERMEDIATE}/int_row_places.yml"
FAULTY_TEXT = f"{ROWS}::test_a_faulty_text_sends_its_own_row_to_quarantine_with_the_reason"
CUT = f"{FILES}::test_a_file_cut_short_is_refused_with_the_remedy_and_kept"

PROVED_BY: dict[str, tuple[str, ...] | str] = {
    "swapped latitude and longitude": (
        f"{MONTHS}::test_swapped_coordinates_hold_the_month_and_name_the_remedy",
        f"{SERVICES}::test_an_archive_with_latitude_and_longitude_swapped_is_held",
    ),
    "-00 counts": OPEN_TABLES,
    "negative count": OPEN_TABLES,
    "four homicide rows": OPEN_TABLES,
    "identifier in scientific notation, SNOMED code rounded": (
        FAULTY_TEXT,
        f"{ROWS}::test_a_month_all_of_which_is_rounded_is_held_with_the_remedy",
        "tests/landing/test_workbooks.py::"
        "test_an_identifier_as_text_keeps_its_digits_and_as_a_number_cannot_pass_for_one",
        "tests/landing/readers/test_documents.py::test_a_number_keeps_every_digit_as_it_was_written",
    ),
    "byte order mark": (f"{FILES}::test_a_byte_order_mark_and_lines_ending_in_crlf_change_nothing",),
    "lines ending in CRLF": (f"{FILES}::test_a_byte_order_mark_and_lines_ending_in_crlf_change_nothing",),
    "en dash of Windows-1252 in a category": (
        f"{FILES}::test_a_dash_of_windows_1252_in_a_category_is_the_dash_of_utf8",
        f"{RECEIPT}::test_a_mixture_of_utf8_and_windows_1252_is_refused_and_not_guessed",
    ),
    "semicolon within an outcome": (f"{ROWS}::test_a_semicolon_within_an_outcome_splits_nothing",),
    "headings repeated among the rows": (
        f"{FILES}::test_headings_repeated_among_the_rows_are_one_row_without_a_month",
        f"{SERVICES}::test_headings_that_stand_among_the_rows_are_put_aside_and_hold_nothing",
        f"{COVERAGE}::test_a_heading_line_repeated_among_the_rows_is_counted_as_a_row_without_a_month",
    ),
    "sheet name 2015_16 or 2014-15": OPEN_TABLES,
    "Offence Count or Number of Offences": OPEN_TABLES,
    "small area of 2021 in a file of 2011": (
        f"{ROWS}::test_a_small_area_of_2021_under_a_heading_of_2011_is_kept_as_it_came",
        f"{SMALL_AREAS}::each_code_is_tested_against_both_lists",
    ),
    "small area blank with coordinates": (
        f"{ROWS}::test_a_row_without_a_small_area_keeps_its_coordinates",
        f"{PLACES}::a_code_decides_before_a_point_and_a_point_only_among_the_parts_of_a_split_area",
    ),
    "file present with 20 % of its rows": (
        f"{ROWS}::test_a_file_that_is_there_with_a_fifth_of_its_rows_is_held",
        f"{MONTHS}::test_a_half_size_month_is_held",
    ),
    "all-quiet month": (
        f"{ROWS}::test_an_all_quiet_month_of_a_term_is_received_and_zero",
        f"{ROWS}::test_an_all_quiet_month_of_recorded_crime_is_held_for_it_cannot_be",
    ),
    "revised month": (
        f"{MONTHS}::test_the_newest_delivery_of_a_month_replaces_it_whole",
        f"{SERVICES}::test_a_final_file_replaces_the_provisional_one",
    ),
    "tokens of suppression x, * and c": (
        FAULTY_TEXT,
        f"{ROWS}::test_a_withheld_number_is_nobodys_and_not_one_persons",
        f"{SERVICES}::test_a_month_that_came_wrong_is_held_for_what_is_wrong_with_it",
    ),
    "reasons that add up to more than the total": (
        f"{ROWS}::test_nine_reasons_of_six_suspensions_are_six_rows",
        "tests/synthetic/test_local_feeds.py::test_reasons_add_up_to_more_than_suspensions_and_are_different_within_a_row",
    ),
    "future time of an assault": (
        FAULTY_TEXT,
        f"{ROWS}::test_a_call_of_a_month_to_come_stands_without_a_month_and_is_accounted_for",
        f"{ROWS}::test_a_date_that_may_lie_ahead_is_no_fault",
        f"{ROWS}::test_an_injury_after_the_arrival_is_kept_for_patients_and_clocks_err",
    ),
    "age 0": (
        f"{ROWS}::test_age_0_is_a_baby_where_it_is_delivered_as_an_age_and_blank_is_unknown",
        f"{LOCAL}::test_a_census_row_holds_what_stands_around_and_below_the_referral",
    ),
    "restricted person": (
        f"{ROWS}::test_nothing_tells_about_a_restricted_person_once_they_are_ingested",
        "tests/ingest/test_people_of_justice.py::"
        "test_a_person_whose_flag_is_blank_or_unreadable_is_masked_as_a_restricted_one",
    ),
    "free text with a name and a postcode": (
        f"{ROWS}::test_no_name_and_no_postcode_of_a_free_text_is_in_anything_written",
        "tests/test_identifiers.py::test_no_planted_identifier_is_in_anything_the_pipeline_writes",
    ),
    "child without CINdetails": (
        f"{LOCAL}::test_a_child_without_a_referral_is_found",
        "tests/landing/readers/test_xml_returns.py::"
        "test_a_child_without_details_is_a_row_and_takes_nothing_from_its_neighbours",
    ),
    "boolean true or 1": (f"{ROWS}::test_truths_and_sexes_in_two_spellings_are_read_alike",),
    "sex M or 1": (
        f"{ROWS}::test_truths_and_sexes_in_two_spellings_are_read_alike",
        f"{LOCAL}::test_a_census_row_holds_what_stands_around_and_below_the_referral",
    ),
    "JSON cut short": (CUT,),
    "XML cut short": (CUT, f"{FILES}::test_a_part_cut_short_within_a_sound_zip_is_refused_by_its_name"),
    "workbook cut short": (CUT,),
    "zip cut short": (CUT, f"{RECEIPT}::test_a_truncated_zip_is_refused"),
    "JSON Lines cut short": (
        f"{FILES}::test_of_lines_cut_short_the_last_is_put_aside_by_its_number_and_the_others_are_read",
    ),
    "CSV cut short": (f"{FILES}::test_a_table_cut_short_within_its_last_row_puts_that_row_aside",),
}
NAMED = sorted({name for names in PROVED_BY.values() if not isinstance(names, str) for name in names})


@pytest.mark.parametrize("name", NAMED)
def test_a_test_that_is_named_exists(name: str) -> None:
    file, _, test = name.partition("::")
    text = (PROJECT / file).read_text(encoding="utf-8")
    assert len(re.findall(rf"^(?:def {test}\(|  - name: {test}$)", text, flags=re.MULTILINE)) == 1


@pytest.mark.parametrize("file", [ROWS, FILES])
def test_a_negative_test_proves_an_item(file: str) -> None:
    written = re.findall(r"^def (test_\w+)\(", (PROJECT / file).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [test for test in written if f"{file}::{test}" not in NAMED] == []
