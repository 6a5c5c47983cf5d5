"""Reads a published page as a browser or a screen reader does: tables, headings, numbers, references."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr", "wbr"}


@dataclass
class Table:
    """A table as read: caption, header cells with their scopes, and body rows as text."""

    caption: str = ""
    column_headers: list[str] = field(default_factory=list)
    headers_without_scope: int = 0
    rows: list[list[str]] = field(default_factory=list)


class PageReader(HTMLParser):
    """Collects the elements the tests need; `problems` lists tags that do not close in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.problems: list[str] = []
        self.tables: list[Table] = []
        self.headings: list[tuple[int, str]] = []
        self.numbers: list[tuple[str, str]] = []
        self.references: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        held = dict(attrs)
        self.tags.append((tag, held))
        self.references += [value or "" for name, value in attrs if name in ("href", "src", "srcset", "xlink:href")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr" and self.tables and "tbody" in self.open:
            self.tables[-1].rows.append([])
        elif tag in ("th", "td") and self.tables:
            if tag == "th" and held.get("scope") not in ("col", "row"):
                self.tables[-1].headers_without_scope += 1
            self._cells().append("")
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append((int(tag[1]), ""))
        elif tag == "data":
            self.numbers.append((held.get("value") or "", ""))

    def handle_endtag(self, tag: str) -> None:
        """Close an element; a wrong one is a problem."""
        if tag in ("dt", "dd", "p", "li", "td", "th"):
            self.text += " "
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        """Text, given to every element that wants it."""
        if "style" in self.open:
            return
        if "svg" not in self.open:
            self.text += data
        if "caption" in self.open:
            self.tables[-1].caption += data
        elif "table" in self.open and ("th" in self.open or "td" in self.open):
            self._cells()[-1] += data
        if any(tag in self.open for tag in ("h1", "h2", "h3", "h4")):
            level, text = self.headings[-1]
            self.headings[-1] = (level, text + data)
        if "data" in self.open:
            value, text = self.numbers[-1]
            self.numbers[-1] = (value, text + data)

    def _cells(self) -> list[str]:
        table = self.tables[-1]
        return table.rows[-1] if "tbody" in self.open and table.rows else table.column_headers

    @property
    def sentences(self) -> str:
        """The text of the page, white space collapsed."""
        return " ".join(self.text.split())

    def table(self, words_of_caption: str) -> Table:
        """The one table whose caption contains these words."""
        (found,) = [table for table in self.tables if words_of_caption in table.caption]
        return found

    def row(self, words_of_caption: str, first: str) -> list[str]:
        """The row of a table that begins with `first`, white space collapsed."""
        rows = [[" ".join(cell.split()) for cell in row] for row in self.table(words_of_caption).rows]
        (found,) = [row for row in rows if row[0] == first]
        return found
