"""Conforming: pseudonyms reveal nothing without the key, ages change on the birthday, identifiers are removed."""

import hashlib
import hmac
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import fixture_of
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.bronze_schema import bronze_schema, columns_in_bronze
from vrp_pipeline.feeds.contract.columns import AgeAt, Drop, Identifier, Pseudonymise
from vrp_pipeline.identifiers.pseudonyms import KeyExposedError, load_key, pseudonyms
from vrp_pipeline.ingest.conform import conform
from vrp_pipeline.ingest.treatments import age_at, middle_of_square
from vrp_pipeline.landing.readers import read
from vrp_pipeline.landing.readers.table import numbered

KEY = bytes(range(32))
OFFENCES = FEEDS["police__offences"]


def one_pseudonym(identifier: str | None, kind: str = "nhs_number", key: bytes = KEY) -> str | None:
    found: str | None = pseudonyms(pa.array([identifier], pa.string()), kind, key)[0].as_py()
    return found


def test_a_pseudonym_is_the_keyed_hash_of_kind_and_identifier() -> None:
    expected = hmac.new(KEY, b"vrp|v1|nhs_number|9434765919", hashlib.sha256).hexdigest()[:32]
    assert one_pseudonym("943 476 5919") == expected


def test_equal_people_have_equal_pseudonyms_and_kinds_and_keys_keep_them_apart() -> None:
    assert one_pseudonym("V1") == one_pseudonym(" v1 ")
    assert one_pseudonym("V1", kind="police_person") != one_pseudonym("V1")
    assert one_pseudonym("V1", key=bytes(32)) != one_pseudonym("V1")
    assert one_pseudonym(None) is None


def test_the_key_is_made_with_mode_0600_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "pseudonym.key"
    key = load_key(path)
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_key(path) == key


def test_a_key_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "pseudonym.key"
    load_key(path)
    path.chmod(0o644)
    with pytest.raises(KeyExposedError, match="chmod 600"):
        load_key(path)


@pytest.mark.parametrize(
    ("born", "event", "age"),
    [
        (date(2000, 3, 1), date(2025, 2, 28), 24),
        (date(2000, 3, 1), date(2025, 3, 1), 25),
        (date(2000, 2, 29), date(2025, 2, 28), 24),
        (date(2000, 2, 29), date(2025, 3, 1), 25),
        (date(2000, 2, 29), date(2024, 2, 29), 24),
        (None, date(2025, 3, 1), None),
        (date(2000, 3, 1), None, None),
    ],
)
def test_an_age_turns_on_the_birthday(born: date | None, event: date | None, age: int | None) -> None:
    assert age_at(pa.array([born], pa.date32()), pa.array([event], pa.date32()))[0].as_py() == age


@given(st.dates(date(1920, 1, 1), date(2010, 1, 1)), st.dates(date(2010, 1, 1), date(2030, 1, 1)))
def test_an_age_counts_the_birthdays_lived(born: date, event: date) -> None:
    lived = sum((event.month, event.day) >= (born.month, born.day) for _ in [0]) + event.year - born.year - 1
    assert age_at(pa.array([born], pa.date32()), pa.array([event], pa.date32()))[0].as_py() == lived


def test_no_treated_column_comes_through_under_its_name() -> None:
    for feed in FEEDS.values():
        names = bronze_schema(feed).names
        for column in feed.columns:
            if isinstance(column.treatment, Drop | AgeAt):
                assert column.name not in names
            if isinstance(column.treatment, Pseudonymise):
                assert column.name.endswith("_pseudonym")


def test_a_conformed_table_has_the_schema_of_its_contract_row_for_row() -> None:
    (delivered,) = read(OFFENCES, fixture_of(OFFENCES.name))
    conformed = conform(OFFENCES, delivered, "d1", KEY)
    assert conformed.rows.schema.equals(bronze_schema(OFFENCES))
    assert conformed.rows.num_rows == delivered.texts.num_rows
    first = conformed.rows.slice(0, 1).to_pylist()[0]
    # By hand: born 1 July 2001, harmed on 10 April 2022, so twenty years old.
    assert (first["victim_age"], first["victim_birth_year"]) == (20, 2001)
    assert first["offence_code"] == "00806"
    assert first["crime_reference"] == "44220400001"


def test_a_coordinate_becomes_the_middle_of_its_square() -> None:
    coarse = middle_of_square(pa.array([442_050, 442_099, 442_100, 0, None], pa.int32()), 100)
    assert coarse.to_pylist() == [442_050, 442_050, 442_150, 50, None]


def test_nothing_tells_about_a_restricted_person_and_their_key_links_with_nothing() -> None:
    feed = FEEDS["probation__supervised_people"]
    [delivered] = list(read(feed, fixture_of(feed.name)))
    conformed = conform(feed, delivered, "delivery", KEY).rows
    restricted = pc.fill_null(conformed[feed.restricted_by[0]], False)
    for name in feed.restricted_by[1:]:
        restricted = pc.or_(restricted, pc.fill_null(conformed[name], False))
    masked, open_rows = conformed.filter(restricted), conformed.filter(pc.invert(restricted))
    assert masked.num_rows, "the fixture holds a restricted person"
    assert open_rows.num_rows
    key = feed.natural_key[0]
    telling = [
        field.name
        for column in feed.columns
        if column.identifier is not Identifier.NONE
        for field in columns_in_bronze(column)
        if field.name != key
    ]
    assert telling
    for name in telling:
        assert masked[name].null_count == masked.num_rows, name
    crns = delivered.texts[key].filter(restricted)
    assert not set(masked[key].to_pylist()) & set(pseudonyms(crns.combine_chunks(), "crn", KEY).to_pylist())
    assert masked[key].null_count == 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a\nb", "'Location' holds a line break"),
        ("a\rb", "'Location' holds a line break"),
        ("a\N{LINE SEPARATOR}b", "'Location' holds a line break"),
        ("a\N{NEXT LINE}b", "'Location' holds a line break"),
        ("x" * 201, "'Location' is longer than 200 characters"),
        ("\N{LATIN SMALL LETTER E WITH ACUTE}" * 200, None),
        ("a\n", None),
        # 9×10 + 9×9 + 9×8 + 1×2 = 245, 245 mod 11 = 3, and 11 − 3 = 8; with 9 at the end it is nobody's number.
        ("9990000018", "'Location' holds what looks like an NHS number or a postcode"),
        ("999 000 0018", "'Location' holds what looks like an NHS number or a postcode"),
        ("999-000-0018", "'Location' holds what looks like an NHS number or a postcode"),
        ("PO7 0MO", "'Location' holds what looks like an NHS number or a postcode"),
        ("999 000 0019", None),
    ],
)
def test_a_text_in_which_cells_ran_together_is_a_fault_and_goes_nowhere(text: str, fault: str | None) -> None:
    feed = FEEDS["police__street_crimes"]
    names = {column.name: [None] for column in feed.columns} | {"location": [text], "crime_month": ["2024-03"]}
    names |= {"reported_by": ["Hampshire Constabulary"], "crime_type": ["Robbery"]}
    texts = pa.table({name: pa.array(values, pa.string()) for name, values in names.items()})
    found = conform(feed, numbered(texts, [], partition="2024-03"), "d", KEY)
    assert found.unreadable.to_pylist() == [fault]
    assert found.rows["location"].to_pylist() == [None if fault else text.strip()]


@pytest.mark.parametrize("different", [1, 5_000])
def test_a_fault_is_found_in_its_row_among_many_whether_their_texts_repeat_or_differ(different: int) -> None:
    feed, count, at = FEEDS["police__street_crimes"], 5_000, 4_321
    locations = [f"On or near Road {row % different}" for row in range(count)]
    locations[at] = "999 000 0018"
    kinds = ["Robbery"] * count
    kinds[at + 1] = " "
    names: dict[str, list[str | None]] = {column.name: [None] * count for column in feed.columns}
    names |= {"location": [*locations], "crime_type": [*kinds], "crime_month": ["2024-03"] * count}
    names["reported_by"] = ["Hampshire Constabulary"] * count
    texts = pa.table({name: pa.array(values, pa.string()) for name, values in names.items()})
    found = conform(feed, numbered(texts, [], partition="2024-03"), "d", KEY)
    reasons = {row: reason for row, reason in enumerate(found.unreadable.to_pylist()) if reason}
    assert reasons == {
        at: "'Location' holds what looks like an NHS number or a postcode",
        at + 1: "'Crime type' is blank",
    }
    assert found.rows["location"].to_pylist() == [*locations[:at], None, *locations[at + 1 :]]


@pytest.mark.parametrize(
    ("feed", "column", "text", "fault"),
    [
        ("health__emergency_attendances", "site_code", "RHM01", None),
        (
            "health__emergency_attendances",
            "site_code",
            'RHM"01',
            "'Site_Code_of_Treatment' has another form than its codes",
        ),
        ("health__emergency_attendances", "diagnoses_snomed", "125667009,125643001", None),
        (
            "health__emergency_attendances",
            "diagnoses_snomed",
            "Ann Other",
            "'Der_EC_Diagnosis_All' has another form than its codes",
        ),
        ("communities__interventions", "programme_code", "HIOW-12", None),
        ("police__offences", "beat_code", "Other", "'beat_code' has another form than its codes"),
        (
            "communities__interventions",
            "programme_code",
            "Ann Other",
            "'programme_code' has another form than its codes",
        ),
    ],
)
def test_a_text_that_has_not_the_form_of_its_codes_is_a_fault_and_goes_nowhere(
    feed: str, column: str, text: str, fault: str | None
) -> None:
    texts = pa.table({each.name: pa.array([None], pa.string()) for each in FEEDS[feed].columns})
    texts = texts.set_column(texts.schema.get_field_index(column), column, pa.array([text]))
    found = conform(FEEDS[feed], numbered(texts, []), "d", KEY)
    reasons = (found.unreadable[0].as_py() or "").split("; ")
    assert [reason for reason in reasons if "another form" in reason] == ([fault] if fault else [])
    assert found.rows[column].to_pylist() == [None if fault else text]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        ({"crime_month": "2023-11"}, "'Month' is another month than the name of the file tells"),
        ({"falls_within": "Dorset Police"}, "'Falls within' is another force"),
        ({"falls_within": None}, None),
    ],
)
def test_a_row_of_another_month_or_force_than_its_member_is_a_fault(
    changes: dict[str, str | None], fault: str | None
) -> None:
    feed = FEEDS["police__street_crimes"]
    row = {"crime_month": "2024-03", "reported_by": "Hampshire Constabulary", "crime_type": "Robbery"} | changes
    texts = pa.table({column.name: pa.array([row.get(column.name)], pa.string()) for column in feed.columns})
    assert conform(feed, numbered(texts, [], partition="2024-03"), "d", KEY).unreadable.to_pylist() == [fault]


@pytest.mark.parametrize(
    ("when", "fault"),
    [
        ("2024-02-29T12:00:00", None),
        ("2024-04-01T00:30:00", None),
        ("2024-02-28T12:00:00", "'Date' is another month than the name of the file tells"),
        ("2024-04-02T00:00:00", "'Date' is another month than the name of the file tells"),
    ],
)
def test_a_search_may_lie_a_day_beside_its_month(when: str, fault: str | None) -> None:
    feed = FEEDS["police__stop_and_searches"]
    row = {"searched_at": when, "search_type": "Person search"}
    texts = pa.table({column.name: pa.array([row.get(column.name)], pa.string()) for column in feed.columns})
    found = conform(feed, numbered(texts, [], partition="2024-03"), "d", KEY).unreadable.to_pylist()
    assert [fault in (reason or "") if fault else "month" not in (reason or "") for reason in found] == [True]
