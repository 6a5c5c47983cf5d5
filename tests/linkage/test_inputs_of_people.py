"""Linkage inputs of people in bronze: identified by pseudonyms, compared by encodings that are never stored."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import fixture_of
from tests.support.deliveries import take
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.identifiers.pseudonyms import load_key, pseudonyms
from vrp_pipeline.ingest.pipeline import ingest
from vrp_pipeline.lake.paths import Lake
from vrp_pipeline.linkage.people.encodings import Encoder
from vrp_pipeline.linkage.people.inputs import Identities, bronze_of_people, identities
from vrp_pipeline.linkage.people.zone import write_person_links

NAMES = st.text(st.characters(codec="latin-1", categories=["L"]), min_size=1, max_size=12)


def known_in(lake: Lake, *feeds: str) -> Identities:
    for feed in feeds:
        take(lake, fixture_of(feed))
        ingest(lake, FEEDS[feed])
    return identities(lake)


def pseudonym(number: str, kind: str) -> str:
    (found,) = pseudonyms(pa.array([number]), kind, load_key()).to_pylist()
    return str(found)


def test_everyone_supervised_is_known_once_and_the_restricted_one_not_at_all(lake: Lake) -> None:
    # Five people in the snapshot, one of them restricted; two feeds of probation describe the same people.
    known = known_in(lake, "probation__supervised_people", "probation__sentenced_offences")
    keys = {f"crn|{pseudonym(crn, 'crn')}" for crn in ("X900001", "X900002", "X900004", "X900005")}
    assert set(known.people["person_key"].to_pylist()) == keys
    assert len(known.people) == 4
    assert not known.people["surname"].null_count


def test_a_number_in_two_spellings_is_one_number_of_several_agencies(lake: Lake) -> None:
    known = known_in(lake, "probation__supervised_people", "youth_justice__offences")
    holders = {
        row["person_key"].partition("|")[0]
        for row in known.numbers.to_pylist()
        if row["number"] == pseudonym("18/0712343J", "pnc_number")
    }
    assert holders == {"crn", "yjs_child"}


def test_the_same_child_in_two_services_is_two_records_until_linked(lake: Lake) -> None:
    known = known_in(lake, "youth_justice__offences")
    # Hampshire's two children with an offence and the one in Southampton; a child without an offence is in no month.
    assert known.people.num_rows == 3
    assert {key.split("|")[1] for key in known.people["person_key"].to_pylist()} == {"E10000014", "E06000045"}


def test_a_lake_without_people_has_none(lake: Lake) -> None:
    known = identities(lake)
    assert (known.people.num_rows, known.numbers.num_rows) == (0, 0)


def test_what_is_kept_of_a_linkage_are_pseudonyms_and_who_belongs_together(lake: Lake) -> None:
    rounds = []

    def read() -> Identities:
        rounds.append(1)
        return identities(lake)

    known_in(lake, "probation__supervised_people", "youth_justice__offences")
    summary = write_person_links(lake, bronze_of_people(lake), read)
    assert (summary.records, summary.people) == (7, 5)  # two people are each known under one PNC number twice
    before = {path.name: path.read_bytes() for path in lake.person_links.iterdir()}
    assert set(before) == {"person_records.parquet", "person_links.parquet", "summary.json"}
    assert write_person_links(lake, bronze_of_people(lake), read) == summary
    assert len(rounds) == 1
    (lake.person_links / "summary.json").unlink()
    write_person_links(lake, bronze_of_people(lake), read)
    assert {path.name: path.read_bytes() for path in lake.person_links.iterdir()} == before


@given(NAMES, NAMES)
def test_two_names_have_one_code_exactly_where_they_have_the_same_letters(one: str, other: str) -> None:
    encoder = Encoder()
    names = pa.array([one, other, f" {one.lower()}-"])
    spelt = encoder.person(surnames=names, forenames=names, postcodes=names, months=names, days=names)
    first, second, third = spelt["surname"].to_pylist()
    assert first == third
    assert (first == second) == (_letters(one) == _letters(other))
    if first == second:
        assert spelt["surname_pairs"][0] == spelt["surname_pairs"][1]


def _letters(name: str) -> str:
    import unicodedata

    return "".join(c for c in unicodedata.normalize("NFKD", name).upper() if c.isascii() and c.isalpha())


def test_a_key_is_made_for_one_round_and_kept_nowhere() -> None:
    names = pa.array(["Quillfeather"])
    codes = {Encoder().whole("name", names).to_pylist()[0] for _ in range(3)}
    assert len(codes) == 3


def test_what_is_no_whole_postcode_is_the_home_of_nobody() -> None:
    texts = pa.array(
        ["so14 3fd", "SO143FD", "NFA", "UNKNOWN", "ZZ99 3VZ", "SO14", "no fixed abode", "W1A 1AA", "M1 1AE"]
    )
    names = pa.nulls(len(texts), pa.string())
    spelt = Encoder().person(surnames=names, forenames=names, postcodes=texts, months=names, days=names)
    codes = spelt["postcode"].to_pylist()
    assert codes[0] == codes[1] is not None
    assert codes[2:7] == [None] * 5
    assert None not in codes[7:]
    assert [code is None for code in spelt["outward"].to_pylist()] == [code is None for code in codes]
