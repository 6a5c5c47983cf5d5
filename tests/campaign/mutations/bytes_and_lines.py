"""Bytes, quotes, lines, line ends, delimiters and encodings."""

from collections.abc import Callable
from random import Random

from tests.campaign.deliveries import Delivery
from tests.campaign.mutations.registry import ARCHIVES, TEXT_FORMS, NotApplicableError, mutation

LINED = TEXT_FORMS | {"jsonl"}
WRITTEN = LINED | {"json", "geojson", "xml", "zipxml"}


def _on_content(delivery: Delivery, change: Callable[[bytes], bytes]) -> str:
    delivery.writing.content.append(change)
    return ""


def _body(content: bytes, chance: Random) -> int:
    """A place behind the first line."""
    first = content.find(b"\n") + 1
    return chance.randrange(min(first, len(content) - 1), len(content))


@mutation(WRITTEN)
def some_bytes_flipped(delivery: Delivery, chance: Random) -> str:
    def change(content: bytes) -> bytes:
        made = bytearray(content)
        for _ in range(chance.choice((1, 1, 3))):
            made[_body(content, chance)] ^= 1 << chance.randrange(8)
        return bytes(made)

    return _on_content(delivery, change)


@mutation(WRITTEN)
def some_bytes_removed(delivery: Delivery, chance: Random) -> str:
    def change(content: bytes) -> bytes:
        place = _body(content, chance)
        return content[:place] + content[place + chance.choice((1, 1, 7, 90)) :]

    return _on_content(delivery, change)


@mutation(WRITTEN)
def some_bytes_inserted(delivery: Delivery, chance: Random) -> str:
    wanted = chance.choice(
        (
            b"\x00",
            b"\xe9",
            b"\xc3\xa9",
            b"\r",
            b"\n",
            b"\t",
            b",",
            b"\x1a",
            b"\x85",
            b"\xa0",
            b"\xe2\x80\xa8",
            b"\x0c",
            b"\x0b",
        )
    )

    def change(content: bytes) -> bytes:
        place = _body(content, chance)
        return content[:place] + wanted + content[place:]

    return _on_content(delivery, change)


@mutation(TEXT_FORMS)
def a_quotation_mark_inserted(delivery: Delivery, chance: Random) -> str:
    """Most at the beginning of a cell, where it opens a quoted one; sometimes two of them, lines apart."""

    def change(content: bytes) -> bytes:
        for _ in range(chance.choice((1, 2, 2))):
            commas = [place for place, byte in enumerate(content) if byte in b",\n" and place > content.find(b"\n")]
            place = chance.choice(commas) + 1 if chance.random() < 0.8 else _body(content, chance)
            content = content[:place] + b'"' + content[place:]
        return content

    return _on_content(delivery, change)


@mutation(TEXT_FORMS)
def a_quoted_cell_runs_over_lines(delivery: Delivery, chance: Random) -> str:
    """An opening quotation mark at the end of one line, the closing one in the same column of a later line."""

    def change(content: bytes) -> bytes:
        lines = content.split(b"\n")
        first = chance.randrange(1, len(lines) - 5)
        last = first + chance.randrange(1, 4)
        column = chance.randrange(lines[first].count(b","))
        for number, before in ((first, True), (last, False)):
            cells = lines[number].split(b",")
            place = min(column, len(cells) - 1)
            cells[place] = b'"' + cells[place] if before else cells[place] + b'"'
            lines[number] = b",".join(cells)
        return b"\n".join(lines)

    return _on_content(delivery, change)


@mutation(LINED)
def lines_dropped_doubled_cut_or_merged(delivery: Delivery, chance: Random) -> str:
    kind = chance.choice(("drop", "double", "cut", "merge", "halve", "shuffle", "repeat heading"))

    def change(content: bytes) -> bytes:
        lines = content.rstrip(b"\n").split(b"\n")
        number = chance.randrange(1, len(lines) - 1)
        match kind:
            case "drop":
                del lines[number : number + chance.choice((1, 5))]
            case "double":
                lines.insert(chance.randrange(1, len(lines)), lines[number])
            case "cut":
                lines[number] = lines[number][: chance.randrange(1, len(lines[number]))]
            case "merge":
                lines[number] += lines.pop(number + 1)
            case "halve":
                half = len(lines[number]) // 2
                lines[number : number + 1] = [lines[number][:half], lines[number][half:]]
            case "shuffle":
                rest = lines[1:]
                chance.shuffle(rest)
                lines[1:] = rest
            case _:
                lines.insert(number, lines[0])
        return b"\n".join(lines) + b"\n"

    return _on_content(delivery, change)


@mutation(WRITTEN)
def the_end_cut_off(delivery: Delivery, chance: Random) -> str:
    return _on_content(delivery, lambda content: content[: chance.randrange(len(content) // 3, len(content))])


@mutation(WRITTEN)
def the_content_written_twice(delivery: Delivery, chance: Random) -> str:
    return _on_content(delivery, lambda content: content + content)


@mutation(LINED)
def lines_ended_otherwise(delivery: Delivery, chance: Random) -> str:
    end = chance.choice((b"\r\n", b"\r", b"\n\n", b"\r\r\n", b"mixed", b"", b"\n\x1a"))

    def change(content: bytes) -> bytes:
        if end == b"mixed":
            return b"".join(line + chance.choice((b"\n", b"\r\n", b"\r")) for line in content.split(b"\n") if line)
        if end in (b"", b"\n\x1a"):
            return content.rstrip(b"\n") + end
        return content.replace(b"\n", end)

    return _on_content(delivery, change)


@mutation(TEXT_FORMS)
def another_delimiter(delivery: Delivery, chance: Random) -> str:
    delivery.writing.delimiter = chance.choice(";\t|")
    return ""


@mutation(TEXT_FORMS)
def everything_quoted(delivery: Delivery, chance: Random) -> str:
    delivery.writing.quote_all = True
    return ""


@mutation(TEXT_FORMS)
def a_comma_more_or_less_in_some_lines(delivery: Delivery, chance: Random) -> str:
    kind = chance.choice(("end of all", "end of one", "within", "less"))

    def change(content: bytes) -> bytes:
        lines = content.rstrip(b"\n").split(b"\n")
        number = chance.randrange(1, len(lines))
        match kind:
            case "end of all":
                lines = [line + b"," for line in lines]
            case "end of one":
                lines[number] += b","
            case "within":
                place = chance.randrange(len(lines[number]))
                lines[number] = lines[number][:place] + b"," + lines[number][place:]
            case _:
                lines[number] = lines[number].replace(b",", b"", 1)
        return b"\n".join(lines) + b"\n"

    return _on_content(delivery, change)


@mutation(TEXT_FORMS)
def cells_moved_by_one(delivery: Delivery, chance: Random) -> str:
    """A comma lost in one place and added in another: the row has its number of cells, none in its column."""

    def change(content: bytes) -> bytes:
        lines = content.rstrip(b"\n").split(b"\n")
        for number in chance.sample(range(1, len(lines)), min(3, len(lines) - 1)):
            if b'"' not in lines[number]:
                cells = lines[number].split(b",")
                lines[number] = b",".join([*cells[1:], cells[0]])
        return b"\n".join(lines) + b"\n"

    return _on_content(delivery, change)


@mutation(WRITTEN)
def another_encoding(delivery: Delivery, chance: Random) -> str:
    how = chance.choice(("utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin letters", "twice", "mixed"))
    letter = "é" if how != "twice" else "Ã©"
    for row in list(delivery.rows())[: chance.randrange(1, 9)]:
        for place, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith(("RHM", "Hampshire", "Southampton", "Example", "SC", "On or")):
                row[place] = cell + letter
    if how == "mixed":
        return _on_content(delivery, lambda content: content.replace("é".encode(), b"\xe9", 1) + "é\n".encode())
    if how not in ("latin letters", "twice"):
        delivery.writing.encoding = how
    return ""


@mutation("xml", "zipxml", "csv")
def an_encoding_that_is_not_so(delivery: Delivery, chance: Random) -> str:
    said, is_so = chance.choice(
        ((b"utf-16", "utf-8"), (b"ascii", "cp1252"), (b"utf-8", "cp1252"), (b"latin-1", "utf-8"))
    )
    return _on_content(
        delivery,
        lambda content: content.replace(b"encoding='utf-8'", b"encoding='" + said + b"'", 1).replace(
            b">850<", ">850<!-- é --><".encode(is_so), 1
        ),
    )


@mutation("xlsx", ARCHIVES)
def bytes_of_the_archive_flipped_or_cut(delivery: Delivery, chance: Random) -> str:
    def change(content: bytes) -> bytes:
        made = bytearray(content)
        match chance.choice(("flip", "flip", "cut", "begin", "prefix")):
            case "flip":
                made[chance.randrange(4, len(made))] ^= 1 << chance.randrange(8)
            case "cut":
                del made[chance.randrange(len(made) // 2, len(made)) :]
            case "begin":
                del made[: chance.randrange(1, 60)]
            case _:
                made[:0] = b"MZ stub" * 3
        return bytes(made)

    delivery.writing.outer.append(change)
    return ""


@mutation("csv")
def lines_above_the_headings_or_below_the_rows(delivery: Delivery, chance: Random) -> str:
    line = chance.choice((b"Extract of the month\n", b"\n", b"sep=,\n", b"(12 rows affected)\n", b"End of file,,\n"))
    if chance.random() < 0.5:
        return _on_content(delivery, lambda content: line + content)
    if not line.strip():
        raise NotApplicableError
    return _on_content(delivery, lambda content: content + line)
