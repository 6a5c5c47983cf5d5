"""The oracle's entrance: the records of a file, by the form its feed is delivered in."""

from tests.campaign.layouts import Layout
from tests.campaign.oracle import documents, packed, texts
from tests.campaign.oracle.records import Reading, nobody_can_tell


def records_of(content: bytes, layout: Layout) -> Reading:
    """What a careful person reads in `content`, which was sent as a delivery of the layout's feed."""
    if not content.strip():
        return nobody_can_tell("nothing in it")
    match layout.form:
        case "csv":
            return texts.records_of(content, layout)
        case "jsonl":
            return documents.json_lines(content, layout)
        case "json" | "geojson":
            return documents.json_document(content, layout)
        case "xml":
            return documents.xml_document(content, layout)
        case "xlsx":
            return packed.workbook(content, layout)
        case _:
            return packed.zipped(content, layout)
