"""The client of `vrp query --ui`: Harlequin in the terminal over one release, with its tables, columns and an editor.

Harlequin's own adapter for DuckDB does everything but run queries: these pass the rules and the audit log of
`vrp query`. What Harlequin would keep (questions, results, the catalogue) is deleted with the session.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from harlequin import Harlequin, HarlequinAdapter
from harlequin.exception import HarlequinQueryError
from harlequin_duckdb.adapter import DuckDbConnection, DuckDbCursor

from vrp_pipeline.release.releases import Release
from vrp_pipeline.release.sessions import QuestionError

Ask = Callable[[str], duckdb.DuckDBPyRelation | None]
# Where programs keep caches, states and settings of a user.
KEPT_IN = ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")


class ReleaseConnection(DuckDbConnection):  # type: ignore[misc]
    """A session of a release as Harlequin sees it: every query goes through `ask`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, ask: Ask, release: Release) -> None:
        super().__init__(connection, init_message=f"Release {release.release_id}")
        self._ask = ask

    def execute(self, query: str) -> DuckDbCursor | None:
        """Return the answer to a question, None where it has none. Raises HarlequinQueryError."""
        try:
            answer = self._ask(query)
        except duckdb.InterruptException:
            return None
        except (duckdb.Error, QuestionError) as error:
            raise HarlequinQueryError(msg=str(error), title="The question was not answered") from error
        return None if answer is None else DuckDbCursor(conn=self, relation=answer)


class ReleaseAdapter(HarlequinAdapter):  # type: ignore[misc]
    """The adapter that Harlequin receives: a session that is already open."""

    IMPLEMENTS_CANCEL = True
    IMPLEMENTS_CATALOG_SEARCH = True
    IMPLEMENTS_READ_ONLY = True
    IMPLEMENTS_VALIDATE_SQL = True

    def __init__(self, session: ReleaseConnection) -> None:
        self._session = session

    def connect(self) -> ReleaseConnection:
        """Return the session."""
        return self._session

    @property
    def connection_id(self) -> str:
        """Return nothing, so that no catalogue and no question of another session is shown."""
        return ""


@contextmanager
def client(connection: duckdb.DuckDBPyConnection, release: Release, ask: Ask) -> Iterator[Harlequin]:
    """Yield Harlequin over a session; the files it writes are deleted at the end of the block."""
    before = {name: os.environ.get(name) for name in KEPT_IN}
    with TemporaryDirectory(prefix="vrp-query-") as folder:
        os.environ.update(dict.fromkeys(KEPT_IN, folder))
        try:
            yield Harlequin(
                adapter=ReleaseAdapter(ReleaseConnection(connection, ask, release)),
                record_history=False,
                export_path=Path.cwd(),
            )
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
