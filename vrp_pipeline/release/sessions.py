"""Sessions: reading one release, and nothing else, in SQL.

A session keeps the release it opened: later runs make other releases, and the file it has open stays readable even if
its release is removed. Nothing outside the release can be read or written from it.
"""

import hashlib
import re
from functools import lru_cache

import duckdb

from vrp_pipeline.release.releases import Release, damaged, what_to_run
from vrp_pipeline.release.tiers import DATABASES, FULL

# Statements without side effects. Settings are locked, and a variable lives only as long as the connection.
# DuckDB 2 calls a PIVOT and the temporary type it makes MULTI.
READS = {"SELECT", "EXPLAIN", "SET", "MULTI"}
# Table functions without side effects. Others read files, run text as SQL, or change the session even within a
# SELECT: `enable_logging` and `enable_profiling` take the name of a file to write.
_HARMLESS = re.compile(
    r"duckdb_\w+|pragma_(show|table_info|version|platform|database_size|storage_info|collations)|json_(each|tree)"
    r"|generate_series|range|repeat|repeat_row|summary|unnest|pg_timezone_names|icu_calendar_names|glob"
)
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_COMMENT = re.compile(r"--|/\*")
SETTINGS: dict[str, str | int | float | list[str]] = {
    "enable_external_access": False,  # no file, no folder, no network, no extension
    "python_enable_replacements": False,  # a table name never resolves to a variable of the calling program
    "temp_directory": "",  # what does not fit in memory fails instead of being written beside the release
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "lock_configuration": True,
}


class QuestionError(ValueError):
    """Raised if a text is not exactly one read-only question."""


class NoQuestionError(QuestionError):
    """Raised if there is nothing to answer: no statement, or only a comment."""


class SeveralQuestionsError(QuestionError):
    """Raised if more than one statement has a result, because only the last would be shown."""


class ReadOnlyError(QuestionError):
    """Raised if a statement would do more than read."""


class NoDatabaseError(RuntimeError):
    """Raised if a release has no database: it was made before releases had one, or it is gone."""


def open_release(release: Release, tier: str = FULL) -> duckdb.DuckDBPyConnection:
    """Return a read-only DuckDB connection to the database of a tier of a release.

    Raises NoDatabaseError; DamagedReleaseError if DuckDB cannot open it.
    """
    path = release.path / DATABASES[tier]
    if not path.exists():
        raise NoDatabaseError(f"release {release.release_id} has no {path.name}. Run: {what_to_run(release.lake)}")
    try:
        return duckdb.connect(str(path), read_only=True, config=SETTINGS)
    except duckdb.Error:
        raise damaged(release, path.name) from None


def ask(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation | None:
    """Return the answer to `sql`, one question; None where it has none. Statements that SET variables may go before it.

    Every statement must be read-only. Raises QuestionError or duckdb.Error; errors in the values of rows are raised
    when these are read.
    """
    statements = duckdb.extract_statements(sql)
    if not statements:
        raise NoQuestionError("there is no question.")
    # PIVOT first creates a type in a statement without text. It is temporary, because the database is read-only.
    wrong = {kind for each in statements if each.query and (kind := _kind(each)) not in READS}
    wrong |= _words(sql) & _refused_functions()
    if wrong:
        raise ReadOnlyError(f"a query only reads the release; {', '.join(sorted(wrong))} is not allowed.")
    if any(_kind(each) != "SET" for each in statements[:-1] if each.query):
        raise SeveralQuestionsError("ask one question at a time: of several only the last would be answered.")
    return connection.sql(sql)


def about(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, object]:
    """Return what may be logged about a question: the tables of the release that it names, and a digest of its form.

    The text may contain a value that identifies somebody, and the digest of such a value could be found by trying all
    values. The digest therefore covers only keywords, operators and names of tables and columns.
    """
    known = {
        name.lower()
        for (name,) in connection.execute(
            "select distinct unnest([table_name, column_name]) from duckdb_columns() where not internal"
        ).fetchall()
    }
    tables = {name.lower() for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    form = []
    for text, kind in _tokens(sql):
        first, *others = _WORD.findall(text.lower()) or [""]
        # Comments follow their token, so after its first word only the names of the release are kept.
        form += [first if kind == duckdb.token_type.keyword or first in known else "?"]
        form += [word if word in known else "?" for word in others]
    digest = hashlib.sha256(" ".join(form).encode()).hexdigest()
    return {"tables": sorted(tables & set(form)), "form": digest[:16]}


def _kind(statement: duckdb.Statement) -> str:
    """Return the type of a statement in capitals. DuckDB 2 has types that its Python package cannot name."""
    try:
        return str(statement.type.name)
    except ValueError:
        return "a statement of this kind"


@lru_cache(maxsize=1)
def _refused_functions() -> frozenset[str]:
    """Return the names of the table functions of this version of DuckDB that are not known to be harmless."""
    with duckdb.connect(":memory:") as connection:
        found = connection.execute(
            "select distinct lower(function_name) from duckdb_functions() where function_type = 'table'"
        ).fetchall()
    return frozenset(name for (name,) in found if not _HARMLESS.fullmatch(name))


def _words(sql: str) -> set[str]:
    """Return the words of `sql` outside string literals and comments, in lower case."""
    shown = " ".join(_bare(text) for text, kind in _tokens(sql) if kind != duckdb.token_type.string_const)
    return {word.lower() for word in _WORD.findall(shown)}


def _tokens(sql: str) -> list[tuple[str, object]]:
    """Return the tokens of `sql`, each with the space and the comments that follow it, and their kinds."""
    text = sql.encode()  # DuckDB counts bytes
    found = duckdb.tokenize(sql)
    ends = [*(start for start, _ in found[1:]), len(text)][: len(found)]
    return [(text[start:end].decode(), kind) for (start, kind), end in zip(found, ends, strict=True)]


def _bare(token: str) -> str:
    """Return a token without the comments that follow it. A quoted name may contain comment marks."""
    quoted = _QUOTED.match(token)
    return quoted[0] if quoted else _COMMENT.split(token, maxsplit=1)[0]
