"""XML returns are read by the elements of the contract, and cannot expand, fetch external content or hide a child."""

import dataclasses
import shutil
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import fixture_of
from tests.support.contracts import contract
from vrp_pipeline.feeds.contract.feed import Feed
from vrp_pipeline.feeds.contract.formats import Xml, ZippedXml
from vrp_pipeline.landing.readers import read, xml_events, xml_returns
from vrp_pipeline.landing.readers.table import DeliveredTable
from vrp_pipeline.landing.recognition import recognise
from vrp_pipeline.landing.refusal import RefusedError

HEADERS = {
    "referred": "Message/Children/Child/CINdetails/CINreferralDate",
    "child": "Message/Children/Child/ChildIdentifiers/LAchildID",
    "sex": "Message/Children/Child/ChildIdentifiers/Sex|Message/Children/Child/ChildIdentifiers/GenderCurrent",
    "factors": "Message/Children/Child/CINdetails/Assessments/FactorsIdentifiedAtAssessment/AssessmentFactors",
    "year": "Message/Header/CollectionDetails/Year",
}
RECORD = "Message/Children/Child/CINdetails"
CENSUS = contract(Xml(record=RECORD), HEADERS, required=("child", "referred"))
ZIPPED = contract(ZippedXml(record=RECORD), HEADERS, required=("child", "referred"))
HEADER = "<Header><CollectionDetails><Year>2024</Year></CollectionDetails></Header>"
# XML allows no control characters, and parsers turn a carriage return into a line feed.
CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12)


def child(number: int, *details: str, sex: str = "<Sex>M</Sex>") -> str:
    identifiers = f"<ChildIdentifiers><LAchildID>{number}</LAchildID>{sex}</ChildIdentifiers>"
    return f"<Child>{identifiers}{''.join(f'<CINdetails>{detail}</CINdetails>' for detail in details)}</Child>"


def referral(day: str, *factors: str) -> str:
    found = "".join(f"<AssessmentFactors>{factor}</AssessmentFactors>" for factor in factors)
    assessments = f"<Assessments><FactorsIdentifiedAtAssessment>{found}</FactorsIdentifiedAtAssessment></Assessments>"
    return f"<CINreferralDate>{day}</CINreferralDate>{assessments}"


def message(*children: str, header: str = HEADER) -> str:
    return f"<Message>{header}<Children>{''.join(children)}</Children></Message>"


def saved(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "cin.xml"
    path.write_text(content, encoding="utf-8")
    return path


def zipped(tmp_path: Path, **members: str) -> Path:
    path = tmp_path / "return.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.xml", content)
    return path


def read_one(feed: Feed, path: Path) -> DeliveredTable:
    (table,) = read(feed, path)
    return table


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_what_is_written_as_xml_is_read_back_text_by_text(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    children = (
        child(number, f"<CINreferralDate>{escape(day)}</CINreferralDate>", sex=f"<Sex>{escape(sex)}</Sex>")
        for number, (day, sex) in enumerate(rows)
    )
    table = read_one(CENSUS, saved(tmp_path_factory.mktemp("xml"), message(*children)))
    found = [(row["child"], row["referred"] or "", row["sex"] or "") for row in table.texts.to_pylist()]
    assert found == [(str(number), day.strip(), sex.strip()) for number, (day, sex) in enumerate(rows)]
    assert table.source_rows.tolist() == list(range(1, len(rows) + 1))


def test_each_referral_is_a_row_with_its_child_and_its_own_factors_joined(tmp_path: Path) -> None:
    path = saved(tmp_path, message(child(7, referral("2023-05-01", "3A", "13A"), referral("2024-01-09"))))
    assert read_one(CENSUS, path).texts.to_pylist() == [
        {"referred": "2023-05-01", "child": "7", "sex": "M", "factors": "3A;13A", "year": "2024"},
        {"referred": "2024-01-09", "child": "7", "sex": "M", "factors": None, "year": "2024"},
    ]


def test_a_child_without_details_is_a_row_and_takes_nothing_from_its_neighbours(tmp_path: Path) -> None:
    path = saved(
        tmp_path, message(child(1, referral("2023-05-01", "3A")), child(2, sex=""), child(3, referral("2024-02-02")))
    )
    rows = read_one(CENSUS, path).texts.to_pylist()
    assert [row["child"] for row in rows] == ["1", "2", "3"]
    assert rows[1] == {"referred": None, "child": "2", "sex": None, "factors": None, "year": "2024"}


def test_it_does_not_matter_whether_a_value_stands_before_or_after_its_records(tmp_path: Path) -> None:
    late = "<Child><CINdetails><CINreferralDate>2023-05-01</CINreferralDate></CINdetails>"
    late += "<ChildIdentifiers><LAchildID>7</LAchildID></ChildIdentifiers></Child>"
    path = saved(tmp_path, f"<Message><Children>{late}</Children>{HEADER}</Message>")
    (row,) = read_one(CENSUS, path).texts.to_pylist()
    assert (row["child"], row["year"]) == ("7", "2024")


def test_an_element_is_known_by_its_name_in_either_edition_and_in_any_namespace(tmp_path: Path) -> None:
    content = message(child(1, referral("2023-05-01"), sex="<GenderCurrent>1</GenderCurrent>"))
    path = saved(tmp_path, content.replace("<Message>", '<Message xmlns="urn:census">'))
    assert read_one(CENSUS, path).texts["sex"].to_pylist() == ["1"]


def test_an_element_that_nobody_agreed_on_is_left_alone(tmp_path: Path) -> None:
    path = saved(tmp_path, message(child(1, referral("2023-05-01") + "<Note>what she said</Note>")))
    assert "what she said" not in str(read_one(CENSUS, path).texts.to_pylist())


def test_a_required_element_missing_everywhere_is_refused_by_its_name(tmp_path: Path) -> None:
    content = message(child(1, referral("2023-05-01"))).replace("LAchildID", "ChildRef")
    with pytest.raises(RefusedError, match="no element 'Message/Children/Child/ChildIdentifiers/LAchildID'"):
        read_one(CENSUS, saved(tmp_path, content))


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE Message [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE Message [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE Message SYSTEM "census.dtd">',
    ],
)
def test_a_document_that_declares_anything_is_refused(tmp_path: Path, declaration: str) -> None:
    path = saved(tmp_path, declaration + message(child(1, referral("2023-05-01"))))
    with pytest.raises(RefusedError, match="declares a DTD, an entity or an outside reference"):
        read_one(CENSUS, path)
    with pytest.raises(RefusedError, match="declares a DTD"):
        xml_returns.outline_of(path, 10)


def test_a_document_cut_short_is_refused_with_its_line_and_without_its_text(tmp_path: Path) -> None:
    content = message(child(1, referral("2023-05-01"))).replace("<Children>", "\n<Children>")
    with pytest.raises(RefusedError, match="not whole at line 2") as refused:
        read_one(CENSUS, saved(tmp_path, content[:-60]))
    assert "2023" not in str(refused.value)


def test_elements_nested_without_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="more than 64 deep"):
        read_one(CENSUS, saved(tmp_path, "<Message>" + "<a>" * 100_000))


def test_an_unknown_encoding_is_refused_and_windows_1252_is_read_as_declared(tmp_path: Path) -> None:
    content = message(child(1, referral("2023-05-01", "3A – old")))
    path = saved(tmp_path, "")
    path.write_bytes(b'<?xml version="1.0" encoding="windows-1252"?>' + content.encode("cp1252"))
    assert read_one(CENSUS, path).texts["factors"].to_pylist() == ["3A \u2013 old"]
    path.write_bytes(b'<?xml version="1.0" encoding="no-such-thing"?>' + content.encode())
    with pytest.raises(RefusedError, match="unknown encoding"):
        read_one(CENSUS, path)


def test_all_parts_of_a_zipped_return_are_read_and_documents_that_come_beside_it_left_alone(tmp_path: Path) -> None:
    documents = {name: message(child(number, referral("2023-05-01"))) for number, name in enumerate(["b", "a"])}
    path = zipped(tmp_path, **documents, workload="<Workload><Cases>4</Cases></Workload>")
    with pytest.raises(RefusedError, match=r"'workload\.xml' is no Message: nobody can tell"):
        read_one(ZIPPED, path)
    beside = dataclasses.replace(ZIPPED, format=ZippedXml(record=RECORD, beside=("Workload",)))
    table = read_one(beside, path)
    assert table.texts["child"].to_pylist() == ["1", "0"], "in the order of the members' names"
    assert table.source_rows.tolist() == [1, 2]


def test_a_damaged_part_of_a_zipped_return_is_refused_by_its_name(tmp_path: Path) -> None:
    path = zipped(tmp_path, part=message(*(child(number, referral("2023-05-01")) for number in range(500))))
    content = bytearray(path.read_bytes())
    content[400] ^= 0xFF
    path.write_bytes(bytes(content))
    with pytest.raises(RefusedError, match=r"part\.xml"):
        read_one(ZIPPED, path)


def test_a_value_is_found_wherever_the_document_is_cut_into_pieces(tmp_path: Path) -> None:
    children = [child(number, referral("2023-05-01", f"{number}A")) for number in range(2_000)]
    path = saved(tmp_path, message(*children))
    assert path.stat().st_size > 3 * xml_events.CHUNK_BYTES
    rows = read_one(CENSUS, path).texts.to_pylist()
    assert [(row["child"], row["factors"]) for row in rows] == [(str(n), f"{n}A") for n in range(2_000)]
    assert xml_returns.value_at(path, HEADERS["year"]) == "2024"
    assert xml_returns.share_found(CENSUS, xml_returns.outline_of(path, 100)) == 1


def test_what_a_record_says_itself_holds_against_what_the_header_says_of_all(tmp_path: Path) -> None:
    """A joined return: the authority of each child, and that of the office that sent it."""
    told = (
        "<Return><Header><LEA>850</LEA></Header>"
        "<Child><Number>1</Number><LEA>921</LEA></Child><Child><Number>2</Number></Child></Return>"
    )
    joined = contract(
        Xml(record="Return/Child"),
        {"number": "Return/Child/Number", "authority": "Return/Child/LEA|Return/Header/LEA"},
    )
    assert read_one(joined, saved(tmp_path, told)).texts.to_pylist() == [
        {"number": "1", "authority": "921"},
        {"number": "2", "authority": "850"},
    ]


def test_a_member_of_a_zipped_return_that_is_no_document_is_refused_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "return.zip"
    shutil.copyfile(fixture_of("youth_justice__offences"), path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("southampton.csv", "number\n1\n")
    with pytest.raises(RefusedError, match=r"southampton\.csv"):
        recognise(path)
