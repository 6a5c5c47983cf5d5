"""The prompt of `vrp query`: SQL over one release, with history and completion by the terminal's line editor.

The history ends with the session and is never written to disk: a question may hold a value that identifies somebody.
"""

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress

import duckdb

from vrp_pipeline.cli.answers import print_answer, print_tables
from vrp_pipeline.release.releases import Release
from vrp_pipeline.release.sessions import QuestionError

HELP = "End a question with ; and Enter. Tab completes. .tables lists what there is, .quit (or Ctrl-D) ends."
KEYWORDS = (
    "select from where group by order by limit join using on with as count sum distinct and or not null is in all"
)

Ask = Callable[[str], duckdb.DuckDBPyRelation | None]


def converse(connection: duckdb.DuckDBPyConnection, release: Release, ask: Ask, form: str) -> None:
    """Read questions and print their answers until the end of the input. An error ends only its own question."""
    _complete(_names(connection))
    sys.stdout.write(f"Release {release.release_id}. {HELP}\n")
    lines: list[str] = []
    while True:
        try:
            line = input("   ...> " if lines else "query> ").strip()
        except KeyboardInterrupt:
            sys.stdout.write("\n")
            lines = []
            continue
        except EOFError:
            sys.stdout.write("\n")
            return
        if not lines and line.startswith("."):
            if line in (".quit", ".exit"):
                return
            if line == ".tables":
                print_tables(connection, release)
            else:
                sys.stdout.write(f"{HELP}\n")
            continue
        if line:
            lines.append(line)
        if line.endswith(";"):
            _answer(ask, "\n".join(lines), form)
            lines = []


def _answer(ask: Ask, sql: str, form: str) -> None:
    try:
        print_answer(ask(sql), form)
    except (duckdb.Error, QuestionError) as error:
        sys.stdout.write(f"{error}\n")


def _names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute("select distinct unnest([table_name, column_name]) from duckdb_columns()").fetchall()
    return sorted({name for (name,) in found} | {*KEYWORDS.split(), ".tables", ".quit"})


def _complete(names: Iterable[str]) -> None:
    """Let the terminal complete `names`, if this Python has a line editor."""
    with suppress(ImportError):
        import readline

        def candidate(text: str, number: int) -> str | None:
            return next(iter([name for name in names if name.startswith(text.lower())][number:]), None)

        readline.set_completer(candidate)
        readline.set_completer_delims(" \t\n,()=<>;\"'")
        readline.parse_and_bind("tab: complete")
