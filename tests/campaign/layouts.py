"""What a careful person knows of each feed, written down by hand: headings, keys, months, and what identifies people.

Nothing here is read from the contracts: the campaign's oracle shares no code with the product. Headings of nested
documents are paths of keys or elements.
"""

# ruff: noqa: E501 a table reads better in long lines

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Vary = Callable[[int], Any]

# Planted in every delivery where a contract has room for them; none may leave the landing zone.
NAME, FREE_TEXT, POSTCODE = "Quillfeather", "zqxmarker", "ZQ9 9ZQ"
DISTRICTS = {
    "E06000044": "Portsmouth", "E06000045": "Southampton", "E06000046": "Isle of Wight",
    "E07000084": "Basingstoke and Deane", "E07000085": "East Hampshire", "E07000086": "Eastleigh",
    "E07000087": "Fareham", "E07000088": "Gosport", "E07000089": "Hart", "E07000090": "Havant",
    "E07000091": "New Forest", "E07000092": "Rushmoor", "E07000093": "Test Valley", "E07000094": "Winchester",
}  # fmt: skip
CODES = tuple(DISTRICTS)


def nhs_number(number: int) -> str:
    """The number-th valid NHS number from 943 476 0000 on, ten digits, the last by modulus 11."""
    nine = f"943477{number:03d}"
    check = 11 - sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11
    return nhs_number(number + 500) if check == 10 else nine + str(check % 11)


def pupil_number(school: int, number: int) -> str:
    """A valid unique pupil number of an authority and school (seven digits): check letter, then twelve digits.

    The letter is the weighted sum of the digits (2, 3, ... 13) modulo 23 in the alphabet without I, O and S (Department
    for Education, Unique pupil numbers: guide).
    """
    digits = f"{school:07d}{number:05d}"
    weighted = sum(weight * int(digit) for weight, digit in zip(range(2, 14), digits, strict=True))
    return "ABCDEFGHJKLMNPQRTUVWXYZ"[weighted % 23] + digits


@dataclass(frozen=True)
class Layout:
    """One feed. `judged` maps a heading to its bronze column and what a careful person reads in it.

    `key` is the heading whose text names a row in bronze in the clear; `month` the heading whose date places it;
    `person` a heading with a number of a person and the bronze column of its pseudonym. `slices` are headings over
    which published figures are split, `sender` the one that tells who sent a row where a month has several senders. Of
    a person of whom one of the `restricted` flags is not false nothing may be told. A key of `varied` is a heading, its function makes the cell of row 1, 2, ….
    Of a table with a column a period, below a `title`, the columns varied are sent alone: each of its rows is one row.
    """

    feed: str
    form: str
    file: str
    varied: Mapping[str, Vary]
    judged: Mapping[str, tuple[str, str]]
    key: str | None = None
    month: str | None = None
    edition: str | None = None
    person: tuple[str, str] | None = None
    canaries: tuple[str, ...] = ()
    slices: tuple[str, ...] = ()
    sender: str | None = None
    restricted: tuple[str, ...] = ()
    part_of: Vary = field(default=lambda _row: "")
    record: str = ""
    rows: int = 40
    title: str = ""
    other_columns: tuple[str, ...] = ()


def _day(row: int) -> str:
    return f"2024-03-{1 + row % 28:02d}"


def _of(*values: Any) -> Vary:
    return lambda row: values[row % len(values)]


_CHILD = "YouthJusticeReturn/Children/Child"
_OFFENCE = f"{_CHILD}/Offences/Offence"
_CIN = "Message/Children/Child"
_DETAILS = f"{_CIN}/CINdetails"


def _last_evening(row: int) -> str:
    """Evenings of March; each seventh row the last half hour of the month."""
    return "2024-03-31 23:30:00" if row % 7 == 0 else f"{_day(row)} 22:{row % 60:02d}:00"


LAYOUTS = {
    layout.feed: layout
    for layout in (
        Layout(
            "police__offences", "csv", "extract.csv", rows=60, key="crime_reference", month="date_recorded",
            varied={
                "crime_reference": lambda row: f"4424{row:07d}", "occurrence_reference": lambda row: f"O24-{row:05d}",
                "date_recorded": lambda row: f"2024-0{1 + row % 3}-{1 + row % 28:02d}",
                "date_reported": lambda row: f"2024-0{1 + row % 3}-{1 + row % 28:02d}",
                "committed_from_datetime": lambda row: f"2024-0{1 + row % 3}-{1 + row % 28:02d}T00:15",
                "ho_offence_code": _of("00806", "00806", "10501", "00501", "03401"),
                "location_easting": lambda row: 442000 + 7 * row, "location_northing": lambda row: 112000 + 11 * row,
                "location_postcode": _of(POSTCODE), "victim_ref": lambda row: f"VQX{row:05d}",
                "victim_dob": lambda row: f"1987-07-{1 + row % 28:02d}", "suspect_pnc": _of("", "1974/2487362E"),
                "modus_operandi_text": _of(f"Victim {NAME}, of 1 Example Road, {FREE_TEXT}"),
                "beat_code": _of("SC01", "SC02", "PT07"), "weapon_type": _of("none", "none", "blade"),
            },
            judged={
                "date_recorded": ("date_recorded", "date"), "ho_offence_code": ("offence_code", "offence"),
                "committed_from_datetime": ("committed_from", "datetime"), "crime_status": ("crime_status", "text"),
                "location_easting": ("easting", "integer"), "beat_code": ("beat_code", "text"),
                "weapon_type": ("weapon_type", "text"),
            },
            person=("victim_ref", "victim_pseudonym"),
            canaries=("location_postcode", "victim_ref", "victim_dob", "suspect_pnc"),
            slices=("ho_offence_code", "weapon_type"),
        ),
        Layout(
            "police__street_crimes", "zip", "download.zip", key="Crime ID", month="Month",
            part_of=lambda row: f"2024-0{2 + row % 2}/2024-0{2 + row % 2}-hampshire-street.csv",
            varied={
                "Crime ID": lambda row: f"{row:064x}", "Month": lambda row: f"2024-0{2 + row % 2}",
                "Longitude": lambda row: f"{-1.402 + row / 1000:.6f}", "Latitude": lambda row: f"{50.906 - row / 1000:.6f}",
                "Location": lambda row: f"On or near Example Street {row}",
                "Crime type": _of("Violence and sexual offences", "Violence and sexual offences", "Burglary", "Robbery"),
            },
            judged={
                "Crime type": ("crime_type", "text"), "Longitude": ("longitude", "decimal"),
                "LSOA code": ("lsoa_code", "text"), "Location": ("location", "text"),
                "Reported by": ("reported_by", "text"),
            },
            slices=("Crime type",), record="hampshire-street",
        ),
        Layout(
            "police__stop_and_searches", "zip", "download.zip", key="Date", month="Date",
            part_of=lambda row: f"2024-0{2 + row % 2}/2024-0{2 + row % 2}-hampshire-stop-and-search.csv",
            varied={"Date": lambda row: f"2024-0{2 + row % 2}-{1 + row % 28:02d}T21:{row % 60:02d}:00+00:00"},
            judged={
                "Date": ("searched_at", "datetime"), "Type": ("search_type", "text"), "Gender": ("gender", "text"),
                "Latitude": ("latitude", "decimal"), "Outcome": ("outcome", "text"),
                "Outcome linked to object of search": ("is_outcome_linked", "boolean"),
            },
            slices=("Outcome",), record="hampshire-stop-and-search",
        ),
        Layout(
            "health__emergency_attendances", "csv", "attendances.csv", key="EC_Ident", month="Arrival_Date",
            varied={
                "EC_Ident": lambda row: f"EC{row:06d}", "Arrival_Date": _day, "EC_Injury_Date": _day,
                "NHS_Number": nhs_number, "Age_At_Arrival": lambda row: str(18 + row % 50),
                "Site_Code_of_Treatment": _of("RHM01", "RHU03"), "Der_Provider_Code": _of("RHM", "RHU"),
                "EC_Injury_Intent_SNOMED_CT": _of("361269008", "361269008", "242056005"),
                "EC_Injury_Mechanism_SNOMED_CT": _of("371861000119102", ""),
                "AssaultLocationDescription": _of(f"outside the home of {NAME} {FREE_TEXT}"),
            },
            judged={
                "Arrival_Date": ("arrival_date", "date"), "Arrival_Time": ("arrival_time", "time"),
                "Site_Code_of_Treatment": ("site_code", "text"), "Age_At_Arrival": ("age_at_arrival", "integer"),
                "EC_Injury_Intent_SNOMED_CT": ("injury_intent_snomed", "digits"),
                "EC_Injury_Mechanism_SNOMED_CT": ("injury_mechanism_snomed", "digits"),
            },
            person=("NHS_Number", "patient_pseudonym"), canaries=("NHS_Number",),
            slices=("Site_Code_of_Treatment", "EC_Injury_Intent_SNOMED_CT"), sender="Site_Code_of_Treatment",
        ),
        Layout(
            "health__ambulance_incidents", "csv", "ambulance.csv", key="incident_number", month="call_connect_datetime",
            varied={
                "incident_number": lambda row: f"2403{row:08d}", "call_connect_datetime": _last_evening,
                "nhs_number": lambda row: nhs_number(100 + row), "patient_age": lambda row: str(18 + row % 50),
                "scene_easting": lambda row: str(442000 + 130 * row), "scene_northing": lambda row: str(112000 + 170 * row),
                "scene_address": _of(f"1 Example Road, {POSTCODE}"),
                "call_notes": _of(f"caller {NAME} says {FREE_TEXT}", f'"{NAME}" shouted,\n{FREE_TEXT} again'),
                "response_category": _of("C1", "C2", "C2"), "receiving_site_code": _of("RHM01", "RHU03"),
                "triage_system": _of("NHS Pathways", "NHS Pathways", "AMPDS"), "triage_code": _of("SG1010", "SG1010", "27B04"),
                "stood_down_flag": _of("N", "N", "N", "N", "Y"),
            },
            judged={
                "call_connect_datetime": ("call_connected_at", "datetime"), "patient_age": ("patient_age", "integer"),
                "scene_easting": ("easting", "square"), "response_category": ("response_category", "text"),
                "receiving_site_code": ("receiving_site_code", "text"), "conveyed_flag": ("is_conveyed", "boolean"),
            },
            person=("nhs_number", "patient_pseudonym"), canaries=("nhs_number", "scene_address"),
            slices=("triage_code", "stood_down_flag"),
        ),
        Layout(
            "health__admissions", "csv", "admissions.csv", key="EPIKEY", month="ADMIDATE",
            varied={
                "EPIKEY": lambda row: f"5000000{row:05d}", "ADMIDATE": _day, "EPISTART": _day,
                "NEWNHSNO": lambda row: nhs_number(200 + row), "HOMEADD": _of(POSTCODE),
                "SITETRET": _of("RHM01", "RHU03"), "PROCODET": _of("RHM", "RHU"), "CAUSE_3": _of("X99", "Y04", "Y04"),
                "STARTAGE": lambda row: str(18 + row % 50),
            },
            judged={
                "ADMIDATE": ("admission_date", "date"), "SITETRET": ("site_code", "text"),
                "CAUSE_3": ("external_cause", "text"), "DIAG_01": ("diagnosis_01", "text"),
                "STARTAGE": ("age_at_start", "digits"), "EPIORDER": ("episode_number", "integer"),
            },
            person=("NEWNHSNO", "patient_pseudonym"), canaries=("NEWNHSNO", "HOMEADD"),
            slices=("SITETRET", "CAUSE_3"), sender="SITETRET",
        ),
        Layout(
            "fire__incidents", "csv", "fire.csv", key="incident_number", month="date_of_call",
            varied={
                "incident_number": lambda row: f"{row:06d}-03032024",
                "date_of_call": lambda row: f"{1 + row % 28:02d}/03/2024",
                "timestamp_of_call": lambda row: f"{_day(row)} 21:05:00", "postcode_full": _of(POSTCODE),
                "easting_m": lambda row: str(442000 + 130 * row), "northing_m": lambda row: str(112000 + 170 * row),
                "accidental_or_deliberate": _of("Accidental", "Deliberate"),
                "stop_message_text": _of(f"occupier {NAME} informed {FREE_TEXT}"),
                "borough_code": lambda row: CODES[row % 14], "borough_name": lambda row: DISTRICTS[CODES[row % 14]].upper(),
            },
            judged={
                "date_of_call": ("call_date", "date"), "timestamp_of_call": ("called_at", "datetime"),
                "easting_m": ("easting", "square"), "incident_group": ("incident_group", "text"),
                "accidental_or_deliberate": ("accidental_or_deliberate", "text"), "borough_code": ("borough_code", "text"),
                "time_of_call": ("call_time", "time"),
            },
            canaries=("postcode_full",), slices=("accidental_or_deliberate", "borough_code"),
        ),
        Layout(
            "probation__supervised_people", "jsonl", "people.jsonl", key="latestScore.value", month="snapshotDate",
            varied={
                "crn": lambda row: f"X977{row:03d}", "currentTier": _of("D_2", "A3"), "dateOfBirth": lambda row: f"1987-07-{1 + row % 28:02d}",
                "name.forename": _of("Zebedee"), "name.surname": _of(NAME), "homeAddress.postcode": _of(POSTCODE),
                "nomsNumber": lambda row: f"A7{row:03d}QX", "restrictionMessage": _of(None, None),
                "mappa.level": _of("M1", "M2"), "deliveryUnit.code": _of("N07PDU1", "N07PDU2"),
                "latestScore.value": lambda row: row / 4,
            },
            judged={
                "snapshotDate": ("snapshot_date", "date"), "currentTier": ("tier", "text"),
                "mappa.level": ("mappa_level", "text"),
                "deliveryUnit.code": ("delivery_unit_code", "text"), "inBreach": ("is_in_breach", "boolean"),
            },
            person=("crn", "person_pseudonym"), canaries=("crn", "dateOfBirth", "homeAddress.postcode", "nomsNumber"),
            slices=("deliveryUnit.code",), restricted=("currentRestriction", "currentExclusion", "limitedAccessOffender"),
        ),
        Layout(
            "probation__sentenced_offences", "jsonl", "sentences.jsonl", key="events.offences.offenceId",
            month="events.sentence.startDate", record="events.offences",
            varied={
                "crn": lambda row: f"X978{row:03d}", "dateOfBirth": lambda row: f"1987-07-{1 + row % 28:02d}",
                "events.sentence.startDate": _day, "events.offences.offenceId": lambda row: f"M{row:07d}",
                "events.offences.detail.code": _of("00806", "10501"), "events.convictionDate": _day,
                "events.sentence.originalLength": lambda row: 1 + row,
                "events.offences.offenceDate": lambda row: f"2023-06-{1 + row % 28:02d}",
            },
            judged={
                "events.sentence.startDate": ("sentence_start_date", "date"),
                "events.offences.detail.code": ("offence_code", "offence"),
                "events.sentence.originalLength": ("original_length", "integer"),
                "events.offences.mainOffence": ("is_main_offence", "boolean"),
            },
            person=("crn", "person_pseudonym"), canaries=("crn", "dateOfBirth", "pncNumber"),
            slices=("events.offences.detail.code",), restricted=("currentRestriction", "currentExclusion", "limitedAccessOffender"),
        ),
        Layout(
            "youth_justice__offences", "zipxml", "returns.zip", key=f"{_OFFENCE}/OffenceID", month=f"{_OFFENCE}/OutcomeDate",
            part_of=_of("E06000045.xml", "E06000044.xml"), record=_OFFENCE,
            varied={
                f"{_CHILD}/YJSCode": _of("E06000045", "E06000044"), f"{_CHILD}/LocalYPID": lambda row: f"YPQX{row:04d}",
                f"{_CHILD}/Surname": _of(NAME), f"{_CHILD}/HomePostcode": _of(POSTCODE),
                f"{_CHILD}/DateOfBirth": lambda row: f"2008-07-{1 + row % 28:02d}",
                f"{_OFFENCE}/OffenceID": lambda row: f"F{row}", f"{_OFFENCE}/OutcomeDate": lambda row: f"2024-0{1 + row % 3}-{1 + row % 28:02d}",
                f"{_OFFENCE}/SeverityValue": lambda row: str(1 + row % 4),
                f"{_OFFENCE}/HomeOfficeCode": _of("00806", "10501"),
            },
            judged={
                f"{_OFFENCE}/OutcomeDate": ("outcome_date", "date"), f"{_CHILD}/YJSCode": ("yjs_code", "text"),
                f"{_OFFENCE}/HomeOfficeCode": ("offence_code", "offence"),
                f"{_OFFENCE}/SeverityValue": ("severity_value", "integer"),
                f"{_OFFENCE}/PrimaryOffence": ("is_primary_offence", "boolean"),
                f"{_OFFENCE}/OutcomeTier": ("outcome_tier", "text"),
            },
            person=(f"{_CHILD}/LocalYPID", "child_pseudonym"),
            canaries=(f"{_CHILD}/LocalYPID", f"{_CHILD}/HomePostcode", f"{_CHILD}/DateOfBirth"),
            slices=(f"{_CHILD}/YJSCode",), sender=f"{_CHILD}/YJSCode",
        ),
        Layout(
            "local_authorities__suspensions", "csv", "term.csv", key="row_reference", month="start_date",
            varied={
                "row_reference": lambda row: f"850-2024-{row:05d}", "la_code": _of("850", "851", "852"),
                "start_date": lambda row: f"2024-0{1 + row % 3}-{1 + row % 28:02d}", "UPN": lambda row: pupil_number(8509990, row),
                "pupil_name": _of(f"Zebedee {NAME}"), "date_of_birth": lambda row: f"2010-07-{1 + row % 28:02d}",
                "school_postcode": _of(POSTCODE), "sessions": lambda row: str(1 + row % 9),
                "exclusion_reasons": _of("PP", "PA;DB", "OW"), "incident_description": _of(f"{NAME} hit another {FREE_TEXT}"),
                "school_lad_code": lambda row: CODES[row % 14],
            },
            judged={
                "la_code": ("authority_code", "text"), "start_date": ("started_on", "date"),
                "sessions": ("sessions", "integer"), "exclusion_reasons": ("exclusion_reasons", "text"),
                "school_lad_code": ("school_district_code", "text"), "exclusion_category": ("category", "text"),
            },
            person=("UPN", "pupil_pseudonym"), canaries=("UPN", "date_of_birth", "school_postcode"),
            slices=("la_code", "exclusion_reasons"), sender="la_code",
        ),
        Layout(
            "local_authorities__children_in_need", "xml", "census.xml", key=f"{_DETAILS}/Assessments/AssessmentActualStartDate",
            edition="2024", record=_DETAILS,
            varied={
                f"{_CIN}/ChildIdentifiers/LAchildID": lambda row: f"LAQX{row:04d}",
                f"{_CIN}/ChildIdentifiers/UPN": lambda row: pupil_number(8509980, row),
                f"{_CIN}/ChildIdentifiers/PersonBirthDate": lambda row: f"2012-07-{1 + row % 28:02d}",
                f"{_CIN}/ChildIdentifiers/LEA": _of("850"),
                f"{_DETAILS}/CINreferralDate": lambda row: f"2023-{4 + row % 9:02d}-{1 + row % 28:02d}",
                f"{_DETAILS}/CINclosureDate": lambda row: f"2024-02-{1 + row % 28:02d}",
                f"{_DETAILS}/ReferralSource": _of("6", "2A"), f"{_DETAILS}/PrimaryNeedCode": _of("N1", "N4"),
                f"{_DETAILS}/Assessments/AssessmentActualStartDate": lambda row: f"2023-{4 + row % 9:02d}-{1 + row % 27:02d}",
            },
            judged={
                f"{_CIN}/ChildIdentifiers/LEA": ("authority_code", "text"),
                f"{_DETAILS}/CINreferralDate": ("referred_on", "date"),
                f"{_DETAILS}/ReferralSource": ("referral_source", "text"),
                f"{_DETAILS}/PrimaryNeedCode": ("primary_need", "text"),
                f"{_DETAILS}/ReferralNFA": ("is_no_further_action", "boolean"),
            },
            person=(f"{_CIN}/ChildIdentifiers/LAchildID", "child_pseudonym"),
            canaries=(f"{_CIN}/ChildIdentifiers/LAchildID", f"{_CIN}/ChildIdentifiers/UPN", f"{_CIN}/ChildIdentifiers/PersonBirthDate"),
        ),
        Layout(
            "local_authorities__antisocial_behaviour", "xlsx", "asb.xlsx", key="asb_ref", month="reported_datetime",
            part_of=_of("Southampton", "Portsmouth"),
            varied={
                "asb_ref": lambda row: f"ASB24-{row:05d}", "reported_datetime": lambda row: datetime(2024, 3, 1 + row % 28, 21, row % 60),
                "easting": lambda row: 442000 + 130 * row, "northing": lambda row: 112000 + 170 * row,
                "postcode": _of(POSTCODE), "complainant_name": _of(f"Zebedee {NAME}"), "notes": _of(f"{NAME} {FREE_TEXT}"),
                "nsir_category": _of("Personal", "Nuisance", "Environmental"),
            },
            judged={
                "(sheet)": ("district_name", "text"), "reported_datetime": ("reported_at", "datetime"),
                "nsir_category": ("nsir_category", "text"), "easting": ("easting", "square"),
                "repeat_complainant_flag": ("is_repeat_complainant", "boolean"),
            },
            canaries=("postcode",), slices=("nsir_category", "(sheet)"), sender="(sheet)",
        ),
        Layout(
            "communities__events", "xlsx", "log.xlsx", key="event_id", month="start_datetime", part_of=_of("Events"),
            varied={
                "event_id": lambda row: f"EV{row:04d}", "start_datetime": lambda row: datetime(2024, 1 + row % 3, 1 + row % 28, 10),
                "venue_name": lambda row: f"Hall {row}", "actual_attendance": lambda row: 10 + row,
                "notes": _of(f"{NAME} {FREE_TEXT}"), "cost_gbp": lambda row: 100.5 + row,
                "lad_code": lambda row: CODES[row % 14], "venue_postcode": _of(POSTCODE),
            },
            judged={
                "start_datetime": ("starts_at", "datetime"), "actual_attendance": ("actual_attendance", "integer"),
                "status": ("status", "text"), "venue_name": ("venue_name", "text"), "cost_gbp": ("cost_gbp", "decimal"),
                "lad_code": ("district_code", "text"), "vru_staff_present": ("vru_staff_present", "integer"),
            },
            canaries=("venue_postcode",), slices=("lad_code",),
        ),
        Layout(
            "communities__interventions", "xlsx", "sessions.xlsx", key="intervention_id", month="session_date",
            part_of=_of("Sessions"),
            varied={
                "intervention_id": lambda row: f"INT-{row:04d}", "session_date": lambda row: datetime(2024, 3, 1 + row % 28),
                "participant_pseudo_id": lambda row: f"PQX-{row:04d}", "participant_name": _of(f"Zebedee {NAME}"),
                "nhs_number": lambda row: nhs_number(300 + row), "date_of_birth": lambda row: f"2006-07-{1 + row % 28:02d}",
                "home_postcode": _of(POSTCODE), "worker_notes": _of(f"{NAME} {FREE_TEXT}"), "session_no": _of(1, 2),
                "score": lambda row: row / 2, "session_outcome": _of("attended", "missed"), "status": _of("active"),
                "referral_date": _of("2024-02-01"),
            },
            judged={
                "session_date": ("session_date", "date"), "session_outcome": ("session_outcome", "text"),
                "session_no": ("session_number", "text"), "score": ("score", "decimal"),
                "home_lad_code": ("residence_district_code", "text"), "referral_date": ("referred_on", "date"),
            },
            person=("nhs_number", "patient_pseudonym"),
            canaries=("participant_pseudo_id", "nhs_number", "date_of_birth", "home_postcode"),
            slices=("session_outcome",),
        ),
        Layout(
            "communities__anonymous_reports", "json", "reports.json", key="report_id", month="received_datetime",
            record="reports",
            varied={
                "report_id": lambda row: f"AR2403-{row:04d}", "received_datetime": lambda row: _last_evening(row).replace(" ", "T"),
                "place.location_text": _of(f"behind {NAME}'s house {POSTCODE}"), "text": _of(f"{NAME} carries a knife {FREE_TEXT}"),
                "topic": _of("knife carrying", "violence"), "place.lad_code": lambda row: CODES[row % 14],
            },
            judged={
                "received_datetime": ("received_at", "datetime"), "topic": ("topic", "text"), "channel": ("channel", "text"),
                "place.lad_code": ("district_code", "text"), "grading.source": ("source_grade", "text"),
                "grading.is_graded": ("is_graded", "boolean"),
            },
            slices=("topic",),
        ),
        Layout(
            "reference__districts", "csv", "districts.csv", key="LAD24CD", edition="2024", rows=14,
            varied={"LAD24CD": lambda row: CODES[row % 14], "LAD24NM": lambda row: DISTRICTS[CODES[row % 14]]},
            judged={"LAD24NM": ("district_name", "text"), "PFA24CD": ("force_code", "text")}, slices=("LAD24CD",),
        ),
        Layout(
            "reference__small_areas", "csv", "areas.csv", key="LSOA21CD", edition="2024", rows=42,
            varied={
                "LSOA21CD": lambda row: f"E019{row:05d}", "LSOA21NM": lambda row: f"{DISTRICTS[CODES[row % 14]]} S{row:03d}",
                "LAD24CD": lambda row: CODES[row % 14], "LAD24NM": lambda row: DISTRICTS[CODES[row % 14]],
            },
            judged={"LAD24CD": ("district_code", "text"), "LSOA21NM": ("lsoa_name", "text")}, slices=("LAD24CD",),
        ),
        Layout(
            "reference__small_area_changes", "csv", "changes.csv", key="LSOA21CD", edition="2021", rows=42,
            varied={
                "LSOA11CD": lambda row: f"E019{row:05d}", "LSOA21CD": lambda row: f"E019{row:05d}",
                "LAD22CD": lambda row: CODES[row % 14], "LAD22NM": lambda row: DISTRICTS[CODES[row % 14]],
            },
            judged={"LAD22CD": ("district_code", "text"), "CHGIND": ("change", "text")}, slices=("LAD22CD",),
        ),
        Layout(
            "reference__boundaries", "geojson", "boundaries.geojson", key="LSOA21CD", edition="2021", rows=28,
            varied={"LSOA21CD": lambda row: f"E019{row:05d}", "LSOA21NM": lambda row: f"{DISTRICTS[CODES[row % 14]]} S{row:03d}"},
            judged={"LSOA21NM": ("lsoa_name", "text")},
        ),
        Layout(
            "reference__population", "csv", "sapelsoa_mid2020.csv", key="LSOA Code", edition="2020", rows=42,
            varied={
                "LSOA Code": lambda row: f"E019{row:05d}", "LSOA Name": lambda row: f"{DISTRICTS[CODES[row % 14]]} S{row:03d}",
                "0": _of("3"), "All Ages": _of("93"),
            },
            judged={"All Ages": ("all_ages", "integer"), "0": ("age_0", "integer"), "18": ("age_18", "integer"), "90+": ("age_90", "integer")},
        ),
        Layout(
            "reference__census_population", "csv", "census.csv", key="LSOA21CD", edition="2021", rows=42,
            varied={"LSOA21CD": lambda row: f"E019{row:05d}", "usual_residents_census_2021": lambda row: str(1000 + row)},
            judged={"usual_residents_census_2021": ("usual_residents", "integer")},
        ),
        Layout(
            "reference__census_age_sex", "csv", "ages.csv", key="ltla24_code", edition="2024", rows=14,
            varied={
                "ltla24_code": lambda row: CODES[row % 14], "total_population": _of("6000"), "total_females": _of("3000"),
                "total_males": _of("3000"), "younger_males": _of("1000"),
            },
            judged={"total_population": ("total_population", "integer"), "younger_males": ("younger_males", "integer")},
            slices=("ltla24_code",),
        ),
        Layout(
            "reference__deprivation", "csv", "File_7_IoD2025.csv", key="LSOA code (2021)", edition="2025", rows=42,
            varied={
                "LSOA code (2021)": lambda row: f"E019{row:05d}",
                "Index of Multiple Deprivation (IMD) Score": lambda row: str(5 + row),
            },
            judged={
                "Index of Multiple Deprivation (IMD) Score": ("imd_score", "decimal"),
                "Crime Decile (where 1 is most deprived 10% of LSOAs)": ("crime_decile", "integer"),
            },
        ),
        Layout(
            "reference__partnership_crimes", "xlsx", "prc-csp-mar23-mar24-tables.xlsx", key="CSP Name", edition="2024",
            part_of=_of("2022_23", "2023_24"),
            varied={
                "Financial Year": _of("2022/23", "2023/24"), "Financial Quarter": lambda row: 1 + row // 2 % 4,
                "Force Name": _of("Hampshire"), "CSP Name": lambda row: f"Partnership {row:03d}", "Offence Code": _of("8N"),
                "Offence Count": lambda row: 10 + row,
            },
            judged={
                "Financial Quarter": ("financial_quarter", "text"), "Force Name": ("force_name", "text"), "Offence Count": ("offences", "integer"),
            },
        ),
        Layout(
            "reference__force_knife_crimes", "xlsx", "policeforceareatablesyemarch2024.xlsx", key="Area Codes", edition="2024",
            part_of=_of("Table P6"), title="Table P6: offences involving a knife or sharp instrument",
            varied={
                "Area Codes": lambda row: f"E230000{row:02d}", "Area Name": lambda row: f"Force {row:02d}",
                "Apr 2023 to Mar 2024": lambda row: 100 + row,
            },
            judged={"Apr 2023 to Mar 2024": ("offences", "text")}, rows=39,
        ),
        Layout(
            "reference__area_populations", "csv", "nomis_mid2023.csv", key="GEOGRAPHY_CODE", edition="2023", rows=14,
            varied={
                "DATE": _of("2023"), "GEOGRAPHY_CODE": lambda row: CODES[row % 14], "GENDER_NAME": _of("Total"),
                "C_AGE_NAME": _of("All Ages"), "OBS_VALUE": lambda row: str(1000 + row),
            },
            judged={"OBS_VALUE": ("residents", "integer"), "C_AGE_NAME": ("age", "text"), "DATE": ("estimate_year", "text")},
        ),
        Layout(
            "reference__admission_rates", "csv", "fingertips_2024.csv", key="Area Code", edition="2024", rows=14,
            varied={
                "Indicator ID": _of("11201"), "Area Code": lambda row: CODES[row % 14], "Area Type": _of("District"),
                "Sex": _of("Persons"), "Age": _of("All ages"), "Time period": _of("2020/21 - 22/23"),
                # A rate within its limits, that of the count in the people it is of.
                "Value": lambda row: f"{40 + row}.5", "Count": lambda row: str(100 + row),
                "Lower CI 95.0 limit": lambda row: f"{30 + row}.5", "Upper CI 95.0 limit": lambda row: f"{50 + row}.5",
                "Denominator": lambda row: str(round(100_000 * (100 + row) / (40.5 + row))),
            },
            judged={"Value": ("rate_per_100000", "decimal"), "Count": ("admissions", "decimal"), "Time period": ("period", "text")},
        ),
    )
}  # fmt: skip
