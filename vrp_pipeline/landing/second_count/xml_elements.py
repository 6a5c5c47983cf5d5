"""The opening tags of the record element in an XML document against the records that the reader found at its path."""

import re
from pathlib import Path

from vrp_pipeline.landing.refusal import RefusedError

# Text in which tags mean nothing.
SILENT = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def elements_in(content: bytes, name: str) -> int:
    """Return the number of opening tags of elements called `name`, with or without a namespace prefix."""
    if content.startswith(UTF16_MARKS):
        content = content.decode("utf-16").encode("utf-8")
    tag = re.compile(rb"<(?:[\w.-]+:)?" + re.escape(name.encode()) + rb"(?=[\s/>])")
    return len(tag.findall(SILENT.sub(b"", content)))


def require_every_element(path: Path, content: bytes, record: str, records: int, member: str | None = None) -> None:
    """Raise RefusedError unless all elements with the name of the record stand at its path `record`."""
    name = record.rpartition("/")[2]
    counted = elements_in(content, name)
    if counted != records:
        where = f" of {member}" if member else ""
        raise RefusedError(
            path,
            f"the XML{where} holds {counted:,} elements '{name}', of which {records:,} stand at {record}.",
            "Ask the agency for the agreed form: elements elsewhere would be left out.",
        )
