"""Formats of delivered files: how the cells of a table stand in them.

Declarations only; the readers are in `landing.readers`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Csv:
    """One comma-separated file, UTF-8 with or without a byte order mark, or Windows-1252."""


@dataclass(frozen=True)
class ZippedCsv:
    """A zip of CSV files. `member` is a pattern whose group `month` matches the month of a member.

    `beside` is a pattern of the members that the publisher puts beside them; any other member is refused, because it
    may be one of the feed under another name.
    """

    member: str
    beside: str


@dataclass(frozen=True)
class Xlsx:
    """A workbook with one table on `sheet`; title lines may stand above the headings.

    With `or_csv` the agency may also send the same table saved as CSV.
    """

    sheet: str
    or_csv: bool = False


@dataclass(frozen=True)
class XlsxSheets:
    """A workbook with the same table on several sheets; the column `sheet_name` holds the sheet of each row.

    Sheets without the headings (a cover, notes) are left alone. `sheet_name` names a bronze column of the contract
    whose header stands in no sheet. With `names`, a table on a sheet of any other name is refused.
    """

    sheet_name: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class XlsxPeriods:
    """A workbook whose table on `sheet` has a column a period: each of its cells below such a heading is a row.

    `heading` is the pattern that the headings of periods match as a whole, of which a new edition has more; the column
    `period` of the contract holds the heading in one spelling, and `value` the cell. Other columns (percentages) are
    left alone. Publishers number their sheets anew, so a line above the headings must match `title`.
    """

    sheet: str
    title: str
    heading: str
    period: str
    value: str


@dataclass(frozen=True)
class Json:
    """One JSON document with the list of records under the key `records`.

    Headers are paths of keys joined by dots (`place.lsoa_code`); lists of plain values are joined by `;`.
    """

    records: str


@dataclass(frozen=True)
class JsonLines:
    """One JSON object a line. Headers are paths of keys joined by dots, lists of plain values are joined by `;`.

    With `each` (`events.offences`) every element of that list, or of nested lists, is a row. All headers are full
    paths from the object: of enclosing values (`crn`, `events.index`) and of the element (`events.offences.offenceId`).
    """

    each: str | None = None


@dataclass(frozen=True)
class Xml:
    """One XML document without a DTD. Every element at `record` (`Message/Children/Child/CINdetails`) is a row.

    Headers are the paths of elements from the root (`Message/Children/Child/ChildIdentifiers/LAchildID`), each read
    from the row's own element or from one that encloses it; values of repeated elements are joined by `;`. `|`
    separates the names of an element in different editions of a return (`…/Sex|…/GenderCurrent`). An enclosing
    element without a record (a child without details) is a row whose cells of the record are blank.
    """

    record: str


@dataclass(frozen=True)
class ZippedXml:
    """A zip of XML documents, all parts of one return; `record` and headers as in `Xml`.

    `beside` names the root elements of documents that come with it and hold no rows of it; any other is refused.
    """

    record: str
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class GeoJson:
    """A FeatureCollection: the properties are columns, the geometry is the column `geometry`."""


Format = Csv | ZippedCsv | Xlsx | XlsxSheets | XlsxPeriods | Json | JsonLines | Xml | ZippedXml | GeoJson
