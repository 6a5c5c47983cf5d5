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
from vrp_pipeline.feeds.contract import AgeAt, Drop, Identifier, Pseudonymise
from vrp_pipeline.ingest.conform import age_at, conform, middle_of_square
from vrp_pipeline.ingest.pseudonyms import KeyExposedError, load_key, pseudonyms
from vrp_pipeline.landing.readers import read

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
